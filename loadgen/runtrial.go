package loadgen

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/loadgen/selfwatch"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// runTrial runs the trial from beginning to end and writes its records. It
// returns nil if the trial ran as it was meant to, errStopped if it was told to
// stop, or why it could not go on; what was measured is kept in every case.
func (t *trial) runTrial(ctx context.Context) error {
	ctx, t.cancel = context.WithCancelCause(ctx)
	defer t.cancel(nil)
	t.opening, t.stopOpening = context.WithCancel(ctx)
	p, clock := &t.env.plan.Profile, t.env.plan.Clock
	t.begun.At = clock()
	t.run.begin(t)
	t.run.describe(t)
	t.run.records.write(func() error { return t.run.sink.Write(t.begun) })
	t.begin(ctx)
	watch := selfwatch.New()
	err := t.wait(ctx, StageConnect, 0, t.ready)
	if err != nil {
		t.cancel(err) // no operation has begun: there is none to wait for
	}
	if err == nil && !t.paced() {
		t.origin = clock()
		close(t.started)
		err = t.wait(ctx, StageWarmup, t.untilWindow(), nil)
	}
	if err == nil && t.paced() {
		t.warmFrom = clock()
		close(t.warming)
		if err = t.wait(ctx, StageWarmup, time.Duration(p.Warmup), nil); err == nil {
			close(t.still)
			err = t.wait(ctx, StageWarmup, 0, t.paused)
		}
	}
	if err == nil {
		open := t.rec.OpenWindow(clock())
		watch.Begin()
		if t.watched != nil {
			t.watched.Begin()
		}
		t.take()
		if t.paced() {
			t.origin = open
			close(t.started)
		}
		err = t.measure(ctx, open)
		at := clock()
		if last := stats.Moment(t.lastAt.Load()); last != 0 {
			at = last
		}
		t.rec.CloseWindow(at)
		watch.End()
		if t.watched != nil {
			used := t.watched.End()
			t.served = &used
		}
		if t.enough != nil && t.queue != nil {
			t.queue.Stop(t.elapsed(), t.dropped(t.origin))
			t.cut.Store(true)
		}
		last := t.rec.SetStep(t.env.plan.Clock(), 0)
		t.write(last)
		t.reportClose(last)
	}
	if err != nil || t.queue == nil {
		t.end() // else what is due goes on until it is done
	}
	if t.drain() && err == nil {
		err = errStopped
	}
	t.abandon()
	if f := t.failed.Load(); f != nil && (err == nil || errors.Is(err, errStopped)) {
		err = f
	}
	t.finish(watch, err == nil)
	return err
}

// describe says in the record that begins a trial in what its target and load
// are other than the header's.
func (r *run) describe(t *trial) {
	if first := r.envs[0]; t.env != first && !reflect.DeepEqual(t.env.target, first.target) {
		t.begun.Target = &t.env.target
	}
	if l := t.env.plan.load(); !reflect.DeepEqual(l, r.experiment.Base.load()) {
		t.begun.Load = l
	}
}

// measure waits until the window is over, stage by stage where there are any.
func (t *trial) measure(ctx context.Context, open stats.Moment) error {
	p := &t.env.plan.Profile
	if len(p.Stages) == 0 {
		return t.wait(ctx, StageWindow, time.Duration(p.Duration), t.over)
	}
	var border time.Duration
	defer func() { t.step = 0 }()
	for i, s := range p.Stages {
		t.step, t.before = i+1, border
		t.write(t.rec.SetStep(t.env.plan.Clock(), i+1))
		border += time.Duration(s.For)
		left := border - t.env.plan.Clock().Sub(open)
		if err := t.wait(ctx, StageWindow, max(left, time.Millisecond), t.over); err != nil {
			return err
		}
	}
	return nil
}

// untilWindow is how long the warm-up lasts. Arrivals at a constant rate lie on
// a grid with one at the end of the warm-up: the window opens between that and
// the one before, so that a moment's delay does not decide to whom it belongs.
func (t *trial) untilWindow() time.Duration {
	warmup := time.Duration(t.env.plan.Profile.Warmup)
	if t.queue == nil || t.curve[0].From <= 0 {
		return warmup
	}
	half := time.Duration(float64(time.Second) / t.curve[0].From / 2)
	return max(warmup-half, warmup/2)
}

// skipArrival keeps an arrival that a session had taken and will not begin, for
// abandon to judge.
func (t *trial) skipArrival(at turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.skipped = append(t.skipped, at)
}

// abandon counts the arrivals that were due and never began. No worker is left.
func (t *trial) abandon() {
	if t.queue == nil || t.origin == 0 {
		return
	}
	now := t.env.plan.Clock()
	// What found the queue full was dropped at its time; the rest waits until now.
	t.queue.Overdue(now.Sub(t.origin), t.dropped(t.origin))
	give := func(at turn) {
		if at.due <= now {
			op, mode := t.kind(at)
			t.rec.AddAbandoned(op, mode, at.due)
		}
	}
	t.queue.Close(now.Sub(t.origin), func(a schedule.Arrival) {
		give(turn{slot: -1, index: a.Index, due: t.origin.Add(a.Due)})
	})
	for _, at := range t.skipped {
		give(at)
	}
}

