package inference

import (
	"math"
	"slices"

	"github.com/aclements/go-moremath/stats"
)

// The largest samples for which the distribution of U is exact; it takes a
// tenth of a second at most. With ties it costs more, mostly by the size of the
// smaller sample: 30 and 30 are exact, and so are 5 and 1000.
const (
	exactMannWhitney     = 100 * 100    // n·m
	exactMannWhitneyTies = 30 * 30 * 30 // n·m·min(n, m)
)

// MannWhitney returns the two-sided p of the Mann–Whitney U test that the values
// of a and b come from one distribution. It is exact, with ties too: U has its
// permutation distribution given the ranks, and p = min(1, 2·min(P(U≤u),
// P(U≥u))). For large samples (over 100 each; with ties over 30 each) it is the
// normal approximation with corrections for ties and continuity. It is 1 where
// all values are the same and where a side has none. NaN is the caller's error
// and gives NaN.
func MannWhitney(a, b []float64) (p float64) {
	if anyNaN(a) || anyNaN(b) {
		return math.NaN()
	}
	n, m := len(a), len(b)
	all := slices.Sorted(slices.Values(slices.Concat(a, b)))
	ranks, ties := midranks(all)
	if n == 0 || m == 0 || len(ties) == 1 {
		return 1
	}
	limit, size := exactMannWhitney, n*m
	if len(ties) < len(all) {
		limit, size = exactMannWhitneyTies, n*m*min(n, m)
	}
	if size > limit {
		// The test fails only where all values are the same.
		result, err := stats.MannWhitneyUTest(a, b, stats.LocationDiffers)
		if err != nil {
			return 1
		}
		return min(1, result.P)
	}
	// The two tails differ where samples of different sizes have ties. The
	// upper tail of one sample's U is the lower tail of the other's.
	u := (rankSum(a, all, ranks) - float64(n*(n+1))) / 2
	low := stats.UDist{N1: n, N2: m, T: ties}.CDF(u)
	high := stats.UDist{N1: m, N2: n, T: ties}.CDF(float64(n*m) - u)
	return min(1, 2*min(low, high))
}

// rankSum returns the sum of the doubled ranks of values, all of which are in
// sorted.
func rankSum(values, sorted []float64, ranks []int) float64 {
	sum := 0
	for _, v := range values {
		i, _ := slices.BinarySearch(sorted, v)
		sum += ranks[i]
	}
	return float64(sum)
}
