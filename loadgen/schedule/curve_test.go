package schedule

import (
	"math"
	"testing"
	"time"
)

const (
	ms = time.Millisecond
	s1 = time.Second
)

var (
	steady  = Curve{{10 * s1, 200, 200}}
	endless = Curve{{0, 200, 200}}
	steps   = Curve{{10 * s1, 100, 100}, {5 * s1, 300, 300}, {10 * s1, 50, 50}}
	up      = Curve{{10 * s1, 0, 200}}
	down    = Curve{{10 * s1, 200, 0}}
	gap     = Curve{{5 * s1, 0, 0}, {10 * s1, 100, 100}, {5 * s1, 0, 0}, {10 * s1, 100, 100}, {5 * s1, 0, 0}}
	house   = Curve{{10 * s1, 0, 100}, {0, 7, 900}, {20 * s1, 100, 100}, {10 * s1, 100, 20}, {0, 20, 20}}
	fades   = Curve{{2 * s1, 50, 0}, {0, 0, 0}}
)

func TestAt(t *testing.T) {
	for _, c := range []struct {
		name  string
		curve Curve
		at    time.Duration
		level float64
	}{
		{"nothing", nil, 0, 0},
		{"before", steady, -1, 0},
		{"begin", steady, 0, 200},
		{"last", steady, 10*s1 - 1, 200},
		{"end", steady, 10 * s1, 0},
		{"after", steady, 11 * s1, 0},
		{"endless", endless, math.MaxInt64, 200},
		{"step", steps, 10*s1 - 1, 100},
		{"step, border", steps, 10 * s1, 300},
		{"step, end", steps, 25 * s1, 0},
		{"up, begin", up, 0, 0},
		{"up, middle", up, 5 * s1, 100},
		{"up, end", up, 10 * s1, 0},
		{"down, begin", down, 0, 200},
		{"down, quarter", down, 2500 * ms, 150},
		{"gap", gap, 17 * s1, 0},
		{"no length is skipped", house, 10 * s1, 100},
		{"house, down", house, 35 * s1, 60},
		{"house, endless", house, 40 * s1, 20},
		{"house, later", house, 4000 * s1, 20},
	} {
		if got := c.curve.At(c.at); got != c.level {
			t.Errorf("%s: At(%v) = %v, want %v", c.name, c.at, got, c.level)
		}
	}
}

func TestLength(t *testing.T) {
	for _, c := range []struct {
		name   string
		curve  Curve
		length time.Duration
		ends   bool
	}{
		{"nothing", nil, 0, true},
		{"steady", steady, 10 * s1, true},
		{"endless", endless, 0, false},
		{"steps", steps, 25 * s1, true},
		{"up", up, 10 * s1, true},
		{"down", down, 10 * s1, true},
		{"house", house, 0, false},
	} {
		length, ends := c.curve.Length()
		if length != c.length || ends != c.ends {
			t.Errorf("%s: Length() = %v, %v, want %v, %v", c.name, length, ends, c.length, c.ends)
		}
	}
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		name  string
		curve Curve
		at    time.Duration
		want  float64
	}{
		{"nothing", nil, s1, 0},
		{"before", steady, -s1, 0},
		{"0", steady, 0, 0},
		{"steady", steady, 5 * ms, 1},
		{"steady, end", steady, 10 * s1, 2000},
		{"steady, after", steady, 20 * s1, 2000},
		{"endless", endless, 5_000_000 * s1, 1e9},
		{"steps", steps, 12 * s1, 1600},
		{"steps, end", steps, 25 * s1, 3000},
		{"up", up, s1, 10},
		{"up, end", up, 10 * s1, 1000},
		{"down", down, s1, 190},
		{"down, end", down, 10 * s1, 1000},
		{"gap", gap, 17 * s1, 1000},
		{"gap, end", gap, 40 * s1, 2000},
		{"house", house, 41 * s1, 500 + 2000 + 600 + 20},
		{"fades", fades, 100 * s1, 50},
	} {
		if got := c.curve.Count(c.at); got != c.want {
			t.Errorf("%s: Count(%v) = %v, want %v", c.name, c.at, got, c.want)
		}
	}
}

