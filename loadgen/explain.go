package loadgen

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/workers"
)

const (
	// explainTime bounds what is recorded beside a measurement.
	explainTime = 10 * time.Second
	// explainSize is what that moves at most, where there is a choice.
	explainSize = 1 << 20
)

// Explain runs one operation of each variant on a session of its own, measures
// nothing, and returns what the sessions and the servers said to each other. A
// failed operation is no error: its conversation says how far it came. Errors
// are those of [Experiment.Run]. Of the options Stop, Warn and Left are used.
func (s *Experiment) Explain(ctx context.Context, o Options) (all []*stats.Conversation, err error) {
	r := &run{experiment: s, stop: o.Stop, explaining: true, sessions: new(recorder.SessionRecorder)}
	r.tell(o)
	block, err := workers.NewBlock(s.Base.Profile.Seed, workers.BlockSize)
	if err != nil {
		return nil, err
	}
	defer block.Close()
	if err := r.placeVariants(block); err != nil {
		return nil, err
	}
	defer r.cleanUp(ctx, true)
	until, cancel := r.untilStopped(ctx)
	defer cancel()
	if err = r.prepare(until); err == nil {
		for i := range r.variants {
			var c *stats.Conversation
			if c, err = r.variants[i].recordTranscript(until); err != nil {
				break
			}
			all = append(all, c)
		}
	}
	if until.Err() != nil {
		return nil, ErrInterrupted
	}
	return all, err
}

// recordTranscripts records a conversation of each variant beside the measurement: before
// it, on sessions that are closed again. It is for the reader to look at, so what
// goes wrong with it is noted and no more.
func (r *run) recordTranscripts(ctx context.Context) {
	for i := range r.variants {
		v := &r.variants[i]
		until, stopped := r.untilStopped(ctx)
		bound, cancel := context.WithTimeout(until, explainTime)
		c, err := v.recordTranscript(bound)
		late := bound.Err() != nil
		cancel()
		stopped()
		switch {
		case closed(r.stop) || ctx.Err() != nil:
			return
		case err != nil:
			r.note("%s: no conversation with the server could be recorded: %v", v.Name, err)
			continue
		case late && c.Failure != "":
			phase, _, _ := strings.Cut(c.Failure, ":")
			c.Failure, c.Hint = fmt.Sprintf("%s: cut off after %s, so as not to keep the measurement waiting", phase, explainTime), ""
		}
		r.records.write(func() error { return r.sink.Write(c) })
	}
}

// recordTranscript runs one operation of the variant, on a session that is recorded.
func (v *variantAt) recordTranscript(ctx context.Context) (*stats.Conversation, error) {
	f := v.env.files
	what := representativeOp(v.Plan.Profile.Op)
	op, err := stats.ParseOp(what.Op)
	if err != nil {
		return nil, err
	}
	mode, err := v.ready(ctx, what)
	if err != nil {
		return nil, err
	}
	s, recording, err := v.recorded(ctx, mode)
	var c *stats.Conversation
	switch {
	case err != nil:
		c = recording.Conversation(nil, failureOf(err))
	case op == stats.Login:
		c = recording.Conversation(nil, nil)
		s.Close()
	default:
		job := workers.Job{Op: op, Meter: nobody{}}
		slot := f.slots[0]
		v.env.used = true // what this leaves there is taken away before the first trial
		slot.job(&job, what, min(f.drawn(laneOfSlots, 0), explainSize), f.smallFile())
		sample := s.Do(&job)
		slot.did(&job, what, sample.Failure)
		c = recording.Conversation(sample, nil)
		s.Close()
	}
	c.Variant, c.Op = v.Name, op
	return c, nil
}

// recorded opens the session that is recorded. A server that counts sessions may
// still have the one before it.
func (v *variantAt) recorded(ctx context.Context, mode profiles.Mode) (*workers.Session, *workers.Recording, error) {
	until := time.Now().Add(v.env.connect.patience)
	for {
		cfg := v.env.files.connect.unpaced(0, mode)
		recording := cfg.Record()
		if !v.env.files.connect.enter(ctx) {
			return nil, recording, aborted()
		}
		s, err := workers.Open(ctx, cfg)
		v.env.files.connect.leave()
		if err == nil || !workers.Limit(failureOf(err)) || time.Now().After(until) || !sleep(ctx, firstPause) {
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
	if m, known := v.env.connect.habits.Verb(mode); known {
		mode = profiles.Mode(m.String())
	}
	if !needsPreparing(mode, what) {
		return mode, nil
	}
	if !f.connect.enter(ctx) {
		return mode, nil
	}
	s, err := workers.Open(ctx, f.connect.unpaced(0, mode))
	f.connect.leave()
	if err != nil {
		return mode, nil
	}
	defer s.Close()
	failed := unmet{}
	f.slots[0].prepare(s, profiles.Mix{*what}, func(stats.Op) { v.env.used = true }, failed)
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

// smallFile is a file to download that is not large, if there is one.
func (f *files) smallFile() int {
	for i := range min(f.set.count, 1000) {
		if f.set.size(i) <= explainSize {
			return i
		}
	}
	return 0
}
