package threshold

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats/compare"
)

// undone is by how much the share of due operations that one variant did not
// come to the end of may exceed the other's, and it still be said to be the
// better one. It is the least share that decides a p99.
const undone = 0.01

// doubt says why a verdict would not be believed; nothing if it would. Failed
// operations are in no histogram, and a server that sheds load is quick with
// the rest: so the variant that the verdict favours must not be the one with
// more errors, be the threshold kept or not.
func (k *comparer) doubt(holds bool, r change) string {
	if k.subject.kind == errorsOf {
		return k.unfinishedDoubt(holds, r)
	}
	// Goodput and operations are to be high, all else low: a bound on the side
	// where it hurts favours the first-named variant by a pass.
	higher := k.subject.kind == goodput || k.subject.kind == operations
	first := (k.operator.lower() == higher) == holds
	favoured, other := k.variant, k.base
	if !first {
		favoured, other = other, favoured
	}
	more, known := k.moreErrors(first)
	switch {
	case more:
		return clip(favoured) + " has more errors"
	case !known && holds:
		return "it is not known which variant has more errors"
	}
	if a, b := k.undone(favoured), k.undone(other); a-b > undone {
		return fmt.Sprintf("%s did not finish %s%% of what was due, %s %s%%", clip(favoured), plain(100*a, 3), clip(other), plain(100*b, 3))
	}
	return ""
}

// moreErrors reports whether the variant that the threshold names first, or
// else the other one, has more errors: the whole interval of the difference says so, or
// the other has none in most trials and it has some in most pairs.
func (k *comparer) moreErrors(first bool) (more, known bool) {
	for i := range k.against.Findings {
		f := &k.against.Findings[i]
		if f.Metric != "errors.rate" {
			continue
		}
		if f.Ratio == nil || f.Low == nil || f.High == nil {
			return false, false
		}
		errors, others := *k, f.Base
		errors.subject = subject{kind: errorsOf}
		errors.turned = k.turned == first // so that it is of the favoured one less the other
		if errors.turned {
			others = f.New
		}
		r := errors.turn(f, change{})
		return r.low > 0 || r.value > 0 && others != nil && *others == 0, r.missing == ""
	}
	return false, false
}

// unfinishedDoubt says whether operations that did not finish could, as errors,
// turn a pass; all could have been in one trial.
func (k *comparer) unfinishedDoubt(holds bool, r change) string {
	v := k.counts(k.variant)
	if !holds || v == nil || v.Unfinished <= 0 {
		return ""
	}
	if high := r.high + float64(r.pairs)*float64(v.Unfinished)/float64(max(v.Attempts, 1)); k.operator.holds(high, k.bound.base) {
		return ""
	}
	return describe([]part{{v.Unfinished, "unfinished"}}, "operation")
}

// undone returns the share of what was due that a variant did not come to the
// end of.
func (k *comparer) undone(name string) float64 {
	v := k.counts(name)
	if v == nil {
		return 0
	}
	left, due := float64(v.Unfinished)+float64(v.Dropped), float64(v.Attempts)+float64(v.Dropped)
	if !(left > 0) || !(due > 0) {
		return 0
	}
	return min(left/due, 1)
}

// counts returns the variant of that name, nil if there is none.
func (k *comparer) counts(name string) *compare.Variant {
	for i := range k.comparison.Variants {
		if v := &k.comparison.Variants[i]; v.Name == name {
			return v
		}
	}
	return nil
}
