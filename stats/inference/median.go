package inference

import (
	"math"
	"slices"
)

// Median returns the median of values, the mean of the middle two for an even
// number of them; NaN for none and where one is NaN. It does not change its
// argument.
func Median(values []float64) float64 {
	if len(values) == 0 || anyNaN(values) {
		return math.NaN()
	}
	return middleOf(slices.Sorted(slices.Values(values)), arithmetic)
}

// A middle returns what lies between two values of a sample, the first not
// above the second.
type middle func(a, b float64) float64

// middleOf returns the median of a sorted sample that is not empty.
func middleOf(sorted []float64, mid middle) float64 {
	n := len(sorted)
	return between(sorted[(n-1)/2], sorted[n/2], mid)
}

// between keeps what the sample holds as it is: of equal values the middle is
// that value to the last bit, which matters on a threshold.
func between(a, b float64, mid middle) float64 {
	if a == b {
		return a
	}
	return mid(a, b)
}

// arithmetic is the mean, halved first because a sum of huge values overflows.
func arithmetic(a, b float64) float64 { return a/2 + b/2 }

// geometric is for ratios: the mean of their logs. The root of the product is
// more exact, where there is one: the middle of 1/2 and 2 is 1.
func geometric(a, b float64) float64 {
	if product := a * b; product > 1e-300 && product < 1e300 {
		return math.Sqrt(product)
	}
	return math.Sqrt(a) * math.Sqrt(b)
}

// Deviation returns the standard deviation of a sample (its square divided by
// n-1); NaN for fewer than two values and where one is NaN or infinite.
func Deviation(values []float64) float64 {
	if len(values) < 2 {
		return math.NaN()
	}
	mean, n := 0.0, float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	squares := 0.0
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	return math.Sqrt(squares / (n - 1))
}

func anyNaN(values []float64) bool { return slices.ContainsFunc(values, math.IsNaN) }
