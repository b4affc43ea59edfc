package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report"
)

func newRun(s streams) *cobra.Command {
	flags := &runFlags{keys: profiles.NewDraft(profiles.FromFlag), profile: defaultProfile, format: "text"}
	c := &cobra.Command{
		Use:   "run [TARGET]",
		Short: "Measure a server, each mode in its own window",
		Long: `Measure a server: log in with many sessions, let them do operations, and report
what was seen, with the modes side by side.

TARGET is [ftp://][USER[:PASSWORD]@]HOST[:PORT][/DIR], with ftpes:// for explicit
TLS and ftps:// for implicit TLS. Without one, ftpmark starts its embedded target
on this machine. Test files are made in a folder of the run's own under DIR and
removed at the end, also after Ctrl-C.

What is done is a profile: a bundled one (see ftpmark profiles list; quick, if none
is named), or a file. Every flag below is also a key of profiles, with _ for -, and
an environment variable, FTPMARK_ and the key in capitals. A flag counts before the
environment, that before the profile, and that before the default.

The user comes from the URL, --user or .netrc, else it is anonymous; the password
from the URL, --password-file, FTPMARK_PASSWORD or .netrc.

Modes: epsv and pasv are passive (ftpmark connects), eprt and port active (the
server connects). passive means epsv, else pasv; active means eprt, else port.

Operations: retr stor appe list mlsd nlst dele rename mkd rmd size noop login, or a
mix with weights. Sizes: 64KiB, 1MiB, 2GiB are binary, 64kB, 1MB, 2GB decimal.
Times: 500ms, 30s, 5m. Rates: 200/s, 600/m. Bandwidths: 10MiB/s, 10MB/s, 80Mbit/s.

Exit codes: 0 fine, 1 the run failed (unreachable, log-in refused, nothing
measured), 2 usage, 3 a threshold was missed, 4 one could not be judged, 130
interrupted. Failed operations alone do not change it.`,
		Example: `  ftpmark run                                              no server needed
  ftpmark run ftp://user@192.0.2.7/ -c 32 -d 30s           32 sessions, 30 s a mode
  ftpmark run ftp://user@192.0.2.7/ -p mixed               a bundled profile
  ftpmark run ftp://user@192.0.2.7/ -p ./my.yaml -d 5s     a profile of one's own, but shorter
  ftpmark run -p ./my.yaml --dry-run                       what it would do and ask for
  ftpmark run ftp://192.0.2.7/pub --path big.iso           read a file, write nothing
  ftpmark run ftp://user@192.0.2.7/ --op retr=80,stor=20 --rate 50/s -d 1m
  ftpmark run ftp://user@192.0.2.7/ --threshold 'retr.service.p99 < 250ms'
  ftpmark run ftp://user@192.0.2.7/ -n 1000 --format json  1,000 operations, for a script`,
		Args: oneArgument("TARGET"),
		RunE: func(c *cobra.Command, args []string) error { return run(c, args, flags, s) },
	}
	flags.register(c)
	c.SetUsageFunc(groupedUsage)
	return c
}

// run is the command: flags in, a report out.
func run(c *cobra.Command, args []string, flags *runFlags, s streams) error {
	for _, line := range strangers(c.Flags(), os.Environ()) {
		fmt.Fprintln(s.err, "ftpmark: "+oneLine(line))
	}
	named := c.Flags().Changed("profile")
	if err := fromEnvironment(c.Flags(), os.LookupEnv); err != nil {
		return usageError(err)
	}
	if flags.output == "-" {
		return usageError(errors.New("--output -: the result file cannot go to stdout: name a file"))
	}
	format, err := report.ParseFormat(flags.format)
	if err != nil {
		return usageError(err)
	}
	profile, err := openProfile(flags.profile)
	if err != nil {
		source := "--profile"
		if !named {
			source = variableOf("profile")
		}
		return usageError(inWordsOf(source, err))
	}
	plan, err := flags.plan(profile, args)
	if err != nil {
		return usageError(err)
	}
	if flags.dryRun {
		return dryRun(s.out, plan, format)
	}
	if err := plan.CheckLimits(); err != nil {
		return err
	}
	ctx, stop, done := interruptible(c.Context(), s.err)
	defer done()
	if plan.Embedded {
		stopTarget, err := startTarget(ctx, plan.Plan)
		if err != nil {
			return cutShort(ctx, err)
		}
		defer stopTarget()
	}
	if err := plan.Resolve(ctx); err != nil {
		return cutShort(ctx, err)
	}
	file, err := flags.create(time.Now())
	if err != nil {
		return usageError(fmt.Errorf("%w: choose another with --output", err))
	}
	return measure(ctx, stop, plan, file, format, flags, s)
}

// measure runs the plan and writes the report.
func measure(ctx context.Context, stop <-chan struct{}, plan *planned, file *stats.FileWriter, format report.Format, flags *runFlags, s streams) error {
	bar := newProgress(s.err)
	kept := &tee{file: file}
	options := loadgen.Options{
		Sink: kept, Stop: stop,
		Warn: func(m string) { bar.clear(); fmt.Fprintln(s.err, "ftpmark: "+oneLine(m)) },
	}
	if !flags.quiet {
		options.Observe = func(p loadgen.Progress) { bar.observe(time.Now(), p) }
	}
	failure := loadgen.Run(ctx, plan.Plan, options)
	explainLogin(failure, plan.Credentials)
	bar.clear()
	closing := file.Close()
	if !kept.begun {
		_ = os.Remove(file.Name()) // nothing was measured: an empty file helps nobody
		return ended(failure, nil)
	}
	summary, err := kept.summary()
	if err != nil {
		return err
	}
	found := plan.gates.check(summary, flags.allowLimited)
	if err := writeReport(s.out, summary, found, format, report.Options{Color: colour(s.out)}); err != nil {
		return err
	}
	if closing != nil {
		fmt.Fprintln(s.err, "ftpmark: "+oneLine(closing.Error()))
	} else {
		fmt.Fprintf(s.err, "result file: %s\n", file.Name())
	}
	if err := ended(failure, summary); err != nil {
		return err
	}
	return gateExit(found, 0)
}

// cutShort tells an interruption from another reason why a run did not begin.
func cutShort(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ended(loadgen.ErrInterrupted, nil)
	}
	return err
}

// ended returns the error that a run's end amounts to.
func ended(failure error, summary *stats.Summary) error {
	switch {
	case errors.Is(failure, loadgen.ErrInterrupted):
		return &exitError{code: exitInterrupted, err: errors.New("interrupted")}
	case failure != nil:
		return failure
	}
	for _, x := range summary.Series {
		if x.OK > 0 {
			return nil
		}
	}
	return errors.New("nothing was measured: no operation succeeded in any window")
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
		advice = "no user was given, so it was anonymous: name one in the URL or with --user"
	case c.NoPassword:
		advice = "no password was given: see --password-file, FTPMARK_PASSWORD and .netrc"
	default:
		return
	}
	if !strings.Contains(f.Hint, "--tls") { // which comes before any password
		f.Hint = advice
	}
}
