package merge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// mayDiffer are the profile's keys in which generators of one run may differ: what
// each has of the load, where it stands, and what does not change what is
// measured. All others must be equal.
func mayDiffer() []string {
	return []string{
		"seed", "description", "threshold", "password_file",
		"sessions", "max_sessions", "max_backlog", "rate", "op_rate", "bandwidth", "operations", "stages", "warmup",
		"connect_rate", "source", "active_address", "active_ports", "mover", "tls_ca", "tls_cert", "tls_key", "keep", "reuse",
	}
}

// comparable refuses sources that are not of one run.
func comparable(sources []*source) error {
	if len(sources) < 2 {
		return refuse("one result cannot be merged: give those of two or more generators")
	}
	for i, s := range sources {
		h := &s.result.Header
		switch {
		case h.Epoch.IsZero():
			return refuse("%s does not have the time of day at which its clock began (it was written by %s %s): it cannot be aligned with another result",
				s.Name, h.Tool.Name, h.Tool.Version)
		case h.Target.Embedded:
			return refuse("%s is of ftpmark's embedded target, and each run starts its own: merge results of one server", s.Name)
		case h.Capacity != nil:
			return refuse("%s is of a search for capacity, in which each generator chose its own levels: run one level on all machines at the same time (ftpmark run), and merge these results", s.Name)
		case len(h.Profile) == 0:
			return refuse("%s has no profile, so it is unknown whether it is of the same run", s.Name)
		}
		for _, v := range s.result.Variants {
			if v.Target != nil && v.Target.Embedded {
				return refuse("%s is of ftpmark's embedded target, and each run starts its own: merge results of one server", s.Name)
			}
		}
		for _, o := range sources[:i] {
			if o.result.Header.Started.Equal(h.Started) && o.result.Header.Epoch.Equal(h.Epoch) {
				return refuse("%s and %s are the same result, which would count twice", o.Name, s.Name)
			}
		}
	}
	for _, s := range sources[1:] {
		d, err := differences(sources[0], s)
		if err != nil {
			return err
		}
		if len(d) > 0 {
			const most = 4
			if more := len(d) - most; more > 0 {
				d = append(d[:most:most], fmt.Sprintf("%d more", more))
			}
			return refuse("%s and %s are not of one run: they differ in %s", sources[0].Name, s.Name, strings.Join(d, ", "))
		}
	}
	return nil
}

// differences names what must be equal and is not.
func differences(a, b *source) (d []string, err error) {
	g, h := &a.result.Header, &b.result.Header
	differ := func(what, x, y string) {
		if x != y {
			d = append(d, fmt.Sprintf("%s (%s and %s)", what, shown(x), shown(y)))
		}
	}
	if v, w := g.Tool.Measurement, h.Tool.Measurement; v != 0 && w != 0 {
		differ("version of the measurement", strconv.Itoa(v), strconv.Itoa(w))
	}
	differ("target", g.Target.URL, h.Target.URL)
	if steady(g.Target.Banner, h.Target.Banner) != steady(h.Target.Banner, g.Target.Banner) {
		differ("banner", g.Target.Banner, h.Target.Banner)
	}
	p, err := profileOf(a)
	if err != nil {
		return nil, err
	}
	q, err := profileOf(b)
	if err != nil {
		return nil, err
	}
	own := mayDiffer()
	keys := maps.Clone(p)
	maps.Copy(keys, q)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if key != "target" && !slices.Contains(own, key) {
			differ(key, string(p[key]), string(q[key]))
		}
	}
	differ("variants", strings.Join(g.Planned, " "), strings.Join(h.Planned, " "))
	differ("trials", fmt.Sprint(max(g.Trials, 1)), fmt.Sprint(max(h.Trials, 1)))
	if !reflect.DeepEqual(g.Compare, h.Compare) {
		d = append(d, "the settings of the comparison")
	}
	d = append(d, loadDifferences(g, h)...)
	for i := range a.result.Variants {
		x := &a.result.Variants[i]
		y := b.trials[trialKey{x.Variant, x.Trial}]
		if y != nil && !(maps.Equal(x.Settings, y.variant.Settings) && sameTarget(x.Target, y.variant.Target)) {
			d = append(d, "the settings of variant "+x.Variant)
			break
		}
	}
	return d, nil
}

// loadDifferences names what of the load must be equal and is not; most of it
// follows from the profile.
func loadDifferences(g, h *resultfile.Header) (d []string) {
	switch a, b := g.Load, h.Load; {
	case (a == nil) != (b == nil):
		d = append(d, "load")
	case a != nil && (a.Model != b.Model || a.Arrivals != b.Arrivals):
		d = append(d, fmt.Sprintf("load (%s and %s)", shown(strings.TrimSpace(a.Model+" "+a.Arrivals)), shown(strings.TrimSpace(b.Model+" "+b.Arrivals))))
	case a != nil && (a.Count > 0) != (b.Count > 0):
		d = append(d, "operations (in only one of them a number of operations ends the windows)")
	}
	same := len(g.Stages) == len(h.Stages)
	for i := 0; same && i < len(g.Stages); i++ {
		same = g.Stages[i].Of == h.Stages[i].Of && g.Stages[i].Seconds == h.Stages[i].Seconds
	}
	if !same {
		d = append(d, "the stages' lengths")
	}
	return d
}

func sameTarget(a, b *resultfile.TargetInfo) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.URL == b.URL && steady(a.Banner, b.Banner) == steady(b.Banner, a.Banner)
}

// steady returns what of a server's banner should be the same for everybody who
// asks: all but numbers, since some servers tell the time or count their users
// there. Where one is not known, nothing is.
func steady(banner, other string) string {
	if banner == "" || other == "" || banner == other {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, banner)
}

// profileOf returns the keys of a source's profile with their values as compact
// JSON.
func profileOf(s *source) (map[string]json.RawMessage, error) {
	var p map[string]json.RawMessage
	if err := json.Unmarshal(s.result.Header.Profile, &p); err != nil || p == nil {
		return nil, refuse("%s: the profile in its header cannot be read", s.Name)
	}
	for key, value := range p {
		var b bytes.Buffer
		if err := json.Compact(&b, value); err != nil {
			return nil, refuse("%s: the profile in its header cannot be read: %v", s.Name, err)
		}
		p[key] = b.Bytes()
	}
	return p, nil
}

// shown is a value for a message: short.
func shown(s string) string {
	const most = 60
	if s == "" {
		return "none"
	}
	return quantity.Cut(s, most)
}
