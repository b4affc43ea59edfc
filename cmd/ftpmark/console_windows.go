package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// notifyTerminal does nothing: consoles send no such signals, and the size is
// asked for before each drawing.
func notifyTerminal(_, _ chan<- os.Signal) {}

// controlCodes has the console understand control sequences and reports whether
// it can: those before Windows 10 cannot.
func controlCodes(f *os.File) bool {
	console := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_PROCESSED_OUTPUT|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

// unicodeTerminal reports whether the terminal shows more than ASCII. What is
// written to a console goes there as UTF-16, whatever the locale.
func unicodeTerminal(func(string) (string, bool)) bool { return true }
