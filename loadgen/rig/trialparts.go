package rig

import (
	"context"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/selfwatch"
	"github.com/ftpmark/ftpmark/stats"
)

// connect waits until all sessions that the trial begins with are logged in, and then
// for the moment at which the load begins.
func (t *trial) connect(ctx context.Context) error {
	err := t.wait(ctx, PartConnect, 0, t.pool.ready)
	if err == nil {
		var at stats.Moment
		if at, err = t.ask(ctx, PartConnect, t.order.WarmUp, t.env.plan.Clock()); err == nil {
			err = t.waitUntil(ctx, PartConnect, 0, at)
		}
	}
	if err != nil {
		t.cancel(err) // no operation has begun: there is none to wait for
	}
	return err
}

// warmUp lets the load begin, and waits for the moment at which the window opens. Where
// that is to open on a standstill a warm-up of its own comes and ends before.
func (t *trial) warmUp(ctx context.Context) error {
	clock := t.env.plan.Clock
	if !t.paced() {
		t.loadBegan = clock()
		close(t.started)
		length := t.untilWindow()
		at, err := t.ask(ctx, PartWarmup, t.order.Open, t.loadBegan.Add(length))
		if err != nil {
			return err
		}
		return t.waitUntil(ctx, PartWarmup, length, at)
	}
	t.warmFrom = clock()
	close(t.warming)
	if err := t.wait(ctx, PartWarmup, time.Duration(t.env.plan.Profile.Warmup), nil); err != nil {
		return err
	}
	close(t.still)
	if err := t.wait(ctx, PartWarmup, 0, t.pool.paused); err != nil {
		return err
	}
	at, err := t.ask(ctx, PartWarmup, t.order.Open, clock())
	if err != nil {
		return err
	}
	return t.waitUntil(ctx, PartWarmup, 0, at)
}

// window opens the window, measures, and closes it, whatever became of it.
func (t *trial) window(ctx context.Context, watch *selfwatch.Watch) error {
	clock := t.env.plan.Clock
	open := t.rec.OpenWindow(clock())
	watch.Begin()
	t.take()
	if t.paced() {
		t.loadBegan = open
		close(t.started)
	}
	err := t.measure(ctx, open)
	at := clock()
	if last := stats.Moment(t.load.lastAt.Load()); last != 0 {
		at = last
	}
	t.rec.CloseWindow(at)
	watch.End()
	if t.load.queue != nil && closed(t.order.Close) {
		t.load.queue.Stop(t.elapsed(), t.dropped(t.loadBegan))
		t.load.cut.Store(true)
	}
	last := t.rec.SetStage(clock(), 0)
	t.write(last)
	t.pulseAtClose(last)
	return err
}

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
		t.write(t.rec.SetStage(t.env.plan.Clock(), i+1))
		border += time.Duration(s.For)
		left := border - t.env.plan.Clock().Sub(open)
		if err := t.wait(ctx, PartWindow, max(left, time.Millisecond), t.over); err != nil || closed(t.order.Close) {
			return err
		}
	}
	return nil
}

// drain waits for the operations in flight, in the open model also for those
// that are due and wait for a session, bounded, and then cuts them off. It
// reports whether it was told to stop while some still waited.
func (t *trial) drain() (stopped bool) {
	gone := make(chan struct{})
	go func() { t.pool.workers.Wait(); close(gone) }()
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
			stopped = t.load.queue != nil && closed(t.started) && t.load.queue.Overdue(t.elapsed(), t.dropped(t.loadBegan)) > 0
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

// ask asks the driver when the trial is to go on, and lets it run meanwhile.
func (t *trial) ask(ctx context.Context, part PartName, when Barrier, due stats.Moment) (stats.Moment, error) {
	if when == nil {
		return due, nil
	}
	// Not results of this function: it may return before the answer is there.
	var at stats.Moment
	var refused error
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		at, refused = when(ctx, due)
	}()
	if err := t.wait(ctx, part, 0, answered); err != nil {
		return 0, err
	}
	return at, refused
}

// wait lets the trial run until the time is up (0: no bound), done is closed, the run is
// told to stop, or the trial fails.
func (t *trial) wait(ctx context.Context, part PartName, d time.Duration, done <-chan struct{}) error {
	if d == 0 && done == nil {
		return t.failure(ctx)
	}
	var up <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		up = timer.C
	}
	return t.waitFor(ctx, part, d, up, done)
}

// waitUntil lets the trial run until a moment, which ends a part of the given length.
func (t *trial) waitUntil(ctx context.Context, part PartName, length time.Duration, at stats.Moment) error {
	left := at.Sub(t.env.plan.Clock())
	if left <= 0 {
		return t.failure(ctx)
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	return t.waitFor(ctx, part, length, timer.C, nil)
}

// waitFor waits for either. It takes an interval and tells of progress each second.
func (t *trial) waitFor(ctx context.Context, part PartName, length time.Duration, up <-chan time.Time, done <-chan struct{}) error {
	begun := time.Now()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	var enough <-chan struct{}
	if part == PartWindow {
		enough = t.order.Close
	}
	for {
		select {
		case <-up:
			return nil
		case <-enough:
			return nil
		case <-done:
			return t.failure(ctx)
		case <-t.order.Stop:
			return ErrInterrupted
		case <-ctx.Done():
			return t.failure(ctx)
		case <-second.C:
			t.pulse(part, time.Since(begun), length, t.take())
		}
	}
}
