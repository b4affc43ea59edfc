package inference

import (
	"math"
	"slices"
	"testing"
)

func TestHolm(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		name    string
		p, want []float64
	}{
		// The worked example of the encyclopedias: at 5% the first and the fourth
		// of these are rejected.
		{"worked example", []float64{0.01, 0.04, 0.03, 0.005}, []float64{0.03, 0.06, 0.06, 0.02}},
		{"none", nil, nil},
		{"one", []float64{0.04}, []float64{0.04}},
		{"never above 1", []float64{0.6, 0.7, 0.001}, []float64{1, 1, 0.003}},
		{"never falling", []float64{0.01, 0.011, 0.5}, []float64{0.03, 0.03, 0.5}},
		{"ties", []float64{0.02, 0.02, 0.02}, []float64{0.06, 0.06, 0.06}},
		{"not made", []float64{nan, 0.02, nan, 0.03}, []float64{nan, 0.04, nan, 0.04}},
		{"nothing made", []float64{nan}, []float64{nan}},
		{"zero", []float64{0, 1}, []float64{0, 1}},
	} {
		before := slices.Clone(test.p)
		got := Holm(test.p)
		if !slices.EqualFunc(got, test.want, nearly) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
		if !slices.EqualFunc(test.p, before, nearly) {
			t.Errorf("%s: the argument was changed", test.name)
		}
	}
}

// Adjusted p ≤ α means what Holm's procedure says: going up from the smallest,
// reject while the k-th is at most α/(m-k+1).
func TestHolmIsStepDown(t *testing.T) {
	p := []float64{0.004, 0.3, 0.012, 0.017, 0.0009, 0.026, 0.049, 0.008}
	sorted := slices.Sorted(slices.Values(p))
	for _, alpha := range []float64{0.001, 0.01, 0.05, 0.1, 0.35} {
		rejected := 0
		for rejected < len(p) && sorted[rejected] <= alpha/float64(len(p)-rejected) {
			rejected++
		}
		for i, adjusted := range Holm(p) {
			want := slices.Index(sorted, p[i]) < rejected
			if (adjusted <= alpha) != want {
				t.Errorf("α = %v: p = %v is adjusted to %v, rejected %v", alpha, p[i], adjusted, want)
			}
		}
	}
}
