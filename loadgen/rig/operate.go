package rig

import (
	"context"

	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
)

// ready sees to it that the next operation has its session and what it may need.
// It returns false where [worker.ensureSession] does.
func (w *worker) ready(ctx context.Context) bool {
	for range 3 {
		if !w.ensureSession(ctx) {
			return false
		}
		w.prepare()
		if w.session == nil || w.session.Usable() {
			break
		}
		// What is made outside of the measurement may cost a session too.
	}
	return true
}

// prepare makes what the next operation may need and is not there. What fails
// is counted as the operation that needed it, when that has its turn.
func (w *worker) prepare() {
	clear(w.unmet)
	if w.session == nil || !w.trial.needsFixtures {
		return
	}
	w.files.Prepare(w.session, w.trial.env.plan.Profile.Op, func(op stats.Op) {
		mode := stats.NoMode
		if op.Transfers() {
			mode = w.session.Mode()
		}
		w.shard.Housekept(op, mode, 1)
	}, w.unmet)
}

// operate runs one operation and records it.
func (w *worker) operate(ctx context.Context, at turn) {
	t := w.trial
	what := t.pick(at)
	j := &w.job
	*j = workers.Job{Op: t.ops[what.Op], Due: at.due, Meter: w.meter, VerifySize: t.verifySize}
	// A whole upload needs nothing to be there, only a resumed one does.
	if f := w.unmet[j.Op]; f != nil && (j.Op != stats.Stor || !what.From.IsZero()) {
		w.recordUnmet(at, j.Op, f)
		w.tried(f)
		return
	}
	if j.Op == stats.Login {
		sample := workers.Login(ctx, t.env.connect.Config(ctx, w.slot, ""), at.due)
		w.shard.Record(nil, sample)
		w.tried(sample.Failure)
		return
	}
	var size int64
	file := 0
	if j.Op.Uploads() {
		size = int64(t.env.plan.Profile.Size.At(t.uniform(at, schedule.ChoiceOfSize)))
	} else if n := t.env.files.Count(); n > 0 {
		file = int(t.uniform(at, schedule.ChoiceOfFile) * float64(n))
	}
	w.files.Job(j, what, size, file)
	meter := w.meter
	if j.Op.Transfers() {
		meter.Begin(j.Op, w.session.Mode())
	} else {
		meter = nil
	}
	sample := w.session.Do(j)
	w.files.Did(j, what, sample.Failure)
	if sample.Failure == nil {
		w.failedReopens = 0
		sample.Verified = j.Expect != nil || j.Op.Uploads() && j.VerifySize && !sample.SizeUnverified
	}
	w.shard.Record(meter, sample)
	w.tried(sample.Failure)
}

// recordUnmet records an operation that could not be prepared as failed.
func (w *worker) recordUnmet(at turn, op stats.Op, why *stats.Failure) {
	now := w.trial.env.plan.Clock()
	due := at.due
	if due == 0 {
		due = now
	}
	f := *why
	f.Text = "preparing for it: " + f.Text
	s := &stats.Sample{Op: op, Failure: &f}
	if op.Transfers() && w.session != nil {
		s.Mode = w.session.Mode()
	}
	s.Moments[stats.T0], s.Moments[stats.T1], s.Moments[stats.T8] = due, now, now
	w.shard.Record(nil, s)
}

// uniform is a random number in [0, 1) that belongs to one choice of one turn:
// it does not depend on which session takes the turn, or when.
func (t *trial) uniform(at turn, c schedule.Choice) float64 {
	return schedule.Uniform(t.order.Seed, c.Stream(at.slot), at.index)
}

// pick chooses a turn's operation.
func (t *trial) pick(at turn) *profiles.Operation {
	mix := t.env.plan.Profile.Op
	if len(mix) == 1 {
		return &mix[0]
	}
	return mix.Pick(t.uniform(at, schedule.ChoiceOfOp))
}

// drop counts an arrival that never began.
func (t *trial) drop(at turn) {
	op, mode := t.kind(at)
	t.rec.AddDropped(op, mode, at.due)
	t.done(1)
}

// kind is the operation of a turn, and the mode that it would have had.
func (t *trial) kind(at turn) (stats.Op, stats.Mode) {
	op := t.ops[t.pick(at).Op]
	if op.Transfers() {
		return op, stats.Mode(t.pool.verb.Load())
	}
	return op, stats.NoMode
}

// dropped returns what a queue calls with each arrival that found it full.
func (t *trial) dropped(origin stats.Moment) func(schedule.Arrival) {
	return func(a schedule.Arrival) {
		t.drop(turn{slot: -1, index: a.Index, due: origin.Add(a.Due)})
	}
}
