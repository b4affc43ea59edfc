package merge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// header makes the merged result's: the first source's, with the load of all.
func header(sources []*source) (*resultfile.Header, error) {
	h := sources[0].result.Header // a copy
	for _, s := range sources[1:] {
		o := &s.result.Header
		if o.Started.Before(h.Started) {
			h.Started = o.Started
		}
		if o.Epoch.Before(h.Epoch) {
			h.Epoch = o.Epoch
		}
	}
	h.Load, h.Stages = loadOf(sources), stagesOf(sources)
	var err error
	if h.Profile, err = mergedProfile(sources, h.Load, h.Stages); err != nil {
		return nil, err
	}
	h.ProfileSHA256 = "" // the writer's to set
	var files, seeds []string
	for _, s := range sources {
		files = append(files, s.label)
		seeds = append(seeds, strconv.FormatUint(s.result.Header.Seed, 10))
	}
	h.Notes = append([]string{
		fmt.Sprintf("merged from the results of %d generators that ran at the same time: %s (seeds %s)",
			len(sources), strings.Join(files, ", "), strings.Join(seeds, ", ")),
	}, attributed(sources, func(s *source) []string { return s.result.Header.Notes })...)
	return &h, nil
}

// loadOf adds up what load was asked for. The sources are comparable.
func loadOf(sources []*source) *resultfile.LoadInfo {
	first := sources[0].result.Header.Load
	if first == nil {
		return nil
	}
	sum := *first
	var rates, opRates, bandwidths []string
	numbers := true
	sum.Sessions, sum.MaxSessions, sum.MaxBacklog, sum.Count, sum.RatePerSecond = 0, 0, 0, 0, 0
	for _, s := range sources {
		l := s.result.Header.Load
		sum.Sessions = int(added(int64(sum.Sessions), int64(l.Sessions)))
		sum.MaxSessions = int(added(int64(sum.MaxSessions), int64(l.MaxSessions)))
		sum.MaxBacklog = int(added(int64(sum.MaxBacklog), int64(l.MaxBacklog)))
		sum.Count = added(sum.Count, l.Count)
		sum.RatePerSecond += l.RatePerSecond
		numbers = numbers && l.RatePerSecond > 0
		rates, opRates, bandwidths = append(rates, l.Rate), append(opRates, l.OpRate), append(bandwidths, l.Bandwidth)
	}
	sum.Rate, sum.OpRate, sum.Bandwidth = together(rates), together(opRates), together(bandwidths)
	if numbers {
		sum.Rate = perSecond(sum.RatePerSecond)
	}
	return &sum
}

// together says what several limits come to, which are texts: "2 × 10MiB/s".
func together(limits []string) string {
	if !slices.ContainsFunc(limits, func(s string) bool { return s != limits[0] }) {
		if limits[0] == "" {
			return ""
		}
		return fmt.Sprintf("%d × %s", len(limits), limits[0])
	}
	named := make([]string, len(limits))
	for i, s := range limits {
		if named[i] = s; s == "" {
			named[i] = "no limit"
		}
	}
	return strings.Join(named, " + ")
}

func perSecond(rate float64) string { return strconv.FormatFloat(rate, 'f', -1, 64) + "/s" }

// stagesOf adds up the stages' loads. The sources are comparable.
func stagesOf(sources []*source) resultfile.StageList {
	sum := slices.Clone(sources[0].result.Header.Stages)
	for i := range sum {
		x := &sum[i]
		for _, s := range sources[1:] {
			o := &s.result.Header.Stages[i]
			x.From, x.To = x.From+o.From, x.To+o.To
		}
		length, _, _ := strings.Cut(x.Name, " at ")
		level := fmt.Sprintf("%.4g", x.From)
		if x.To != x.From {
			level += fmt.Sprintf("→%.4g", x.To)
		}
		unit := " " + x.Of
		if x.Of == "rate" {
			unit = "/s"
		}
		x.Name = length + " at " + level + unit
	}
	return sum
}

// mergedProfile is the first source's with the load of all. It can be read where
// mayDiffer are numbers; where they are texts that do not add up, such as two
// bandwidths, it says what there was. Thresholds stay if they are all the same.
func mergedProfile(sources []*source, load *resultfile.LoadInfo, stages resultfile.StageList) (json.RawMessage, error) {
	sum, err := profileOf(sources[0])
	if err != nil {
		return nil, err
	}
	set := func(key string, value any) error {
		if _, there := sum[key]; !there {
			return nil
		}
		b, err := json.Marshal(value)
		sum[key] = b
		return err
	}
	if load != nil {
		for key, text := range map[string]string{"rate": load.Rate, "op_rate": load.OpRate, "bandwidth": load.Bandwidth} {
			if err := set(key, text); err != nil {
				return nil, err
			}
		}
	}
	var names []string
	for _, s := range stages {
		names = append(names, s.Name)
	}
	if err := set("stages", names); err != nil {
		return nil, err
	}
	for _, key := range []string{"sessions", "max_sessions", "max_backlog", "operations"} {
		total := int64(0)
		for _, s := range sources {
			p, err := profileOf(s)
			if err != nil {
				return nil, err
			}
			var n int64
			if value, there := p[key]; there && (json.Unmarshal(value, &n) != nil || n < 0) {
				return nil, refuse("%s: the profile in its header says %s %s", s.Name, key, shown(string(value)))
			}
			total = added(total, n)
		}
		if err := set(key, total); err != nil {
			return nil, err
		}
	}
	if !sameThresholds(sources) {
		delete(sum, "threshold")
	}
	return json.Marshal(sum)
}

// sameThresholds reports whether all sources are held to the same.
func sameThresholds(sources []*source) bool {
	var first string
	for i, s := range sources {
		p, err := profileOf(s)
		if err != nil {
			return false
		}
		if i == 0 {
			first = string(p["threshold"])
		}
		if string(p["threshold"]) != first {
			return false
		}
	}
	return true
}
