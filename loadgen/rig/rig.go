package rig

import (
	"context"
	"slices"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig/connect"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers"
)

// Rig is one machine's share of a run: the files on the servers, the sessions, one
// trial at a time, and the clean-up. What is measured when is its driver's business.
// Its methods are called one after the other; variants go by their number.
type Rig struct {
	base     *plan.Plan
	envs     []*targetEnv
	variants []variantAt
	sessions *recorder.SessionRecorder
	block    *workers.Block
	tell     Events
}

// Events are what a rig tells beside its trials. None is nil.
type Events struct {
	// Note takes a remark for the report.
	Note func(text string)
	// Stays is told what stays on a server that should have gone, and how to remove it.
	Stays func(text string)
	// Kept is told what stays because it was asked for.
	Kept func(text string)
	// Preparing is told of each file that is prepared, from any goroutine.
	Preparing func(done, of int)
}

// NewRig places the variants; nothing is touched yet. The base plan is what they vary.
func NewRig(base *plan.Plan, variants []plan.Variant, tell Events) (*Rig, error) {
	r := &Rig{base: base, sessions: new(recorder.SessionRecorder), tell: tell}
	var err error
	if r.block, err = workers.NewBlock(base.Profile.Seed, workers.BlockSize); err != nil {
		return nil, err
	}
	if err = r.placeVariants(variants); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Close releases the payload. No trial may be under way.
func (r *Rig) Close() { _ = r.block.Close() }

// Facts are what a rig knows for the report.
type Facts struct {
	// Target is what was found out about the target of the first variant.
	Target resultfile.TargetInfo
	// Embedded says that a target is ftpmark's own.
	Embedded bool
	// Files says that there are files on a server that will be removed.
	Files bool
	// Remarks are what the sessions have found out about their servers.
	Remarks []string
}

// Facts returns what is known so far.
func (r *Rig) Facts() Facts {
	f := Facts{Target: r.envs[0].target}
	for _, s := range r.envs {
		f.Embedded = f.Embedded || s.plan.Embedded
		f.Files = f.Files || s.files.Removable()
		for _, note := range s.connect.Habits.Notes() {
			if !slices.Contains(f.Remarks, note) { // two environments may be of one server
				f.Remarks = append(f.Remarks, note)
			}
		}
	}
	return f
}

// Tidy brings a variant's files to where a trial begins. Before the first there is
// nothing to do.
func (r *Rig) Tidy(ctx context.Context, variant int) error {
	at := r.variants[variant].env
	if !at.used {
		return nil
	}
	return at.files.Tidy(ctx)
}

// Admit opens a session of a variant and closes it again. It tells whether the server
// lets somebody in after a trial, and is good for more than those that broke down:
// Pure-FTPd learns of the end of sessions that ended together only when another one ends.
func (r *Rig) Admit(ctx context.Context, variant int) *stats.Failure {
	at := r.variants[variant].env
	if !at.used {
		return nil
	}
	s, f := at.connect.Unmetered().Open(ctx, 0, "", "")
	if f != nil {
		return f
	}
	s.Close()
	connect.Sleep(ctx, letGo)
	return nil
}

// letGo is a moment for a server to forget a session that has said good-bye.
const letGo = 50 * time.Millisecond

// CleanUp takes the run's files off the servers, unless they are to stay.
func (r *Rig) CleanUp(ctx context.Context) {
	for _, s := range r.envs {
		s.files.CleanUp(ctx, r.tell.Kept, r.tell.Stays)
	}
}
