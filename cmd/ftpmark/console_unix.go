//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// notifyTerminal tells of another size of the terminal, and of its being ours
// again after the program was suspended.
func notifyTerminal(resized, resumed chan<- os.Signal) {
	signal.Notify(resized, syscall.SIGWINCH)
	signal.Notify(resumed, syscall.SIGCONT)
}

// controlCodes reports whether the terminal understands control sequences.
func controlCodes(*os.File) bool { return true }

// unicodeTerminal reports whether the terminal shows more than ASCII.
func unicodeTerminal(lookup func(string) (string, bool)) bool { return utf8Locale(lookup) }