// when returns the earliest t with Count(t) >= n, to the nanosecond, or false
// if the load never comes to n. It is the exact inverse of Count as rounded,
// hence monotone in n, and no further from the true moment than that rounding
// makes it: less than 1 ns for a steady load of weeks. With one exception: what
// a falling segment comes to in all, it comes to at its end.
func when(c Curve, n float64) (time.Duration, bool) {
	if n <= 0 {
		return 0, true
	}
	for s, ok := c.first(); ok; s, ok = c.after(s) {
		if n <= s.top {
			return s.when(n)
		}
	}
	return 0, false
}

func TestWhen(t *testing.T) {
	for _, c := range []struct {
		name  string
		curve Curve
		n     float64
		want  time.Duration
		ok    bool
	}{
		{"nothing", nil, 1, 0, false},
		{"nothing, 0", nil, 0, 0, true},
		{"steady, below 0", steady, -5, 0, true},
		{"steady", steady, 1, 5 * ms, true},
		{"steady, end", steady, 2000, 10 * s1, true},
		{"steady, beyond", steady, math.Nextafter(2000, 3000), 0, false},
		{"not a number", steady, math.NaN(), 0, false},
		{"endless", endless, 1e9, 5_000_000 * s1, true},
		{"endless, beyond a duration", endless, 1e14, 0, false},
		{"endless, never", endless, math.Inf(1), 0, false},
		{"steps", steps, 1600, 12 * s1, true},
		{"steps, border", steps, 1000, 10 * s1, true},
		{"up", up, 10, s1, true},
		{"up, first", up, 0.1, 100 * ms, true},
		{"down", down, 190, s1, true},
		{"down, end", down, 1000, 10 * s1, true},
		{"gap, first", gap, 1, 5010 * ms, true},
		{"gap, full", gap, 1000, 15 * s1, true},
		{"gap, then", gap, 1001, 20010 * ms, true},
		{"house", house, 3120, 41 * s1, true},
		{"fades, end", fades, 50, 2 * s1, true},
		{"fades, never", fades, 51, 0, false},
		{"rounded up to the nanosecond", Curve{{0, 3, 3}}, 1, 333_333_334, true},
	} {
		if got, ok := when(c.curve, c.n); got != c.want || ok != c.ok {
			t.Errorf("%s: when(%v) = %v, %v, want %v, %v", c.name, c.n, got, ok, c.want, c.ok)
		}
	}
}

func TestWhenDoesNotDrift(t *testing.T) {
	late := Curve{{20 * s1, 0, 100}, {0, 200, 200}}
	for _, rate := range []struct {
		perSecond float64
		gap       int64
	}{{200, 5_000_000}, {1000, 1_000_000}, {0.1, 10_000_000_000}, {125_000, 8000}, {1e6, 1000}, {12.5, 80_000_000}} {
		c := Curve{{0, rate.perSecond, rate.perSecond}}
		for k := int64(1); k <= 1e9; k += 1 + k/7 {
			if rate.gap > math.MaxInt64/k/2 {
				break
			}
			want := time.Duration(k * rate.gap)
			if got, ok := when(c, float64(k)); !ok || got != want {
				// Beyond weeks a float64 no longer tells one nanosecond from the next.
				if d := got - want; !ok || d > 0 || float64(-d) > 2*float64(want)/(1<<53)+1 {
					t.Fatalf("%v/s: when(%d) = %v, %v, want %v", rate.perSecond, k, got, ok, want)
				} else if want < 50*24*time.Hour {
					t.Fatalf("%v/s: when(%d) = %v, want %v", rate.perSecond, k, got, want)
				}
			}
		}
	}
	for k := int64(0); k <= 1e9; k += 1 + k/7 {
		want := 20*s1 + time.Duration(k)*5*ms
		if got, ok := when(late, float64(1000+k)); !ok || got != want {
			t.Fatalf("after a ramp: when(1000+%d) = %v, %v, want %v", k, got, ok, want)
		}
	}
}
