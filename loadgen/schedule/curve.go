package schedule

import (
	"fmt"
	"math"
	"time"
)

// Segment is a stretch of a load over which the level runs in a straight line
// from From to To in For. A level is arrivals per second or a number of
// sessions. For is 0 in the last segment of a curve that has no end; From and
// To are the same there. Elsewhere a segment of no length has no effect.
type Segment struct {
	For      time.Duration
	From, To float64
}

// Curve is the level of a load over time: its segments follow one another from
// 0 on, each without its end, which is the next one's beginning. The methods
// expect a curve that Check accepts. They change nothing, so a curve may be
// shared as long as nobody writes to it.
type Curve []Segment

// maxLevel is far beyond any load, and small enough for every formula here to
// stay within the range of a float64.
const maxLevel = 1e12

// Check says what is wrong with a curve: a level that is negative, not a number
// or above 1e12, a negative duration, an endless segment with a slope, or more
// time than a Duration can hold. It counts segments from 1.
func (c Curve) Check() error {
	var total time.Duration
	for i, s := range c {
		for _, level := range []float64{s.From, s.To} {
			if !(level >= 0 && level <= maxLevel) {
				return fmt.Errorf("segment %d: the level is %g, it must be from 0 to %g", i+1, level, float64(maxLevel))
			}
		}
		if s.For < 0 {
			return fmt.Errorf("segment %d: it lasts %v, which must not be negative", i+1, s.For)
		}
		if s.For == 0 && i == len(c)-1 && s.From != s.To {
			return fmt.Errorf("segment %d: it has no end, so it cannot run from %g to %g", i+1, s.From, s.To)
		}
		if s.For > math.MaxInt64-total {
			return fmt.Errorf("segment %d: it ends later than a duration can say", i+1)
		}
		total += s.For
	}
	return nil
}

// Length returns how long the load lasts, or false if it has no end.
func (c Curve) Length() (time.Duration, bool) {
	if len(c) > 0 && c[len(c)-1].For == 0 {
		return 0, false
	}
	var total time.Duration
	for _, s := range c {
		total += s.For
	}
	return total, true
}

// At returns the level at t: at the border of two segments that of the later
// one, and 0 before 0, at the end and after it.
func (c Curve) At(t time.Duration) float64 {
	s, ok := c.find(t)
	if !ok {
		return 0
	}
	return s.level(int64(t - s.start))
}

// Most returns the highest level that the curve reaches or draws near to.
func (c Curve) Most() float64 {
	var most float64
	for s, ok := c.first(); ok; s, ok = c.after(s) {
		most = max(most, s.From, s.To)
	}
	return most
}

// Segment returns the index of the segment that t lies in: 0 before 0, and the
// number of segments at the end and after it.
func (c Curve) Segment(t time.Duration) int {
	s, ok := c.find(max(t, 0))
	if !ok {
		return len(c)
	}
	return s.index
}

// Count returns the integral of the level, taken as per second, over [0, t]:
// how many arrivals are due by then. It never falls as t grows, not even by a
// rounding error, which is a few units in the last place of the count at the end
// of the segment (of the one at t where the level does not fall).
func (c Curve) Count(t time.Duration) float64 {
	var top float64
	for s, ok := c.first(); ok && t >= s.start; s, ok = c.after(s) {
		if t < s.end || s.endless {
			return s.count(int64(t - s.start))
		}
		top = s.top
	}
	return top
}

// When returns the earliest t with Count(t) >= n, to the nanosecond, or false
// if the load never comes to n. It is the exact inverse of Count as rounded,
// hence monotone in n, and no further from the true moment than that rounding
// makes it: less than 1 ns for a steady load of weeks. With one exception: what
// a falling segment comes to in all, it comes to at its end.
func (c Curve) When(n float64) (time.Duration, bool) {
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
