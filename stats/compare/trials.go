package compare

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/inference"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// maxVariants is the most that one comparison has.
const maxVariants = 100

// NoComparison says that a result cannot be read as one.
type NoComparison struct{ Why string }

func (e *NoComparison) Error() string { return "not a comparison: " + e.Why }

// Of compares the variants of a result whose header plans a comparison, each
// against the first that was planned. A trial's number is that of its block; a
// block counts for two variants if both have a whole trial in it. Blocks beyond
// the plan's count for nothing. The error is a *[NoComparison] where the result
// plans none, or says what is wrong with the plan.
func Of(r *resultfile.Result) (*Comparison, error) { return compareWith(r, inference.Resamples) }

// compareWith compares with that many resamples for each interval.
func compareWith(r *resultfile.Result, resamples int) (*Comparison, error) {
	plan := r.Header.Compare
	if plan == nil {
		return nil, &NoComparison{"the run did not compare its variants: use ftpmark compare, or ftpmark diff for two results"}
	}
	if err := plan.Check(); err != nil {
		return nil, err
	}
	c := &comparing{result: r, resamples: resamples, plan: *plan, open: r.Header.Load != nil && r.Header.Load.Model == resultfile.OpenLoad}
	if err := c.gather(); err != nil {
		return nil, err
	}
	c.lookAt()
	s := summary.Of(r)
	out := &Comparison{
		Schema: Schema, Run: s.Run, Load: r.CommonLoad(), Plan: *plan, Method: c.method(), Variants: []Variant{}, Against: []Against{}, Remarks: s.Remarks,
	}
	out.Warnings = append(slices.Clone(s.Warnings), c.warnings...)
	for i := range c.sides {
		out.Variants = append(out.Variants, c.variant(&c.sides[i]))
	}
	for i := range c.sides[1:] {
		a, err := c.against(&c.sides[0], &c.sides[i+1])
		if err != nil {
			return nil, err
		}
		out.Against = append(out.Against, *a)
	}
	if plan.AA {
		out.Noise = noiseOf(&out.Against[0], plan.ThresholdEffect)
	}
	return out, nil
}

// Settled reports whether further pairs would settle nothing: every primary
// metric of every variant has a verdict other than inconclusive, or cannot come
// to one (see [Against.hopeless]).
func (c *Comparison) Settled() bool {
	for i := range c.Against {
		a := &c.Against[i]
		for j := range a.Findings {
			if f := &a.Findings[j]; f.Primary && f.Verdict == Inconclusive && !a.hopeless(f) {
				return false
			}
		}
	}
	return true
}

// comparing is a comparison in the making.
type comparing struct {
	result    *resultfile.Result
	resamples int
	plan      resultfile.ComparePlan
	open      bool
	sides     []side // the base first; whole trials by number
	look      inference.Look
	looks     int
	warnings  []string
}

// gather finds the variants and their whole trials.
func (c *comparing) gather() error {
	add := func(name string) error {
		if slices.ContainsFunc(c.sides, func(s side) bool { return s.name == name }) {
			return nil
		}
		if len(c.sides) == maxVariants {
			return &NoComparison{fmt.Sprintf("more than %d variants", maxVariants)}
		}
		c.sides = append(c.sides, side{name: name})
		return nil
	}
	for _, name := range c.result.Header.Planned {
		if err := add(name); err != nil {
			return err
		}
	}
	for _, t := range c.result.Trials {
		if err := add(t.Variant); err != nil {
			return err
		}
	}
	if len(c.sides) < 2 {
		return &NoComparison{fmt.Sprintf("it has %d variants, but needs two", len(c.sides))}
	}
	beyond, twice := 0, 0
	for i := range c.sides {
		s := &c.sides[i]
		byNumber := make(map[int]*resultfile.Trial)
		for _, t := range c.result.Trials {
			switch {
			case t.Variant != s.name:
			case t.Trial < 1 || t.Trial > c.plan.MaxPairs:
				beyond++
			case !t.Complete:
				s.cut = append(s.cut, t)
			case byNumber[t.Trial] != nil:
				twice++
			default:
				byNumber[t.Trial] = t
				s.trials = append(s.trials, t)
			}
		}
		slices.SortFunc(s.trials, func(a, b *resultfile.Trial) int { return a.Trial - b.Trial })
	}
	if beyond > 0 {
		c.warnings = append(c.warnings, fmt.Sprintf("%d trials outside of the %d planned pairs are left out", beyond, c.plan.MaxPairs))
	}
	if twice > 0 {
		c.warnings = append(c.warnings, fmt.Sprintf("%d duplicate trials are left out", twice))
	}
	return nil
}

