package rig

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats"
)

// SessionError is a session that cannot be had, which ends the run.
type SessionError struct {
	Variant string
	Opened  int // how many sessions were open at the time
	Wanted  int
	Again   bool // it had been open before
	Failure *stats.Failure
}

// Error says which session of how many, and what the server said.
func (e *SessionError) Error() string {
	if e.Again {
		return fmt.Sprintf("a session of %s was lost and could not be reopened: %v", e.Variant, e.Failure)
	}
	if e.Opened == 0 {
		return fmt.Sprintf("no session could be opened for %s: %v", e.Variant, e.Failure)
	}
	return fmt.Sprintf("only %d of %d sessions could be opened for %s: %v", e.Opened, e.Wanted, e.Variant, e.Failure)
}

// Unwrap returns the failure.
func (e *SessionError) Unwrap() error { return e.Failure }
