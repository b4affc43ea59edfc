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

// endSignals are what asks a program to end: Ctrl-C, SIGTERM, and SIGHUP, which
// comes when the terminal is closed. Under nohup, which starts a program with
// SIGHUP ignored, it stays ignored.
func endSignals() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// sameSignal is how soon a second signal is still the first: some tools send it
// to the process and then to its whole group.
const sameSignal = 300 * time.Millisecond

// interruptible returns a context that ends with the second Ctrl-C (or SIGTERM)
// and a channel that is closed with the first, or with SIGHUP. SIGHUP never
// counts as the second: when a terminal is closed both the shell and the kernel
// send it, and systemd sends it behind SIGTERM, which tells us nothing new.
func interruptible(ctx context.Context, talk io.Writer) (context.Context, <-chan struct{}, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endSignals()...)
	go func() {
		var at time.Time // of the first
		for {
			select {
			case sig := <-signals:
				if !at.IsZero() && (sig == syscall.SIGHUP || time.Since(at) < sameSignal) {
					continue
				}
				if !at.IsZero() {
					cancel()
					fmt.Fprintln(talk, "ftpmark: stopping now")
					return
				}
				at = time.Now()
				if sig == syscall.SIGHUP {
					// Whoever read stderr may be gone too, and a write to its
					// pipe must not end the process before it has cleaned up.
					signal.Ignore(syscall.SIGPIPE)
				}
				close(stop) // before the message: whoever reads it may be slow
				fmt.Fprintln(talk, "ftpmark: finishing the operations in flight and cleaning up; interrupt again to stop now")
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, stop, func() { signal.Stop(signals); cancel() }
}
