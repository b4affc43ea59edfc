package export

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// An HdrHistogram interval log holds, line by line, when an interval began and
// how long it was in seconds, the largest value in milliseconds, and a histogram
// of nanoseconds in the V2 compressed encoding. Lines are tagged with what
// [SeriesTag] says, for each phase that operations have. Throughput is left
// out: it is in another unit. Only ok operations of the measured window are
// in it, in the interval in which they ended, so the intervals of the drain
// belong to it.

// WriteLog writes the intervals of a result file as an HdrHistogram log, record
// by record: it holds one interval in memory, however long the file is. series
// picks what is in it, as in [report.Options]. A file that was cut off gives the log up
// to there. Errors are those of [resultfile.Reader.Next], a *[resultfile.FileError] for
// what is no result file, those of w, and that there is no such series, which is
// known only at the file's end.
func WriteLog(w io.Writer, f *resultfile.Reader, series string) error {
	out := bufio.NewWriter(w)
	l := hdrLog{w: out, choice: series}
	headed := false
	for {
		record, err := f.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		switch x := record.(type) {
		case *resultfile.Header:
			if headed {
				err = errors.New("a second header")
			} else {
				l.begin(x, "one line for each interval of about a second")
			}
			headed = true
		case *resultfile.Variant:
			l.remark("trial %d of variant %s", x.Trial, terminal.Printable(x.Variant, about.MostText))
		case *resultfile.Interval:
			if x.Start < 0 || x.End < x.Start {
				err = fmt.Errorf("moments out of order: %d to %d", x.Start, x.End)
				break
			}
			for _, s := range x.Series {
				if err == nil {
					err = l.series(x.Variant, s, x.Start, x.End.Sub(x.Start))
				}
			}
		}
		if err == nil && !headed {
			err = errors.New("not an ftpmark result file: it does not begin with a header")
		}
		if err != nil {
			line, _ := f.CutOff()
			return errors.Join(&resultfile.FileError{Name: f.Name, Line: line, Err: err}, out.Flush())
		}
	}
	if !headed {
		return &resultfile.FileError{Name: f.Name, Line: 1, Err: errors.New("not an ftpmark result file: it is empty")}
	}
	if line, cut := f.CutOff(); cut {
		l.remark("PARTIAL: the last record, line %d, is cut off", line)
	}
	l.end()
	if err := out.Flush(); err != nil || series == "" || l.lines > 0 {
		return err
	}
	return noSuchSeries(l.passed, series)
}

// HLog returns the log of a result whose intervals are not kept: a line
// for each trial, over its window.
func HLog(r *resultfile.Result, choice string) ([]byte, error) {
	var b bytes.Buffer
	l := hdrLog{w: &b, choice: choice}
	l.begin(&r.Header, "one line for each trial")
	for _, t := range r.Trials {
		for _, s := range t.Series {
			if err := l.series(t.Variant, s, t.Window.Open, t.Window.Length(t.End)); err != nil {
				return nil, err
			}
		}
	}
	if choice != "" && l.lines == 0 {
		return nil, noSuchSeries(l.passed, choice)
	}
	l.end()
	return b.Bytes(), nil
}

// hdrLog is a log in the making. Writing to w may fail: a [bufio.Writer] keeps
// the error, a buffer has none.
type hdrLog struct {
	w      io.Writer
	choice string // of tags, see [tagChosen]
	open   bool   // the load was
	lines  int
	passed tagList // over, as they were not chosen
	over   int64
}

// begin writes the head. Files from before the clock's epoch was kept have the
// time the run started in its place, which is close.
func (l *hdrLog) begin(h *resultfile.Header, what string) {
	l.open = h.Load == nil || h.Load.Model != resultfile.ClosedLoad
	tool := strings.TrimSpace(terminal.Printable(h.Tool.Name, 40) + " " + terminal.Printable(h.Tool.Version, 60))
	l.remark("%s: tags are variant.operation.mode.phase, values are nanoseconds; %s", tool, what)
	fmt.Fprintf(l.w, "#[Histogram log format version 1.3]\n")
	epoch := h.Epoch
	if epoch.IsZero() {
		epoch = h.Started
	}
	if ms := epoch.UnixMilli(); ms > 0 {
		seconds := fmt.Sprintf("%d.%03d (seconds since epoch)", ms/1000, ms%1000)
		fmt.Fprintf(l.w, "#[StartTime: %s, %s]\n", seconds, time.UnixMilli(ms).UTC().Format(time.RFC3339Nano))
		fmt.Fprintf(l.w, "#[BaseTime: %s]\n", seconds)
	}
	fmt.Fprintln(l.w, `"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"`)
}

// remark writes a line that readers of logs pass over.
func (l *hdrLog) remark(format string, args ...any) {
	fmt.Fprintf(l.w, "# "+format+"\n", args...)
}

// series writes a line for each phase of a series that has values.
func (l *hdrLog) series(variant string, s *resultfile.Series, start stats.Moment, length time.Duration) error {
	for _, p := range TagPhases(s, l.open) {
		tag := SeriesTag(variant, s.Op, s.Mode, p)
		if !tagChosen(tag, l.choice) {
			l.passed.add(tag)
			continue
		}
		h := s.Latency[p]
		packed, err := h.Packed()
		if err != nil {
			return err
		}
		payload, err := packed.EncodeV2()
		if err != nil {
			return err
		}
		l.over += h.Over()
		l.lines++
		_, err = fmt.Fprintf(l.w, "Tag=%s,%.6f,%.6f,%.6f,%s\n", tag,
			time.Duration(start).Seconds(), length.Seconds(), float64(h.Max())/1e6, payload)
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *hdrLog) end() {
	if l.over > 0 {
		l.remark("values above one hour, not included in any histogram: %d", l.over)
	}
}
