package search

import "math"

// plan decides what is asked next, if anything.
func (s *Search) plan() {
	if s.ask, s.open = s.decide(); !s.open {
		s.ask = Ask{}
	}
}

func (s *Search) decide() (Ask, bool) {
	if again := s.repeat; again.Level > 0 && s.told < s.bound {
		s.repeat = Ask{}
		return again, true
	}
	s.doubting = false
	next := s.next
	s.next = 0
	low, high := s.top(), s.lowestFailed()
	switch {
	case s.unknown || s.told >= s.bound:
		return Ask{}, false
	case s.told == s.bound-1:
		// The last one is best spent on whether what is known can be relied on.
		return Ask{Level: low, Purpose: Confirm}, low > 0 && !s.confirmed && !s.unsettled
	case s.again:
		s.again = false
		return Ask{Level: low, Purpose: Confirm}, true
	case high == 0:
		return s.up(low)
	case next > low && next < high && !s.isLeftOut(next):
		return Ask{Level: next, Purpose: Between}, true
	case low == 0 && s.onTheWay == 0:
		level := s.down(high)
		for lower := level; s.isLeftOut(level); level = lower {
			if lower = s.down(high); lower >= level {
				break // the lowest
			}
		}
		if level > 0 && level < high && !s.isLeftOut(level) {
			return Ask{Level: level, Purpose: Between}, true
		}
	case low == 0: // all that was held on the way up is lost
	case s.stride > 0:
		return s.retest()
	case !s.close(low, high):
		if level := s.around(low, high); level > 0 {
			return Ask{Level: level, Purpose: Between}, true
		}
	}
	switch {
	case low > 0 && !s.confirmed:
		return Ask{Level: low, Purpose: Confirm}, s.confirms < mostConfirms && !s.unsettled
	case s.doubtful():
		s.doubts++
		s.doubting = true
		return Ask{Level: high, Purpose: Between}, true
	}
	return Ask{}, false
}

// up is the ramp, from the highest level held, until something fails.
func (s *Search) up(low float64) (Ask, bool) {
	if low == s.cfg.Most {
		return Ask{Level: low, Purpose: Confirm}, !s.confirmed && !s.unsettled
	}
	level := s.cfg.From
	for level <= low || level < s.cfg.Most && s.isLeftOut(level) {
		level *= 2
	}
	level = min(level, s.cfg.Most)
	return Ask{Level: level, Purpose: Ramp}, !s.isLeftOut(level)
}

// down tries lower levels when none has been held, in strides that grow: by 2,
// 4, 8 and so on. After that the limit is taken to be below what is of interest.
func (s *Search) down(high float64) float64 {
	s.descents++
	level := max(math.Ldexp(high, -s.descents), s.cfg.From*lowest)
	if s.cfg.Whole {
		level = max(math.Floor(level), 1)
	}
	return level
}

// retest asks for a level again that was held before a confirmation failed: the
// next lower one, then two further down, then four. Those that are passed over
// are forgotten; if it is held, what lies above is searched. The lowest is never
// passed over.
func (s *Search) retest() (Ask, bool) {
	i := max(len(s.held)-s.stride, 0)
	s.held = s.held[:i+1]
	return Ask{Level: s.held[i].level, Purpose: Between}, true
}

// close says whether what lies between is little enough.
func (s *Search) close(low, high float64) bool {
	const rounding = 1e-9
	switch {
	case s.cfg.Whole && s.failed[len(s.failed)-1].hinted:
		return high-low <= 1
	case s.cfg.Whole:
		return high-low <= max(1, s.cfg.Precision*low)
	}
	return high/low-1 <= s.cfg.Precision+rounding
}

// around is the middle of two levels, or, where that was left out, what lies between it and
// either of them; 0 for nothing.
func (s *Search) around(low, high float64) float64 {
	level := s.between(low, high)
	switch {
	case !(level > low && level < high):
		return 0
	case !s.isLeftOut(level):
		return level
	}
	for _, side := range [][2]float64{{low, level}, {level, high}} {
		if l := s.between(side[0], side[1]); l > side[0] && l < side[1] && !s.isLeftOut(l) {
			return l
		}
	}
	return 0
}

// between is the middle of two levels. The geometric one halves the ratio, which
// is what the precision of real levels is about.
func (s *Search) between(low, high float64) float64 {
	if s.cfg.Whole {
		return math.Floor(low + (high-low)/2)
	}
	return math.Sqrt(low) * math.Sqrt(high)
}

// doubtful says whether the lowest failure should be asked once more: it is the
// only one; or all below it was held, or all above what is held failed, which a
// limit in between makes unlikely (1 in 4, 1 in 8). A target that said how many
// it lets in is believed.
func (s *Search) doubtful() bool {
	n := len(s.failed)
	high := s.failed[n-1]
	switch {
	case high.hinted || high.doubted || s.doubts == mostDoubts || s.told+3 > s.bound:
		return false
	case n == 1:
		return true
	case len(s.held) == 0:
		// That a target has lost all it held is not said lightly.
		return s.onTheWay > 0
	}
	since := s.held[len(s.held)-1].told
	return s.heldInARow-1 >= 2 || n >= 3 && s.failed[n-3].told > since // less the confirmation
}
