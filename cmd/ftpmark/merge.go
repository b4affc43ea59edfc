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

Histograms are merged without loss and counts are added up. Rates are of the time
that the generators' windows have in common, by the machines' clocks: keep these
together with NTP and start the generators together. Percentiles are never averaged.
One generator that was the limit makes the whole limited, one that is partial makes
the whole partial.

The profiles must be equal but for what each generator has of the load (sessions,
rate, bandwidth, operations, stages, warmup), where it stands (source,
active_address, active_ports, the files' names), seed, description, keep, reuse,
mover and thresholds. Thresholds are kept where they are the same.`,
		Example: `  ftpmark merge gen1.jsonl gen2.jsonl                 report, and a file of its own name
  ftpmark merge gen1.jsonl gen2.jsonl -o both.jsonl && ftpmark report --gate both.jsonl
  ftpmark merge gen*.jsonl --format json | jq '.totals[].operations_per_second'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return errors.New("want two FILEs or more: the result files of generators that ran at the same time")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := fromEnvironment(c.Flags(), os.LookupEnv); err != nil {
				return usageError(err)
			}
			if output == "-" {
				return usageError(errors.New("--output -: the result file cannot go to stdout: name a file"))
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
	c.Flags().StringVarP(&output, "output", "o", "", "new result `FILE` (default ftpmark-merged-<UTC>.jsonl here)")
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
		_ = os.Remove(file.Name()) // it can be made again, and half of it helps nobody
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
	fmt.Fprintf(s.err, "result file: %s\n", file.Name())
	return nil
}
