package compare

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/inference"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// DefaultEffect is the practical threshold where none was asked for: 3%.
const DefaultEffect = 0.03

// DiffOptions say how two results are compared. The zero value is usable.
type DiffOptions struct {
	// BaseName and NewName are what a reader knows the results by: their files.
	BaseName, NewName string
	// Primary are the metrics that decide (see [ParsePrimary]); those of
	// [DefaultPrimary] if it is empty.
	Primary []string
	// ThresholdEffect is the least change that matters, within 0 and 1;
	// [DefaultEffect] if it is 0.
	ThresholdEffect float64
	// Force compares what is not comparable.
	Force bool
	// MaxRegression is the largest change for the worse that the gate accepts,
	// 0.05 for 5%; there is no gate if it is 0. Of errors.rate it is 0.1
	// percentage points whatever is said here.
	MaxRegression float64
	// AllowLimited lets the gate pass though a load generator was the limit.
	AllowLimited bool
	// Seed is that of the bootstrap.
	Seed uint64
}

// check reports what is wrong with the options and fills in the defaults.
func (o *DiffOptions) check() error {
	if o.ThresholdEffect == 0 {
		o.ThresholdEffect = DefaultEffect
	}
	switch {
	case !(o.ThresholdEffect > 0 && o.ThresholdEffect < 1):
		return fmt.Errorf("a practical threshold of %g%%: it must lie between 0%% and 100%%", 100*o.ThresholdEffect)
	case !(o.MaxRegression >= 0 && o.MaxRegression <= maxRegression):
		return fmt.Errorf("a regression of at most %g%%: it must lie between 0%% and %g%%", 100*o.MaxRegression, 100*maxRegression)
	}
	return nil
}

const maxRegression = 100.0 // as slow as 101 times

// Between compares two results that were made at different times, variant by
// variant, by their names. It uses the trials that ran as long as they were
// meant to; with [MinTrials] or more on both sides there are verdicts. The error
// is a *[NotComparable] where the results are of different things and Force is
// not set, or where they have no variant in common; another one says that a
// primary metric is of nothing that was done in either (see [ParsePrimary]).
func Between(base, new *resultfile.Result, o DiffOptions) (*Diff, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	d := &differing{options: o, base: newResult(base, "the base"), new: newResult(new, "the new result")}
	if d.base.crowded() || d.new.crowded() {
		return nil, fmt.Errorf("a result with more than %d variants or more than %d trials of one", maxVariants, resultfile.MaxPairs)
	}
	d.base.summary, d.new.summary = summary.Of(base), summary.Of(new)
	unlike, machines, remarks := compareOrigins(&d.base, &d.new)
	onlyMachines := len(unlike) == 0
	unlike = append(unlike, machines...)
	if len(unlike) > 0 && !o.Force {
		return nil, &NotComparable{Differences: unlike, Machines: onlyMachines}
	}
	out := &Diff{
		Schema: DiffSchema, Base: d.base.side(o.BaseName), New: d.new.side(o.NewName),
		Differences: append([]Unlike{}, unlike...), Remarks: remarks, Method: d.method(),
		ThresholdEffect: o.ThresholdEffect, Variants: []VariantDiff{},
	}
	if load := new.CommonLoad(); reflect.DeepEqual(load, base.CommonLoad()) {
		out.Load = load
	}
	common, err := d.match(out)
	if err != nil {
		return nil, err
	}
	if d.primary = o.Primary; len(d.primary) == 0 {
		d.primary = DefaultPrimary(d.operations(common), d.open())
	} else if err := ParsePrimary(d.primary, d.everything(), d.open()); err != nil {
		return nil, err
	}
	out.Primary = slices.Clone(d.primary)
	for _, name := range common {
		v, err := d.variant(name)
		if err != nil {
			return nil, err
		}
		out.Variants = append(out.Variants, *v)
	}
	if o.MaxRegression > 0 {
		out.Gate = d.gate(out)
	}
	return out, nil
}

// differing is a diff in the making.
type differing struct {
	options   DiffOptions
	base, new origin
	primary   []string
}

// origin is one of the two results.
type origin struct {
	result  *resultfile.Result
	name    string // as a sentence calls it
	summary *summary.Summary
	open    bool
	// variants are those that were planned or began, and sides their trials.
	variants []string
	sides    []side
}

func newResult(r *resultfile.Result, name string) origin {
	o := origin{
		result: r, name: name,
		open: r.Header.Load != nil && r.Header.Load.Model == resultfile.OpenLoad,
	}
	at := make(map[string]int)
	variant := func(v string) int {
		i, ok := at[v]
		if !ok {
			i = len(o.sides)
			at[v] = i
			o.sides = append(o.sides, side{name: name})
			o.variants = append(o.variants, v)
		}
		return i
	}
	for _, v := range r.Header.Planned {
		variant(v)
	}
	for _, t := range r.Trials {
		if i := variant(t.Variant); t.Complete {
			o.sides[i].trials = append(o.sides[i].trials, t)
		} else {
			o.sides[i].cut = append(o.sides[i].cut, t)
		}
	}
	return o
}

// crowded reports more than a result can sensibly have.
func (o *origin) crowded() bool {
	return len(o.sides) > maxVariants || slices.ContainsFunc(o.sides, func(s side) bool { return len(s.trials) > resultfile.MaxPairs })
}

// of returns the trials of a variant, nil if there is no such variant.
func (o *origin) of(variant string) *side {
	if i := slices.Index(o.variants, variant); i >= 0 {
		return &o.sides[i]
	}
	return nil
}