// paired returns the trials of the blocks that both sides have, block by block.
func paired(base, new *side) (b, n side) {
	b.name, n.name = base.name, new.name
	b.unpaired, n.unpaired = base.trials, new.trials
	b.cut, n.cut = base.cut, new.cut
	byNumber := make(map[int]*resultfile.Trial, len(new.trials))
	for _, t := range new.trials {
		byNumber[t.Trial] = t
	}
	for _, t := range base.trials {
		if other := byNumber[t.Trial]; other != nil {
			b.trials = append(b.trials, t)
			n.trials = append(n.trials, other)
		}
	}
	return b, n
}

// variant sums up a variant (see [side.counters]).
func (c *comparing) variant(s *side) Variant {
	sum := s.counters()
	v := Variant{
		Name: s.name, Settings: map[string]string{}, Modes: modesOf(s), Trials: len(s.trials),
		Attempts: sum.Attempts(), OK: sum.OK, Failed: sum.Failed, Unfinished: sum.Unfinished,
		Dropped: sum.Dropped, Bytes: sum.Bytes, DisconnectedShare: s.disconnected(),
	}
	settings, _ := settingsOf(c.result, s.name)
	maps.Copy(v.Settings, settings)
	return v
}

// settingsOf returns what a variant overrides, as its first trial has it; ok is
// false if it has not begun.
func settingsOf(r *resultfile.Result, variant string) (settings map[string]string, ok bool) {
	for i := range r.Variants {
		if r.Variants[i].Variant == variant {
			return r.Variants[i].Settings, true
		}
	}
	return nil, false
}

// modesOf returns the verbs that a side used.
func modesOf(s *side) []string {
	var used [stats.NumModes]bool
	for _, t := range s.trials {
		for _, x := range t.Series {
			used[x.Mode] = used[x.Mode] || x.Due() > 0
		}
	}
	modes := []string{}
	for m := stats.NoMode + 1; m < stats.NumModes; m++ {
		if used[m] {
			modes = append(modes, m.String())
		}
	}
	return modes
}

// against compares a variant with the base.
func (c *comparing) against(base, new *side) (*Against, error) {
	b, n := paired(base, new)
	ops := operationsIn(&b, &n)
	metrics, primary, err := resolve(c.plan.Primary, ops, c.open)
	if err != nil {
		return nil, err
	}
	pairs := len(b.trials)
	rule := inference.Rule{
		Effect: c.plan.ThresholdEffect, Level: 1 - c.look.Alpha, Critical: 1,
		Resamples: c.resamples, Seed: c.result.Header.Seed,
	}
	match := contest{
		base: b, new: n, metrics: metrics, primary: primary,
		effect: c.plan.ThresholdEffect, critical: c.look.Alpha, meagre: Inconclusive,
		test: func(m Metric, base, new []float64) inference.Result {
			if m.difference() {
				return rule.Differences(differences(base, new), errorLimit)
			}
			return rule.Paired(base, new)
		},
		point: func(m Metric, base, new []float64) float64 {
			if m.difference() {
				return inference.Median(differences(base, new))
			}
			return math.Exp(inference.Median(logRatios(base, new)))
		},
		least:  inference.LeastSignedRankP,
		few:    func(used int) string { return fmt.Sprintf("%d pairs that differ", used) },
		needed: c.needed,
	}
	if pairs < resultfile.MinPairs {
		match.short = fmt.Sprintf("%s: a verdict needs at least %d", wholePairs(pairs), resultfile.MinPairs)
	}
	return &Against{
		Variant: new.name, Base: base.name, Pairs: pairs,
		Findings:   match.findings(),
		Operations: c.operations(ops, &b, &n),
	}, nil
}

func wholePairs(n int) string {
	switch n {
	case 0:
		return "no whole pair"
	case 1:
		return "1 whole pair"
	}
	return fmt.Sprintf("%d whole pairs", n)
}

// needed estimates how many pairs would settle a metric that shares the error
// rate with a family: at its strictest, as Holm's first.
func (c *comparing) needed(m Metric, base, new []float64, family int) *int {
	if m.difference() {
		return nil
	}
	n, ok := inference.PairsNeeded(logRatios(base, new), c.plan.ThresholdEffect, c.look.Alpha/float64(family))
	if !ok {
		return nil
	}
	return &n
}

func logRatios(base, new []float64) []float64 {
	logs := make([]float64, len(base))
	for i := range logs {
		logs[i] = math.Log(new[i] / base[i])
	}
	return logs
}

func differences(base, new []float64) []float64 {
	d := make([]float64, len(base))
	for i := range d {
		d[i] = new[i] - base[i]
	}
	return d
}
