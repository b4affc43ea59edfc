package rig

import (
	"context"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Order is what a driver asks of a rig: one trial.
type Order struct {
	// Variant is the variant's number, and Trial that of the trial among its own, from 1.
	Variant, Trial int
	// Seed is what the trial's random choices are drawn from, and Share the part of the
	// variant's load that this rig makes of it.
	Seed  uint64
	Share schedule.Share
	// WarmUp gives the moment at which the load begins, once all sessions are logged in,
	// and Open that at which the window opens: where it opens on a standstill once all
	// sessions stand still, else while the warm-up goes on.
	WarmUp, Open Barrier
	// Close, when closed, closes the window before its time; nil for never.
	Close <-chan struct{}
	// Stop, when closed, ends the trial early but in order.
	Stop <-chan struct{}
	// Step is what a search asks for beside, nil for none.
	Step *StepOrder
}

// Barrier is where a trial waits for its driver, which may have others to wait for. due
// is when the trial would go on if it were the only one; the answer is when it is to. A
// moment that has passed is now. It must return once ctx ends. nil answers due.
type Barrier func(ctx context.Context, due stats.Moment) (stats.Moment, error)

// StepOrder is what a search for capacity asks of a trial beside the variant's plan.
type StepOrder struct {
	// Vary and Level take the place of what the plan says: see [resultfile.CapacityPlan].
	Vary  string
	Level float64
	// Most is how long the window is open at most.
	Most time.Duration
	// Patience is how long a session may take to be let in, with all retries.
	Patience time.Duration
	// LagTolerance is the wake-up lag, at p99, that does not matter to the objectives.
	LagTolerance time.Duration
}

// lagTolerance is the wake-up lag that does not matter to what is measured; 0 where that
// is not known.
func (o *Order) lagTolerance() time.Duration {
	if o.Step == nil {
		return 0
	}
	return o.Step.LagTolerance
}

// Out takes what a trial tells while it goes on, from one goroutine at a time.
type Out interface {
	// Record takes the next record of the result file.
	Record(resultfile.Record)
	// Pulse tells how the trial is getting on, about once a second and where a part of
	// it ends, behind the records until then.
	Pulse(Pulse)
}

// Pulse is how a trial is getting on.
type Pulse struct {
	Part PartName
	// Extra is not one of those each second: the last part of a window, which may be
	// short, or the end of a trial, when all of it has been counted.
	Extra bool
	// Elapsed and Length are the part's; Length is 0 where it has no bound.
	Elapsed, Length time.Duration
	// Up of Wanted sessions are logged in.
	Up, Wanted int
	// Waiting arrivals are due and have no session yet.
	Waiting int
	// Done operations of those that end the window have ended.
	Done int64
	// Stage is that of a load that changes, from 1, 0 for none, and Before how
	// much of the window lay before it.
	Stage  int
	Before time.Duration
	// Interval is what happened in about the last second.
	Interval *resultfile.Interval
}

// Outcome is what a trial came to.
type Outcome struct {
	// Began, Trial and Generators are records that were written; Trial is nil, and
	// Generators empty, where the trial did not come so far.
	Began      *resultfile.Variant
	Trial      *resultfile.Trial
	Generators []resultfile.Generator
	// Load is what the target was asked to carry.
	Load *resultfile.LoadInfo
	// Sessions is how many it was to begin with.
	Sessions int
	// StrayPorts counts passive ports outside of the server's range.
	StrayPorts int64
	// DataPorts is how many ports the data connections have, 0 if that is not known.
	// OwnPorts says that they are ours: those of active mode.
	DataPorts int
	OwnPorts  bool
	// Notes and Warnings are remarks for the report; Warnings put its numbers in doubt.
	Notes, Warnings []Remark
}

// Remark is what a report is to say of a trial. Kind is the same for all trials that
// say the same.
type Remark struct{ Kind, Text string }
