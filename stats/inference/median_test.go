package inference

import (
	"math"
	"slices"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{
		{nil, math.NaN()},
		{[]float64{7}, 7},
		{[]float64{3, 1, 2}, 2},
		{[]float64{4, 1, 3, 2}, 2.5},
		{[]float64{math.MaxFloat64, math.MaxFloat64, -1, math.MaxFloat64}, math.MaxFloat64},
		{[]float64{-math.MaxFloat64, math.MaxFloat64}, 0},
		{[]float64{0.1, 0.1, 0.1, 0.1}, 0.1},
		{[]float64{1, math.NaN(), 3}, math.NaN()},
	} {
		before := slices.Clone(test.values)
		if got := Median(test.values); !nearly(got, test.want) {
			t.Errorf("the median of %v is %v, want %v", test.values, got, test.want)
		}
		if !slices.EqualFunc(before, test.values, nearly) {
			t.Errorf("%v was changed to %v", before, test.values)
		}
	}
}

func TestDeviation(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		values []float64
		want   float64
	}{
		{nil, nan},
		{[]float64{3}, nan},
		{[]float64{3, 3, 3}, 0},
		{[]float64{2, 4, 4, 4, 5, 5, 7, 9}, math.Sqrt(32. / 7)},
		{[]float64{1e9 + 1, 1e9 + 3}, math.Sqrt2},
		{[]float64{1, nan}, nan},
		{[]float64{1, math.Inf(1)}, nan},
	} {
		if got := Deviation(test.values); !nearly(got, test.want) {
			t.Errorf("of %v: %v, want %v", test.values, got, test.want)
		}
	}
}

// nearly is equality but for rounding, and of NaN too.
func nearly(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12
}
