package search

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// series makes one value a second.
func series(n int, at func(second float64) float64) (y []float64) {
	for i := range n {
		y = append(y, at(float64(i)))
	}
	return y
}

func TestTrends(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	noise := func(part float64) float64 { return 1 + part*r.NormFloat64() }
	for _, c := range []struct {
		what   string
		values []float64
		want   bool
	}{
		{"constant", series(4, func(float64) float64 { return 7 }), true},
		{"constant, very large", series(4, func(float64) float64 { return 1e300 }), true},
		{"constant, very small", series(4, func(float64) float64 { return 1e-300 }), true},
		{"too short", series(3, func(float64) float64 { return 7 }), false},
		{"nothing yet", nil, false},
		{"nothing moves", series(20, func(float64) float64 { return 0 }), false},
		{"not a number", []float64{1, 1, math.NaN(), 1, 1}, false},
		{"infinite", []float64{1, 1, math.Inf(1), 1, 1}, false},
		{"a rise of 4%", series(20, func(s float64) float64 { return 1 + 0.04*s/20 }), true},
		{"a rise of 8%", series(20, func(s float64) float64 { return 1 + 0.08*s/20 }), false},
		{"a fall of 30%", series(10, func(s float64) float64 { return 1 - 0.3*s/10 }), false},
		{"a rise of 30% in noise of 3%", series(10, func(s float64) float64 { return (1 + 0.3*s/10) * noise(0.03) }), false},
		{"the first seconds of a start", []float64{100, 200, 300, 400}, false},
		{"a start that is over soon", series(15, func(s float64) float64 { return min(1, 0.2+0.2*s) * noise(0.02) }), false},
		{"a slow start", series(30, func(s float64) float64 { return (1 - math.Exp(-s/10)) * noise(0.02) }), false},
		{"a halt in the middle", []float64{9, 9, 9, 9, 0, 9, 9, 9, 9}, true},
		{"a collapse", []float64{9, 9, 9, 9, 9, 9, 4, 1, 0, 0}, false},
		{"a sawtooth of 3 seconds", series(12, func(s float64) float64 { return 1 + 0.3*math.Mod(s, 3) }), true},
		{"alternating", series(8, func(s float64) float64 { return 1 + math.Mod(s, 2) }), true},
	} {
		if got := trendless(c.values); got != c.want {
			t.Errorf("%s: steady %v, want %v: %v", c.what, got, c.want, c.values)
		}
	}
}

func TestTheWindowCloses(t *testing.T) {
	flat := series(20, func(float64) float64 { return 100 })
	rising := series(20, func(s float64) float64 { return 100 * s })
	s := Steady{Floor: 5 * time.Second, Cap: 15 * time.Second}
	for _, c := range []struct {
		what            string
		elapsed         time.Duration
		values          []float64
		samples, needed int64
		done, steady    bool
	}{
		{"before the floor", 4999 * time.Millisecond, flat, 1000, 500, false, false},
		{"at the floor", 5 * time.Second, flat, 500, 500, true, true},
		{"too few samples", 5 * time.Second, flat, 499, 500, false, true},
		{"too few samples at the cap", 15 * time.Second, flat, 499, 500, true, true},
		{"rising", 14 * time.Second, rising, 1000, 500, false, false},
		{"rising at the cap", 15 * time.Second, rising, 1000, 500, true, false},
		{"nothing at the cap", 15 * time.Second, nil, 0, 500, true, false},
	} {
		if done, steady := s.Done(c.elapsed, c.values, c.samples, c.needed); done != c.done || steady != c.steady {
			t.Errorf("%s: done %v, steady %v", c.what, done, steady)
		}
	}
	if done, _ := (Steady{Floor: time.Second}).Done(time.Second, nil, 0, 1); !done {
		t.Error("a cap below the floor keeps the window open")
	}
}

// closes asks once a second, as a run does, and says when the window closed.
func closes(s Steady, next func(second int) float64) (seconds int, steady bool) {
	var y []float64
	for {
		y = append(y, next(len(y)))
		if done, steady := s.Done(time.Duration(len(y))*time.Second, y, 1, 1); done {
			return len(y), steady
		}
	}
}

func TestNoiseIsSteadyAndAStartIsNot(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	s := Steady{Floor: 5 * time.Second, Cap: 30 * time.Second}
	const n = 2000
	for _, part := range []float64{0.01, 0.05, 0.2, 0.5} {
		unsteady, seconds, early := 0, 0, 0
		for range n {
			at, steady := closes(s, func(int) float64 { return max(0, 1+part*r.NormFloat64()) })
			seconds += at
			if !steady {
				unsteady++
			}
			// It grows by a tenth of what it comes to, each second, for ten.
			if _, steady := closes(Steady{Floor: 5 * time.Second, Cap: 10 * time.Second}, func(i int) float64 {
				return float64(i+1) / 10 * max(0, 1+part*r.NormFloat64())
			}); steady {
				early++
			}
		}
		t.Logf("noise of %v: closed after %.1f s, %d of %d not steady; %d starts taken for steady", part, float64(seconds)/n, unsteady, n, early)
		if unsteady > n/100 {
			t.Errorf("noise of %v: %d of %d not steady", part, unsteady, n)
		}
		if part <= 0.2 && early > n/20 {
			t.Errorf("noise of %v: %d of %d starts taken for steady", part, early, n)
		}
	}
}
