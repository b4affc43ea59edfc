package loadgen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Options are what a run needs beside its plan.
type Options struct {
	// Sink takes the records, in order, from one goroutine at a time.
	Sink resultfile.Sink
	// Stop, when closed, ends the run early but in order: no operation begins
	// any more, those in flight are awaited, the files are removed.
	Stop <-chan struct{}
	// Observe is told each second how the run is getting on; may be nil.
	Observe func(Progress)
	// Warn is told what the user must know at once; may be nil.
	Warn func(string)
	// Left is told what stays on the server when the run is over, and how to
	// remove it: for the last lines that a user reads. With nil Warn is told.
	Left func(string)
}

// loadRig is what makes the load that a driver asks for: one machine's [rig.Rig], or
// whatever stands for many of them. Its methods are called one after the other.
type loadRig interface {
	// Bounds are how long things take at most.
	Bounds() rig.Bounds
	// Prepare puts the files in place, for a run that then takes so long at most.
	Prepare(ctx context.Context, atMost time.Duration) error
	// Facts are what is known so far, for the report.
	Facts() rig.Facts
	// Tidy brings a variant's files to where a trial begins.
	Tidy(ctx context.Context, variant int) error
	// Admit tells whether the server lets somebody in after a trial.
	Admit(ctx context.Context, variant int) *stats.Failure
	// Run runs a trial.
	Run(ctx context.Context, o rig.Order, out rig.Out) (*rig.Outcome, error)
	// Transcript runs one operation on a session that is recorded, and says why it failed.
	Transcript(ctx context.Context, variant int, atMost time.Duration) (*stats.Conversation, *stats.Failure, error)
	// CleanUp takes the files off the servers.
	CleanUp(ctx context.Context)
	// Close releases what the rig holds.
	Close()
}

// run is one run under way.
type run struct {
	experiment *Experiment
	search     *CapacitySearch // nil for a run that does not search
	rig        loadRig
	variants   []plan.Variant
	sink       resultfile.Sink
	stop       <-chan struct{}
	observe    func(Progress)
	warn       func(string)
	stays      func(string)
	records    *recordWriter
	totals     variantTotals // the record writer's
	begun      time.Duration // planned length of the trials that have begun
	reports    bool          // there is going to be a report

	mu    sync.Mutex
	notes remarks
	doubt remarks // warnings for the report
	lost  bool    // a record could not be kept

	givenUp []resultfile.GivenUp // variants that do not work
}

// Run carries out a plan: each of its modes is measured once. See [Experiment.Run].
func Run(ctx context.Context, p *plan.Plan, o Options) error {
	return (&Experiment{Base: p}).Run(ctx, o)
}

// Run carries out the experiment. It returns nil if every variant was measured as
// planned, [rig.ErrInterrupted] if the run was stopped, a [*plan.UsageError] where a
// plan cannot be carried out at all, or why the run could not go on. When ctx
// ends, the run stops at once: connections are cut and files are left.
func (e *Experiment) Run(ctx context.Context, o Options) error {
	return e.run(ctx, o, nil)
}

// run carries out the experiment, or a search among its variants.
func (e *Experiment) run(ctx context.Context, o Options, h *CapacitySearch) error {
	if err := e.CheckLimits(); err != nil {
		return err
	}
	if h != nil {
		if err := h.checkLevels(); err != nil {
			return err
		}
	}
	r, err := e.newRun(o)
	if err != nil {
		return err
	}
	defer r.rig.Close()
	r.search = h
	return r.execute(ctx)
}

