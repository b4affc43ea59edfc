package compare

import (
	"fmt"
	"strings"

	"github.com/ftpmark/ftpmark/stats/summary"
)

// gate holds the primary metrics of a diff to the bound. A metric
//
//   - misses it if its whole interval is worse than the bound and p ≤ 0.05;
//   - passes it if its whole interval is better than the bound;
//   - has no verdict otherwise.
//
// Nothing of a variant passes that has more errors in the new result, however
// few; where the whole interval of their difference is beyond 0.1 percentage
// points and p ≤ 0.05, everything of it misses. A variant that only the base has
// cannot be judged.
func (d *differing) gate(diff *Diff) *Gate {
	g := &Gate{MaxRegression: d.options.MaxRegression, Verdict: GatePassed, Findings: []GateFinding{}, Why: d.impassable()}
	for i := range diff.Variants {
		v := &diff.Variants[i]
		for j := range v.Findings {
			if f := &v.Findings[j]; f.Primary {
				g.Findings = append(g.Findings, d.hold(f, v, g.Why))
			}
		}
	}
	for _, v := range d.base.variants {
		if d.new.of(v) == nil {
			for _, m := range d.primary {
				g.Findings = append(g.Findings, GateFinding{Variant: v, Metric: m, Verdict: GateUnjudged, Why: "the new result has no such variant"})
			}
		}
	}
	for _, f := range g.Findings {
		if f.Verdict == GateMissed || f.Verdict == GateUnjudged && g.Verdict == GatePassed {
			g.Verdict = f.Verdict
		}
	}
	if len(g.Findings) == 0 {
		g.Verdict = GateUnjudged
	}
	return g
}

// impassable says why nothing passes, empty if it may.
func (d *differing) impassable() string {
	var why []string
	for _, o := range []*origin{&d.base, &d.new} {
		if o.summary.Status != summary.Complete {
			why = append(why, o.name+" is partial")
		}
		if g := &o.summary.Generator; g.Limited && !d.options.AllowLimited {
			said := "the load generator was the limit in " + o.name
			if len(g.Reasons) > 0 {
				said += " (" + strings.Join(g.Reasons[:min(len(g.Reasons), 3)], ", ") + ")"
			}
			why = append(why, said)
		}
	}
	return strings.Join(why, "; ")
}

// hold judges one metric. impassable is why it cannot pass, empty if it can.
func (d *differing) hold(f *Finding, v *VariantDiff, impassable string) GateFinding {
	g := GateFinding{Variant: v.Variant, Metric: f.Metric, Verdict: GateUnjudged}
	g.Worse, g.Low, g.High = worsening(f)
	bound := d.options.MaxRegression
	shown := fmt.Sprintf("%.3g%%", 100*bound)
	if f.Difference {
		bound, shown = errorLimit, fmt.Sprintf("%.3g percentage points", 100*errorLimit)
	}
	base, new := d.base.of(v.Variant), d.new.of(v.Variant)
	switch {
	case g.Worse == nil || g.Low == nil || g.High == nil || f.P == nil:
		g.Why = f.Why
	case *g.Low > bound && *f.P <= Alpha:
		g.Verdict = GateMissed
	case *g.High <= bound:
		g.Verdict = GatePassed
	case *g.Worse <= bound:
		g.Why = fmt.Sprintf("it may be worse by up to %.3g%%, which is more than %s", 100**g.High, shown)
	case *g.Low <= 0:
		g.Why = fmt.Sprintf("it is worse by more than %s, but its interval includes zero change", shown)
	case *g.Low <= bound:
		g.Why = fmt.Sprintf("it is worse by more than %s, but it may be by as little as %.3g%%", shown, 100**g.Low)
	default:
		g.Why = fmt.Sprintf("it is worse by more than %s, but p is %s, above %s", shown, probability(*f.P), probability(Alpha))
	}
	if g.Verdict == GateUnjudged && g.Worse != nil && g.Low != nil && g.High != nil && f.P != nil {
		g.TrialsNeeded = trialsNeeded(*g.Worse, *g.Low, *g.High, bound, min(v.BaseTrials, v.NewTrials))
	}
	if g.Verdict == GateMissed {
		return g
	}
	switch why := new.tainted(base); {
	case d.clearlyMoreErrors(base, new):
		g.TrialsNeeded = nil
		g.Verdict, g.Why = GateMissed, fmt.Sprintf("clearly more errors: %s against %s", new.faults(), base.faults())
	case g.Verdict != GatePassed:
	case why != "":
		g.Verdict, g.Why = GateUnjudged, why
	case new.disconnected() > connected:
		g.Verdict, g.Why = GateUnjudged, fmt.Sprintf("sessions were without a connection for %.3g%% of the time", 100*new.disconnected())
	case impassable != "":
		g.Verdict, g.Why = GateUnjudged, impassable
	}
	return g
}

// worsening returns the change for the worse and its interval: of the ratio, or
// of the difference.
func worsening(f *Finding) (worse, low, high *float64) {
	turn := func(x *float64) *float64 {
		switch {
		case x == nil:
			return nil
		case f.Difference:
			return number(*x)
		case f.Higher:
			return number(1 - *x)
		}
		return number(*x - 1)
	}
	worse, low, high = turn(f.Ratio), turn(f.Low), turn(f.High)
	if f.Higher {
		low, high = high, low
	}
	return worse, low, high
}

// clearlyMoreErrors reports whether the errors themselves are a regression: at
// 5%, though they are not among the primary metrics, as a gate that let errors
// pass would pass a server that fails fast, or that turns operations away.
func (d *differing) clearlyMoreErrors(base, new *side) bool {
	m := Metric{q: &faultRate}
	b, n := base.values(m), new.values(m)
	if b.why != "" || n.why != "" || min(len(b.known), len(n.known)) < MinTrials {
		return false
	}
	r := d.unpaired(m, b.floats(), n.floats())
	return r.Interval.Low > errorLimit && r.P <= Alpha
}
