package usl

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// series makes points of loads and throughputs.
func series(loads []float64, throughputs ...float64) []Point {
	points := make([]Point, len(loads))
	for i := range points {
		points[i] = Point{loads[i], throughputs[i]}
	}
	return points
}

// along makes points that f says, each with noise of that relative size.
func along(loads []float64, noise float64, r *rand.Rand, f func(float64) float64) []Point {
	points := make([]Point, len(loads))
	for i, n := range loads {
		points[i] = Point{n, f(n)}
		if noise > 0 {
			points[i].X *= math.Exp(noise * r.NormFloat64())
		}
	}
	return points
}

func law(gamma, alpha, beta float64) func(float64) float64 {
	return func(n float64) float64 { return gamma * n / (1 + alpha*(n-1) + beta*n*(n-1)) }
}

var powers = []float64{1, 2, 4, 8, 16, 32, 64, 128}

func near(t *testing.T, what string, got *float64, want, tolerance float64) {
	t.Helper()
	if got == nil {
		t.Errorf("%s is unknown, want %g", what, want)
	} else if !(math.Abs(*got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s is %.8g, want %.8g", what, *got, want)
	}
}

func fitted(t *testing.T, points []Point) *Model {
	t.Helper()
	m, err := Fit(points)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCurvesWithoutNoiseAreFoundExactly(t *testing.T) {
	for _, c := range []struct{ gamma, alpha, beta float64 }{
		{100, 0.03, 1e-4}, {1, 0.03, 1e-4}, {1e6, 0.03, 1e-4}, {1e12, 0.5, 1e-3}, {1e-6, 0.001, 1e-6},
		{10, 0.05, 0}, {10, 0, 0}, {10, 0, 1e-4}, {10, 1, 0}, {10, 0.9, 0.1}, {10, 0.01, 0.99}, {10, 0.999, 1e-7},
	} {
		m := fitted(t, along(powers, 0, nil, law(c.gamma, c.alpha, c.beta)))
		near(t, "γ", m.Gamma.Value, c.gamma, 1e-9)
		if math.Abs(*m.Alpha.Value-c.alpha) > 1e-9 || math.Abs(*m.Beta.Value-c.beta) > 1e-10 {
			t.Errorf("%v: α %g, β %g", c, *m.Alpha.Value, *m.Beta.Value)
		}
		if c.alpha == 0 && *m.Alpha.Value != 0 || c.beta == 0 && *m.Beta.Value != 0 {
			t.Errorf("%v: a bound is missed by rounding: α %g, β %g", c, *m.Alpha.Value, *m.Beta.Value)
		}
		if m.Deviation > 1e-9 {
			t.Errorf("%v: deviation %g", c, m.Deviation)
		}
		if n := math.Sqrt((1 - c.alpha) / c.beta); !math.IsInf(n, 0) && c.alpha < 1 {
			near(t, "N*", m.PeakN.Value, n, 1e-6)
			near(t, "X*", m.PeakX.Value, law(c.gamma, c.alpha, c.beta)(n), 1e-6)
			if m.PeakExtrapolated != (n > 128) {
				t.Errorf("%v: peak at %g extrapolated: %v", c, n, m.PeakExtrapolated)
			}
		}
	}
}

// Without coherency there is no peak, only a throughput that is approached;
// without contention not even that.
func TestNoPeak(t *testing.T) {
	m := fitted(t, along(powers, 0, nil, law(10, 0.05, 0)))
	if m.PeakN.Value != nil || m.PeakN.High != nil || !m.PeakExtrapolated {
		t.Errorf("peak at %+v", m.PeakN)
	}
	near(t, "limit", m.PeakX.Value, 200, 1e-9)

	m = fitted(t, along(powers, 0, nil, law(10, 0, 0)))
	if m.PeakN.Value != nil || m.PeakX.Value != nil || m.PeakX.High != nil || !m.PeakExtrapolated {
		t.Errorf("peak %+v %+v", m.PeakN, m.PeakX)
	}

	flat := fitted(t, along(powers, 0, nil, func(float64) float64 { return 7 }))
	if flat.PeakN.Value != nil || *flat.Alpha.Value != 1 || flat.R2 != nil {
		t.Errorf("flat: %+v", flat)
	}
	near(t, "plateau", flat.PeakX.Value, 7, 1e-9)
}

// More than proportional growth, and decline from the first session on, are not
// in the law: the nearest that is gets said, and the residuals show it.
func TestOutsideOfTheLaw(t *testing.T) {
	m := fitted(t, along(powers, 0, nil, func(n float64) float64 { return n * n }))
	if *m.Alpha.Value != 0 || *m.Beta.Value != 0 || m.Deviation < 0.5 {
		t.Errorf("superlinear: %g %g, deviation %g", *m.Alpha.Value, *m.Beta.Value, m.Deviation)
	}
	m = fitted(t, along(powers, 0, nil, func(n float64) float64 { return 1 / n }))
	near(t, "peak", m.PeakN.Value, 1, 1e-9)
	if sum := *m.Alpha.Value + *m.Beta.Value; math.Abs(sum-1) > 1e-12 {
		t.Errorf("declining: α+β is %g", sum)
	}
	if m.PeakExtrapolated {
		t.Error("the peak at 1 was measured")
	}
}

func TestExtrapolationIsMarked(t *testing.T) {
	m := fitted(t, along([]float64{2, 4, 8, 16, 32, 64}, 0, nil, law(10, 0.05, 1e-3)))
	for _, c := range []struct {
		n       float64
		outside bool
	}{{1, true}, {2, false}, {10, false}, {64, false}, {64.1, true}, {1e300, true}, {0, true}} {
		x, outside := m.At(c.n)
		if outside != c.outside || math.IsNaN(x) || math.IsInf(x, 0) {
			t.Errorf("at %g: %g, %v", c.n, x, outside)
		}
		if c.n > 0 && c.n < 1e100 {
			near(t, "throughput", &x, law(10, 0.05, 1e-3)(c.n), 1e-8)
		}
	}
	for _, n := range []float64{-1, math.NaN(), math.Inf(-1)} {
		if x, outside := m.At(n); !math.IsNaN(x) || !outside {
			t.Errorf("at %g: %g, %v", n, x, outside)
		}
	}
	if x, _ := m.At(math.Inf(1)); x != 0 {
		t.Errorf("at infinity: %g", x)
	}
}

// The unit of throughput and the order of the points do not matter.
func TestUnitAndOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	points := along(powers, 0.05, r, law(10, 0.05, 1e-4))
	want := fitted(t, points)
	for _, unit := range []float64{1e-9, 1e-3, 1, 1e6, 1e15} {
		shuffled := make([]Point, len(points))
		for i, j := range r.Perm(len(points)) {
			shuffled[i] = Point{points[j].N, points[j].X * unit}
		}
		m := fitted(t, shuffled)
		for _, c := range []struct {
			what      string
			got, want Estimate
			unit      float64
		}{
			{"γ", m.Gamma, want.Gamma, unit}, {"α", m.Alpha, want.Alpha, 1}, {"β", m.Beta, want.Beta, 1},
			{"N*", m.PeakN, want.PeakN, 1}, {"X*", m.PeakX, want.PeakX, unit},
		} {
			for i, got := range []*float64{c.got.Value, c.got.Low, c.got.High} {
				if want := []*float64{c.want.Value, c.want.Low, c.want.High}[i]; want == nil && got != nil {
					t.Errorf("%s is %g, want none", c.what, *got)
				} else if want != nil {
					near(t, c.what, got, *want*c.unit, 1e-4)
				}
			}
		}
	}
}

// Repeated measurements of a level are points of their own: they make the
// intervals shorter, not the levels more.
func TestRepeatedLevels(t *testing.T) {
	var points []Point
	r := rand.New(rand.NewPCG(5, 6))
	for range 4 {
		points = append(points, along(powers, 0.05, r, law(10, 0.05, 1e-4))...)
	}
	once, all := fitted(t, points[:len(powers)]), fitted(t, points)
	if all.Levels != 8 || len(all.Residuals) != 32 {
		t.Errorf("%d levels, %d residuals", all.Levels, len(all.Residuals))
	}
	if long, short := *once.Alpha.High-*once.Alpha.Low, *all.Alpha.High-*all.Alpha.Low; short > 0.7*long {
		t.Errorf("the interval of α went from %g to %g", long, short)
	}
	_, err := Fit(append(points[:5:5], points[:5]...))
	var few *LevelsError
	if !errors.As(err, &few) || few.Levels != 5 {
		t.Errorf("five levels: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	six := along(powers[:6], 0, nil, law(10, 0.05, 1e-3))
	with := func(p Point) []Point { return append(six[:6:6], p) }
	for _, c := range []struct {
		points []Point
		want   error
		text   string
	}{
		{nil, &LevelsError{}, "a scalability curve needs 6 or more levels of load, there are 0: measure more levels"},
		{six[:5], &LevelsError{}, "a scalability curve needs 6 or more levels of load, there are 5: measure more levels"},
		{make([]Point, 1001), &TooManyError{}, "a scalability curve can have up to 1000 points, there are 1001: use one for each step"},
		{with(Point{3, 0}), &PointError{}, "point 7 (load 3, throughput 0): the throughput is 0 at this load: leave out the level"},
		{with(Point{3, -1}), &PointError{}, "point 7 (load 3, throughput -1): the throughput must be from 1e-09 to 1e+18 per second"},
		{with(Point{3, math.NaN()}), &PointError{}, "point 7 (load 3, throughput NaN): the throughput must be from 1e-09 to 1e+18 per second"},
		{with(Point{3, math.Inf(1)}), &PointError{}, "point 7 (load 3, throughput +Inf): the throughput must be from 1e-09 to 1e+18 per second"},
		{with(Point{0, 5}), &PointError{}, "point 7 (load 0, throughput 5): the load must be from 1e-09 to 1e+09"},
		{with(Point{-3, 5}), &PointError{}, "point 7 (load -3, throughput 5): the load must be from 1e-09 to 1e+09"},
		{with(Point{math.NaN(), 5}), &PointError{}, "point 7 (load NaN, throughput 5): the load must be from 1e-09 to 1e+09"},
		{with(Point{1e200, 5}), &PointError{}, "point 7 (load 1e+200, throughput 5): the load must be from 1e-09 to 1e+09"},
	} {
		for _, fit := range []func([]Point) error{
			func(p []Point) error { _, err := Fit(p); return err },
			func(p []Point) error { _, err := FitKnee(p); return err },
			func(p []Point) error { _, err := Compare(p); return err },
		} {
			err := fit(c.points)
			if err == nil || err.Error() != c.text || reflect.TypeOf(err) != reflect.TypeOf(c.want) {
				t.Errorf("got %T %v, want %s", err, err, c.text)
			}
		}
	}
}
