package schedule

import "time"

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
// expect levels from 0 to 1e12, far beyond any load, no negative durations and a
// sum of them that a Duration can hold. They change nothing, so a curve may be
// shared as long as nobody writes to it.
type Curve []Segment

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
