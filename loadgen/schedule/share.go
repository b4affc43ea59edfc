package schedule

import (
	"math"
	"math/rand/v2"
)

// Share is the part of a load that one of several generators makes: number Index of Of,
// counted from 0. The zero value is all of it, and so is number 0 of 1.
//
// What all shares do together is the load as one generator makes it. Equal shares have
// among them the very same constant arrivals and the same sessions at every moment: each
// has those whose number is Index modulo Of. Those of other weights come at even
// distances too, each share's by itself. Poisson arrivals of the shares are independent
// processes, which together are one of the whole rate (J. F. C. Kingman, Poisson
// Processes, 1993, section 2.2).
type Share struct {
	Index, Of int
	// Weight is the share's part of the load, in (0, 1): those of all shares add up to
	// 1. 0 is an equal part.
	Weight float64
}

// Whole reports whether the share is all of the load.
func (s Share) Whole() bool { return s.Of <= 1 }

// Part returns the share's part of a level.
func (s Share) Part(level float64) float64 {
	switch {
	case s.Whole():
		return level
	case s.Weight == 0:
		return level / float64(s.Of)
	}
	return level * s.Weight
}

// Count returns how many of n things are the share's, such as the sessions at a level. For
// all of a load that is n rounded to the nearest, halves up. The counts of equal shares
// add up to that of the whole; those of other weights do where the weights make whole
// numbers of n.
func (s Share) Count(n float64) int64 {
	if s.Weight == 0 {
		each := float64(max(s.Of, 1))
		return int64(math.Floor((n-float64(s.Index)-0.5)/each)) + 1
	}
	return int64(math.Floor(s.Part(n) + 1 - s.middle()))
}

// Seed returns what the share draws its choices and arrivals from, given the seed of the
// whole load. The first share's is the same.
func (s Share) Seed(seed uint64) uint64 {
	if s.Index == 0 {
		return seed
	}
	return rand.New(rand.NewPCG(seed, shareStream+uint64(s.Index))).Uint64()
}

// shareStream sets the seeds of shares apart from those of blocks.
const shareStream = 0x7368617265 << 16

// place returns where in the Count of the whole load the share's own lies: both count
// from 0. lag is whether the share keeps its distance from the first.
func (s Share) place(own float64, lag bool) float64 {
	switch {
	case s.Whole():
		return own
	case s.Weight == 0 && lag:
		return own*float64(s.Of) + float64(s.Index)
	case s.Weight == 0:
		return own * float64(s.Of)
	case lag:
		own += float64(s.Index) / float64(s.Of)
	}
	return own / s.Weight
}

// enough is the lowest level of the whole load at which the share has this slot.
func (s Share) enough(slot int) float64 {
	if s.Weight == 0 {
		return float64(slot)*float64(max(s.Of, 1)) + float64(s.Index) + 0.5
	}
	return (float64(slot) + s.middle()) / s.Weight
}

// middle is where the share's own step of a level lies between two whole ones.
func (s Share) middle() float64 { return (float64(s.Index) + 0.5) / float64(max(s.Of, 1)) }
