package loadgen

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/selfwatch"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
)

// trial measures one variant once: it opens the sessions, lets them warm up,
// opens the window, closes it, and waits for what is still in flight.
type trial struct {
	run     *run
	variant string
	mode    profiles.Mode
	op      stats.Op
	rec     *stats.Recorder

	ready   chan struct{} // closed when every session is logged in
	still   chan struct{} // closed when a paced warm-up is over
	paused  chan struct{} // closed when every session then stands still
	warm    chan struct{} // closed when the window opens
	over    chan struct{} // closed when no operation may begin any more
	endOnce sync.Once
	resting atomic.Int64 // sessions that stand still before the window
	given   atomic.Int64 // operations given out under --operations
	ended   atomic.Int64 // of those, how many have ended
	lastAt  atomic.Int64 // the moment the last of them ended
	up      atomic.Int64 // sessions that are logged in
	downFor atomic.Int64 // ns that sessions were without a connection in the window
	foreign atomic.Int64 // 227 replies that named another host
	strange atomic.Int64 // connections of strangers to active listeners

	opening     context.Context // ends when no session needs to be opened any more
	stopOpening context.CancelFunc
	cancel      context.CancelCauseFunc
	failed      atomic.Pointer[SessionError] // why the trial cannot go on
	workers     sync.WaitGroup
}

// errStopped says that the run was told to stop, which is no failure.
var errStopped = errors.New("stopped")

// newTrial makes a trial that has not begun.
func (r *run) newTrial(variant string, mode profiles.Mode, op stats.Op) *trial {
	shards := min(r.plan.Profile.Sessions, 2*selfwatch.Processors())
	return &trial{
		run: r, variant: variant, mode: mode, op: op,
		rec:   stats.NewRecorder(variant, 1, shards, r.plan.Clock()),
		ready: make(chan struct{}), still: make(chan struct{}), paused: make(chan struct{}),
		warm: make(chan struct{}), over: make(chan struct{}),
	}
}

// conduct runs the trial from beginning to end and writes its records. It
// returns nil if the trial ran as it was meant to, errStopped if it was told to
// stop, or why it could not go on; what was measured is kept in every case.
func (t *trial) conduct(ctx context.Context) error {
	ctx, t.cancel = context.WithCancelCause(ctx)
	defer t.cancel(nil)
	t.opening, t.stopOpening = context.WithCancel(ctx)
	p := &t.run.plan.Profile
	began := &stats.Variant{
		Variant: t.variant, Trial: 1, At: t.run.plan.Clock(), Settings: map[string]string{"mode": string(t.mode)},
	}
	t.run.scribe.write(func() error { return t.run.sink.Variant(began) })
	t.begin(ctx)
	watch := selfwatch.New()
	err := t.open(ctx)
	if err != nil {
		t.cancel(err) // no operation has begun: there is none to wait for
	}
	if err == nil {
		err = t.wait(ctx, StageWarmup, time.Duration(p.Warmup), nil)
	}
	if err == nil && t.paced() {
		close(t.still)
		err = t.wait(ctx, StageWarmup, 0, t.paused)
	}
	if err == nil {
		t.rec.OpenWindow(t.run.plan.Clock())
		watch.Begin()
		t.take()
		close(t.warm)
		err = t.wait(ctx, StageWindow, time.Duration(p.Duration), t.over)
		at := t.run.plan.Clock()
		if last := stats.Moment(t.lastAt.Load()); last != 0 {
			at = last
		}
		t.rec.CloseWindow(at)
		watch.End()
		t.take()
	}
	t.end()
	t.drain()
	if f := t.failed.Load(); f != nil && (err == nil || errors.Is(err, errStopped)) {
		err = f
	}
	t.finish(watch, err == nil)
	return err
}

// begin starts a worker for each session.
func (t *trial) begin(ctx context.Context) {
	for slot := range t.run.plan.Profile.Sessions {
		t.workers.Add(1)
		w := &worker{trial: t, slot: slot, shard: t.rec.Shard(slot),
			random: rand.New(rand.NewPCG(t.run.plan.Profile.Seed, uint64(slot)))}
		go func() {
			defer t.workers.Done()
			w.work(ctx)
		}()
	}
}

// open waits until every session is logged in.
func (t *trial) open(ctx context.Context) error {
	return t.wait(ctx, StageConnect, 0, t.ready)
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
			t.report(stage, time.Since(begun), d, t.take())
		}
	}
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
	e := &SessionError{Variant: t.variant, Opened: int(t.up.Load()), Wanted: t.run.plan.Profile.Sessions, Again: again, Failure: f}
	if t.failed.CompareAndSwap(nil, e) {
		t.cancel(e)
	}
}

// drain waits for the operations in flight, bounded, and then cuts them off.
func (t *trial) drain() {
	gone := make(chan struct{})
	go func() { t.workers.Wait(); close(gone) }()
	bound := time.NewTimer(max(time.Duration(t.run.plan.Profile.Drain), time.Millisecond))
	defer bound.Stop()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	begun, cut := time.Now(), bound.C
	for {
		select {
		case <-gone:
			return
		case <-cut:
			cut = nil
			t.cancel(errStopped)
		case <-second.C:
			t.report(StageDrain, time.Since(begun), time.Duration(t.run.plan.Profile.Drain), t.take())
		}
	}
}

// take writes the interval since the last.
func (t *trial) take() *stats.Interval {
	i := t.rec.Take(t.run.plan.Clock())
	t.run.scribe.write(func() error { return t.run.sink.Interval(i) })
	t.takeSessions()
	return i
}

// takeSessions writes the log-ins since the last time.
func (t *trial) takeSessions() {
	if s := t.run.sessions.Take(); s != nil {
		t.run.scribe.write(func() error { return t.run.sink.Sessions(s) })
	}
}

// finish writes the trial's last records.
func (t *trial) finish(watch *selfwatch.Watch, complete bool) {
	t.takeSessions()
	last, whole := t.rec.Finish(t.run.plan.Clock(), complete)
	t.run.scribe.write(func() error { return t.run.sink.Interval(last) })
	t.generator(watch.Generator(), whole)
	t.run.scribe.write(func() error { return t.run.sink.Trial(whole) })
	t.remark(whole)
}

// generator writes how the generator fared, if its window ever opened.
func (t *trial) generator(g *stats.Generator, whole *stats.Trial) {
	if whole.Window.Open == 0 {
		return
	}
	g.Variant, g.Trial = t.variant, 1
	if n := localFailures(whole); n > 0 {
		g.Limited = true
		g.Reasons = append(g.Reasons, fmt.Sprintf("ports or descriptors: this machine had none left for %s operations", count(n)))
	}
	for _, said := range [][]string{g.Reasons, g.Warnings} {
		for i := range said {
			said[i] = t.variant + ": " + said[i]
		}
	}
	t.run.scribe.write(func() error { return t.run.sink.Generator(g) })
}
