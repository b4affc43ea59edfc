package inference

import "math"

// power is how likely the number of pairs that [PairsNeeded] returns shall
// settle a comparison.
const power = 0.8

// mostPairs is up to how many are sensible to name.
const mostPairs = 1000

// PairsNeeded estimates how many pairs in all would settle an undecided
// comparison with a probability of 80%, if its pairs go on as those so far:
// logRatios are theirs, log(new/base); effect is the practical threshold of the
// [Rule], alpha its Critical and 1-Level. ok is false where nothing sensible can
// be said: fewer than two pairs, a median on the threshold, more than 1000
// needed.
//
// It is normal theory, with the median m of the log-ratios for the truth and
// their standard deviation s. The median of n of them has the standard error
//
//	e = s·√(π/2n),
//
// for it is only 2/π as efficient as the mean (Kendall & Stuart, The Advanced
// Theory of Statistics, vol. 1), and its interval reaches z·e to either side, z
// being the normal quantile of 1-alpha/2. The signed-rank test is more efficient
// and asks for nothing further. Beyond the threshold, |log(1±effect)| = t on the
// side of m, a difference is shown if the median comes out above z·e and t:
//
//	power = Φ((|m| - max(z·e, t)) / e).
//
// Inside, equivalence is shown if the interval lies between the ends l and u of
// the threshold (Schuirmann 1987; Chow, Shao & Wang, Sample Size Calculations in
// Clinical Research):
//
//	power = Φ((u - m)/e - z) + Φ((m - l)/e - z) - 1.
//
// The least n that gives 80% is returned, though not one that could not reach
// alpha, and more than there are now, for these have not settled it. It is an
// estimate from few pairs, and no better than they are: with 10, s is known to a
// quarter. Outliers make it larger than need be.
func PairsNeeded(logRatios []float64, effect, alpha float64) (n int, ok bool) {
	if len(logRatios) < 2 {
		return 0, false
	}
	m, s := Median(logRatios), Deviation(logRatios)
	low, high := math.Log1p(-effect), math.Log1p(effect)
	z := math.Sqrt2 * math.Erfcinv(alpha)
	for n = len(logRatios) + 1; n <= mostPairs; n++ {
		e := s * math.Sqrt(math.Pi/2/float64(n))
		if LeastSignedRankP(n) <= alpha && settles(m, e, z, low, high) >= power {
			return n, true
		}
	}
	return 0, false
}

// settles returns the probability that a comparison is settled in the way that
// its median m suggests, e being the standard error of medians.
func settles(m, e, z, low, high float64) float64 {
	switch {
	case m > high:
		return normal((m - max(z*e, high)) / e)
	case m < low:
		return normal((-m - max(z*e, -low)) / e)
	case m > low && m < high:
		return normal((high-m)/e-z) + normal((m-low)/e-z) - 1
	default: // on the threshold, or not a number
		return 0
	}
}
