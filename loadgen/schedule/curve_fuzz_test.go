package schedule

import (
	"math"
	"math/big"
	"testing"
	"time"
)

// trueCount is the integral of a curve in exact arithmetic, and the scale of
// the rounding that Count is allowed.
func trueCount(c Curve, t time.Duration) (count, scale float64) {
	exact := func(f float64) *big.Rat { return new(big.Rat).SetFloat64(f) }
	whole := func(d time.Duration) *big.Rat { return big.NewRat(int64(d), 1e9) }
	total, top := new(big.Rat), new(big.Rat)
	var start time.Duration
	for i, s := range c {
		long := s.For
		if long == 0 && i == len(c)-1 {
			long = math.MaxInt64 - start
		}
		x := min(t-start, long)
		if long == 0 || x <= 0 {
			continue
		}
		// from·x + (to-from)·x²/(2·long)
		area := new(big.Rat).Mul(exact(s.From), whole(x))
		slope := new(big.Rat).Sub(exact(s.To), exact(s.From))
		slope.Mul(slope, whole(x)).Mul(slope, big.NewRat(int64(x), 1)).Quo(slope, big.NewRat(int64(long), 1))
		area.Add(area, slope.Quo(slope, big.NewRat(2, 1)))
		top.Set(total)
		if s.To < s.From {
			top.Add(top, new(big.Rat).Mul(exact(s.From), whole(long)))
		} else {
			top.Add(top, area)
		}
		total.Add(total, area)
		start += long
	}
	count, _ = total.Float64()
	scale, _ = top.Float64()
	return count, max(count, scale)
}

func checkCurve(t *testing.T, c Curve, n float64, at time.Duration) {
	t.Helper()
	count := c.Count(at)
	exact, scale := trueCount(c, at)
	if diff := math.Abs(count - exact); diff > scale*8/(1<<53) {
		t.Fatalf("%v: Count(%d) = %v, the integral is %v", c, at, count, exact)
	}
	for _, step := range []time.Duration{1, 2, 3, s1} {
		if at <= math.MaxInt64-step && c.Count(at+step) < count {
			t.Fatalf("%v: Count(%d) = %v falls to %v", c, at, count, c.Count(at+step))
		}
	}
	// Whether a moment is the end of a falling segment, which is late for what
	// is full but for the rounding.
	full := func(t time.Duration) bool {
		s, ok := c.find(t - 1)
		return ok && t == s.end && s.falls()
	}
	if back, ok := when(c, count); !ok || at >= 0 && back > at && !full(back) || c.Count(back) < count {
		t.Fatalf("%v: Count(%d) = %v, when of it %d, %v", c, at, count, back, ok)
	}

	first, ok := when(c, n)
	if !ok {
		end, ends := c.Length()
		if !ends {
			end = math.MaxInt64
		}
		if got := c.Count(end); got >= n {
			t.Fatalf("%v: when(%v) is never, but Count(%d) = %v", c, n, end, got)
		}
		return
	}
	if got := c.Count(first); got < n {
		t.Fatalf("%v: when(%v) = %d, where Count = %v", c, n, first, got)
	}
	if first > 0 {
		if before := c.Count(first - 1); before >= n && (!full(first) || before-n > before*8/(1<<53)) {
			t.Fatalf("%v: when(%v) = %d, but Count is %v just before", c, n, first, before)
		}
	}
	if later, ok := when(c, math.Nextafter(n, math.Inf(1))); ok && later < first {
		t.Fatalf("%v: when(%v) = %d, of a little more %d", c, n, first, later)
	}
}

func fuzzLevel(f float64) float64 {
	if f = math.Abs(f); !(f <= 1e12) {
		return 0
	}
	return f
}

func FuzzCount(f *testing.F) {
	f.Add(200.0, 200.0, 0.0, 0.0, int64(10*s1), int64(0), int64(5*s1), true, 1999.0, int64(7*s1))
	f.Add(0.0, 200.0, 200.0, 0.0, int64(10*s1), int64(0), int64(5*s1), false, 1499.9, int64(15*s1-1))
	f.Add(0.3, 0.1, 1e6, 1e-3, int64(1), int64(3), int64(1e17), false, 0.1, int64(2))
	f.Add(1e9, 0.0, 1e12, 0.0, int64(365*24*time.Hour), int64(999), int64(1e18), true, 1e16, int64(1e17))
	f.Fuzz(func(t *testing.T, a, b, d, e float64, x, y, z int64, forever bool, n float64, at int64) {
		const most = math.MaxInt64 / 4
		a, b, d, e = fuzzLevel(a), fuzzLevel(b), fuzzLevel(d), fuzzLevel(e)
		c := Curve{
			{time.Duration(x & most), a, b},
			{time.Duration(y & most), b, d},
			{time.Duration(z & most), d, e},
			{1, e, 0},
		}
		if forever {
			c[3] = Segment{0, e, e}
		}
		checkCurve(t, c, n, time.Duration(at))
		for border := time.Duration(0); len(c) > 0; c = c[:len(c)-1] {
			border, _ = c.Length()
			if len(c) < 4 && c[len(c)-1].For == 0 {
				continue // without its successor it would have no end
			}
			checkCurve(t, c, n, border)
			checkCurve(t, c, n, border-1)
		}
		checkSlots(t, Curve{{time.Duration(x & most), a, b}, {time.Duration(y & most), b, d}, {1, e, 0}}, int(uint64(z)%1000), time.Duration(at))
	})
}
