package schedule

import (
	"math"
	"time"
)

// stretch is a segment in its place in a curve. Positions in it are in
// nanoseconds since its start.
//
// The formulas are so arranged that each operation in them is monotone in the
// position, and therefore the rounded result is too. Products are converted to
// float64 before they are added to, which keeps the compiler from fusing the
// two on some machines: the same curve is to give the same moments on all.
type stretch struct {
	Segment
	index      int
	start, end time.Duration
	endless    bool    // end is then the last moment that a Duration can hold
	length     int64   // end - start
	base, top  float64 // Count at start and at end
}

// first returns the first segment that has a length.
func (c Curve) first() (stretch, bool) { return c.after(stretch{index: -1}) }

// after returns the next segment that has a length.
func (c Curve) after(s stretch) (stretch, bool) {
	for i := s.index + 1; i < len(c); i++ {
		next := stretch{Segment: c[i], index: i, start: s.end, base: s.top}
		switch {
		case next.For > 0:
			next.end = next.start + next.For
			next.length = int64(next.For)
			next.top = next.base + next.area()
		case i == len(c)-1:
			next.end, next.endless = math.MaxInt64, true
			next.length = int64(next.end - next.start)
			next.top = next.base
			if next.From > 0 {
				next.top = math.Inf(1)
			}
		default:
			continue
		}
		return next, true
	}
	return s, false
}

// find returns the segment that t lies in.
func (c Curve) find(t time.Duration) (stretch, bool) {
	if t < 0 {
		return stretch{}, false
	}
	for s, ok := c.first(); ok; s, ok = c.after(s) {
		if t < s.end || s.endless {
			return s, true
		}
	}
	return stretch{}, false
}

// silent reports whether nothing is ever due in s.
func (s *stretch) silent() bool { return s.From == 0 && s.To == 0 }

// area is the integral of the level over the whole segment.
func (s *stretch) area() float64 {
	return (s.From + s.To) * float64(s.length) / 2e9
}

// level returns the level at x.
func (s *stretch) level(x int64) float64 {
	if s.From == s.To || s.endless {
		return s.From
	}
	way := float64((s.To - s.From) * float64(x) / float64(s.length))
	if s.From < s.To {
		return min(s.From+way, s.To)
	}
	return max(s.From+way, s.To)
}

// count returns the curve's Count at x, from 0 to length.
func (s *stretch) count(x int64) float64 {
	switch {
	case x <= 0:
		return s.base
	case x >= s.length && !s.endless:
		return s.top
	case s.falls():
		return max(s.top-s.rest(x), s.base)
	}
	return min(s.base+s.part(x), s.top)
}

func (s *stretch) falls() bool { return s.To < s.From && !s.endless }

// part is the integral of a level that does not fall from 0 to x.
func (s *stretch) part(x int64) float64 {
	if s.From == s.To || s.endless {
		return float64(s.From * float64(x) / 1e9)
	}
	return s.ramp(s.From, s.To, x)
}

// rest is the integral of a falling level from x to the end. Seen from there it
// rises, so that it is precise where it is small.
func (s *stretch) rest(x int64) float64 {
	return s.ramp(s.To, s.From, s.length-x)
}

// ramp returns the integral over the first x of a rise from low to high over
// the segment's length.
func (s *stretch) ramp(low, high float64, x int64) float64 {
	f, d := float64(x), float64(s.length)
	return f * (float64(2*low*d) + float64((high-low)*f)) / (2e9 * d)
}

// unramp is the inverse of ramp, as well as it can be had in one step: the root
// of low·x + (high-low)·x²/(2·length) = area in the form that does not subtract
// (W. H. Press et al., Numerical Recipes, section 5.6).
func (s *stretch) unramp(low, high, area float64) float64 {
	c := area * 1e9
	if c <= 0 {
		return 0
	}
	return 2 * c / (low + math.Sqrt(float64(low*low)+2*(high-low)*c/float64(s.length)))
}

// when returns the earliest moment in s at which the load has come to n, or
// false if that lies beyond what a Duration can hold. n is not above top, and at
// or below base only if that is the curve's beginning.
func (s *stretch) when(n float64) (time.Duration, bool) {
	if n <= s.base {
		return s.start, true
	}
	if s.count(s.length) < n {
		return 0, false
	}
	var guess float64
	switch {
	case s.falls():
		// Count comes to its last value too early on the way to 0, because the
		// little that is left is rounded away. What is full is full at the end.
		if s.top-n <= s.top*0x1p-51 {
			return s.end, true
		}
		guess = float64(s.length) - s.unramp(s.To, s.From, s.top-n)
	case s.From == s.To || s.endless:
		guess = (n - s.base) * 1e9 / s.From
	default:
		guess = s.unramp(s.From, s.To, n-s.base)
	}
	x := earliest(0, s.length, guess, func(x int64) bool { return s.count(x) >= n })
	return s.start + time.Duration(x), true
}

// earliest returns the least x in (low, high] for which is(x) holds. It does
// not hold at low, holds at high and, once it holds, goes on to. The search
// spreads from guess: two calls if that is right, and not many more than the
// logarithm of its error if it is not.
func earliest(low, high int64, guess float64, is func(int64) bool) int64 {
	x := high
	// Not true of what is not a number either.
	if guess < float64(high) {
		x = min(max(int64(math.Ceil(guess)), low+1), high)
	}
	if is(x) {
		high = x
		for step := int64(1); high-low > 1; step *= 2 {
			x = max(high-step, low+1)
			if !is(x) {
				low = x
				break
			}
			high = x
		}
	} else {
		low = x
		for step := int64(1); high-low > 1; step *= 2 {
			x = low + min(step, high-low-1)
			if is(x) {
				high = x
				break
			}
			low = x
		}
	}
	for high-low > 1 {
		x = low + (high-low)/2
		if is(x) {
			high = x
		} else {
			low = x
		}
	}
	return high
}
