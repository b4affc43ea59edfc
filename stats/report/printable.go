package report

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats/report/terminal"
)

// The names by which this package knows what makes text fit for a terminal.
const (
	ellipsis = terminal.Ellipsis
	noBreak  = terminal.NoBreak
)

func printable(s string, width int) string { return terminal.Printable(s, width) }

func middle(s string, width int) string { return terminal.Middle(s, width) }

func textWidth(s string) int { return terminal.Width(s) }

func wrapped(s string, width int) []string { return terminal.Wrapped(s, width) }

// unbroken keeps a number and its unit on one line.
func unbroken(s string) string { return strings.ReplaceAll(s, " ", noBreak) }
