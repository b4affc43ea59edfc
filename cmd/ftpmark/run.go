package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// runFlags are the flags of run, as given.
type runFlags struct {
	measureFlags
	baseline baselineFlags
	trials   int
}

func newRun(s streams) *cobra.Command {
	flags := &runFlags{measureFlags: newMeasureFlags(), baseline: baselineFlags{verdicts: newVerdictFlags()}, trials: 1}
	c := &cobra.Command{
		Use:   "run [TARGET]",
		Short: "Measure a server, each mode in its own window",
		Long: `Measure a server: log in with many sessions, run operations, and report the results,
with the modes side by side.

TARGET is [ftp://][USER[:PASSWORD]@]HOST[:PORT][/DIR], with ftpes:// for explicit
TLS and ftps:// for implicit TLS. Without a TARGET, ftpmark starts its embedded target
on this machine. Put an IPv6 address in brackets: ftp://[2001:db8::7]:2121/. ftpmark
creates test files in a new folder under DIR and removes them at the end, also after
Ctrl-C; ftpmark clean removes files that killed runs left.

A profile says what to run: a bundled one (see ftpmark profiles list; default quick) or
a file. Every key of a profile is also a flag, with - for _, and an environment
variable: FTPMARK_ and the key in capitals. Precedence: flag > environment > profile >
default.

The user comes from the URL, --user or .netrc (default anonymous); the password from
the URL, --password-file, FTPMARK_PASSWORD or .netrc.

Modes: epsv and pasv are passive (ftpmark connects to the server), eprt and port are
active (the server connects to ftpmark). passive tries epsv, then pasv; active tries
eprt, then port.

Operations: retr stor appe list mlsd nlst dele rename mkd rmd size noop login, or a
mix with weights. Sizes: 64KiB, 1MiB, 2GiB are binary, 64kB, 1MB, 2GB decimal.
Times: 500ms, 30s, 5m. Rates: 200/s, 600/m. Bandwidths: 10MiB/s, 10MB/s, 80Mbit/s.

Exit codes: 0 success, 1 the run failed (target unreachable, login refused, no
operation of a variant succeeded), 2 usage error, 3 a threshold was missed or
--max-regression was exceeded, 4 either of these could not be judged, 130 interrupted.
Failed operations alone do not change the exit code.`,
		Example: `  ftpmark run                                              no server needed
  ftpmark run ftp://user@192.0.2.7/ -c 32 -d 30s           32 sessions, 30 s per mode
  ftpmark run ftp://user@192.0.2.7/ -p mixed               a bundled profile
  ftpmark run ftp://user@192.0.2.7/ -p ./my.yaml -d 5s     your own profile, but shorter
  ftpmark run -p ./my.yaml --dry-run                       print what it would do and need
  ftpmark run ftp://192.0.2.7/pub --path big.iso           read a file, write nothing
  ftpmark run ftp://user@192.0.2.7/ --op retr=80,stor=20 --rate 50/s -d 1m
  ftpmark run ftp://user@192.0.2.7/ --html report.html     a page with charts, to share
  ftpmark run ftp://user@192.0.2.7/ --threshold 'retr.service.p99 < 250ms'
  ftpmark run ftp://user@192.0.2.7/ --trials 6 --baseline base.jsonl --max-regression 5%
  ftpmark run ftp://user@192.0.2.7/ -p soak --metrics-listen 127.0.0.1:9464
  ftpmark run ftp://user@192.0.2.7/ -n 1000 --format json  1,000 operations, for a script`,
		Args: oneArgument("TARGET"),
		RunE: func(c *cobra.Command, args []string) error { return run(c, args, flags, s) },
	}
	flags.register(c)
	f := c.Flags()
	f.IntVar(&flags.trials, "trials", flags.trials, "measure each variant `N` times; diff and --baseline need at least 4")
	flags.baseline.register(f)
	for _, name := range []string{"trials", "baseline", "force", "max-regression", "primary", "threshold-effect"} {
		inGroup(f.Lookup(name), "Comparison")
	}
	return c
}

// maxTrials bounds what a result file holds.
const maxTrials = 1000

