package rig

import (
	"context"
	"fmt"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig/connect"
	"github.com/ftpmark/ftpmark/loadgen/rig/fixtures"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
)

// transcriptSize is what a transcript moves at most, where there is a choice.
const transcriptSize = 1 << 20

// Transcript runs one operation of a variant, on a session that is recorded, and says why
// it failed if it did. One whose session takes longer than atMost to open, or that moves
// payload for longer, is cut off, which is no failure; 0 is no bound.
func (r *Rig) Transcript(ctx context.Context, variant int, atMost time.Duration) (*stats.Conversation, *stats.Failure, error) {
	v := &r.variants[variant]
	f := v.env.files
	what := representativeOp(v.Plan.Profile.Op)
	op, err := stats.ParseOp(what.Op)
	if err != nil {
		return nil, nil, err
	}
	mode, err := v.ready(ctx, what)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	bound := &payloadBound{atMost: atMost, cut: cancel}
	opened := bound.opening()
	s, recording, err := v.recorded(ctx, mode)
	late := !opened()
	var c *stats.Conversation
	var failed *stats.Failure
	switch {
	case err != nil:
		failed = connect.FailureOf(err)
		c = recording.Conversation(nil, failed)
		if late && failed.Unfinished() {
			failed = bound.stopped(c, failed)
		}
	case op == stats.Login:
		c = recording.Conversation(nil, nil)
		s.Close()
	default:
		job := workers.Job{Op: op, Meter: bound}
		slot := f.Slot(0)
		v.env.used = true // what this leaves there is taken away before the first trial
		if op.Uploads() { // which tell no meter: this is when the first byte has moved at the latest
			p := &v.env.plan.Profile
			bound.begin(time.Duration(max(p.AcceptTimeout, p.ConnectTimeout)))
		}
		slot.Job(&job, what, min(f.Drawn(0), transcriptSize), f.SmallFile(transcriptSize))
		sample := s.Do(&job)
		failed = sample.Failure
		slot.Did(&job, what, failed)
		c = recording.Conversation(sample, nil)
		if seen := s.Noticed(); seen.ForeignHosts > 0 {
			c.Foreign, c.Obeyed = seen.ForeignHost.String(), v.env.plan.Profile.PASVAddress == profiles.AddressObey
		}
		s.Close()
		if bound.stop() && failed.Unfinished() {
			failed = bound.stopped(c, failed)
		}
	}
	if failed != nil && !failed.Unfinished() && v.mode.Active() {
		v.locate(ctx, failed)
		c.Hint = failed.Hint
	}
	c.Variant, c.Op = v.Name, op
	return c, failed, nil
}

// locate finds out, for an active data connection that was not made, whether a NAT stands
// between: a session of its own asks where the server sees it.
func (v *variantAt) locate(ctx context.Context, failed *stats.Failure) {
	switch failed.Phase {
	case stats.Setup, stats.Negotiate, stats.DataReady:
	default:
		return
	}
	if !v.env.connect.Enter(ctx) {
		return
	}
	defer v.env.connect.Leave()
	s, err := workers.Open(ctx, v.env.connect.Unpaced(0, ""))
	if err != nil {
		return
	}
	defer s.Close()
	if seen, known := s.SeenAs(); known {
		failed.Hint = diagnosis.OfActive(failed, s.ActiveAddress(), seen)
	}
}

// opening bounds the time until a session is there; the function says that it is, and
// returns false where that was too late.
func (b *payloadBound) opening() (opened func() bool) {
	if b.atMost <= 0 {
		return func() bool { return true }
	}
	return time.AfterFunc(b.atMost, b.cut).Stop
}

// stopped says in a conversation that it was cut off, which is no failure.
func (b *payloadBound) stopped(c *stats.Conversation, f *stats.Failure) *stats.Failure {
	c.Failure, c.Hint = fmt.Sprintf("%s: stopped after %s, so as not to delay the measurement", f.Phase, b.atMost), ""
	return nil
}

// payloadBound is the meter of a transfer that is cut off some time after its first byte.
type payloadBound struct {
	atMost time.Duration // 0 for no bound
	cut    func()
	timer  *time.Timer
}

// Moved notes that payload has moved.
func (b *payloadBound) Moved(int) { b.begin(0) }

// begin lets the time begin, so much from now.
func (b *payloadBound) begin(in time.Duration) {
	if b.timer == nil && b.atMost > 0 {
		b.timer = time.AfterFunc(in+b.atMost, b.cut)
	}
}

// stop ends the bound, and reports whether it has come.
func (b *payloadBound) stop() bool { return b.timer != nil && !b.timer.Stop() }

// recorded opens the session that is recorded. A server that counts sessions may
// still have the one before it.
func (v *variantAt) recorded(ctx context.Context, mode profiles.Mode) (*workers.Session, *workers.Recording, error) {
	until := time.Now().Add(v.env.connect.Patience)
	for {
		cfg := v.env.connect.Unpaced(0, mode)
		recording := cfg.Record()
		if !v.env.connect.Enter(ctx) {
			return nil, recording, connect.Aborted()
		}
		s, err := workers.Open(ctx, cfg)
		v.env.connect.Leave()
		if err == nil || !diagnosis.Limit(connect.FailureOf(err)) || time.Now().After(until) || !connect.Sleep(ctx, connect.FirstPause) {
			return s, recording, err
		}
	}
}

// representativeOp is the operation that shows most of the mix: the first with a data
// connection, if there is one.
func representativeOp(mix profiles.Mix) *profiles.Operation {
	for i := range mix {
		if op, err := stats.ParseOp(mix[i].Op); err == nil && op.Transfers() {
			return &mix[i]
		}
	}
	return &mix[0]
}

// ready makes what the operation needs, and finds the verb of an alias, on a
// session that is not recorded: neither is part of a transfer. Where no session
// can be had that is for the recorded one to show.
func (v *variantAt) ready(ctx context.Context, what *profiles.Operation) (profiles.Mode, error) {
	mode, f := v.mode, v.env.files
	if m, known := v.env.connect.Habits.Verb(mode); known {
		mode = profiles.Mode(m.String())
	}
	if !needsPreparing(mode, what) {
		return mode, nil
	}
	if !v.env.connect.Enter(ctx) {
		return mode, nil
	}
	s, err := workers.Open(ctx, v.env.connect.Unpaced(0, mode))
	v.env.connect.Leave()
	if err != nil {
		return mode, nil
	}
	defer s.Close()
	failed := fixtures.Unmet{}
	f.Slot(0).Prepare(s, profiles.Mix{*what}, func(stats.Op) { v.env.used = true }, failed)
	for _, failure := range failed {
		return mode, fmt.Errorf("preparing for it: %w", failure)
	}
	if m := s.Mode(); mode != "" && m != stats.NoMode {
		mode = profiles.Mode(m.String())
	}
	return mode, nil
}

// needsPreparing reports whether there is something to find out or to make.
func needsPreparing(mode profiles.Mode, what *profiles.Operation) bool {
	switch what.Op {
	case "dele", "rename", "rmd":
		return true
	}
	return mode == profiles.Passive || mode == profiles.Active || !what.From.IsZero()
}