// newRun makes a run that has not begun.
func (e *Experiment) newRun(o Options) (r *run, err error) {
	r = &run{experiment: e, variants: e.Measured(), sink: o.Sink, stop: o.Stop, observe: o.Observe, warn: o.Warn, stays: o.Left}
	if r.warn == nil {
		r.warn = func(string) {}
	}
	if r.stays == nil {
		r.stays = r.warn
	}
	r.rig, err = rig.NewRig(e.Base, r.variants, rig.Events{
		Note: r.note,
		Stays: func(text string) {
			r.note(text)
			r.stays(text)
		},
		Kept: func(text string) {
			r.note(text)
			if !r.reports {
				r.stays(text)
			}
		},
		Preparing: r.preparing(),
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// execute prepares, measures and cleans up.
func (r *run) execute(ctx context.Context) error {
	preparing, cancel := r.untilStopped(ctx)
	err := r.rig.Prepare(preparing, r.longest())
	cancel()
	if err != nil {
		r.rig.CleanUp(ctx)
		if r.stopped(ctx) {
			return rig.ErrInterrupted
		}
		return err
	}
	if err := r.header(); err != nil {
		r.rig.CleanUp(ctx)
		return err
	}
	r.reports = true
	r.records = newRecordWriter(r.recordFailed)
	if r.search != nil {
		err = r.searchCapacity(ctx)
	} else {
		over := r.experiment.RecordTranscript && r.recordTranscripts(ctx)
		if !over {
			err = r.blocks(ctx)
		}
	}
	r.tellCleanUp()
	r.rig.CleanUp(ctx)
	r.footer(err)
	r.records.close()
	return err
}

// stopped reports whether the run is told to stop.
func (r *run) stopped(ctx context.Context) bool {
	select {
	case <-r.stop:
		return true
	default:
		return ctx.Err() != nil
	}
}

// sleep waits, and reports whether the run is to go on then.
func (r *run) sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.stop:
	case <-ctx.Done():
	}
	return false
}

// untilStopped returns a context that ends when the run is told to stop.
func (r *run) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-r.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// header writes the first record.
func (r *run) header() error {
	base := r.experiment.Base
	profile, err := json.Marshal(base.Profile)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	now := time.Now()
	facts := r.rig.Facts()
	h := &resultfile.Header{
		Tool: base.Tool, Started: now.UTC(), Epoch: now.Add(-time.Duration(base.Clock())).UTC(), Seed: base.Profile.Seed,
		Profile: profile, Target: facts.Target, Host: plan.Host(), Planned: r.names(), Trials: max(r.experiment.Trials, 1),
		Compare: r.experiment.Compare, Load: base.Load(), Stages: base.Stages(),
	}
	if r.search != nil {
		h.Capacity, h.Trials = &r.search.Plan, 0
	}
	if facts.Embedded {
		h.Notes = append(h.Notes, "the target is ftpmark's embedded target, in its own process on this machine: these numbers show what the generator can do, not how fast your server is")
	}
	return r.sink.Write(h)
}

// footer writes the last record.
func (r *run) footer(err error) {
	f := &resultfile.Footer{Ended: time.Now().UTC(), Complete: err == nil, GivenUp: r.givenUp}
	switch {
	case errors.Is(err, rig.ErrInterrupted):
		f.Missing = []string{"the run was interrupted"}
	case err != nil:
		f.Missing = []string{err.Error()}
	}
	r.mu.Lock()
	f.Notes, f.Warnings = r.notes.texts(), r.doubt.texts()
	r.mu.Unlock()
	for _, note := range r.rig.Facts().Remarks {
		if !slices.Contains(f.Notes, note) {
			f.Notes = append(f.Notes, note)
		}
	}
	r.records.write(func() error { return r.sink.Write(f) })
}

// note keeps a remark for the report.
func (r *run) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes.add("", text)
}

// recordFailed looks at what became of a record. A full disk ends the writing, not the
// measuring.
func (r *run) recordFailed(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	first := !r.lost
	r.lost = true
	r.mu.Unlock()
	if first {
		r.warn(err.Error() + "; measuring continues, but the file will be incomplete")
	}
}

// names returns the variants' names, in the order in which they were named.
func (r *run) names() (names []string) {
	for i := range r.variants {
		names = append(names, r.variants[i].Name)
	}
	return names
}
