package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/report"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// defaultProfile is the bundled profile where none is named.
const defaultProfile = "quick"

// measureFlags are the flags of the commands that measure, as given.
type measureFlags struct {
	keys         *profiles.Draft
	profile      string
	dryRun       bool
	output       string
	html         string
	format       string
	quiet        bool
	progress     string
	allowLimited bool
	yes          bool
	telemetry    telemetryFlags
}

func newMeasureFlags() measureFlags {
	return measureFlags{keys: profiles.NewDraft(profiles.FromFlag), profile: defaultProfile, format: "text"}
}

// register defines the flags.
func (r *measureFlags) register(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&r.profile, "profile", "p", r.profile, "what to run, `NAME|FILE`: a bundled profile (see ftpmark profiles list), or a file with a slash, .yaml or .yml in its name (default quick)")
	f.BoolVar(&r.dryRun, "dry-run", false, "print the plan and what it needs, without running it")
	for _, name := range []string{"profile", "dry-run"} {
		inGroup(f.Lookup(name), "Profile")
	}
	f.Lookup("profile").DefValue = "" // its type would be quoted
	addKeys(f, r.keys)
	f.BoolVar(&r.allowLimited, "allow-limited", false, "let thresholds pass even if the load generator was the limit")
	f.BoolVar(&r.yes, "yes", false, "write test files of more than 10 GiB to the server beforehand")
	f.StringVarP(&r.output, "output", "o", "", "new result `FILE` (default ftpmark-<UTC>.jsonl in the current directory); none for no file")
	f.Var(&choiceFlag{&r.format, report.Formats()}, "format", "`FORMAT` of the output on stdout: "+strings.Join(report.Formats(), ", "))
	f.StringVar(&r.html, "html", "", "also write the report to `FILE` as an HTML page with charts, to share")
	f.Var(&choiceFlag{&r.progress, progressWays()}, "progress", "`HOW` to show progress on stderr: live, plain or none (default live on a terminal, else plain)")
	f.BoolVarP(&r.quiet, "quiet", "q", false, "same as --progress none")
	for _, name := range []string{"allow-limited", "yes", "output", "format", "html", "progress", "quiet"} {
		inGroup(f.Lookup(name), "Result")
	}
	r.telemetry.register(f)
}

// prepare reads everything that says what to do, and makes a plan of it.
func (r *measureFlags) prepare(c *cobra.Command, args []string, s streams) (*planned, report.Format, error) {
	for _, line := range strangers(c.Flags(), os.Environ()) {
		fmt.Fprintln(s.err, "ftpmark: "+oneLine(line))
	}
	source := givenAs(c.Flags(), "profile")
	if err := fromEnvironment(c.Flags(), os.LookupEnv); err != nil {
		return nil, "", usageError(err)
	}
	if r.output == "-" {
		return nil, "", usageError(errors.New("--output -: the result file cannot be written to stdout: name a file"))
	}
	way, err := progressWay(r.progress, r.quiet, s.err, os.LookupEnv)
	if err != nil {
		return nil, "", usageError(fmt.Errorf("%s %s: %w", givenAs(c.Flags(), "progress"), r.progress, err))
	}
	r.progress = way
	format, err := report.ParseFormat(r.format)
	if err != nil {
		return nil, "", usageError(err)
	}
	if err := noPageOnScreen(format, s.out, "--html FILE writes it to a file"); err != nil && !r.dryRun {
		return nil, "", err
	}
	if err := checkPage(r.html, r.output); err != nil && !r.dryRun {
		return nil, "", usageError(err)
	}
	profile, err := openProfile(r.profile)
	if err != nil {
		return nil, "", usageError(inWordsOf(source, err))
	}
	plan, err := r.plan(profile, args)
	if err != nil {
		return nil, "", usageError(err)
	}
	plan.tellIdle(s.err)
	return plan, format, nil
}

// create makes the result file.
func (r *measureFlags) create(now time.Time) (*resultfile.Writer, error) {
	return createResult(r.output, "ftpmark-", now)
}
