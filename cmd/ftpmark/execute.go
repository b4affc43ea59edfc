package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ftpmark/ftpmark/loadgen/plan"
)

// The exit codes, of which the first that holds in this order is given:
// interrupted, usage, failed, missed, unjudged.
const (
	exitFine        = 0
	exitFailed      = 1 // target unreachable, log-in refused, no operation of a variant succeeded
	exitUsage       = 2
	exitMissed      = 3 // a threshold was clearly missed
	exitUnjudged    = 4 // too little is known to say that a threshold was met
	exitInterrupted = 130
)

// streams are where a command reads and writes. Results go to out, talk to err.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// exitError carries an exit code, and a message unless that has been said.
type exitError struct {
	code int
	err  error // nil: nothing more to say
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usageError(err error) error { return &exitError{exitUsage, err} }

// execute runs the command line and returns the exit code.
func execute(args []string, s streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	var itself profiling
	itself.register(root)
	err := root.ExecuteContext(context.Background())
	if e := itself.end(); err == nil {
		err = e
	}
	code, message := verdict(err)
	if message != "" {
		fmt.Fprintln(s.err, "ftpmark: "+oneLine(withoutPasswords(message, args)))
	}
	return code
}

// verdict returns the exit code of an error and what is left to say of it.
func verdict(err error) (int, string) {
	var exit *exitError
	var usage *plan.UsageError
	switch {
	case err == nil:
		return exitFine, ""
	case errors.As(err, &exit):
		return exit.code, exit.Error()
	case errors.As(err, &usage):
		return exitUsage, err.Error()
	default:
		return exitFailed, err.Error()
	}
}

// oneLine keeps a message to one line, without control characters that a
// server's words may hold.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case !unicode.IsGraphic(r) && r != unicode.ReplacementChar: // also what turns the direction
			return '?'
		}
		return r
	}, s)
}

// newRoot builds the command tree.
func newRoot(s streams) *cobra.Command {
	return newRootWith(s, helpPrinter{width: columns(s.out), bold: colour(s.out)})
}

// newRootWith is newRoot with help as h prints it.
func newRootWith(s streams, h helpPrinter) *cobra.Command {
	root := &cobra.Command{
		Use:   "ftpmark",
		Short: "Measure how fast an FTP server is, in active and passive mode",
		Long: `ftpmark measures how fast an FTP server is. It opens many sessions at once, transfers
files in active and passive mode, and times each phase of every transfer, to show
where the modes differ. A truncated transfer is a failure, never a fast success.`,
		Example: `  ftpmark run                                     try it, no server needed
  ftpmark run ftp://user@192.0.2.7/ -c 32 -d 30s  measure a server
  ftpmark explain ftp://user@192.0.2.7/           show how active and passive differ there
  ftpmark profiles list                           list what else it can measure
  ftpmark report ftpmark-20260102T150405Z.jsonl   print a report again`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version().Version,
		Args:          knownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	h.register(root)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetVersionTemplate("ftpmark {{.Version}}\n")
	root.AddCommand(newRun(s), newCompare(s), newDiff(s), newCapacity(s), newExplain(s), newClean(s), newReport(s), newMerge(s), newProfiles(s), newSchema(s), newServe(s), newVersion(s))
	help := newHelp(s, h)
	root.SetHelpCommand(help)
	root.AddCommand(help)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError(fmt.Errorf("%w (see %s --help)", flagError(c, err), c.CommandPath()))
	})
	completeValues(root)
	usageArgs(root)
	return root
}

// usageArgs makes wrong arguments and unknown commands usage errors.
func usageArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError(fmt.Errorf("%w (see %s --help)", err, c.CommandPath()))
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		usageArgs(sub)
	}
}

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colour reports whether w may be written to in colour.
func colour(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
