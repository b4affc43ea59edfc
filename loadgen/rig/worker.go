package rig

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig/fixtures"
	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/workers"
)

// worker drives one session, one operation after another.
type worker struct {
	trial         *trial
	slot          int
	files         *fixtures.SlotFiles
	shard         *recorder.Shard
	session       *workers.Session
	meter         *recorder.Meter    // the session's
	random        *rand.Rand         // for pauses between tries
	cut           context.CancelFunc // releases a reopened session's context
	failedReopens int                // sessions opened since the last good operation
	timer         *time.Timer        // for waits that the trial's end cuts short
	begun         int64              // operations that this slot's closed loop began
	job           workers.Job
	unmet         fixtures.Unmet
	failures      int  // operations that failed while none of the variant's had succeeded
	hopeless      bool // they were enough to give the variant up
}

// turn is an operation that a worker is to carry out: the slot's own next one
// (lane slot), or an arrival of the open model (slot -1).
type turn struct {
	slot  int
	index int64
	due   stats.Moment // zero: now
}

// work opens the session if it is one of those that the trial begins with, waits
// for the others, and runs operations until the trial is over.
func (w *worker) work(ctx context.Context) {
	t := w.trial
	w.timer = time.NewTimer(0)
	defer w.timer.Stop()
	defer w.drop()
	if w.slot < t.pool.initial && !w.assemble(ctx) {
		return
	}
	if !t.await(ctx, t.started) {
		return
	}
	switch {
	case t.load.queue != nil:
		w.arrivals(ctx, t.load.queue, t.loadBegan, nil)
	case t.staged():
		w.stages(ctx)
	default:
		w.loop(ctx)
	}
}

// assemble logs in, waits until all that the trial begins with have, and takes
// part in a warm-up that ends with a standstill.
func (w *worker) assemble(ctx context.Context) bool {
	t := w.trial
	if !t.pool.sessionless {
		s, f := t.env.connect.OpenPatiently(ctx, w.slot, t.variant, t.pool.mode, w.random)
		if f != nil {
			t.fail(f, false)
			return false
		}
		w.attach(s)
	}
	t.pool.assemble()
	if !t.paced() {
		return true
	}
	if !t.await(ctx, t.pool.ready) {
		return false
	}
	if t.env.plan.Profile.Warmup > 0 {
		if !t.await(ctx, t.warming) {
			return false
		}
		w.warmUp(ctx)
		w.begun = 0 // the window's choices do not depend on how many those were
	}
	t.pool.rest()
	return true
}

// warmUp runs operations that are not measured until everything is to stand
// still.
func (w *worker) warmUp(ctx context.Context) {
	t := w.trial
	if t.load.warmQueue != nil {
		w.arrivals(ctx, t.load.warmQueue, t.warmFrom, t.still)
		return
	}
	for !closed(t.still) && w.pause(ctx, t.still) && w.ready(ctx) {
		w.operate(ctx, w.next())
	}
}

// loop is the closed model: the next operation begins when the last has ended,
// and the time to think is over.
func (w *worker) loop(ctx context.Context) {
	t := w.trial
	for w.pause(ctx, t.over) && w.ready(ctx) && t.load.another() {
		w.operate(ctx, w.next())
		t.done(1)
	}
}

// stages is the closed model with sessions that come and go: this slot's is
// logged in while it is wanted.
func (w *worker) stages(ctx context.Context) {
	t := w.trial
	for {
		now := t.elapsed()
		at, ok := t.load.curve.NextWanted(t.load.share, w.slot, now)
		if !ok {
			return
		}
		if at > now {
			w.drop()
			if !w.sleepUntil(ctx, t.loadBegan.Add(at), t.over) {
				return
			}
		}
		if !w.ready(ctx) {
			if ctx.Err() != nil || closed(t.over) {
				return
			}
			continue // it is not wanted any more
		}
		w.operate(ctx, w.next())
		if !w.pause(ctx, t.over) {
			return
		}
	}
}

// arrivals is the open model: operations are due at times of their own, and
// begin then, or when a session is free. None begins once until is closed.
func (w *worker) arrivals(ctx context.Context, q *schedule.Queue, origin stats.Moment, until <-chan struct{}) {
	t := w.trial
	clock := t.env.plan.Clock
	for w.ready(ctx) && !closed(until) {
		a, ok := q.Take(clock().Sub(origin), t.dropped(origin))
		if !ok {
			return
		}
		next := turn{slot: -1, index: a.Index, due: origin.Add(a.Due)}
		if next.due > clock() {
			if !w.sleepUntil(ctx, next.due.Add(-early), t.over) {
				t.load.skipArrival(next)
				return
			}
			settle(next.due.Sub(clock()))
		}
		w.operate(ctx, next)
		t.done(1)
	}
}

// next is the slot's own next turn.
func (w *worker) next() turn {
	w.begun++
	return turn{slot: w.slot, index: w.begun - 1}
}

// pause waits between two operations of the closed model: to think, and for its
// turn under a cap on the rate. It returns false if the channel is closed first.
func (w *worker) pause(ctx context.Context, over <-chan struct{}) bool {
	t := w.trial
	if think := &t.env.plan.Profile.Think; !think.IsZero() && w.begun > 0 {
		u := schedule.Uniform(t.order.Seed, schedule.ChoiceOfThink.Stream(w.slot), w.begun)
		if !w.sleep(ctx, think.At(u), over) {
			return false
		}
	}
	if t.load.cap == nil {
		return true
	}
	now := time.Now()
	r := t.load.cap.ReserveN(now, 1)
	if w.sleep(ctx, r.DelayFrom(now), over) {
		return true
	}
	r.Cancel()
	return false
}

// sleepUntil waits for the moment; false if the channel is closed, or ctx ends,
// before.
func (w *worker) sleepUntil(ctx context.Context, at stats.Moment, over <-chan struct{}) bool {
	return w.sleep(ctx, at.Sub(w.trial.env.plan.Clock()), over)
}

func (w *worker) sleep(ctx context.Context, d time.Duration, over <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	w.timer.Reset(d)
	select {
	case <-w.timer.C:
		return true
	case <-over:
	case <-ctx.Done():
	}
	w.timer.Stop()
	return false
}
