package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// endSignals are what asks a program to end.
func endSignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// interruptible returns a context that ends with the second Ctrl-C (or
// SIGTERM) and a channel that is closed with the first.
func interruptible(ctx context.Context, talk io.Writer) (context.Context, <-chan struct{}, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endSignals()...)
	go func() {
		for first := true; ; first = false {
			select {
			case <-signals:
				if !first {
					cancel()
					fmt.Fprintln(talk, "ftpmark: stopping now; the run's files are left on the server")
					return
				}
				close(stop) // before the message: whoever reads it may be slow
				fmt.Fprintln(talk, "ftpmark: finishing the operations in flight and cleaning up; again to stop now")
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, stop, func() { signal.Stop(signals); cancel() }
}
