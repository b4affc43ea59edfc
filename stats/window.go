package stats

import "time"

// Window is the measured part of a trial. A zero moment has not come (yet).
//
// An operation belongs to the window if its t0 lies in [Open, Close): that is
// when it was due, so arrivals that began late count where they were due. An
// operation completes inside if its t8 lies in (Open, Close]: the close is
// included because with a fixed number of operations the window closes exactly
// at the last completion, and the open is not, so that adjoining windows count
// a completion once.
type Window struct {
	Open  Moment `json:"open_ns"`
	Close Moment `json:"close_ns"`
}

// Holds reports whether an operation due at t0 belongs to the window.
func (w Window) Holds(t0 Moment) bool {
	return w.Open != 0 && t0 >= w.Open && !w.After(t0)
}

// After reports whether t0 lies at or after the window's close.
func (w Window) After(t0 Moment) bool { return w.Close != 0 && t0 >= w.Close }

// Completes reports whether an operation that ended at t8 did so inside.
func (w Window) Completes(t8 Moment) bool {
	return w.Open != 0 && t8 > w.Open && (w.Close == 0 || t8 <= w.Close)
}

// Spans reports whether an operation that is recorded now, with t1 zero if it
// never began and t8 zero if it never came to its end, lasted from before the
// window to after it. One that was due before and waited for its turn took no
// session the while: it is t1 that tells, not t0.
func (w Window) Spans(t1, t8 Moment) bool {
	return w.Close != 0 && t1 != 0 && t1 < w.Open && (t8 == 0 || t8 > w.Close)
}

// Length returns the window's length, up to end if it has not closed; 0 if it
// never opened.
func (w Window) Length(end Moment) time.Duration {
	if w.Open == 0 {
		return 0
	}
	if w.Close != 0 {
		end = w.Close
	}
	return max(end.Sub(w.Open), 0)
}

// Within returns how much of the time from start to end lies in the window.
func (w Window) Within(start, end Moment) time.Duration {
	if w.Open == 0 {
		return 0
	}
	if w.Close != 0 {
		end = min(end, w.Close)
	}
	return max(end.Sub(max(start, w.Open)), 0)
}

// Waited reports whether an operation that was due at t0 and began at t1, zero
// if it never did, was waiting to begin at the given moment.
func Waited(t0, t1, at Moment) bool { return t0 < at && (t1 == 0 || t1 >= at) }

// Part names a part of a trial.
type Part string

// The stages of a trial.
const (
	Warmup   Part = "warmup" // before the window opens
	Measured Part = "window"
	Drain    Part = "drain" // after it closed, while operations are awaited
)

// StageAt returns the stage that the moment lies in; the moment of opening is
// in the window, that of closing in the drain.
func (w Window) StageAt(m Moment) Part {
	switch {
	case w.Open == 0 || m < w.Open:
		return Warmup
	case w.After(m):
		return Drain
	}
	return Measured
}
