package stats

// Take returns what happened since the last Take, up to now. The caller owns
// the result.
func (r *Recorder) Take(now Moment) *Interval {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.take(now)
}

// SetStep takes the interval up to now, as [Recorder.Take] does, and begins
// stage n (from 1; 0 for none): what is recorded from here on belongs to it. So
// every interval belongs to one stage. Call it when the window opens, at each
// border, and with 0 when the window closes.
func (r *Recorder) SetStep(now Moment, n int) *Interval {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := r.take(now)
	r.step = n
	return i
}

// take does it under the lock.
func (r *Recorder) take(now Moment) *Interval {
	var sum seriesSet
	for _, s := range r.shards {
		s.take(&sum, now)
	}
	r.total.merge(&sum)
	i := &Interval{
		Variant: r.variant, Trial: r.trial, Stage: r.window.stageAt(r.last), Step: r.step, Sessions: r.sessions.take(),
		Start: r.last, End: now, Window: r.window, Series: sum.list(),
	}
	r.last = now
	return i
}

// Finish takes the last interval and returns the trial, which shares nothing
// with the recorder. Every operation must have been recorded and every meter
// released, or it is not in it.
func (r *Recorder) Finish(now Moment, complete bool) (*Interval, *Trial) {
	last := r.Take(now)
	t := r.Totals()
	t.Complete = complete
	return last, t
}

// Totals returns the sum of the intervals taken so far.
func (r *Recorder) Totals() *Trial {
	r.mu.Lock()
	defer r.mu.Unlock()
	var sum seriesSet
	sum.merge(&r.total)
	return &Trial{
		Variant: r.variant, Trial: r.trial, Start: r.begun, End: r.last,
		Window: r.window, Series: sum.list(),
	}
}
