package stats

import "time"

// Moment is an instant on a run's monotonic clock, in nanoseconds since the
// clock's epoch. The zero Moment means "did not happen".
type Moment int64

// Sub returns the time from earlier to m.
func (m Moment) Sub(earlier Moment) time.Duration { return time.Duration(m - earlier) }

// Add returns the moment d after m.
func (m Moment) Add(d time.Duration) Moment { return m + Moment(d) }

// Clock tells the present moment. It must be monotonic, never return zero and
// be safe for concurrent use. Moments of different clocks do not compare.
type Clock func() Moment

// NewClock returns a clock whose epoch is the given time, which must carry a
// monotonic reading (as time.Now's does) and must not lie in the future.
func NewClock(epoch time.Time) Clock {
	return func() Moment { return Moment(time.Since(epoch)) + 1 }
}
