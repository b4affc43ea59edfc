package rig

import (
	"context"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig/connect"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
)

// ensureSession makes sure that there is a session to work with: a broken one is closed
// and replaced, with pauses that grow. It returns false once the trial is over,
// or the session has nothing to do any more.
func (w *worker) ensureSession(ctx context.Context) bool {
	t := w.trial
	if t.pool.sessionless || w.session != nil && w.session.Usable() {
		return ctx.Err() == nil && !closed(t.over)
	}
	if w.session != nil || t.staged() {
		// Only what was there, or was asked for, can be missed.
		from := t.env.plan.Clock()
		defer func() { t.pool.down(t.rec.Window(), from, t.env.plan.Clock()) }()
	}
	w.drop()
	var begun time.Time // the first try: waiting for a place is nobody's refusal
	if w.failedReopens > 0 {
		// Sessions come up and break at once: no reason to hurry.
		connect.Sleep(t.pool.opening, connect.Spread(min(connect.FirstPause<<min(w.failedReopens, 10), connect.LongestPause), w.random))
	}
	for pause := connect.FirstPause; ctx.Err() == nil && !closed(t.over) && !w.useless(); pause = min(2*pause, connect.LongestPause) {
		f := w.reopen(ctx, &begun)
		if f == nil {
			return !closed(t.over)
		}
		// No refusal is for good here: the same log-in was let in before.
		if w.slot < t.pool.initial && t.unbounded() && !begun.IsZero() && time.Since(begun) > t.env.connect.Patience {
			t.fail(f, true)
			return false
		}
		connect.Sleep(t.pool.opening, connect.Spread(pause, w.random))
	}
	return false
}

// useless reports whether a session would have nothing to do: its slot is not
// wanted, or every arrival has come and gone.
func (w *worker) useless() bool {
	t := w.trial
	if !closed(t.started) {
		return false
	}
	now := t.elapsed()
	if t.load.queue == nil {
		return t.staged() && !t.load.curve.Wanted(t.load.share, w.slot, now)
	}
	end, ends := t.load.curve.Length()
	return (t.load.cut.Load() || ends && now >= end) && t.load.queue.Overdue(now, t.dropped(t.loadBegan)) == 0
}

// reopen opens the session, once, and notes when the first try began. The end of
// the trial cuts an attempt short, but not the session that came of one before.
func (w *worker) reopen(ctx context.Context, begun *time.Time) *stats.Failure {
	t := w.trial
	attempt, cut := context.WithCancel(ctx)
	stop := context.AfterFunc(t.pool.opening, cut)
	opener, f := t.env.connect, connect.Aborted()
	var s *workers.Session
	if opener.Enter(attempt) {
		if begun.IsZero() {
			*begun = time.Now()
		}
		s, f = opener.Try(attempt, w.slot, t.pool.mode)
		opener.Note(t.variant, s, f)
		opener.Leave()
	}
	if f == nil && !stop() {
		s.Close()
		f = connect.Aborted()
	}
	if f != nil {
		stop()
		cut()
		return f
	}
	w.attach(s)
	w.cut = cut
	w.failedReopens++
	return nil
}

// attach takes a session that is logged in.
func (w *worker) attach(s *workers.Session) {
	w.session = s
	w.meter = w.shard.NewMeter()
	w.trial.pool.join(s)
}

// drop closes the session, if there is one, and keeps what it noticed.
func (w *worker) drop() {
	if w.session == nil {
		return
	}
	w.trial.pool.leave(w.session)
	w.session.Close()
	w.session = nil
	w.meter.Release()
	w.meter = nil
	if w.cut != nil {
		w.cut()
		w.cut = nil
	}
}

// unbounded reports whether the trial would wait for a lost session for ever:
// when its window has no length, or opens only once every session stands still.
func (t *trial) unbounded() bool {
	p := &t.env.plan.Profile
	return p.Length() == 0 || t.paced() && !closed(t.started)
}

// closed reports whether the channel has been closed.
func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
