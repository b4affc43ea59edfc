package threshold

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// clearlyMore is a difference of the shares of errors that stands for itself,
// whatever its interval: the least share that decides a p99.
const clearlyMore = 0.01

// doubt says why a verdict would not be believed; nothing if it would. A server
// that serves fewer serves them sooner: so the variant that a pass favours must
// not have more errors, however few, and the one that a miss favours not clearly
// more.
func (k *comparer) doubt(holds bool) string {
	if k.subject.kind == errorsOf {
		return ""
	}
	// Goodput and operations are to be high, all else low: a threshold that
	// holds the first-named variant to something favours it by a pass.
	first := (k.operator.lower() == k.higher()) == holds
	favoured, other := k.variant, k.base
	if !first {
		favoured, other = other, favoured
	}
	f, known := k.errors(first)
	a, b := k.faults(favoured), k.faults(other)
	limit := clearlyMore
	if holds {
		limit = 0
	}
	switch {
	case a.share()-b.share() > limit || known && f.more() && a.share() > b.share():
		return clip(favoured) + " has more errors: " + a.String() + ", " + clip(other) + " " + b.String()
	case known && f.more(): // though not over all its trials
		return clip(favoured) + " has more errors in its pairs"
	case holds && (!known || a.due <= 0 || b.due <= 0):
		return "it is not known which variant has more errors"
	}
	return ""
}

// higher reports whether more of the metric is better.
func (t Threshold) higher() bool { return t.subject.kind == goodput || t.subject.kind == operations }

// lead is how many more errors one variant has than the other, as a difference
// of shares with its interval.
type lead struct {
	change
	others *float64 // the median of the other one's trials
}

// more reports whether there are more: the whole interval says so, or the other
// variant has none in most trials and this has some in most pairs.
func (l lead) more() bool {
	return l.low > 0 || l.value > 0 && l.others != nil && *l.others == 0
}

// errors returns the lead of the variant that the threshold names first, or of
// the other one.
func (k *comparer) errors(first bool) (l lead, known bool) {
	for i := range k.against.Findings {
		f := &k.against.Findings[i]
		if f.Metric != "errors.rate" || f.Ratio == nil || f.Low == nil || f.High == nil {
			continue
		}
		turned := *k
		turned.subject = subject{kind: errorsOf}
		turned.turned = k.turned == first
		if l.others = f.Base; turned.turned {
			l.others = f.New
		}
		l.change = turned.turn(f, change{})
		return l, l.missing == ""
	}
	return lead{}, false
}

// faults are how many of the operations that were due failed, did not finish or
// were dropped, as counts of a whole variant.
type faults struct{ bad, due float64 }

func (k *comparer) faults(name string) faults {
	for i := range k.comparison.Variants {
		if v := &k.comparison.Variants[i]; v.Name == name {
			return faults{bad: nonNegative(v.Failed) + nonNegative(v.Unfinished) + nonNegative(v.Dropped), due: nonNegative(v.Attempts) + nonNegative(v.Dropped)}
		}
	}
	return faults{}
}

func nonNegative(n int64) float64 { return float64(max(n, 0)) }

func (f faults) share() float64 {
	if f.due <= 0 {
		return 0
	}
	return min(f.bad/f.due, 1)
}

func (f faults) String() string {
	return fmt.Sprintf("%s of %s", quantity.Count(int64(min(f.bad, 1<<62))), quantity.Count(int64(min(f.due, 1<<62))))
}
