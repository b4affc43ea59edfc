package inference

import (
	"cmp"
	"math"
	"slices"
)

// Holm returns p-values adjusted by Holm's step-down method (1979), in the order
// given: to call every adjusted p ≤ α significant makes any false call at all
// with a probability of α at most, however the tests depend on each other.
// Entries that are NaN are tests that were not made: they stay NaN and are not
// counted.
func Holm(p []float64) []float64 {
	adjusted := slices.Clone(p)
	order := make([]int, 0, len(p))
	for i := range p {
		if !math.IsNaN(p[i]) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	least := 0.0
	for k, i := range order {
		least = max(least, min(1, float64(len(order)-k)*p[i]))
		adjusted[i] = least
	}
	return adjusted
}
