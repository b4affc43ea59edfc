package threshold

import (
	"slices"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// CheckOptions are what a caller may allow.
type CheckOptions struct {
	// AllowLimited lets a result pass though the load generator was its limit.
	AllowLimited bool
}

// Check judges a summary, which it does not change. There is an outcome for
// each thing that the threshold applies to, and at least one.
func (t Threshold) Check(s *summary.Summary, options CheckOptions) []Outcome {
	if t.subject.kind == 0 || s == nil {
		return []Outcome{{Threshold: t, Why: "nothing to judge"}}
	}
	if t.OfComparison() {
		return []Outcome{{Threshold: t, Why: needsComparison}}
	}
	c := checker{t, s, options}
	switch {
	case t.session:
		return []Outcome{c.decide(Outcome{}, c.ofSessions())}
	case t.subject.kind == latency || t.subject.kind == throughput:
		return c.eachSeries()
	case t.subject.kind == goodput || t.subject.kind == operations && t.statistic == rate:
		return c.eachVariant()
	}
	series := c.selected("")
	if len(series) == 0 {
		return []Outcome{c.decide(Outcome{Variant: t.variant}, reading{missing: c.nothing()})}
	}
	return []Outcome{c.decide(Outcome{Variant: t.variant}, c.ofCounts(series))}
}

type checker struct {
	Threshold
	summary *summary.Summary
	options CheckOptions
}

// byName reports whether the threshold's variant is one of the result and not
// a mode.
func (c *checker) byName() bool { return slices.Contains(c.names(), c.variant) }

// names returns the variants of the result, those included that came to no
// operation: because their sessions could not be opened, or for any reason.
func (c *checker) names() (names []string) {
	for i := range c.summary.Series {
		names = append(names, c.summary.Series[i].Variant)
	}
	for i := range c.summary.Errors {
		names = append(names, c.summary.Errors[i].Variant)
	}
	for i := range c.summary.Totals {
		names = append(names, c.summary.Totals[i].Variant)
	}
	var once []string
	for _, n := range names {
		if !slices.Contains(once, n) {
			once = append(once, n)
		}
	}
	return once
}

// selected returns the series that the threshold means, of one variant or, if
// that is empty, of all.
func (c *checker) selected(variant string) (series []*summary.SeriesSummary) {
	byName := c.byName()
	for i := range c.summary.Series {
		x := &c.summary.Series[i]
		switch {
		case variant != "" && x.Variant != variant:
		case c.hasOp && x.Op != c.op, !c.subject.has(x.Op):
		case c.variant == "", byName && x.Variant == c.variant, !byName && isMode(c.variant, x.Mode):
			series = append(series, x)
		}
	}
	return series
}

// variants returns those that the threshold applies to: where it names none,
// all of them, though one may lack the metric.
func (c *checker) variants() []string {
	names := c.names()
	switch {
	case c.variant == "":
		return names
	case c.byName():
		return []string{c.variant}
	}
	return slices.DeleteFunc(names, func(v string) bool { return len(c.selected(v)) == 0 })
}

// eachSeries judges every operation and mode of every variant by itself.
func (c *checker) eachSeries() (outcomes []Outcome) {
	return c.each(func(o Outcome, series []*summary.SeriesSummary) (outcomes []Outcome) {
		for _, x := range series {
			o.Op, o.Mode = x.Op.String(), ""
			if slices.ContainsFunc(series, func(y *summary.SeriesSummary) bool { return y.Op == x.Op && y.Mode != x.Mode }) {
				o.Mode = x.Mode.String()
			}
			outcomes = append(outcomes, c.decide(o, c.ofSeries(x)))
		}
		return outcomes
	})
}

// eachVariant judges every variant by itself.
func (c *checker) eachVariant() []Outcome {
	return c.each(func(o Outcome, series []*summary.SeriesSummary) []Outcome {
		return []Outcome{c.decide(o, c.ofRates(series))}
	})
}

func (c *checker) each(judge func(Outcome, []*summary.SeriesSummary) []Outcome) (outcomes []Outcome) {
	for _, v := range c.variants() {
		o := Outcome{Variant: v}
		if series := c.selected(v); len(series) > 0 {
			outcomes = append(outcomes, judge(o, series)...)
		} else {
			outcomes = append(outcomes, c.decide(o, reading{missing: c.nothing()}))
		}
	}
	if len(outcomes) == 0 {
		outcomes = []Outcome{c.decide(Outcome{Variant: c.variant}, reading{missing: c.nothing()})}
	}
	return outcomes
}

// nothing says that the result has no such series.
func (c *checker) nothing() string {
	what := "no operation with " + c.subject.String()
	if c.hasOp {
		what = "no " + c.op.String()
	}
	if c.variant != "" {
		what += " as " + c.variant
	}
	return what + " was recorded"
}

// decide judges what was read. The outcome says of what.
func (c *checker) decide(o Outcome, r reading) Outcome {
	o.Threshold = c.Threshold
	if c.hasOp {
		o.Op = c.op.String()
	}
	if r.missing == "" && !(r.value >= 0 && r.value <= maxReading) {
		r.missing = "the result has no such number"
	}
	if r.missing != "" {
		o.Why = r.missing
		return o
	}
	d := c.subject.dimension(c.statistic)
	o.Actual, o.Shown = r.value, d.show(r.value, c.bound)
	partial := c.summary.Status != summary.Complete
	grows := d == whole || d == size
	holds := c.operator.holds(r.value, c.bound.base)
	switch {
	case r.doubt != "" && (holds || !c.worse()):
		o.Why = r.doubt
	case !holds && partial && grows && !c.operator.upper() && r.value <= c.bound.base:
		o.Why = "the result is partial, and this number was still growing"
	case !holds:
		o.Verdict = Miss
	case partial:
		o.Why = "the result is partial"
	case c.disconnected(o.Variant) > connected:
		o.Why = "sessions were without a connection for " + quantity.Trimmed(100*c.disconnected(o.Variant), 3) + "% of the time"
	case c.summary.Generator.Limited && !c.options.AllowLimited:
		o.Why = "the load generator was the limit" + reasons(c.summary.Generator.Reasons)
	default:
		o.Verdict = Pass
	}
	return o
}

// connected is the share of their time that sessions may be without a
// connection and a threshold still pass: to log in anew takes a little.
const connected = 0.01

// disconnected returns the largest share of the time for which the sessions of
// a variant had no connection or, where it is not the name of one, those of all
// variants that the threshold applies to. A dead server fails few operations,
// as none begin.
func (c *checker) disconnected(variant string) (most float64) {
	of := c.variants()
	if slices.Contains(of, variant) {
		of = []string{variant}
	}
	for i := range c.summary.Totals {
		if t := &c.summary.Totals[i]; slices.Contains(of, t.Variant) {
			most = max(most, t.DisconnectedShare)
		}
	}
	return most
}

// worse reports whether a value beyond the bound is one that other operations
// would not excuse: a time that is too long, a throughput that is too low.
func (c *checker) worse() bool {
	if c.subject.kind == throughput {
		return c.operator.lower()
	}
	return c.operator.upper()
}

func reasons(why []string) string {
	if len(why) == 0 {
		return ""
	}
	return " (" + clip(listed(why, "and")) + ")"
}
