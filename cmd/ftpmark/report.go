package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report"
)

func newReport(s streams) *cobra.Command {
	format, gate, allowLimited := "text", false, false
	c := &cobra.Command{
		Use:   "report FILE",
		Short: "Print the report of a result file",
		Long: `Print the report of a result file again. A file of a run that was killed, or that
is still running, gives a partial report, which says what is missing.

The thresholds of the run's profile are judged again. With --gate they decide the
exit code, as they do for run: 3 one was missed, 4 one could not be judged.`,
		Example: `  ftpmark report ftpmark-20260102T150405Z.jsonl
  ftpmark report --gate result.jsonl && echo "all thresholds were met"
  ftpmark report --format json result.jsonl | jq '.series[].goodput_bytes_per_second'`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("want a FILE: the result file of a run, such as ftpmark-20260102T150405Z.jsonl")
			}
			return oneArgument("FILE")(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := fromEnvironment(c.Flags(), os.LookupEnv); err != nil {
				return usageError(err)
			}
			f, err := report.ParseFormat(format)
			if err != nil {
				return usageError(err)
			}
			result, err := stats.ReadFile(args[0])
			var schema *stats.SchemaError
			var file *stats.FileError
			if errors.Is(err, fs.ErrNotExist) || errors.As(err, &schema) || errors.As(err, &file) {
				return usageError(err)
			}
			if err != nil {
				return err
			}
			gates, unread := gatesOf(result)
			for _, line := range unread {
				fmt.Fprintln(s.err, "ftpmark: "+oneLine(line))
			}
			summary := stats.BuildSummary(result)
			found := gates.check(summary, allowLimited)
			if err := writeReport(s.out, summary, found, f, report.Options{Color: colour(s.out)}); err != nil || !gate {
				return err
			}
			return gateExit(found, len(unread))
		},
	}
	c.Flags().Var(&choiceFlag{&format, report.Formats()}, "format", "`FORMAT` of the report: text or json")
	c.Flags().BoolVar(&gate, "gate", false, "let the thresholds decide the exit code")
	c.Flags().BoolVar(&allowLimited, "allow-limited", false, "let thresholds pass though the load generator was itself the limit")
	return c
}
