package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/stats/merge"
	"github.com/ftpmark/ftpmark/stats/report"
)

func newMerge(s streams) *cobra.Command {
	format, output := "text", ""
	c := &cobra.Command{
		Use:   "merge FILE FILE...",
		Short: "Combine the results of generators that ran at the same time",
		Long: `Combine the results of two or more generators that ran the same profile at the same
time against one server into one result file, and print its report.

Histograms are merged without loss, counts are added, percentiles are never averaged.
Rates cover the time that the generators' windows have in common, by the machines'
clocks: synchronize the clocks with NTP and start the generators together. If one
generator was the limit, the merged result is limited; if one result is partial, the
merged result is partial.

The profiles must be equal except for each generator's share of the load (sessions,
rate, bandwidth, operations, stages, warmup), its addresses (source, active_address,
active_ports), names of files, seed, description, keep, reuse, mover and thresholds.
Thresholds are kept if they are the same in all results.`,
		Example: `  ftpmark merge gen1.jsonl gen2.jsonl                 print a report and write a new file
  ftpmark merge gen1.jsonl gen2.jsonl -o both.jsonl && ftpmark report --gate both.jsonl
  ftpmark merge gen*.jsonl --format json | jq '.totals[].operations_per_second'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return errors.New("want two or more FILEs: the result files of generators that ran at the same time")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := fromEnvironment(c.Flags(), os.LookupEnv); err != nil {
				return usageError(err)
			}
			if output == "-" {
				return usageError(errors.New("--output -: the result file cannot be written to stdout: name a file"))
			}
			f, err := report.ParseFormat(format)
			if err != nil {
				return usageError(err)
			}
			if err := noPageOnScreen(f, s.out, "redirect it, or use ftpmark report -o FILE on the merged file"); err != nil {
				return err
			}
			return mergeFiles(args, output, f, s)
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "", "new result `FILE` (default ftpmark-merged-<UTC>.jsonl in the current directory)")
	c.Flags().Var(&choiceFlag{&format, report.Formats()}, "format", "`FORMAT` of the report: "+strings.Join(report.Formats(), ", "))
	return c
}

// mergeFiles merges, writes the file and prints its report.
func mergeFiles(names []string, output string, format report.Format, s streams) error {
	var inputs []merge.Input
	for _, name := range names {
		inputs = append(inputs, merge.File(name))
	}
	plan, err := merge.Plan(inputs)
	if err != nil {
		return unreadable(err)
	}
	file, err := createResult(output, "ftpmark-merged-", time.Now())
	if err != nil {
		return usageError(fmt.Errorf("%w: choose another with --output", err))
	}
	kept := &tee{file: file}
	err = plan.Write(kept)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		removeResult(file.Name()) // it can be made again
		return unreadable(err)
	}
	result, err := kept.memory.Result()
	if err != nil {
		return err
	}
	out, _, err := reportOf(file.Name(), result, false, s.err)
	if err != nil {
		return err
	}
	out.Timeline = kept.seconds.Timeline()
	if err := writeReport(s.out, out, format); err != nil {
		return err
	}
	if file.Name() != "" {
		fmt.Fprintf(s.err, "result file: %s\n", file.Name())
	}
	return nil
}
