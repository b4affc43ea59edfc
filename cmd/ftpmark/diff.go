package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report"
)

func newDiff(s streams) *cobra.Command {
	format, output, html, force, allowLimited := "text", "", "", false, false
	flags := newVerdictFlags()
	regression := percentFlag{most: mostRegression}
	c := &cobra.Command{
		Use:   "diff BASE NEW",
		Short: "Compare two result files, and fail if the new one is worse",
		Long: `Compare two results from different times, such as this build against the last.
Variants are matched by name. Each needs at least four trials in both results (ftpmark
run --trials); with fewer, diff gives no verdict. This is weaker evidence than ftpmark
compare, which interleaves trials: here, anything else that changed in the meantime
affects the result too.

Results with different profiles, targets or schemas, or from different machines (system,
kernel or processors), are refused; --force compares them anyway and lists the
differences. The port of a target on this machine does not count.

With --max-regression, the result sets the exit code.

Exit codes: 0 success, 2 usage error or results not comparable, 3 a primary metric is
worse by more than --max-regression, 4 that cannot be judged, or the results are from
different machines.`,
		Example: `  ftpmark run ftp://user@192.0.2.7/ --trials 6 -o base.jsonl
  ftpmark run ftp://user@192.0.2.7/ --trials 6 -o new.jsonl
  ftpmark diff base.jsonl new.jsonl
  ftpmark diff base.jsonl new.jsonl --max-regression 5% --format markdown`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) < 2:
				return errors.New("want two result files, BASE and NEW")
			case len(args) > 2:
				return fmt.Errorf("unexpected argument %q: diff takes two files, BASE and NEW", args[2])
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			to := output
			if err := fromEnvironment(c.Flags(), os.LookupEnv); err != nil {
				return usageError(err)
			}
			output = to // FTPMARK_OUTPUT names the result file of a run
			f, err := report.ParseFormat(format)
			if err != nil {
				return usageError(err)
			}
			if f == report.GoBench || f == report.HLog || f == report.HGRM {
				return usageError(fmt.Errorf("--format %s is not available for diff: use ftpmark report on each file", f))
			}
			if output == "" || output == "-" {
				if err := noPageOnScreen(f, s.out, "name a file with --output, or redirect it"); err != nil {
					return err
				}
			} else if err := checkOut(output); err != nil {
				return usageError(fmt.Errorf("--output: %w", err))
			}
			if err := checkPage(html, output); err != nil {
				return usageError(err)
			}
			base, err := readResult(args[0])
			if err != nil {
				return err
			}
			changed, err := readResult(args[1])
			if err != nil {
				return err
			}
			d, err := compare.Between(base, changed, compare.DiffOptions{
				BaseName: args[0], NewName: args[1], Primary: flags.primary, ThresholdEffect: flags.effect.share, Force: force,
				MaxRegression: regression.share, AllowLimited: allowLimited, Seed: changed.Header.Seed,
			})
			if unlike := new(compare.NotComparable); errors.As(err, &unlike) && unlike.Machines {
				return &exitError{exitUnjudged, err}
			}
			if err != nil {
				return usageError(err)
			}
			out := &report.Report{Name: args[1], Result: changed, Diff: d}
			unwritten := writePage(html, []*report.Report{out}, s.err)
			write := func(w io.Writer) error { return writeReport(w, out, f) }
			if output == "" || output == "-" {
				err = write(s.out)
			} else {
				err = writeOut(output, write)
			}
			return cmp.Or(err, diffExit(d), unwritten)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.Var(&regression, "max-regression", "exit code 3 if a primary metric is worse by more than this `PERCENTAGE`, 4 if that cannot be judged")
	flags.register(f)
	f.BoolVar(&force, "force", false, "compare results that are not comparable, and list what differs")
	f.BoolVar(&allowLimited, "allow-limited", false, "let --max-regression pass even if the load generator was the limit")
	f.StringVarP(&output, "output", "o", "", "write the report to `FILE`, replacing an existing one (default stdout)")
	f.StringVar(&html, "html", "", "also write the report to `FILE` as an HTML page with charts, to share")
	f.Var(&choiceFlag{&format, report.Formats()}, "format", "`FORMAT` of the report: "+strings.Join(report.Formats(), ", "))
	return c
}