// wait lets the trial run until the time is up (0: no bound), done is closed,
// the run is told to stop, or the trial fails. It takes an interval and reports
// progress each second.
func (t *trial) wait(ctx context.Context, stage StageName, d time.Duration, done <-chan struct{}) error {
	if d == 0 && done == nil {
		return t.failure(ctx)
	}
	var up <-chan time.Time
	begun := time.Now()
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		up = timer.C
	}
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-up:
			return nil
		case <-done:
			return t.failure(ctx)
		case <-t.run.stop:
			return errStopped
		case <-ctx.Done():
			return t.failure(ctx)
		case <-second.C:
			i := t.take()
			t.report(stage, time.Since(begun), d, i)
			if stage == StageWindow && t.sufficient(time.Since(begun), i) {
				return nil
			}
		}
	}
}

// sufficient reports whether the window may close before its time.
func (t *trial) sufficient(elapsed time.Duration, i *resultfile.Interval) bool {
	if t.enough == nil {
		return false
	}
	var done int64
	for _, s := range i.Series {
		done += s.CompletedInside
	}
	if took := i.End.Sub(i.Start).Seconds(); took > 0 {
		t.perSecond = append(t.perSecond, float64(done)/took)
	}
	return t.enough(elapsed, t.perSecond)
}

// failure is why the trial cannot go on, nil if it can.
func (t *trial) failure(ctx context.Context) error {
	if f := t.failed.Load(); f != nil {
		return f
	}
	if ctx.Err() != nil {
		return errStopped
	}
	return nil
}

// fail ends the trial because a session cannot be had, at the start or again.
func (t *trial) fail(f *stats.Failure, again bool) {
	if f.Unfinished() {
		return
	}
	e := &SessionError{Variant: t.variant, Opened: int(t.up.Load()), Wanted: t.initial, Again: again, Failure: f}
	if t.failed.CompareAndSwap(nil, e) {
		t.cancel(e)
	}
}

// drain waits for the operations in flight, in the open model also for those
// that are due and wait for a session, bounded, and then cuts them off. It
// reports whether it was told to stop while some still waited.
func (t *trial) drain() (stopped bool) {
	gone := make(chan struct{})
	go func() { t.workers.Wait(); close(gone) }()
	bound := time.NewTimer(max(time.Duration(t.env.plan.Profile.Drain), time.Millisecond))
	defer bound.Stop()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	begun, cut, stop := time.Now(), bound.C, t.run.stop
	for {
		select {
		case <-gone:
			t.end()
			return stopped
		case <-stop:
			stop = nil
			stopped = t.queue != nil && closed(t.started) && t.queue.Overdue(t.elapsed(), t.dropped(t.origin)) > 0
			t.end()
		case <-cut:
			cut = nil
			t.end()
			t.cancel(errStopped)
		case <-second.C:
			t.report(StageDrain, time.Since(begun), time.Duration(t.env.plan.Profile.Drain), t.take())
		}
	}
}

// take writes the interval since the last.
func (t *trial) take() *resultfile.Interval {
	i := t.rec.Take(t.env.plan.Clock())
	t.write(i)
	return i
}

// write writes an interval, and the log-ins until then.
func (t *trial) write(i *resultfile.Interval) {
	t.keepInterval(i)
	t.takeSessions()
}

// keepInterval writes an interval and adds it to what is shown of the run.
func (t *trial) keepInterval(i *resultfile.Interval) {
	t.run.records.write(func() error {
		if t.run.observe != nil {
			t.run.totals.add(t, i)
		}
		return t.run.sink.Write(i)
	})
}

// takeSessions writes the log-ins since the last time.
func (t *trial) takeSessions() {
	if s := t.run.sessions.Take(); s != nil {
		t.run.records.write(func() error { return t.run.sink.Write(s) })
	}
}

// finish writes the trial's last records.
func (t *trial) finish(watch *selfwatch.Watch, complete bool) {
	t.takeSessions()
	last, whole := t.rec.Finish(t.env.plan.Clock(), complete)
	t.keepInterval(last)
	t.reportOver(last)
	t.generator(watch.Generator(), whole)
	whole.DisconnectedShare = t.disconnected(whole)
	t.whole = whole
	t.run.records.write(func() error { return t.run.sink.Write(whole) })
	t.remark(whole)
}

// generator writes how the generator fared, if its window ever opened.
func (t *trial) generator(g *resultfile.Generator, whole *resultfile.Trial) {
	if whole.Window.Open == 0 {
		return
	}
	g.Variant, g.Trial = t.variant, t.number
	if n := localFailures(whole); n > 0 {
		g.Limited = true
		g.Reasons = append(g.Reasons, fmt.Sprintf("ports or descriptors: this machine had none left for %s operations", quantity.Count(n)))
	}
	for _, said := range [][]string{g.Reasons, g.Warnings} {
		for i := range said {
			said[i] = t.variant + ": " + said[i]
		}
	}
	t.generators = append(t.generators, *g)
	t.run.records.write(func() error { return t.run.sink.Write(g) })
}
