package usl

import (
	"math"
	"math/rand/v2"
	"testing"
)

func bentAt(slope, load float64) func(float64) float64 {
	return func(n float64) float64 { return slope * min(n, load) }
}

func TestKneesWithoutNoiseAreFoundExactly(t *testing.T) {
	for _, load := range []float64{1.5, 2, 3, 16, 20, 63, 64, 100} {
		k, err := FitKnee(along(powers, 0, nil, bentAt(12, load)))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "slope", k.Slope.Value, 12, 1e-9)
		near(t, "load", k.Load.Value, load, 1e-9)
		near(t, "plateau", k.Throughput.Value, 12*load, 1e-9)
		for _, n := range []float64{1, 10, 128} {
			x, outside := k.At(n)
			near(t, "throughput", &x, bentAt(12, load)(n), 1e-9)
			if outside {
				t.Errorf("%g is measured", n)
			}
		}
	}
}

// A knee that is not between the levels measured is not made up.
func TestKneeOutsideOfTheLevels(t *testing.T) {
	k, _ := FitKnee(along(powers, 0, nil, bentAt(12, 1e6)))
	if k.Load.Value != nil || k.Load.High != nil || k.Throughput.Value != nil || k.Throughput.High != nil {
		t.Errorf("a line: %+v", k)
	}
	near(t, "slope", k.Slope.Value, 12, 1e-9)
	near(t, "least knee", k.Load.Low, 128, 1e-9)
	near(t, "least plateau", k.Throughput.Low, 12*128, 1e-9)
	if x, outside := k.At(1000); math.Abs(x-12000) > 1e-6 || !outside {
		t.Errorf("at 1000: %g, %v", x, outside)
	}

	k, _ = FitKnee(along(powers, 0, nil, bentAt(12, 0.1)))
	if k.Load.Value != nil || k.Load.Low != nil || k.Slope.Value != nil || k.Slope.High != nil {
		t.Errorf("a plateau: %+v", k)
	}
	near(t, "plateau", k.Throughput.Value, 1.2, 1e-9)
	near(t, "largest knee", k.Load.High, 1, 1e-9)
	near(t, "least slope", k.Slope.Low, 1.2, 1e-9)
	if x, outside := k.At(0.5); math.Abs(x-0.6) > 1e-9 || !outside {
		t.Errorf("at 0.5: %g, %v", x, outside)
	}
	if x, outside := k.At(-1); !math.IsNaN(x) || !outside {
		t.Errorf("at -1: %g, %v", x, outside)
	}
}

// The fit is over all knees: none of a fine grid is better.
func TestKneeIsTheBestOfAll(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 50 {
		points := along(powers, 0.2, r, law(10, 0.05, 1e-4))
		points = append(points, along(powers[2:5], 0.2, r, law(10, 0.05, 1e-4))...)
		k, _ := FitKnee(points)
		got := k.Deviation * k.Deviation * float64(len(points)-2)
		for load := 0.9; load < 150; load *= 1.003 {
			mean, sum := 0.0, 0.0
			for _, p := range points {
				mean += math.Log(p.X/min(p.N, load)) / float64(len(points))
			}
			for _, p := range points {
				d := math.Log(p.X/min(p.N, load)) - mean
				sum += d * d
			}
			if sum < got*(1-1e-9) {
				t.Fatalf("knee at %g: sum %g, fit %g", load, sum, got)
			}
		}
	}
}

func TestKneeIntervalsHoldTheTruth(t *testing.T) {
	const draws = 1000
	for _, c := range []struct{ load, noise float64 }{{20, 0.03}, {16, 0.05}, {70, 0.05}, {1.5, 0.05}, {1e9, 0.05}} {
		r := rand.New(rand.NewPCG(1, 2))
		var held [3]int
		for range draws {
			k, err := FitKnee(along(powers, c.noise, r, bentAt(10, c.load)))
			if err != nil {
				t.Fatal(err)
			}
			for i, holds := range []bool{k.Slope.Holds(10), k.Load.Holds(c.load), k.Throughput.Holds(10 * c.load)} {
				if holds {
					held[i]++
				}
			}
		}
		t.Logf("knee at %g: slope %d, load %d, plateau %d of %d", c.load, held[0], held[1], held[2], draws)
		for i, n := range held {
			if n < draws*93/100 {
				t.Errorf("knee at %g: interval %d held it in %d of %d", c.load, i, n, draws)
			}
		}
	}
}
