package usl

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestIntervalsHoldTheTruth draws measurements of servers that obey the law and
// counts how often each 95% interval holds what it should.
func TestIntervalsHoldTheTruth(t *testing.T) {
	const draws = 1000
	for _, c := range []struct {
		name               string
		gamma, alpha, beta float64
		noise              float64
		loads              []float64
		bound              bool // a parameter is on or next to its bound
	}{
		{"peak in range", 100, 0.03, 1e-4, 0.03, []float64{1, 2, 5, 10, 20, 50, 100, 200}, false},
		{"bytes per second", 1e6, 0.1, 1e-3, 0.05, []float64{1, 2, 4, 8, 16, 32, 48, 64, 96, 128}, false},
		{"peak beyond", 10, 0.05, 3e-6, 0.05, powers, true},
		{"no coherency", 10, 0.05, 0, 0.03, []float64{1, 2, 4, 8, 16, 32, 48, 64, 96, 128}, true},
		{"no contention", 1, 0, 1e-4, 0.04, powers, true},
		{"few sessions unmeasured", 40, 0.02, 1e-4, 0.03, []float64{50, 75, 100, 125, 150, 175, 200, 250, 300, 350, 400, 450}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(1, 2))
			peakN, peakX := math.Sqrt((1-c.alpha)/c.beta), c.gamma/c.alpha
			if c.beta > 0 {
				peakX = law(c.gamma, c.alpha, c.beta)(peakN)
			}
			var held [5]int
			all := 0
			for range draws {
				m, err := Fit(along(c.loads, c.noise, r, law(c.gamma, c.alpha, c.beta)))
				if err != nil {
					t.Error(err)
					return
				}
				three := true
				for i, holds := range []bool{
					m.Gamma.Holds(c.gamma), m.Alpha.Holds(c.alpha), m.Beta.Holds(c.beta),
					m.PeakN.Holds(peakN), m.PeakX.Holds(peakX),
				} {
					if holds {
						held[i]++
					} else if i < 3 {
						three = false
					}
				}
				if three {
					all++
				}
			}
			t.Logf("of %d: γ %d, α %d, β %d, N* %d, X* %d; γ, α and β together %d", draws, held[0], held[1], held[2], held[3], held[4], all)
			for i, n := range held {
				name := []string{"γ", "α", "β", "N*", "X*"}[i]
				if n < draws*93/100 {
					t.Errorf("the interval of %s held it in %d of %d", name, n, draws)
				}
				if !c.bound && n > draws*975/1000 {
					t.Errorf("the interval of %s is too long: it held it in %d of %d", name, n, draws)
				}
			}
		})
	}
}

// TestIntervalsEndWhereTheyShould finds the profile another way, by trying
// values of the other parameters, and looks at it at the ends.
func TestIntervalsEndWhereTheyShould(t *testing.T) {
	points := along(powers, 0.05, rand.New(rand.NewPCG(7, 8)), law(100, 0.05, 3e-4))
	m := fitted(t, points)
	freedom := float64(len(points) - 3)
	// With α and β given, the best log γ is a mean.
	squares := func(alpha, beta float64) float64 {
		mean, sum := 0.0, 0.0
		for pass := range 2 {
			for _, p := range points {
				d := math.Log(p.X / law(1, alpha, beta)(p.N))
				if pass == 0 {
					mean += d / float64(len(points))
				} else {
					sum += (d - mean) * (d - mean)
				}
			}
		}
		return sum
	}
	least := func(f func(float64) float64, high float64) float64 {
		low := 0.0
		for range 60 {
			a, b := low+(high-low)/3, high-(high-low)/3
			if f(a) < f(b) {
				high = b
			} else {
				low = a
			}
		}
		return f(low)
	}
	best := squares(*m.Alpha.Value, *m.Beta.Value)
	near(t, "deviation", &m.Deviation, math.Sqrt(best/freedom), 1e-9)
	const student = 2.570582 // 0.975, 5 degrees of freedom: from a table
	excess := func(sum float64) float64 { return math.Sqrt((sum - best) / (best / freedom)) }
	ofAlpha := func(alpha float64) float64 {
		return least(func(beta float64) float64 { return squares(alpha, beta) }, 0.01)
	}
	ofBeta := func(beta float64) float64 {
		return least(func(alpha float64) float64 { return squares(alpha, beta) }, 0.5)
	}
	ofPeak := func(n float64) float64 {
		return least(func(alpha float64) float64 { return squares(alpha, (1-alpha)/(n*n)) }, 0.5)
	}
	for _, c := range []struct {
		what string
		of   Estimate
		sum  func(float64) float64
	}{{"α", m.Alpha, ofAlpha}, {"β", m.Beta, ofBeta}, {"N*", m.PeakN, ofPeak}} {
		for _, end := range []*float64{c.of.Low, c.of.High} {
			z := excess(c.sum(*end))
			near(t, "the excess at an end of "+c.what, &z, student, 1e-4)
		}
	}
}

// An interval that reaches a bound ends there.
func TestIntervalsKeepToBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	zero := 0
	for range 50 {
		m := fitted(t, along(powers, 0.05, r, law(10, 0.05, 1e-6)))
		if *m.Beta.Low < 0 || *m.Beta.High <= *m.Beta.Low || *m.Beta.Value < *m.Beta.Low {
			t.Fatalf("β %g from %g to %g", *m.Beta.Value, *m.Beta.Low, *m.Beta.High)
		}
		if *m.Beta.Low == 0 && m.PeakN.High != nil {
			t.Fatalf("β may be 0, and the peak at most at %g", *m.PeakN.High)
		}
		if *m.Beta.Value == 0 {
			zero++
			if m.PeakN.Value != nil || m.PeakN.Low == nil || !m.PeakExtrapolated {
				t.Fatalf("β is 0, and the peak %+v", m.PeakN)
			}
		}
	}
	if zero < 10 || zero > 40 {
		t.Errorf("β was 0 in %d of 50, and should be in about half", zero)
	}
}
