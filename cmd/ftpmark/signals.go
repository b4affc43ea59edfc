package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// endSignals are what asks a program to end.
func endSignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// sameSignal is how soon a second signal is still the first: some tools send it
// to the process and then to its whole group.
const sameSignal = 300 * time.Millisecond

// interruptible returns a context that ends with the second Ctrl-C (or
// SIGTERM) and a channel that is closed with the first.
func interruptible(ctx context.Context, talk io.Writer) (context.Context, <-chan struct{}, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endSignals()...)
	go func() {
		var at time.Time // of the first
		for {
			select {
			case <-signals:
				if !at.IsZero() && time.Since(at) < sameSignal {
					continue
				}
				if !at.IsZero() {
					cancel()
					fmt.Fprintln(talk, "ftpmark: stopping now; the run's files are left on the server")
					return
				}
				at = time.Now()
				close(stop) // before the message: whoever reads it may be slow
				fmt.Fprintln(talk, "ftpmark: finishing the operations in flight and cleaning up; again to stop now")
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, stop, func() { signal.Stop(signals); cancel() }
}
