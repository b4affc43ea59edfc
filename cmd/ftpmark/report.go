package main

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report"
)

func newReport(s streams) *cobra.Command {
	format := "text"
	c := &cobra.Command{
		Use:   "report FILE",
		Short: "Print the report of a result file",
		Long: `Print the report of a result file again. A file of a run that was killed, or that
is still running, gives a partial report, which says what is missing.`,
		Example: `  ftpmark report ftpmark-20260102T150405Z.jsonl
  ftpmark report --format json result.jsonl | jq '.series[].goodput_bytes_per_second'`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("want a FILE: the result file of a run, such as ftpmark-20260102T150405Z.jsonl")
			}
			return oneArgument("FILE")(c, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
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
			return report.Write(s.out, stats.BuildSummary(result), f, report.Options{Color: colour(s.out)})
		},
	}
	c.Flags().StringVar(&format, "format", format, "`FORMAT` of the report: text or json")
	return c
}
