package schedule

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Arrival is one operation of an open load: its number, from 0, and the moment
// at which it is to begin.
type Arrival struct {
	Index int64
	Due   time.Duration
}

// Arrivals are the arrivals of an open load, in order. Not safe for concurrent
// use.
//
// Every one is due inside the curve, never at its end, and never where nothing
// is to arrive: one that the rounding to nanoseconds, or a count that is just
// full, would put at the beginning of a segment of level 0 comes after it.
type Arrivals struct {
	curve Curve
	at    stretch // where the last one was due
	ok    bool    // whether there is such a segment
	next  int64
	limit int64
	share Share

	// The random process; nil for arrivals at even distances.
	random *rand.PCG
	// The place in the time of the share's own count, in two parts: the gaps keep
	// their precision however far the load has come.
	whole    int64
	fraction float64
}

// Constant returns arrivals at even distances in the time of Count: number k is
// due when the curve's Count has come to k, so that the first is due at the
// first instant of a positive level, and 200 a second for 10 s are 2000, 5 ms
// apart. Each moment is computed from the segment's start, so nothing adds up. Of these
// arrivals, or of as many, it returns the share's.
func Constant(c Curve, share Share) *Arrivals {
	a := &Arrivals{curve: slices.Clone(c), share: share}
	a.at, a.ok = a.curve.first()
	return a
}

// pcgStream sets the arrivals apart from other uses of the same seed.
const pcgStream = 0x6172726976616c73

// Poisson returns the arrivals of a Poisson process whose rate is the curve's
// level; the same ones for the same seed. Gaps in the time of Count are
// exponential with mean 1, and the inverse of Count puts them into time (E.
// Çinlar, Introduction to Stochastic Processes, 1975, section 4.7). Unlike
// thinning (P. A. W. Lewis and G. S. Shedler, Naval Research Logistics
// Quarterly 26, 1979) this draws one random number for each arrival. A share's
// process has its part of the rate, and a seed of its own: see [Share.Seed].
func Poisson(c Curve, seed uint64, share Share) *Arrivals {
	a := Constant(c, share)
	a.random = rand.NewPCG(seed, pcgStream)
	return a
}

// Limit ends the arrivals after n in all; 0 is no limit.
func (a *Arrivals) Limit(n int64) { a.limit = n }

// Next returns the next arrival; false if there is none any more.
func (a *Arrivals) Next() (Arrival, bool) {
	if !a.ok || a.limit > 0 && a.next >= a.limit {
		return Arrival{}, false
	}
	due, ok := a.due(a.place())
	if !ok {
		a.ok = false
		return Arrival{}, false
	}
	arrival := Arrival{Index: a.next, Due: due}
	a.next++
	return arrival, true
}

// place returns where in the time of Count the next arrival lies.
func (a *Arrivals) place() float64 {
	if a.random == nil {
		return a.share.place(float64(a.next), true)
	}
	// In (0, 1], so that its logarithm is finite. Not rand.ExpFloat64, whose
	// method may change.
	uniform := float64(a.random.Uint64()>>11+1) / (1 << 53)
	a.fraction -= math.Log(uniform)
	floor := math.Floor(a.fraction)
	a.whole += int64(floor)
	a.fraction -= floor
	return a.share.place(float64(a.whole)+a.fraction, false)
}

// due returns the moment of a place in the time of Count, none before the last.
func (a *Arrivals) due(n float64) (time.Duration, bool) {
	for n > a.at.top {
		if a.at, a.ok = a.curve.after(a.at); !a.ok {
			return 0, false
		}
	}
	t, ok := a.at.when(n)
	s := a.at
	for ok && (t >= s.end || s.silent()) {
		t = s.end
		s, ok = a.curve.after(s)
	}
	return t, ok
}
