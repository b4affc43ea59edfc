package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report"
	"github.com/ftpmark/ftpmark/stats/report/export"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// reportFlags are the flags of report, as given.
type reportFlags struct {
	format       string
	output, html string
	series       string
	gate         bool
	allowLimited bool
}

func newReport(s streams) *cobra.Command {
	flags := reportFlags{format: string(report.Text)}
	c := &cobra.Command{
		Use:   "report FILE...",
		Short: "Print the report of a result file",
		Long: `Print the report of a result file again. If the run was killed or is still running, the
report is partial and says what is missing. The report of a comparison has its
verdicts.

The thresholds of the run's profile are judged again. With --gate they set the exit
code, as for run: 3 one was missed, 4 one could not be judged.

Formats: text for a terminal; json with a stable schema (see ftpmark schema); csv, a row
for each series or finding; markdown for pull requests and step summaries; junit, a test
case for each threshold and verdict; gobench, a line for each trial, for benchstat; hlog
and hgrm for the HdrHistogram tools; html, one self-contained page with charts, to
share. The reports of several files are printed one after the other.`,
		Example: `  ftpmark report ftpmark-20260102T150405Z.jsonl
  ftpmark report result.jsonl --format html -o report.html
  ftpmark report --gate result.jsonl && echo "all thresholds were met"
  ftpmark report --format json result.jsonl | jq '.series[].goodput_bytes_per_second'
  ftpmark report --format gobench old.jsonl > old.txt   # then benchstat old.txt new.txt`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("want a FILE: the result file of a run, such as ftpmark-20260102T150405Z.jsonl")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			output := flags.output
			if err := fromEnvironment(c.Flags(), os.LookupEnv); err != nil {
				return usageError(err)
			}
			flags.output = output // FTPMARK_OUTPUT names the result file of a run
			f, err := report.ParseFormat(flags.format)
			if err != nil {
				return usageError(err)
			}
			if err := checkPage(flags.html, flags.output); err != nil {
				return usageError(err)
			}
			if flags.output == "" || flags.output == "-" {
				if err := noPageOnScreen(f, s.out, "name a file with --output, or redirect it"); err != nil {
					return err
				}
				return flags.write(args, f, s.out, s.err)
			}
			return flags.writeFile(args, f, s)
		},
	}
	f := c.Flags()
	f.Var(&choiceFlag{&flags.format, report.Formats()}, "format", "`FORMAT` of the report: "+strings.Join(report.Formats(), ", "))
	f.StringVarP(&flags.output, "output", "o", "", "write the report to `FILE`, replacing an existing one (default stdout)")
	f.StringVar(&flags.html, "html", "", "also write the report to `FILE` as an HTML page with charts, to share")
	f.StringVar(&flags.series, "series", "", "with hlog and hgrm: only the series `NAME`, such as passive.retr.epsv or passive.retr.epsv.ttfb")
	f.BoolVar(&flags.gate, "gate", false, "set the exit code by the thresholds")
	f.BoolVar(&flags.allowLimited, "allow-limited", false, "let thresholds pass even if the load generator was the limit")
	return c
}

// write writes the reports of the files and returns what their thresholds amount
// to, if they are to decide.
func (r *reportFlags) write(names []string, f report.Format, out, talk io.Writer) error {
	var reports []*report.Report
	var verdict error
	for _, name := range names {
		result, seconds, err := readTimed(name)
		if err != nil {
			return err
		}
		one, unread, err := reportOf(name, result, r.allowLimited, talk)
		if err != nil {
			return err
		}
		one.Timeline = seconds
		reports = append(reports, one)
		if r.gate {
			verdict = gravest(verdict, gateExit(one.Thresholds, unread))
		}
	}
	unwritten := writePage(r.html, reports, talk)
	if err := writeReports(out, reports, f, r.series); err != nil {
		return err
	}
	return cmp.Or(verdict, unwritten)
}

// writeFile writes the reports to the file that was named. A verdict is no reason
// not to.
func (r *reportFlags) writeFile(names []string, f report.Format, s streams) error {
	if err := checkOut(r.output); err != nil {
		return usageError(fmt.Errorf("--output: %w", err))
	}
	var failed error
	err := writeOut(r.output, func(w io.Writer) error {
		failed = r.write(names, f, w, s.err)
		if judged := new(exitError); errors.As(failed, &judged) && (judged.code == exitMissed || judged.code == exitUnjudged) {
			return nil
		}
		return failed
	})
	if failed != nil {
		return failed
	}
	return err
}

// reportOf makes the report of a result file, with its profile's thresholds
// judged; unread of them could not be read, which is told.
func reportOf(name string, result *resultfile.Result, allowLimited bool, talk io.Writer) (out *report.Report, unread int, err error) {
	gs, lines := gatesOf(result)
	for _, line := range lines {
		fmt.Fprintln(talk, "ftpmark: "+oneLine(line))
	}
	out = &report.Report{Name: name, Summary: summary.Of(result), Result: result}
	if result.Header.Compare != nil {
		if out.Comparison, err = compare.Of(result); err != nil {
			return nil, 0, err
		}
	}
	if result.Header.Capacity != nil {
		if out.Capacity, err = capacity.Of(result); err != nil {
			return nil, 0, err
		}
	}
	out.Thresholds = gs.check(out.Summary, out.Comparison, allowLimited)
	return out, len(lines), nil
}

// writeReports writes reports, one below the other or as one document. A log of
// HdrHistogram is made from the result file, record by record: of a whole result
// the seconds are not in memory.
func writeReports(w io.Writer, reports []*report.Report, f report.Format, series string) error {
	o := report.Options{Color: colour(w), Width: columns(w), Series: series}
	if f != report.HLog {
		return report.WriteAll(w, reports, f, o)
	}
	for _, r := range reports {
		file, err := os.Open(r.Name)
		if err != nil {
			return err
		}
		err = export.WriteLog(w, resultfile.NewReader(file), series)
		if closing := file.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeReport writes one report.
func writeReport(w io.Writer, r *report.Report, f report.Format) error {
	return writeReports(w, []*report.Report{r}, f, "")
}

// check judges a result, and a comparison where there is one.
func (gs gates) check(s *summary.Summary, c *compare.Comparison, allowLimited bool) (found []threshold.Outcome) {
	o := threshold.CheckOptions{AllowLimited: allowLimited}
	for _, t := range gs {
		if t.OfComparison() {
			found = append(found, t.CheckComparison(c, o)...)
		} else {
			found = append(found, t.Check(s, o)...)
		}
	}
	return found
}
