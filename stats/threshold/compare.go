package threshold

import (
	"fmt"
	"math"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// CheckComparison judges a comparison, which it does not change. There is an
// outcome for each operation that the threshold applies to, and at least one.
//
// A threshold passes if the whole interval keeps the bound and is missed if the
// whole interval does not. The interval is that of the finding, at the level
// that the comparison states; it is not widened for the number of thresholds,
// each of which was declared before the run.
func (t Threshold) CheckComparison(c *compare.Comparison, options CheckOptions) []Outcome {
	switch {
	case t.subject.kind == 0 || c == nil:
		return []Outcome{{Threshold: t, Why: "nothing to judge"}}
	case !t.OfComparison():
		return []Outcome{{Threshold: t, Why: "it is a metric of a run, not of a comparison"}}
	}
	k := comparer{Threshold: t, comparison: c, options: options}
	missing := k.find()
	var outcomes []Outcome
	if missing == "" {
		for i := range k.against.Findings {
			if f := &k.against.Findings[i]; k.selects(f) {
				o := Outcome{Variant: t.variant, Op: clip(f.Op)}
				outcomes = append(outcomes, k.decide(o, k.read(f)))
			}
		}
		missing = "the comparison has no " + t.finding()
	}
	if len(outcomes) == 0 {
		o := Outcome{Threshold: t, Variant: t.variant, Why: missing}
		if t.hasOp {
			o.Op = t.op.String()
		}
		return []Outcome{o}
	}
	return outcomes
}

type comparer struct {
	Threshold
	comparison *compare.Comparison
	options    CheckOptions
	against    *compare.Against
	// turned says that the comparison has the ratio the other way round.
	turned bool
}

// find finds the two variants, or says why they were not compared.
func (k *comparer) find() (missing string) {
	for i := range k.comparison.Against {
		a := &k.comparison.Against[i]
		same, turned := a.Variant == k.variant && a.Base == k.base, a.Variant == k.base && a.Base == k.variant
		if same || turned {
			k.against, k.turned = a, turned
			return ""
		}
	}
	var names []string
	for i := range k.comparison.Variants {
		names = append(names, k.comparison.Variants[i].Name)
	}
	if missing = k.unpaired(names); missing == "" {
		missing = "these two variants were not compared"
	}
	return missing
}

// selects reports whether the threshold applies to a finding.
func (k *comparer) selects(f *compare.Finding) bool {
	name := k.finding()
	return f.Metric == name || !k.hasOp && k.subject.kind == latency && f.Op != "" && f.Metric == f.Op+"."+name
}

// change is a ratio or a difference with its interval, as the threshold asks
// for it.
type change struct {
	value, low, high float64
	pairs            int    // those with a value on both sides
	lacking          string // why not all have, with a colon before it; may be empty
	missing          string // why there is none
}

// read reads a finding, turned if need be.
func (k *comparer) read(f *compare.Finding) change {
	r := change{pairs: pairsOf(f)}
	if f.Why != "" {
		r.lacking = ": " + clip(f.Why)
	}
	switch {
	case k.against.Pairs < resultfile.MinPairs:
		n := int64(k.against.Pairs)
		r.missing = fmt.Sprintf("%s, a verdict needs %d", quantity.Counted(n, "whole pair"), resultfile.MinPairs)
	case f.Ratio == nil || f.Low == nil || f.High == nil || f.Verdict == compare.Descriptive:
		if r.missing = clip(f.Why); r.missing == "" {
			r.missing = "the comparison has no interval"
		}
	case r.pairs < resultfile.MinPairs:
		r.missing = fmt.Sprintf("%s with a value on both sides, a verdict needs %d", quantity.Counted(r.pairs, "pair"), resultfile.MinPairs) + r.lacking
	default:
		return k.turn(f, r)
	}
	return r
}

// turn takes the numbers of a finding, the other way round if need be.
func (k *comparer) turn(f *compare.Finding, r change) change {
	r.value, r.low, r.high = *f.Ratio, *f.Low, *f.High
	least, most := 1/maxRatio, maxRatio
	if k.dimension() == difference {
		least, most = -1, 1
	}
	sane := r.low <= r.high && f.Difference == (k.dimension() == difference)
	for _, v := range []float64{r.value, r.low, r.high} {
		sane = sane && v >= least && v <= most
	}
	switch {
	case !sane:
		r.missing = "the comparison has no such number"
	case k.turned && f.Difference:
		r.value, r.low, r.high = -r.value, -r.high, -r.low
	case k.turned:
		r.value, r.low, r.high = 1/r.value, 1/r.high, 1/r.low
	}
	return r
}

// maxRatio is more than anything that is compared differs.
const maxRatio = 1e9

// pairsOf counts the pairs with a value on both sides; of zero there is no
// ratio.
func pairsOf(f *compare.Finding) (n int) {
	for i := range min(len(f.BaseValues), len(f.NewValues)) {
		base, new := f.BaseValues[i], f.NewValues[i]
		if base != nil && new != nil && (f.Difference || *base > 0 && *new > 0) {
			n++
		}
	}
	return n
}

// decide judges what was read. The outcome says of what.
func (k *comparer) decide(o Outcome, r change) Outcome {
	o.Threshold = k.Threshold
	if r.missing != "" {
		o.Why = r.missing
		return o
	}
	o.Actual, o.Low, o.High = r.value, &r.low, &r.high
	o.Shown = k.show(r.value) + " (" + k.show(r.low) + " to " + k.show(r.high) + ")"
	kept := 0
	for _, v := range []float64{r.low, r.value, r.high} {
		if k.operator.holds(v, k.bound.base) {
			kept++
		}
	}
	holds := kept == 3
	doubt := k.doubt(holds)
	switch {
	case kept != 0 && !holds:
		o.Why = "the interval includes the bound" + r.wouldSettle(k.bound.base, k.dimension(), k.comparison.Method.Level)
	case doubt != "":
		o.Why = doubt
	case !holds:
		o.Verdict = Miss
	case r.pairs < k.against.Pairs:
		n := int64(k.against.Pairs - r.pairs)
		o.Why = fmt.Sprintf("%s of %s pairs %s no value%s", quantity.Count(n), quantity.Count(int64(k.against.Pairs)), has(n), r.lacking)
	case k.comparison.Status != summary.Complete:
		o.Why = "the comparison is partial"
	case k.disconnected() > connected:
		o.Why = "sessions were without a connection for " + quantity.Trimmed(100*k.disconnected(), 3) + "% of the time"
	case k.comparison.Generator.Limited && !k.options.AllowLimited:
		o.Why = "the load generator was the limit" + reasons(k.comparison.Generator.Reasons)
	default:
		o.Verdict = Pass
	}
	return o
}

// disconnected is the larger share of the time for which the sessions of either
// variant had no connection.
func (k *comparer) disconnected() (most float64) {
	for i := range k.comparison.Variants {
		if v := &k.comparison.Variants[i]; v.Name == k.variant || v.Name == k.base {
			most = max(most, v.DisconnectedShare)
		}
	}
	return most
}

func has(n int64) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// show writes a ratio or, with its sign, a difference.
func (k *comparer) show(v float64) string {
	d := k.dimension()
	switch {
	case v < 0: // below every bound
		return "-" + d.show(-v, value{family: k.bound.family})
	case v > 0 && d == difference:
		return "+" + d.show(v, k.bound)
	}
	return d.show(v, k.bound)
}

// wouldSettle says how many pairs would likely (80%) bring the interval to one
// side of the bound if the ratio stays what it is and the interval is of the same
// level; nothing where that cannot be said. An interval shrinks with the root of
// their number.
func (r change) wouldSettle(bound float64, d dimension, level float64) string {
	value, edge := r.value, r.low
	if value < bound {
		edge = r.high
	}
	if d == ratio {
		value, edge, bound = math.Log(value), math.Log(edge), math.Log(bound)
	}
	// It must end z + 0.84 standard errors from the bound, as it now ends z from
	// the value: z is the normal quantile of the interval's level, 1.96 at 95%.
	if !(level > 0 && level < 1) {
		level = 1 - compare.Alpha
	}
	z := math.Sqrt2 * math.Erfinv(level)
	likely := (z + 0.8416) / z
	n := math.Ceil(float64(r.pairs) * math.Pow(likely*(edge-value)/(value-bound), 2))
	switch {
	case !(n > float64(r.pairs)): // also where value lies on the bound
		return ""
	case n > resultfile.MaxPairs:
		return "; more than " + quantity.Count(resultfile.MaxPairs) + " pairs would be needed"
	}
	return "; about " + quantity.Count(int64(n)) + " pairs would likely settle it"
}
