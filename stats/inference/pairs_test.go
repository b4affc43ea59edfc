package inference

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// sample has the median and the standard deviation given, exactly.
func sample(n int, median, deviation float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/float64(n)-1)
	}
	unit := 0.0
	for _, v := range values {
		unit += v * v / float64(n-1)
	}
	for i, v := range values {
		values[i] = median + deviation*v/math.Sqrt(unit)
	}
	return values
}

// With so many pairs as are said to be needed, four in five are decided, and in
// the way that was meant.
func TestPairsNeededArePowerful(t *testing.T) {
	for _, test := range []struct {
		median, deviation, effect, alpha float64
		want                             Outcome
	}{
		{0.06, 0.1, 0.03, 0.05, More},
		{-0.06, 0.08, 0.03, 0.05, Less},
		{0.1, 0.1, 0.01, 0.0125, More},
		{0.045, 0.06, 0.03, 0.05, More}, // the threshold is what is hard
		{0.01, 0.03, 0.03, 0.05, Same},
		{-0.01, 0.03, 0.03, 0.0125, Same},
		{0, 0.08, 0.05, 0.05, Same},
	} {
		t.Run(fmt.Sprintf("%v", test), func(t *testing.T) {
			t.Parallel()
			n, ok := PairsNeeded(sample(6, test.median, test.deviation), test.effect, test.alpha)
			if !ok {
				t.Fatal("cannot be said")
			}
			const all = 300
			decided := 0
			for i := range all {
				r := rand.New(rand.NewPCG(21, uint64(i)))
				ratios := make([]float64, n)
				for j := range ratios {
					ratios[j] = math.Exp(test.median + test.deviation*r.NormFloat64())
				}
				rule := Rule{Effect: test.effect, Level: 1 - test.alpha, Critical: test.alpha, Resamples: 200, Seed: uint64(i)}
				if rule.Paired(pairs(ratios...)).Outcome == test.want {
					decided++
				}
			}
			share := float64(decided) / all
			t.Logf("%d pairs: %.0f%% %v", n, 100*share, test.want)
			if share < 0.7 || share > 0.9 {
				t.Errorf("with %d pairs %v are decided, want about %v", n, share, power)
			}
		})
	}
}

func TestPairsNeeded(t *testing.T) {
	on := math.Log1p(0.03)
	for _, test := range []struct {
		name          string
		logs          []float64
		effect, alpha float64
		n             int
		ok            bool
	}{
		{"none", nil, 0.03, 0.05, 0, false},
		{"one", []float64{0.1}, 0.03, 0.05, 0, false},
		{"on the threshold", sample(11, on, 0.05), 0.03, 0.05, 0, false},
		{"near the threshold", sample(11, on*1.01, 0.05), 0.03, 0.05, 0, false},
		{"more than 1000", sample(11, 0.031, 0.9), 0.03, 0.05, 0, false},
		{"no threshold, no change", sample(11, 0, 0.05), 0, 0.05, 0, false},
		// (1.960+0.842)²·π/2·(0.1/0.06)² = 34.2.
		{"a difference", sample(10, 0.06, 0.1), 0.03, 0.05, 35, true},
		{"one for the less", sample(10, -0.06, 0.1), 0.03, 0.05, 35, true},
		// 0.842²·π/2·(0.05/(0.04-0.02956))² = 25.5.
		{"just beyond the threshold", sample(10, 0.04, 0.05), 0.03, 0.05, 26, true},
		// (1.960+1.282)²·π/2·(0.03/0.03)² = 16.5, with ±3% on the log scale.
		{"equivalence", sample(10, 0, 0.03), 0.03, 0.05, 17, true},
		{"more than there are", sample(40, 0, 0.03), 0.03, 0.05, 41, true},
		{"without noise, a change", []float64{0.1, 0.1}, 0.03, 0.05, 6, true},
		{"without noise, none", []float64{0, 0, 0}, 0.03, 0.05, 6, true},
		{"without noise, a stricter level", []float64{0, 0, 0}, 0.03, 0.0125, 8, true},
		{"not a number", []float64{0.1, math.NaN(), 0.2}, 0.03, 0.05, 0, false},
		{"infinite", []float64{0.1, math.Inf(1), 0.2}, 0.03, 0.05, 0, false},
	} {
		n, ok := PairsNeeded(test.logs, test.effect, test.alpha)
		if n != test.n || ok != test.ok {
			t.Errorf("%s: %d, %v, want %d, %v", test.name, n, ok, test.n, test.ok)
		}
	}
}
