package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report"
)

func newDiff(s streams) *cobra.Command {
	format, force, allowLimited := "text", false, false
	flags := newVerdictFlags()
	regression := percentFlag{most: mostRegression}
	c := &cobra.Command{
		Use:   "diff BASE NEW",
		Short: "Compare two result files, and fail where the new one is worse",
		Long: `Compare two results that were made at different times: this build against the last.
It matches variants by name and uses their trials, of which both need four (ftpmark
run --trials); with fewer it describes and decides nothing. It is weaker evidence than
ftpmark compare, which interleaves: whatever else changed in the meantime counts too.

Results of other profiles, targets or schemas are refused; --force compares them all
the same and names what differs.

With --max-regression it is a gate.

Exit codes: 0 fine, 2 usage or not comparable, 3 a primary metric is worse by more
than --max-regression, 4 that cannot be judged.`,
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
			if err := fromEnvironment(c.Flags(), os.LookupEnv); err != nil {
				return usageError(err)
			}
			f, err := report.ParseFormat(format)
			if err != nil {
				return usageError(err)
			}
			if f == report.GoBench || f == report.HLog || f == report.HGRM {
				return usageError(fmt.Errorf("--format %s has no form for a difference: use ftpmark report on each file", f))
			}
			if err := noPageOnScreen(f, s.out, "redirect it to a file"); err != nil {
				return err
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
			if err != nil {
				return usageError(err)
			}
			if err := writeReport(s.out, &report.Report{Name: args[1], Result: changed, Diff: d}, f); err != nil {
				return err
			}
			return diffExit(d)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.Var(&regression, "max-regression", "be a gate: primary metrics may get worse by this `PERCENTAGE` at most")
	flags.register(f)
	f.BoolVar(&force, "force", false, "compare what is not comparable, and say what differs")
	f.BoolVar(&allowLimited, "allow-limited", false, "let the gate pass though the load generator was itself the limit")
	f.Var(&choiceFlag{&format, report.Formats()}, "format", "`FORMAT` of the report: "+strings.Join(report.Formats(), ", "))
	return c
}
