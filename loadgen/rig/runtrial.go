package rig

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

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
	v, err := r.ordered(v, &o)
	if err != nil {
		return nil, err
	}
	o.Seed = o.Share.Seed(o.Seed)
	t := r.newTrial(v, o, out)
	err = t.run(ctx)
	return t.result, err
}

// run runs the trial, part by part. A part that fails undoes what it must and ends the
// ones before the drain, which comes in every case: operations are in flight.
func (t *trial) run(ctx context.Context) error {
	ctx, t.cancel = context.WithCancelCause(ctx)
	defer t.cancel(nil)
	t.pool.opening, t.pool.stopOpening = context.WithCancel(ctx)
	t.describe(t.env.plan.Clock())
	t.out.Record(t.result.Began)
	t.begin(ctx)
	watch := selfwatch.New(t.order.lagTolerance())
	var err error
	for _, part := range []func(context.Context) error{
		t.connect,
		t.warmUp,
		func(ctx context.Context) error { return t.window(ctx, watch) },
	} {
		if err = part(ctx); err != nil {
			break
		}
	}
	if err != nil || t.load.queue == nil {
		t.end() // else what is due goes on until it is done
	}
	if t.drain() && err == nil {
		err = ErrInterrupted
	}
	t.abandon()
	if f := t.failed.Load(); f != nil && (err == nil || errors.Is(err, ErrInterrupted)) {
		err = *f
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
	whole.DisconnectedShare = t.pool.disconnected(t.sessionTime(whole.Window.Length(whole.End)))
	t.result.Trial, t.result.StrayPorts = whole, t.pool.noticed.stray.Load()
	t.out.Record(whole)
	t.remark(whole)
}

// sessionTime is how long sessions were meant to be there in the window, added
// up over them. In the open model that is the time of those it begins with.
func (t *trial) sessionTime(window time.Duration) time.Duration {
	if t.staged() {
		return time.Duration(t.load.share.Part(t.load.levels.Count(window)) * float64(time.Second))
	}
	return time.Duration(t.pool.initial) * window
}

// generator writes how the generator fared, if its window ever opened.
func (t *trial) generator(g *resultfile.Generator, whole *resultfile.Trial) {
	if whole.Window.Open == 0 {
		return
	}
	g.Variant, g.Trial = t.variant, t.order.Trial
	if n := localFailures(whole); n > 0 {
		g.Limited, g.LimitedByLag = true, false
		g.Reasons = append(g.Reasons, fmt.Sprintf("ports or descriptors: this machine had none left for %s operations", quantity.Count(n)))
	}
	if reason := lighter(g, whole, t.order.lagTolerance()); reason != "" && !g.Limited {
		g.Limited, g.LimitedByLag = true, true
		g.Reasons = append(g.Reasons, reason)
	}
	for _, said := range [][]string{g.Reasons, g.Warnings} {
		for i := range said {
			said[i] = t.variant + ": " + said[i]
		}
	}
	t.result.Generators = append(t.result.Generators, *g)
	t.out.Record(g)
}

// mostLighter is the part of an operation's time by which the generator may be late in the
// mean: by so much less load than was asked for is made.
const mostLighter = 0.05

// lighter says that wake-up lag made the load lighter than it was to be, where lag at p99 is
// tolerated beyond what always is; nothing if it did not.
func lighter(g *resultfile.Generator, whole *resultfile.Trial, tolerance time.Duration) string {
	if tolerance <= selfwatch.LagLimit || g.SchedLag.Count() == 0 {
		return ""
	}
	var took float64
	var n int64
	for _, s := range whole.Series {
		if h := s.Latency[stats.Service]; h != nil {
			took += h.Mean() * float64(h.Count())
			n += h.Count()
		}
	}
	mean := g.SchedLag.Mean()
	if n == 0 || mean <= mostLighter*took/float64(n) {
		return ""
	}
	return fmt.Sprintf("wake-up lag: %s in the mean, more than %g%% of an operation's %s", quantity.Time.Show(mean), 100*mostLighter, quantity.Time.Show(took/float64(n)))
}
