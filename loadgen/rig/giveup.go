package rig

import (
	"fmt"
	"sync/atomic"

	"github.com/ftpmark/ftpmark/stats"
)

// chances is how many operations of a session may fail, or how often it may wait in vain
// for one time-out, before it has no more hope for a variant that has never worked.
const chances = 3

// GivenUpError is a variant that does not work: of its operations none has ever
// succeeded, and each session has failed several times or has waited in vain. It ends
// the trial.
type GivenUpError struct {
	Variant string
	Failure *stats.Failure // the last one
}

// Error says which variant does not work, and why.
func (e *GivenUpError) Error() string {
	return fmt.Sprintf("%s does not work here: %v", e.Variant, e.Failure)
}

// Unwrap returns the failure.
func (e *GivenUpError) Unwrap() error { return e.Failure }

// Hopeless reports whether so many failures in a row, of which this is the last, say that
// what a session does will not work: several, or one time-out.
func Hopeless(failures int, last *stats.Failure) bool {
	return failures >= chances || waited(last)
}

// waited reports whether the failure is something that did not come in time: to try again
// would take as long.
func waited(f *stats.Failure) bool {
	return f.Class == stats.ClassTimeout || f.Class == stats.ClassAcceptTimeout || f.Class == stats.ClassStalled
}

// hope is whether a variant may yet work, as the sessions of a trial see it.
type hope struct {
	ever     *atomic.Bool // an operation of the variant has succeeded, in any trial
	sessions atomic.Int64 // of the trial, begun or about to
	lost     atomic.Int64 // of them, those that have used up their chances
}

// tried notes how an operation of the worker's ended, nil for well, and gives the variant
// up with its session's last chance if no session has any.
func (w *worker) tried(f *stats.Failure) {
	h := &w.trial.hope
	switch {
	case h.ever.Load() || f.Unfinished():
		return
	case f == nil:
		h.ever.Store(true)
		return
	}
	w.failures++
	if w.hopeless || !Hopeless(w.failures, f) {
		return
	}
	w.hopeless = true
	if h.lost.Add(1) >= h.sessions.Load() && !h.ever.Load() {
		w.trial.abort(&GivenUpError{Variant: w.trial.variant, Failure: f})
	}
}
