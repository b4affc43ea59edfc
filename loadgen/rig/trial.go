package rig

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/selfwatch"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// trial measures one variant once: it opens the sessions, lets them warm up,
// opens the window, closes it, and waits for what is still in flight.
type trial struct {
	signals
	rig     *Rig
	order   Order
	out     Out
	env     *targetEnv
	variant string
	rec     *recorder.Recorder
	pool    *pool
	load    *load

	ops           map[string]stats.Op // the mix's operations by name
	verifySize    bool                // uploads are followed by SIZE
	needsFixtures bool                // operations need what must be made first

	// Of the goroutine that runs the trial alone.
	result *Outcome
	stage  int           // of a load that changes, 0 for none
	before time.Duration // how much of the window lay before it

	hope   hope
	cancel context.CancelCauseFunc
	failed atomic.Pointer[error] // why the trial cannot go on
}

// signals tell a trial's workers what it has come to.
type signals struct {
	warming   chan struct{} // closed when a paced warm-up begins, at warmFrom
	still     chan struct{} // closed when it is over
	started   chan struct{} // closed when the load begins, at loadBegan
	over      chan struct{} // closed when no operation may begin any more
	endOnce   sync.Once
	loadBegan stats.Moment // set before started is closed
	warmFrom  stats.Moment // set before warming is closed
}

// ErrInterrupted says that a run was told to stop before its end, which is no failure.
// What was measured has been written.
var ErrInterrupted = errors.New("interrupted")

// newTrial makes a trial that has not begun.
func (r *Rig) newTrial(v *variantAt, o Order, out Out) *trial {
	plan := v.env.plan
	p := &plan.Profile
	shards := min(p.MostSessions(), 2*selfwatch.Processors())
	t := &trial{
		rig: r, order: o, out: out, env: v.env, variant: v.Name,
		rec:  recorder.NewRecorder(v.Name, o.Trial, shards, plan.Clock()),
		load: newLoad(p, v.whole(), o.Share, o.Seed),
		ops:  opsOf(p.Op), verifySize: p.Verify == "size" || p.Verify == "checksum", needsFixtures: p.Op.NeedsFixtures() || v.env.files.Fresh && p.Op.StoresWhole(),
		signals: signals{warming: make(chan struct{}), still: make(chan struct{}), started: make(chan struct{}), over: make(chan struct{})},
	}
	t.pool = newPool(p, t.load.sessions(p), v.mode)
	t.hope.ever = v.succeeded
	t.result = &Outcome{
		Began: &resultfile.Variant{Variant: v.Name, Trial: o.Trial, Settings: v.Settings}, Load: plan.Load(), Sessions: t.pool.initial,
	}
	t.result.Load.Sessions = t.pool.initial
	t.result.DataPorts, t.result.OwnPorts = plan.DataPorts(v.mode)
	return t
}

// opsOf returns the operations of a mix by their names.
func opsOf(mix profiles.Mix) map[string]stats.Op {
	ops := map[string]stats.Op{}
	for _, o := range mix {
		op, err := stats.ParseOp(o.Op)
		if err != nil {
			panic(err) // the profile has been validated
		}
		ops[o.Op] = op
	}
	return ops
}

// paced reports whether the window opens on a standstill: without a warm-up
// there is nothing to carry over, and with a number of operations each of them
// must begin inside.
func paced(p *profiles.Profile) bool { return p.Operations > 0 || p.Warmup == 0 }

func (t *trial) paced() bool { return paced(&t.env.plan.Profile) }

// staged reports whether the sessions of a closed load come and go.
func (t *trial) staged() bool { return t.load.queue == nil && len(t.env.plan.Profile.Stages) > 0 }

// elapsed is the time since the load began.
func (t *trial) elapsed() time.Duration { return t.env.plan.Clock().Sub(t.loadBegan) }

// await waits for c; false if the trial is over before.
func (t *trial) await(ctx context.Context, c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	case <-t.over:
	case <-ctx.Done():
	}
	return false
}

// done notes the end of n operations of the window; the last one under
// --operations closes it.
func (t *trial) done(n int64) {
	l := t.load
	if l.limit > 0 && closed(t.started) && l.ended.Add(n) == l.limit {
		l.lastAt.Store(int64(t.env.plan.Clock()))
		t.end()
	}
}

// end lets no further operation begin.
func (t *trial) end() {
	t.endOnce.Do(func() {
		close(t.over)
		t.pool.stopOpening()
	})
}

// failure is why the trial cannot go on, nil if it can.
func (t *trial) failure(ctx context.Context) error {
	if f := t.failed.Load(); f != nil {
		return *f
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
	t.abort(&SessionError{Variant: t.variant, Opened: int(t.pool.up.Load()), Wanted: t.pool.initial, Again: again, Failure: f})
}

// abort ends the trial at once because of e.
func (t *trial) abort(e error) {
	if t.failed.CompareAndSwap(nil, &e) {
		t.cancel(e)
	}
}