// run is the command: flags in, a report out.
func run(c *cobra.Command, args []string, flags *runFlags, s streams) error {
	plan, format, err := flags.prepare(c, args, s)
	if err != nil {
		return err
	}
	if flags.trials < 1 || flags.trials > maxTrials {
		return usageError(fmt.Errorf("--trials %d: want 1 to %d", flags.trials, maxTrials))
	}
	plan.experiment.Trials = flags.trials
	plan.experiment.RecordTranscript = len(plan.variantNames()) > 1
	if err := plan.judge(); err != nil {
		return usageError(err)
	}
	base, err := flags.baseline.read(plan, flags.trials)
	if err != nil {
		return usageError(err)
	}
	if flags.dryRun {
		return dryRun(s.out, plan, format)
	}
	m, err := flags.measure(c.Context(), plan, s)
	if err != nil {
		return err
	}
	defer m.tellLeft(s.err)
	out := &report.Report{
		Name: m.name(), Summary: m.summary, Result: m.result, Timeline: m.seconds,
		Thresholds: plan.gates.check(m.summary, nil, flags.allowLimited),
	}
	reports := []*report.Report{out}
	pages := reports
	var diff *compare.Diff
	var unlike error // found beforehand, but for what only the run could tell
	if base != nil {
		diff, unlike = flags.baseline.diff(base, plan, m.name(), m.result, flags.allowLimited)
	}
	if diff != nil {
		of := &report.Report{Name: m.name(), Result: m.result, Diff: diff}
		if reports = append(reports, of); format == report.Markdown || format == report.HTML {
			slices.Reverse(reports) // the gate's verdict is the headline
		}
		pages = []*report.Report{of, out}
	}
	unwritten := writePage(flags.html, pages, s.err)
	if format == report.GoBench || format == report.HLog || format == report.HGRM {
		reports = []*report.Report{out} // which have nothing to say of a difference
	}
	if err := writeReports(s.out, reports, format, ""); err != nil {
		return err
	}
	m.tell(s.err)
	if err := ended(m.failure, m.summary); err != nil {
		return err
	}
	if unlike != nil {
		return usageError(fmt.Errorf("--baseline: %w", unlike))
	}
	return cmp.Or(gravest(gateExit(out.Thresholds, 0), diffExit(diff)), unwritten)
}

// gravest returns the error whose exit code comes first: a miss before what
// could not be judged.
func gravest(a, b error) error {
	var x, y *exitError
	switch {
	case b == nil || errors.As(a, &x) && errors.As(b, &y) && x.code <= y.code:
		return a
	}
	return b
}

// cutShort tells an interruption from another reason why a run did not begin.
func cutShort(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ended(rig.ErrInterrupted, nil)
	}
	return err
}

// ended returns the error that a run's end amounts to.
func ended(failure error, summary *summary.Summary) error {
	switch {
	case errors.Is(failure, rig.ErrInterrupted):
		return &exitError{code: exitInterrupted, err: errors.New("interrupted")}
	case failure != nil:
		return failure
	}
	if err := failed(summary); err != nil {
		return err
	}
	for _, x := range summary.Series {
		if x.OK > 0 {
			return nil
		}
	}
	return errors.New("nothing was measured: no operation succeeded in any window")
}

// failed returns the error that a variant of which nothing succeeded amounts to.
func failed(s *summary.Summary) error {
	if len(s.Failed) == 0 {
		return nil
	}
	return &s.Failed[0]
}

// explainLogin adds to a refused log-in what had not been given for it.
func explainLogin(err error, c profiles.Credentials) {
	var f *stats.Failure
	if !errors.As(err, &f) || f.Phase != stats.LoginDone || f.Code != 530 && f.Code != 430 && f.Code != 532 {
		return
	}
	advice := ""
	switch {
	case c.Anonymous:
		advice = "no user was given, so the login was anonymous: name one in the URL or with --user"
	case c.NoPassword:
		advice = "no password was given: see --password-file, FTPMARK_PASSWORD and .netrc"
	default:
		return
	}
	if !strings.Contains(f.Hint, "--tls") { // which comes before any password
		f.Hint = advice
	}
}
