package usl

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestBetterIsTheOneThatMadeThePoints(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	loads := []float64{1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128}
	for _, c := range []struct {
		name   string
		f      func(float64) float64
		better string
	}{
		{"law", law(10, 0.05, 3e-4), BetterUSL},
		{"no coherency", law(10, 0.05, 0), BetterUSL},
		{"places", bentAt(10, 16), BetterKnee},
		{"line", bentAt(10, 1e9), BetterKnee},
	} {
		right := 0
		for range 100 {
			got, err := Compare(along(loads, 0.04, r, c.f))
			if err != nil {
				t.Fatal(err)
			}
			if got.Better == c.better {
				right++
			}
			if got.Difference < 0 || got.Close != (got.Difference < 2) {
				t.Fatalf("%g, %v", got.Difference, got.Close)
			}
		}
		if right < 95 {
			t.Errorf("%s: %s was the better in %d of 100", c.name, c.better, right)
		}
	}
}

// The criterion by hand, with the deviations that the fits say.
func TestCriterion(t *testing.T) {
	c, err := Compare(specSDM91)
	if err != nil {
		t.Fatal(err)
	}
	of := func(deviation, freedom, k float64) float64 {
		return 7*math.Log(deviation*deviation*freedom/7) + 2*k + 2*k*(k+1)/(7-k-1)
	}
	want := of(c.USL.Deviation, 4, 4) - of(c.Knee.Deviation, 5, 3)
	near(t, "difference", &c.Difference, want, 1e-9)
	if c.Better != BetterKnee || c.Close { // by the price of a parameter with 7 points, 14
		t.Errorf("better %s, close %v", c.Better, c.Close)
	}
}

// With the curves through all points the simpler one wins, by a finite number.
func TestCriterionWithoutNoise(t *testing.T) {
	c, err := Compare(along(powers, 0, nil, bentAt(3, 1e9)))
	if err != nil {
		t.Fatal(err)
	}
	if c.Better != BetterKnee || c.Close || c.Difference > 100 {
		t.Errorf("better %s by %g", c.Better, c.Difference)
	}
}
