package schedule

import "time"

// The sessions of a closed load are slots, numbered from 0. At t as many of
// them are wanted as the level at t says, rounded to the nearest, halves up:
// slot i is wanted if i < round(At(t)), which is At(t) >= i + ½. A share has some of
// them, and numbers its own.

// Wanted reports whether a slot of the share is wanted at t.
func (c Curve) Wanted(share Share, slot int, t time.Duration) bool {
	return slot >= 0 && c.At(t) >= share.enough(slot)
}

// NextWanted returns the earliest moment at or after t at which a slot of the share is
// wanted, to the nanosecond, or false if it never is again.
func (c Curve) NextWanted(share Share, slot int, t time.Duration) (time.Duration, bool) {
	if slot < 0 {
		return 0, false
	}
	need := share.enough(slot)
	t = max(t, 0)
	s, ok := c.find(t)
	for ; ok; s, ok = c.after(s) {
		x := int64(max(t-s.start, 0))
		if s.level(x) >= need {
			return s.start + time.Duration(x), true
		}
		if last := s.length - 1; s.level(last) >= need {
			guess := (need - s.From) / (s.To - s.From) * float64(s.length)
			x = earliest(x, last, guess, func(x int64) bool { return s.level(x) >= need })
			return s.start + time.Duration(x), true
		}
	}
	return 0, false
}
