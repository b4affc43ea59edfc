package compare

import (
	"fmt"
	"math"
	"strings"

	"github.com/ftpmark/ftpmark/stats/inference"
)

// Alpha is the error rate of each primary metric: how often a verdict of faster
// or slower may be said of things that do not differ.
const Alpha = 0.05

// errorLimit is the practical threshold of errors.rate, a difference of shares:
// 0.1 percentage points, one operation in a thousand. A share has no natural
// scale for a relative one: from one error in a million to two is double, and
// nothing.
const errorLimit = 0.001

// contest is one variant against another, or a new result against an old one:
// what it takes to come from trials to verdicts.
type contest struct {
	base, new side
	metrics   []Metric // the primary ones first
	primary   int      // how many these are
	effect    float64  // the practical threshold
	critical  float64  // what p must not exceed
	// test compares two lists of values, all that there are, by ratios or by
	// differences; the outcome is without regard to p.
	test func(m Metric, base, new []float64) inference.Result
	// point is the ratio or difference that test would find, without a test.
	point func(m Metric, base, new []float64) float64
	// short is why there are too few trials to test anything; empty if there
	// are enough. The verdict is then meagre.
	short  string
	meagre Verdict
	// least is the smallest p that n values which differ can give, and few says
	// how many these are.
	least func(used int) float64
	few   func(used int) string
	// needed estimates what it takes to settle an inconclusive metric, of which
	// there are so many in a family; nil if that is not known.
	needed func(m Metric, base, new []float64, family int) *int
}

// evidence is a finding in the making.
type evidence struct {
	Metric
	base, new values
	result    inference.Result
	tested    bool
}

// findings returns one finding for each metric, in order.
func (c *contest) findings() []Finding {
	list := make([]evidence, len(c.metrics))
	p := make([]float64, len(c.metrics))
	family := 0
	for i, m := range c.metrics {
		list[i] = c.evidence(m)
		p[i] = math.NaN()
		if list[i].tested && i >= c.primary {
			p[i] = list[i].result.P
			family++
		}
	}
	adjusted := inference.Holm(p)
	findings := make([]Finding, len(list))
	for i := range list {
		findings[i] = c.finding(&list[i], i < c.primary, adjusted[i], family)
	}
	return findings
}

func (c *contest) evidence(m Metric) evidence {
	e := evidence{Metric: m, base: c.base.values(m), new: c.new.values(m)}
	if e.lacking() == "" && c.short == "" {
		e.result = c.test(m, e.base.floats(), e.new.floats())
		e.tested = true
	}
	return e
}

// lacking says why there is nothing to test, empty if there is.
func (e *evidence) lacking() string {
	why := e.base.why
	if why == "" {
		why = e.new.why
	}
	switch more := e.base.lacking + e.new.lacking - 1; {
	case more == 1:
		why += " (and 1 more trial)"
	case more > 1:
		why += fmt.Sprintf(" (and %d more trials)", more)
	}
	return why
}

// finding says what the evidence comes to.
func (c *contest) finding(e *evidence, primary bool, adjusted float64, family int) Finding {
	base, new := e.base.floats(), e.new.floats()
	f := Finding{
		Metric: e.String(), Op: e.Op(), Unit: e.q.unit, Higher: e.q.higher, Primary: primary,
		Base: e.base.median(), New: e.new.median(),
		Difference: e.difference(), Verdict: Inconclusive,
		BaseValues: e.base.known, NewValues: e.new.known,
	}
	if c.short != "" {
		f.Verdict, f.Why = c.meagre, c.short
		if len(e.base.known)+len(e.new.known) == 0 {
			return f // what they would have lacked is not known
		}
		if why := e.lacking(); why != "" {
			f.Why += "; " + why
		} else if len(base) > 0 && len(new) > 0 {
			f.Ratio = number(c.point(e.Metric, base, new))
		}
		return f
	}
	if f.Why = e.lacking(); f.Why != "" {
		return f
	}
	r := &e.result
	f.Ratio, f.P = number(r.Ratio), number(r.P)
	f.Low, f.High = number(r.Interval.Low), number(r.Interval.High)
	decisive := r.P
	if !primary {
		f.PAdjusted = number(adjusted)
		decisive = adjusted
	}
	switch {
	case r.Outcome == inference.Same:
		f.Verdict = Equivalent
		return f
	case (r.Outcome == inference.More || r.Outcome == inference.Less) && decisive <= c.critical:
		if f.Verdict = Slower; (r.Outcome == inference.More) == e.q.higher {
			f.Verdict = Faster
		}
		c.veto(&f)
		return f
	}
	if primary {
		family = 1
	}
	f.Why = c.undecided(e, decisive, family)
	f.PairsNeeded = c.needed(e.Metric, base, new, family)
	return f
}

// veto takes the win from a side that failed more often.
func (c *contest) veto(f *Finding) {
	winner, loser, words := &c.new, &c.base, "faster, but with "
	if f.Verdict == Slower {
		winner, loser, words = &c.base, &c.new, "slower, but "+c.base.name+" has "
	}
	if why := winner.tainted(loser); why != "" {
		f.Verdict, f.Why = Inconclusive, words+why
	}
}

// undecided says which of the conditions of a verdict are lacking.
func (c *contest) undecided(e *evidence, p float64, family int) string {
	r, none, limit, shown := &e.result, 1.0, c.effect, fmt.Sprintf("%.3g%%", 100*c.effect)
	if e.difference() {
		none, limit, shown = 0, errorLimit, fmt.Sprintf("%.3g percentage points", 100*errorLimit)
	}
	if math.Abs(r.Ratio-none) <= limit && (r.Interval.Low < none-limit || r.Interval.High > none+limit) {
		return "the change is within the practical threshold of " + shown + ", but its interval is not"
	}
	var lacking []string
	if r.Interval.Low <= none && none <= r.Interval.High {
		lacking = append(lacking, "the interval includes zero change")
	}
	switch {
	case p <= c.critical:
	case c.least(r.Used)*float64(family) > c.critical:
		lacking = append(lacking, c.few(r.Used)+" cannot reach p = "+probability(c.critical)+ofFamily(family))
	default:
		lacking = append(lacking, "p is "+probability(p)+ofFamily(family)+", above "+probability(c.critical))
	}
	if len(lacking) == 0 {
		return "the interval touches the practical threshold of " + shown
	}
	return strings.Join(lacking, "; ")
}

func ofFamily(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(", adjusted for %d metrics", n)
}

func probability(p float64) string { return fmt.Sprintf("%.3g", p) }
