package summary

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Of makes the machine-readable report of a result. The trials of a
// variant are merged: counts and histograms are added, and rates are of their
// windows together.
func Of(r *resultfile.Result) *Summary {
	s := &Summary{
		Schema: Schema,
		Run: Run{
			Status: Partial, Tool: r.Header.Tool, Started: r.Header.Started, Seed: r.Header.Seed, Target: r.Header.Target,
			Generator: summarizeGenerators(r.Generators),
		},
		Series: []SeriesSummary{},
		Sessions: SessionsSummary{
			Opened: r.Sessions.Opened, Failed: r.Sessions.Failed,
			Latency: summarizePhases(&r.Sessions.Latency, func(stats.Phase) int64 { return 0 }),
		},
		Errors:  []ErrorSummary{},
		Totals:  []TotalSummary{},
		Load:    r.Header.Load,
		Remarks: Remarks{Notes: slices.Clone(r.Header.Notes), Missing: r.Missing},
	}
	if r.Complete() {
		s.Status = Complete
	}
	if s.Target.Features == nil {
		s.Target.Features = []string{}
	}
	if r.Footer != nil {
		s.Notes = append(s.Notes, r.Footer.Notes...)
		s.Warnings = r.Footer.Warnings
	}
	for _, name := range r.VariantNames() {
		var window, due time.Duration
		var all resultfile.SeriesSet
		trials, disconnected := 0, 0.0
		for _, t := range r.Trials {
			if t.Variant != name {
				continue
			}
			trials++
			window += t.Window.Length(t.End)
			due += t.DueLength()
			disconnected = max(disconnected, t.DisconnectedShare)
			for _, x := range t.Series {
				all.At(resultfile.KeyOf(x.Op, x.Mode)).Merge(x)
			}
		}
		total := totalOf(&all, name, trials, window)
		total.DisconnectedShare = disconnected
		total.setApart(r)
		if due != window {
			total.DueSeconds = due.Seconds()
		}
		s.Totals = append(s.Totals, total)
		s.Stages = append(s.Stages, summarizeStages(r, name)...)
		for _, x := range all.List() {
			sum := summarizeSeries(x, name, window)
			sum.DueSeconds = total.DueSeconds
			s.Series = append(s.Series, sum)
			s.Errors = append(s.Errors, errorsOf(name, x.Op.String(), x.Mode, x.Errors)...)
			s.WarmupErrors = append(s.WarmupErrors, errorsOf(name, x.Op.String(), x.Mode, x.WarmupErrors)...)
			if n := x.WarmupFailed; n > 0 {
				s.Notes = append(s.Notes, fmt.Sprintf(
					"%d %s operations of variant %s failed in the warm-up and are not counted", n, x.Op, name))
			}
		}
	}
	for _, e := range r.Sessions.Errors {
		s.Errors = append(s.Errors, errorsOf(e.Variant, "", stats.NoMode, e.Errors)...)
	}
	s.Failed = failedVariants(r, s.Totals)
	return s
}

// setApart says in what the variant differs from what the header says of the
// run, as the record of its first trial has it.
func (t *TotalSummary) setApart(r *resultfile.Result) {
	at := slices.IndexFunc(r.Variants, func(v resultfile.Variant) bool { return v.Variant == t.Variant })
	if at < 0 {
		return
	}
	v := &r.Variants[at]
	t.Load = v.Load
	if mode, ok := v.Settings["mode"]; len(v.Settings) > 1 || len(v.Settings) == 1 && !(ok && mode == v.Variant) {
		t.Settings = maps.Clone(v.Settings)
	}
	if v.Target != nil {
		target := *v.Target
		if target.Features == nil {
			target.Features = []string{}
		}
		t.Target = &target
	}
}

func errorsOf(variant, op string, mode stats.Mode, errors resultfile.ErrorCounts) (all []ErrorSummary) {
	for _, e := range errors.Sorted() {
		all = append(all, ErrorSummary{
			Variant: variant, Op: op, Mode: mode, Phase: e.Phase, Code: e.Code,
			Class: e.Class, Count: e.Count, Example: e.Example, Hint: e.Hint,
		})
	}
	return all
}

func summarizeSeries(s *resultfile.Series, variant string, window time.Duration) SeriesSummary {
	sum := SeriesSummary{
		Variant: variant, Op: s.Op, Mode: s.Mode,
		Attempts: s.Attempts(), OK: s.OK, Failed: s.Failed, Unfinished: s.Unfinished,
		Bytes: s.Bytes, Due: s.Due(), Dropped: s.Dropped,
		WastedBytes: s.WastedInside, SizeUnverified: s.SizeUnverified,
		WarmupFailed:  s.WarmupFailed,
		Verified:      s.Verified,
		Housekeeping:  s.Housekeeping,
		Spanning:      s.Spanning,
		WindowSeconds: window.Seconds(),
		Latency:       summarizePhases(&s.Latency, s.Others),
		Throughput:    ThroughputOf(s.Throughput),
		Path:          summarizePaths(&s.Counters),
	}
	sum.OperationsPerSecond, sum.GoodputBytesPerSecond = s.RatesOver(window)
	if all := s.Latency[stats.DataTLS]; all != nil && all.Count() > 0 {
		share := 0.0
		if resumed := s.Latency[stats.DataTLSResumed]; resumed != nil {
			share = float64(resumed.Count()) / float64(all.Count())
		}
		sum.DataResumedShare = &share
	}
	if s.OK > 0 {
		ok := float64(s.OK)
		sum.ControlRoundTripsPerOp = float64(s.Commands) / ok
		sum.ConnectsPerOp = float64(s.Connects) / ok
		if s.Op.Transfers() {
			sum.PartitionMean = make(map[string]float64, stats.NumSegments)
			for i, ns := range s.Partition {
				sum.PartitionMean[stats.SegmentNames[i]] = float64(ns) / ok
			}
		}
	}
	return sum
}

