package loadgen

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// worker drives one session: each operation begins when the last one ended.
type worker struct {
	trial   *trial
	slot    int
	shard   *stats.Shard
	session *workers.Session
	meter   *stats.Meter
	random  *rand.Rand         // for pauses between tries
	cut     context.CancelFunc // releases a reopened session's context
	vain    int                // sessions opened since the last good operation
}

// work opens the session, waits for the others, and runs operations until the
// trial is over.
func (w *worker) work(ctx context.Context) {
	t := w.trial
	w.meter = w.shard.NewMeter()
	defer w.meter.Release()
	s, f := t.run.connect.openPatiently(ctx, w.slot, t.variant, t.mode, w.random)
	if f != nil {
		t.fail(f, false)
		return
	}
	w.session = s
	defer w.drop()
	if t.up.Add(1) == int64(t.run.plan.Profile.Sessions) {
		close(t.ready)
	}
	if !t.await(ctx, t.ready) {
		return
	}
	t.warmUp(ctx, w)
	if t.paced() && !t.pause(ctx) {
		return
	}
	for w.revive(ctx) && t.another() {
		w.operate()
		t.done()
	}
}

// warmUp runs operations that are not measured, until the window opens or, where
// it must open on a standstill, until the time for it is up.
func (t *trial) warmUp(ctx context.Context, w *worker) {
	if t.run.plan.Profile.Warmup == 0 {
		return
	}
	until := t.warm
	if t.paced() {
		until = t.still
	}
	for !closed(until) && w.revive(ctx) {
		w.operate()
	}
}

// revive makes sure that there is a session to work with: a broken one is closed
// and replaced, with pauses that grow. It returns false once the trial is over.
func (w *worker) revive(ctx context.Context) bool {
	t := w.trial
	if w.session != nil && w.session.Usable() {
		return ctx.Err() == nil && !closed(t.over)
	}
	w.drop()
	t.up.Add(-1)
	begun := time.Now()
	from := t.run.plan.Clock()
	defer func() { t.down(from, t.run.plan.Clock()) }()
	if w.vain > 0 {
		// Sessions come up and break at once: no reason to hurry.
		sleep(t.opening, spread(min(firstPause<<min(w.vain, 10), longestPause), w.random))
	}
	for pause := firstPause; ctx.Err() == nil && !closed(t.over); pause = min(2*pause, longestPause) {
		f := w.reopen(ctx)
		if f == nil {
			t.up.Add(1)
			return !closed(t.over)
		}
		// No refusal is for good here: the same log-in was let in before.
		if t.unbounded() && time.Since(begun) > patience {
			t.fail(f, true)
			return false
		}
		sleep(t.opening, spread(pause, w.random))
	}
	return false
}

// reopen opens the session again, once. The end of the trial cuts an attempt
// short, but not the session that came of one before.
func (w *worker) reopen(ctx context.Context) *stats.Failure {
	t := w.trial
	own, cut := context.WithCancel(ctx)
	stop := context.AfterFunc(t.opening, cut)
	s, f := t.run.connect.open(own, w.slot, t.variant, t.mode)
	if f == nil && !stop() {
		s.Close()
		f = aborted()
	}
	if f != nil {
		stop()
		cut()
		return f
	}
	w.session, w.cut = s, cut
	w.vain++
	return nil
}

// unbounded reports whether the trial would wait for a lost session for ever:
// when its window has no length, or opens only once every session stands still.
func (t *trial) unbounded() bool {
	return t.run.plan.Profile.Duration == 0 || t.paced() && !closed(t.warm)
}

// operate runs one operation and records it.
func (w *worker) operate() {
	t, f := w.trial, w.trial.run.files
	w.meter.Begin(t.op, w.session.Mode())
	var sample *stats.Sample
	if t.op == stats.Stor {
		sample = w.session.Do(&workers.Job{Op: stats.Stor, Path: f.upload(w.slot), Upload: &wire.Upload{Block: f.block, Size: f.size, Meter: w.meter}})
	} else {
		sample = w.session.Do(&workers.Job{Op: stats.Retr, Path: f.source, Want: f.size, Meter: w.meter})
	}
	if sample.Failure == nil {
		w.vain = 0
	}
	w.shard.Record(w.meter, sample)
}

// drop closes the session, if there is one, and keeps what it noticed.
func (w *worker) drop() {
	if w.session == nil {
		return
	}
	seen := w.session.Noticed()
	w.trial.foreign.Add(seen.ForeignHosts)
	w.trial.strange.Add(seen.Strangers)
	w.session.Close()
	w.session = nil
	if w.cut != nil {
		w.cut()
		w.cut = nil
	}
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
