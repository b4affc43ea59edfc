package compare

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A gate is missed by chance in a few of a hundred runs at most, even where the
// truth is just what is accepted, and hardly ever where it is less; but what is
// clearly worse is found.
func TestGateIsHardlyEverMissedByChance(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	const runs, trials = 200, 6
	for _, c := range []struct{ truth, deviation, least, most float64 }{
		{0.05, 0.02, 0, 0.05}, {0.04, 0.03, 0, 0.03}, {0.1, 0.01, 0.9, 1},
	} {
		missed := 0
		for run := range runs {
			random := rand.New(rand.NewPCG(3, uint64(run)))
			values := func(level float64) (v []float64) {
				for range trials {
					v = append(v, level*math.Exp(c.deviation*random.NormFloat64()))
				}
				return v
			}
			plain := origin{variants: []string{"passive"}, sides: make([]side, 1)}
			d := &differing{
				options: DiffOptions{MaxRegression: 0.05, ThresholdEffect: DefaultEffect, Seed: uint64(run)},
				base:    plain, new: plain,
			}
			r := d.unpaired(Metric{q: &operations}, values(1), values(1-c.truth))
			f := &Finding{Metric: "operations", Higher: true, Ratio: &r.Ratio, Low: &r.Interval.Low, High: &r.Interval.High, P: &r.P}
			if d.hold(f, &VariantDiff{Variant: "passive"}, "").Verdict == GateMissed {
				missed++
			}
		}
		if share := float64(missed) / runs; share < c.least || share > c.most {
			t.Errorf("worse by %g%%, with a deviation of %g%%: %d of %d miss 5%%", 100*c.truth, 100*c.deviation, missed, runs)
		}
	}
}
