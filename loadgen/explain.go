package loadgen

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/stats"
)

// explainTime bounds what is recorded beside a measurement.
const explainTime = 10 * time.Second

// Explain runs one operation of each variant on a session of its own, measures
// nothing, and returns what the sessions and the servers said to each other. A
// failed operation is no error: its conversation says how far it came. Errors
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
	if err = r.rig.Prepare(until, r.rig.Bounds().Transcripts); err == nil {
		for i := range r.variants {
			var c *stats.Conversation
			if c, err = r.rig.Transcript(until, i); err != nil {
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

// recordTranscripts records a conversation of each variant beside the measurement: before
// it, on sessions that are closed again. It is for the reader to look at, so what
// goes wrong with it is noted and no more.
func (r *run) recordTranscripts(ctx context.Context) {
	for i := range r.variants {
		until, stopped := r.untilStopped(ctx)
		bound, cancel := context.WithTimeout(until, explainTime)
		c, err := r.rig.Transcript(bound, i)
		late := bound.Err() != nil
		cancel()
		stopped()
		switch {
		case r.stopped(ctx):
			return
		case err != nil:
			r.note(fmt.Sprintf("%s: could not record a conversation with the server: %v", r.variants[i].Name, err))
			continue
		case late && c.Failure != "":
			phase, _, _ := strings.Cut(c.Failure, ":")
			c.Failure, c.Hint = fmt.Sprintf("%s: stopped after %s, so as not to delay the measurement", phase, explainTime), ""
		}
		r.records.write(func() error { return r.sink.Write(c) })
	}
}