func (o *origin) side(name string) Side {
	s := Side{Name: name, Run: o.summary.Run}
	for i := range o.sides {
		if n := len(o.sides[i].trials); i == 0 || n < s.Trials {
			s.Trials = n
		}
	}
	return s
}

func (d *differing) method() Method {
	return Method{
		Alpha: Alpha, Level: 1 - Alpha, Critical: Alpha, Looks: 1,
		Resamples: inference.Resamples, Seed: d.options.Seed,
		Interval:   "percentile bootstrap of the ratio of medians, resampling each result's trials separately (Efron 1979)",
		Test:       "two-sided Mann–Whitney U test of the trials (Mann & Whitney 1947); weaker evidence than pairs that ran interleaved",
		Correction: "each primary metric of a variant is tested at 5%; all its other metrics together at 5%, corrected for multiple testing (Holm 1979)",
	}
}

// match returns the variants that both results have, and notes what only one
// has.
func (d *differing) match(out *Diff) (common []string, err error) {
	for _, v := range d.base.variants {
		if d.new.of(v) != nil {
			common = append(common, v)
		}
	}
	if len(common) == 0 {
		return nil, &NotComparable{Differences: []Unlike{{"variants", listOf(d.base.variants), listOf(d.new.variants)}}, Hopeless: true}
	}
	out.OnlyBase, out.OnlyNew = d.base.without(&d.new), d.new.without(&d.base)
	return common, nil
}

// without returns the series of o that than lacks, and the variants that it
// lacks and that came to none.
func (o *origin) without(than *origin) (only []string) {
	for i, v := range o.variants {
		theirs := than.of(v)
		ops := operationsIn(&o.sides[i])
		if theirs == nil && len(ops) == 0 {
			only = append(only, v)
		}
		for _, op := range ops {
			if theirs == nil || !slices.Contains(operationsIn(theirs), op) {
				only = append(only, v+" "+op.String())
			}
		}
	}
	return only
}

// operations returns those of the variants, on either side.
func (d *differing) operations(variants []string) []stats.Op {
	var sides []*side
	for _, v := range variants {
		sides = append(sides, d.base.of(v), d.new.of(v))
	}
	return operationsIn(sides...)
}

// everything returns the operations that either result has in any variant.
func (d *differing) everything() []stats.Op {
	var sides []*side
	for _, o := range []*origin{&d.base, &d.new} {
		for i := range o.sides {
			sides = append(sides, &o.sides[i])
		}
	}
	return operationsIn(sides...)
}

// open reports whether both loads are of the open model: a response time of
// one alone has nothing to be compared with.
func (d *differing) open() bool { return d.base.open && d.new.open }

// variant compares one variant.
func (d *differing) variant(name string) (*VariantDiff, error) {
	base, new := d.base.of(name), d.new.of(name)
	ops := operationsIn(base, new)
	metrics, primary, err := resolve(d.primary, ops, d.open())
	if err != nil {
		return nil, err
	}
	v := &VariantDiff{
		Variant: name, BaseTrials: len(base.trials), NewTrials: len(new.trials), Shifts: quantileShifts(ops, base, new),
	}
	m := contest{
		base: *base, new: *new, metrics: metrics, primary: primary,
		effect: d.options.ThresholdEffect, critical: Alpha, meagre: Descriptive,
		test: d.unpaired, point: between,
		least: func(int) float64 { return leastMannWhitney(v.BaseTrials, v.NewTrials) },
		few: func(int) string {
			return fmt.Sprintf("%d trials against %d", v.BaseTrials, v.NewTrials)
		},
		needed: func(Metric, []float64, []float64, int) *int { return nil },
	}
	if min(v.BaseTrials, v.NewTrials) < MinTrials {
		m.short = fmt.Sprintf("descriptive only: %d trials against %d, %d of each are needed", v.BaseTrials, v.NewTrials, MinTrials)
	}
	v.Findings = m.findings()
	for i := range v.Findings {
		v.Findings[i].TrialsNeeded = d.trialsToSettle(&v.Findings[i], min(v.BaseTrials, v.NewTrials))
	}
	return v, nil
}

// unpaired compares independent trials. The outcome is without regard to p.
func (d *differing) unpaired(m Metric, base, new []float64) inference.Result {
	r := inference.Result{Ratio: between(m, base, new), P: inference.MannWhitney(base, new), Used: len(base) + len(new)}
	none, limit := 1.0, d.options.ThresholdEffect
	interval := inference.BootstrapRatioOfMedians
	if m.difference() {
		none, limit = 0, errorLimit
		interval = inference.BootstrapDifferenceOfMedians
	}
	r.Interval = interval(base, new, 1-Alpha, inference.Resamples, d.options.Seed)
	switch {
	case r.Interval.Low > none && r.Ratio > none+limit:
		r.Outcome = inference.More
	case r.Interval.High < none && r.Ratio < none-limit:
		r.Outcome = inference.Less
	case r.Interval.Low >= none-limit && r.Interval.High <= none+limit:
		r.Outcome = inference.Same
	}
	return r
}

// between returns the ratio of the medians, or their difference.
func between(m Metric, base, new []float64) float64 {
	b, n := inference.Median(base), inference.Median(new)
	if m.difference() {
		return n - b
	}
	return n / b
}

// leastMannWhitney returns the smallest two-sided p of so many trials without
// ties: 2 ÷ the number of ways to choose the ones from all.
func leastMannWhitney(base, new int) float64 {
	p := 2.0
	for i := 1; i <= new; i++ {
		p *= float64(i) / float64(base+i)
	}
	return min(p, 1)
}
