package compare

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats/inference"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// looksOf returns the numbers of pairs at which the plan looks at its data, and
// the error rate spent at each: one look at the end, or several.
func looksOf(plan *resultfile.ComparePlan) []inference.Look {
	if plan.UntilVerdict && plan.MaxPairs > plan.Pairs {
		return inference.Looks(plan.Pairs, plan.MaxPairs, Alpha)
	}
	return []inference.Look{{Pairs: plan.Pairs, Alpha: Alpha}}
}

// NextLook returns the number of pairs at which to look next, where so many
// have run; more is false if the plan has none to come. To look in between
// would spend error rate that was not planned for.
func NextLook(plan resultfile.ComparePlan, pairs int) (next int, more bool) {
	if plan.Check() != nil {
		return 0, false
	}
	for _, l := range looksOf(&plan) {
		if l.Pairs > pairs {
			return l.Pairs, true
		}
	}
	return 0, false
}

// Undecided reports whether another block is wanted of a run that goes on until
// there are verdicts, after so many blocks: between two looks always, at a look
// unless every primary metric is settled, and never beyond the last. soFar has
// the trials of these blocks.
func Undecided(soFar *resultfile.Result, blocks int) bool { return undecided(soFar, blocks, Of) }

func undecided(soFar *resultfile.Result, blocks int, look func(*resultfile.Result) (*Comparison, error)) bool {
	if soFar.Header.Compare == nil {
		return false
	}
	plan := *soFar.Header.Compare
	next, more := NextLook(plan, blocks-1)
	switch _, later := NextLook(plan, blocks); {
	case !more || !later:
		return false
	case blocks < next:
		return true
	}
	c, err := look(soFar)
	return err == nil && !c.Settled()
}

// lookAt finds the look at which the data stand: the first that so many pairs
// do not go beyond. A run that was stopped between two looks is judged at the
// later one's share of the error rate, which nothing has spent.
func (c *comparing) lookAt() {
	pairs := c.plan.MaxPairs
	for i := range c.sides[1:] {
		b, _ := paired(&c.sides[0], &c.sides[i+1])
		pairs = min(pairs, len(b.trials))
	}
	for _, l := range looksOf(&c.plan) {
		c.look = l
		if c.looks++; l.Pairs >= pairs {
			break
		}
	}
}

// method says how the verdicts are reached.
func (c *comparing) method() Method {
	m := Method{
		Alpha: Alpha, Level: 1 - c.look.Alpha, Critical: c.look.Alpha, Looks: c.looks,
		Resamples: c.resamples, Seed: c.result.Header.Seed,
		Interval:   "percentile bootstrap of the median of the paired log-ratios (Efron 1979)",
		Test:       "exact two-sided Wilcoxon signed-rank test of the paired log-ratios (Wilcoxon 1945); errors.rate by differences",
		Correction: "each primary metric is tested at 5%; all other metrics of a comparison together at 5%, corrected for multiple testing (Holm 1979)",
	}
	if len(c.sides) > 2 {
		m.Correction += fmt.Sprintf("; this applies to each of the %d comparisons", len(c.sides)-1)
	}
	if c.plan.UntilVerdict {
		m.Stopping = fmt.Sprintf("from %d to %d pairs until every primary metric has a verdict: each look spends part of the error rate (Lan & DeMets 1983), with repeated confidence intervals (Jennison & Turnbull 1989)",
			c.plan.Pairs, c.plan.MaxPairs)
	}
	return m
}
