package recorder

import (
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Take returns what happened since the last Take, up to now. The caller owns
// the result.
func (r *Recorder) Take(now stats.Moment) *resultfile.Interval {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.take(now)
}

// SetStage takes the interval up to now, as [Recorder.Take] does, and begins
// stage n (from 1; 0 for none): what is recorded from here on belongs to it. So
// every interval belongs to one stage. Call it when the window opens, at each
// border, and with 0 when the window closes.
func (r *Recorder) SetStage(now stats.Moment, n int) *resultfile.Interval {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := r.take(now)
	r.step = n
	return i
}

// take does it under the lock.
func (r *Recorder) take(now stats.Moment) *resultfile.Interval {
	var sum resultfile.SeriesSet
	for _, s := range r.shards {
		s.take(&sum, now)
	}
	r.total.Merge(&sum)
	i := &resultfile.Interval{
		Variant: r.variant, Trial: r.trial, Stage: r.window.StageAt(r.last), Step: r.step, Sessions: r.sessions.take(),
		Start: r.last, End: now, Window: r.window, Series: sum.List(),
	}
	r.last = now
	return i
}

// Finish takes the last interval and returns the trial, which shares nothing
// with the recorder. Every operation must have been recorded and every meter
// released, or it is not in it.
func (r *Recorder) Finish(now stats.Moment, complete bool) (*resultfile.Interval, *resultfile.Trial) {
	last := r.Take(now)
	t := r.Totals()
	t.Complete = complete
	return last, t
}

// Totals returns the sum of the intervals taken so far.
func (r *Recorder) Totals() *resultfile.Trial {
	r.mu.Lock()
	defer r.mu.Unlock()
	var sum resultfile.SeriesSet
	sum.Merge(&r.total)
	return &resultfile.Trial{
		Variant: r.variant, Trial: r.trial, Start: r.begun, End: r.last,
		Window: r.window, Series: sum.List(),
	}
}
