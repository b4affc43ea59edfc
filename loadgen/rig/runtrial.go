package rig

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

// Run runs a trial from beginning to end. The error is nil if it ran as it was meant to,
// [ErrInterrupted] if it was told to stop, or why it could not go on; what was measured is
// kept in every case.
func (r *Rig) Run(ctx context.Context, o Order, out Out) (*Outcome, error) {
	v := &r.variants[o.Variant]
	v.env.used = true
	if o.Step != nil {
		var err error
		if v, err = r.stepped(v, o.Step); err != nil {
			return nil, err
		}
	}
	t := r.newTrial(v, o, out)
	err := t.runTrial(ctx)
	return t.result, err
}

// runTrial runs the trial.
func (t *trial) runTrial(ctx context.Context) error {
	ctx, t.cancel = context.WithCancelCause(ctx)
	defer t.cancel(nil)
	t.opening, t.stopOpening = context.WithCancel(ctx)
	p, clock := &t.env.plan.Profile, t.env.plan.Clock
	t.describe(clock())
	t.out.Record(t.result.Began)
	t.begin(ctx)
	watch := selfwatch.New()
	err := t.wait(ctx, PartConnect, 0, t.ready)
	if err != nil {
		t.cancel(err) // no operation has begun: there is none to wait for
	}
	if err == nil && !t.paced() {
		t.origin = clock()
		close(t.started)
		err = t.wait(ctx, PartWarmup, t.untilWindow(), nil)
	}
	if err == nil && t.paced() {
		t.warmFrom = clock()
		close(t.warming)
		if err = t.wait(ctx, PartWarmup, time.Duration(p.Warmup), nil); err == nil {
			close(t.still)
			err = t.wait(ctx, PartWarmup, 0, t.paused)
		}
	}
	if err == nil {
		open := t.rec.OpenWindow(clock())
		watch.Begin()
		if t.watched() {
			t.order.Step.Server.Begin()
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
		if t.watched() {
			used := t.order.Step.Server.End()
			t.result.Served = &used
		}
		if t.order.Step != nil && t.queue != nil {
			t.queue.Stop(t.elapsed(), t.dropped(t.origin))
			t.cut.Store(true)
		}
		last := t.rec.SetStep(t.env.plan.Clock(), 0)
		t.write(last)
		t.pulseAtClose(last)
	}
	if err != nil || t.queue == nil {
		t.end() // else what is due goes on until it is done
	}
	if t.drain() && err == nil {
		err = ErrInterrupted
	}
	t.abandon()
	if f := t.failed.Load(); f != nil && (err == nil || errors.Is(err, ErrInterrupted)) {
		err = f
	}
	t.finish(watch, err == nil)
	return err
}

// describe says in the record that begins a trial in what its target and load
// are other than the header's.
func (t *trial) describe(now stats.Moment) {
	t.result.Began.At = now
	if first := t.rig.envs[0]; t.env != first && !reflect.DeepEqual(t.env.target, first.target) {
		t.result.Began.Target = &t.env.target
	}
	if !reflect.DeepEqual(t.result.Load, t.rig.base.Load()) {
		t.result.Began.Load = t.result.Load
	}
}

// watched reports whether somebody watches the server's processes.
func (t *trial) watched() bool { return t.order.Step != nil && t.order.Step.Server != nil }

// measure waits until the window is over, stage by stage where there are any.
func (t *trial) measure(ctx context.Context, open stats.Moment) error {
	p := &t.env.plan.Profile
	if len(p.Stages) == 0 {
		return t.wait(ctx, PartWindow, time.Duration(p.Duration), t.over)
	}
	var border time.Duration
	defer func() { t.stage = 0 }()
	for i, s := range p.Stages {
		t.stage, t.before = i+1, border
		t.write(t.rec.SetStep(t.env.plan.Clock(), i+1))
		border += time.Duration(s.For)
		left := border - t.env.plan.Clock().Sub(open)
		if err := t.wait(ctx, PartWindow, max(left, time.Millisecond), t.over); err != nil {
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
func (t *trial) wait(ctx context.Context, part PartName, d time.Duration, done <-chan struct{}) error {
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
		case <-t.order.Stop:
			return ErrInterrupted
		case <-ctx.Done():
			return t.failure(ctx)
		case <-second.C:
			i := t.take()
			t.pulse(part, time.Since(begun), d, i)
			if part == PartWindow && t.sufficient(time.Since(begun), i) {
				return nil
			}
		}
	}
}

// sufficient reports whether the window may close before its time.
func (t *trial) sufficient(elapsed time.Duration, i *resultfile.Interval) bool {
	if t.order.Step == nil {
		return false
	}
	var done int64
	for _, s := range i.Series {
		done += s.CompletedInside
	}
	if took := i.End.Sub(i.Start).Seconds(); took > 0 {
		t.perSecond = append(t.perSecond, float64(done)/took)
	}
	return t.order.Step.Enough(elapsed, t.perSecond, t.rec.Totals())
}

// failure is why the trial cannot go on, nil if it can.
func (t *trial) failure(ctx context.Context) error {
	if f := t.failed.Load(); f != nil {
		return f
	}
	if ctx.Err() != nil {
		return ErrInterrupted
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
	begun, cut, stop := time.Now(), bound.C, t.order.Stop
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
			t.cancel(ErrInterrupted)
		case <-second.C:
			t.pulse(PartDrain, time.Since(begun), time.Duration(t.env.plan.Profile.Drain), t.take())
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
	t.out.Record(i)
	t.takeSessions()
}

// takeSessions writes the log-ins since the last time.
func (t *trial) takeSessions() {
	if s := t.rig.sessions.Take(); s != nil {
		t.out.Record(s)
	}
}

// finish writes the trial's last records.
func (t *trial) finish(watch *selfwatch.Watch, complete bool) {
	t.takeSessions()
	last, whole := t.rec.Finish(t.env.plan.Clock(), complete)
	t.out.Record(last)
	t.pulseOver(last)
	t.generator(watch.Generator(), whole)
	whole.DisconnectedShare = t.disconnected(whole)
	t.result.Trial, t.result.StrayPorts = whole, t.stray.Load()
	t.out.Record(whole)
	t.remark(whole)
}

// generator writes how the generator fared, if its window ever opened.
func (t *trial) generator(g *resultfile.Generator, whole *resultfile.Trial) {
	if whole.Window.Open == 0 {
		return
	}
	g.Variant, g.Trial = t.variant, t.order.Trial
	if n := localFailures(whole); n > 0 {
		g.Limited = true
		g.Reasons = append(g.Reasons, fmt.Sprintf("ports or descriptors: this machine had none left for %s operations", quantity.Count(n)))
	}
	for _, said := range [][]string{g.Reasons, g.Warnings} {
		for i := range said {
			said[i] = t.variant + ": " + said[i]
		}
	}
	t.result.Generators = append(t.result.Generators, *g)
	t.out.Record(g)
}