// total sums all operations. The rates are of the sums: each operation's own
// would add up to the same, but for rounding.
func totalOf(s *resultfile.SeriesSet, variant string, trials int, window time.Duration) TotalSummary {
	var c resultfile.Counters
	for _, x := range s.List() {
		c.Add(&x.Counters)
	}
	sum := TotalSummary{
		Variant: variant, Trials: trials, Attempts: c.Attempts(), OK: c.OK, Failed: c.Failed, Unfinished: c.Unfinished,
		Dropped: c.Dropped, Due: c.Due(), Bytes: c.Bytes,
		BacklogGrowth: c.WaitingAtClose - c.WaitingAtOpen, WindowSeconds: window.Seconds(),
	}
	sum.OperationsPerSecond, sum.GoodputBytesPerSecond = c.RatesOver(window)
	return sum
}

func summarizePhases(h *resultfile.PhaseHistograms, others func(stats.Phase) int64) map[stats.Phase]*Latency {
	m := make(map[stats.Phase]*Latency)
	for p, x := range h {
		if l := LatencyOf(x, others(stats.Phase(p))); l != nil {
			m[stats.Phase(p)] = l
		}
	}
	return m
}

// summarizeGenerators adds up the trials: one limited trial makes the whole
// limited. In a merged result a trial has several generators, whose allowances
// add up.
func summarizeGenerators(gs []resultfile.Generator) GeneratorSummary {
	sum := GeneratorSummary{Reasons: []string{}}
	lag, pause := hdr.NewLatencyHistogram(), hdr.NewLatencyHistogram()
	type trial struct {
		variant string
		number  int
	}
	cpus := map[trial]float64{}
	var reasons, warnings sayings
	for _, g := range gs {
		sum.Limited = sum.Limited || g.Limited
		sum.CPUSeconds += g.CPUSeconds
		cpus[trial{g.Variant, g.Trial}] += g.CPUs
		sum.CPUs = max(sum.CPUs, cpus[trial{g.Variant, g.Trial}])
		sum.PeakRSSBytes = max(sum.PeakRSSBytes, g.PeakRSSBytes)
		reasons.add(g.Reasons)
		warnings.add(g.Warnings)
		lag.Merge(g.SchedLag)
		pause.Merge(g.GCPause)
	}
	sum.Reasons, sum.Warnings = reasons.said(sum.Reasons), warnings.said(nil)
	sum.SchedLag, sum.GCPause = LatencyOf(lag, 0), LatencyOf(pause, 0)
	return sum
}

// sayings are what generators said of their trials. The trials of a variant
// often say the same in other numbers: the first one's words stand for all.
type sayings struct {
	order []string
	first map[string]string
	times map[string]int
}

// add adds what one trial said: "VARIANT: KIND: …".
func (s *sayings) add(lines []string) {
	for _, l := range lines {
		kind, parts := l, strings.SplitN(l, ": ", 3)
		if len(parts) == 3 {
			kind = parts[0] + ": " + parts[1]
		} else if s.times[kind] > 0 {
			continue
		}
		if s.times[kind] == 0 {
			if s.first == nil {
				s.first, s.times = map[string]string{}, map[string]int{}
			}
			s.order = append(s.order, kind)
			s.first[kind] = l
		}
		s.times[kind]++
	}
}

func (s *sayings) said(lines []string) []string {
	for _, kind := range s.order {
		l := s.first[kind]
		if n := s.times[kind] - 1; n == 1 {
			l += " (similar in another trial)"
		} else if n > 1 {
			l += fmt.Sprintf(" (similar in %d more trials)", n)
		}
		lines = append(lines, l)
	}
	return lines
}

// path summarises the paths, nil if none was known.
func summarizePaths(c *resultfile.Counters) *PathSummary {
	if c.Paths == 0 {
		return nil
	}
	s := &PathSummary{
		Transfers: c.Paths, RTTMean: float64(c.RTT) / float64(c.Paths), Retransmits: c.Retransmits,
	}
	if c.DeliveryRates > 0 {
		mean := float64(c.DeliveryRate) / float64(c.DeliveryRates)
		s.DeliveryRateMean = &mean
	}
	return s
}
