package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/ftpmark/ftpmark/stats"
)

// Fault is an error of the connections themselves: a time-out, a reset, a reply
// that cannot be understood.
type Fault struct {
	Phase stats.Phase
	Class stats.Class
	// What says what was being done, Err what went wrong.
	What string
	Err  error
}

// Error returns one line: what was being done and what went wrong.
func (f *Fault) Error() string {
	if f.Err == nil {
		return f.What
	}
	return fmt.Sprintf("%s: %v", f.What, bare(f.Err))
}

// Unwrap returns the underlying error.
func (f *Fault) Unwrap() error { return f.Err }

// newFault classifies err.
func newFault(p stats.Phase, what string, err error) *Fault {
	return &Fault{Phase: p, Class: classOf(err), What: what, Err: err}
}

// classOf names the kind of a network error.
func classOf(err error) stats.Class {
	var f *Fault
	switch {
	case errors.As(err, &f):
		return f.Class
	case errors.Is(err, context.Canceled), errors.Is(err, net.ErrClosed):
		return stats.ClassAborted
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return stats.ClassTimeout
	case errors.Is(err, errMalformed), errors.Is(err, errBadAddress):
		return stats.ClassMalformed
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return stats.ClassClosed
	}
	if c := classOfErrno(err); c != "" {
		return c
	}
	var n net.Error
	if errors.As(err, &n) && n.Timeout() {
		return stats.ClassTimeout
	}
	return stats.ClassOther
}

// bare strips the addresses that package net puts before the reason: the fault
// says itself what was being done, and examples that differ only in a port
// number would be the same example.
func bare(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		return bare(op.Err)
	}
	var sys *os.SyscallError
	if errors.As(err, &sys) && sys.Err != nil {
		return sys.Err
	}
	return err
}
