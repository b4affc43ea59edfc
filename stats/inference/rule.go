package inference

import (
	"math"
	"slices"
)

// Rule decides paired comparisons. The decision is taken on the very numbers
// that the result holds, so that a reader can take it again from them.
//
// More or Less takes three things: the interval excludes no change (a ratio of
// 1, a difference of 0), the median is beyond the practical threshold, and p is
// not above the critical one. p is exact, so that where nothing tells the two
// sides apart at most a share of Critical comes to More or Less, whatever the
// distribution of the noise.
//
// Same takes the whole interval within the threshold, its ends included: two
// one-sided tests of equivalence (Schuirmann 1987) by an interval that leaves
// only half of their error rate on either side. The other half is for the
// interval being approximate: where the truth lies just on an end of the
// threshold, and noise is the same on both sides, 2% to 5% come to Same at 95%,
// under normal and under heavy-tailed noise. With 7 pairs it is 6%: the interval
// then ends at the second of seven values, and in 8 of 2^7 cases the truth lies
// beyond that.
//
// Nothing is decided with fewer pairs than could reach 1-Level at all: 6 for 95%.
type Rule struct {
	// Effect is the practical threshold of ratios: 0.03 makes it 0.97 to 1.03.
	// 0 ≤ Effect < 1.
	Effect float64
	// Level is that of the interval, 0.95 for 95%.
	Level float64
	// Critical is what p must not exceed.
	Critical float64
	// Resamples is how many the interval is made from; [Resamples] if 0.
	Resamples int
	// Seed is that of the resamples.
	Seed uint64
}

// Result is what a paired comparison found. Ratio, Interval and P are NaN where
// there is nothing to compare.
type Result struct {
	// Ratio is the median of the paired ratios new/base, and of an even number
	// of them the geometric mean of the middle two: the median on the log scale.
	// [Rule.Differences] puts the median difference here.
	Ratio float64
	// Interval is that of Ratio.
	Interval Interval
	// P is that of the signed-rank test, two-sided, of Used pairs that differ.
	P       float64
	Used    int
	Outcome Outcome
	// Reason is what an undecided comparison lacks.
	Reason Reason
}

// Paired compares new with base, pair by pair, on the log scale. Both must be
// of the same length and all values above 0; otherwise nothing is compared.
func (r Rule) Paired(base, new []float64) Result {
	ratios := make([]float64, 0, len(base))
	logs := make([]float64, 0, len(base))
	if len(base) == len(new) {
		for i, b := range base {
			ratio := new[i] / b
			if !(b > 0 && ratio > 0 && ratio <= math.MaxFloat64) {
				return nothing()
			}
			ratios = append(ratios, ratio)
			logs = append(logs, logRatio(b, new[i]))
		}
	}
	return r.decide(ratios, logs, geometric, bounds{1 - r.Effect, 1, 1 + r.Effect})
}

// Differences compares by absolute differences new − base, for metrics that can
// be zero. limit is the practical threshold on the difference, not below 0;
// Effect has no part in it.
func (r Rule) Differences(differences []float64, limit float64) Result {
	for _, d := range differences {
		if math.IsNaN(d) || math.IsInf(d, 0) {
			return nothing()
		}
	}
	return r.decide(differences, differences, arithmetic, bounds{-limit, 0, limit})
}

// logRatio is log(new/base) with the same size, to the last bit, as that of the
// pair the other way round: 4 against 5 ties with 5 against 4.
func logRatio(base, new float64) float64 {
	if new < base {
		return -math.Log(base / new)
	}
	return math.Log(new / base)
}

// nothing is the result where nothing can be compared.
func nothing() Result {
	nan := math.NaN()
	return Result{Ratio: nan, Interval: Interval{nan, nan}, P: nan, Reason: NoValues}
}

// bounds are the ends of the practical threshold, and no change between them.
type bounds struct{ low, none, high float64 }

// decide compares the changes of pairs with the bounds; differences are the
// same changes on a scale where no change is 0 and those to either side are
// measured alike.
func (r Rule) decide(changes, differences []float64, mid middle, b bounds) Result {
	if len(changes) == 0 {
		return nothing()
	}
	resamples := r.Resamples
	if resamples == 0 {
		resamples = Resamples
	}
	result := Result{
		Ratio:    middleOf(slices.Sorted(slices.Values(changes)), mid),
		Interval: bootstrap(changes, mid, r.Level, resamples, r.Seed),
	}
	result.P, result.Used = SignedRank(differences)
	result.Outcome, result.Reason = r.judge(result, len(changes), b)
	return result
}

func (r Rule) judge(found Result, pairs int, b bounds) (Outcome, Reason) {
	median, interval := found.Ratio, found.Interval
	least := LeastSignedRankP(found.Used)
	switch {
	case LeastSignedRankP(pairs) > 1-r.Level:
		return Undecided, TooFew
	case interval.Low >= b.low && interval.High <= b.high:
		return Same, Decided
	case median >= b.low && median <= b.high:
		return Undecided, TooWide
	case least > r.Critical:
		return Undecided, TooFew
	case interval.Low <= b.none && b.none <= interval.High:
		return Undecided, NoChangeInside
	case !(found.P <= r.Critical):
		return Undecided, PTooLarge
	case median > b.high:
		return More, Decided
	case median < b.low:
		return Less, Decided
	default:
		return Undecided, NoValues
	}
}
