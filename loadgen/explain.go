package loadgen

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
)

// explainTime bounds what is recorded beside a measurement.
const explainTime = 10 * time.Second

// Explain runs one operation of each variant on a session of its own, measures
// nothing, and returns what the sessions and the servers said to each other. A
// failed operation is no error: its conversation says how far it came. Where no mode can
// put the file in place that the operation needs, a listing is shown in its place. Errors
// are those of [Experiment.Run]. Of the options Stop, Warn and Left are used.
func (s *Experiment) Explain(ctx context.Context, o Options) (all []*stats.Conversation, err error) {
	r, err := s.newRun(o)
	if err != nil {
		return nil, err
	}
	defer r.rig.Close()
	defer r.rig.CleanUp(ctx)
	until, cancel := r.untilStopped(ctx)
	defer cancel()
	if err = r.rig.Prepare(until, r.rig.Bounds().Transcripts); noDataConnection(err) && len(r.experiment.Base.Profile.Op) == 1 && r.experiment.Base.Profile.Op[0].Op != listOp {
		r.warn(fmt.Sprintf("no test file could be written, so a listing of the directory is shown instead: %v", err))
		return s.listing().Explain(ctx, o)
	}
	if err == nil {
		for i := range r.variants {
			var c *stats.Conversation
			if c, _, err = r.rig.Transcript(until, i, 0); err != nil {
				break
			}
			all = append(all, c)
		}
	}
	if until.Err() != nil {
		return nil, rig.ErrInterrupted
	}
	return all, err
}

// noDataConnection reports whether an error is that of a data connection, in whatever mode.
func noDataConnection(err error) bool {
	var f *stats.Failure
	return errors.As(err, &f) && (f.Phase == stats.Negotiate || f.Phase == stats.DataReady)
}

// listOp is the operation that needs no file on the server.
const listOp = "list"

// listing returns the experiment with a listing of the target's directory in place of its
// operation.
func (s *Experiment) listing() *Experiment {
	list := func(p *plan.Plan) *plan.Plan {
		c := *p
		c.Profile.Op, c.Profile.Files, c.Profile.Path = profiles.Mix{{Op: listOp, Weight: 1}}, 0, ""
		return &c
	}
	out := *s
	out.Base, out.Variants = list(s.Base), nil
	for _, v := range s.Variants {
		v.Plan = list(v.Plan)
		out.Variants = append(out.Variants, v)
	}
	return &out
}

// recordTranscripts records a conversation of each variant beside the measurement: before
// it, on sessions that are closed again. It is for the reader to look at; but a variant
// whose transfer cannot be made is given up before it costs a trial. over is what
// [run.giveUp] says.
func (r *run) recordTranscripts(ctx context.Context) (over bool) {
	for i := range r.variants {
		c, failed, err := r.transcript(ctx, i)
		switch {
		case r.stopped(ctx):
			return false
		case err != nil:
			r.note(fmt.Sprintf("%s: could not record a conversation with the server: %v", r.variants[i].Name, err))
			continue
		}
		r.records.write(func() error { return r.sink.Write(c) })
		if failed != nil && r.decides(failed) && r.giveUp(i, failed) {
			return true
		}
	}
	return false
}

// decides reports whether the failure of a recorded transfer is enough to give its variant
// up: in a comparison, which cannot be made without it, and where it is of the mode. Else
// the trial shows what fails, and how often. Where there is no place for another session a
// trial's may yet find one.
func (r *run) decides(failed *stats.Failure) bool {
	switch {
	case diagnosis.Limit(failed):
		return false
	case failed.Phase == stats.Setup, failed.Phase == stats.Negotiate, failed.Phase == stats.DataReady:
		return true
	}
	return r.experiment.Compare != nil
}

// transcript records a conversation of a variant, again if it fails, until it is clear
// that it will not work. One that takes long because much is moved is cut short, which is
// no failure of the variant's.
func (r *run) transcript(ctx context.Context, variant int) (c *stats.Conversation, failed *stats.Failure, err error) {
	until, stop := r.untilStopped(ctx)
	defer stop()
	for failures := 1; ; failures++ {
		c, failed, err = r.rig.Transcript(until, variant, explainTime)
		if err != nil || failed == nil || r.stopped(ctx) || rig.Hopeless(failures, failed) && (failures > 1 || r.experiment.Compare != nil) {
			return c, failed, err // a run, whose trial may yet go well, waits in vain only twice
		}
	}
}
