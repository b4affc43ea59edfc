// Package report turns what was measured into something to read: text for a
// person at a terminal, Markdown for a pull request, and the forms that machines
// and other people's tools take. It is a pure function of what it is given: it
// opens nothing, measures nothing and knows no clock.
package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/comparison"
	"github.com/ftpmark/ftpmark/stats/report/diff"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/export"
	"github.com/ftpmark/ftpmark/stats/report/render/html"
	"github.com/ftpmark/ftpmark/stats/report/render/markdown"
	"github.com/ftpmark/ftpmark/stats/report/render/text"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/report/search"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/summary/timeline"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// Format names a way to write a report.
type Format string

// The formats.
const (
	Text     Format = "text"     // for a person at a terminal
	JSON     Format = "json"     // the summary itself, for a machine
	CSV      Format = "csv"      // a row for each series, for spreadsheets
	Markdown Format = "markdown" // for pull requests and step summaries of CI
	JUnit    Format = "junit"    // a test case for each threshold and verdict
	GoBench  Format = "gobench"  // Go's benchmark format, for benchstat
	HLog     Format = "hlog"     // HdrHistogram's interval log
	HGRM     Format = "hgrm"     // HdrHistogram's percentile distribution, for its plotter
	HTML     Format = "html"     // one page with charts that needs nothing else, to pass on
)

// Formats returns the names of all formats, the default one first.
func Formats() []string {
	return []string{
		string(Text), string(JSON), string(CSV), string(Markdown), string(JUnit), string(GoBench), string(HLog), string(HGRM), string(HTML),
	}
}

// ParseFormat returns the format of that name. Its error lists what is
// accepted.
func ParseFormat(name string) (Format, error) {
	if all := Formats(); !slices.Contains(all, name) {
		last := len(all) - 1
		return "", fmt.Errorf("unknown report format %q: want %s or %s", name, strings.Join(all[:last], ", "), all[last])
	}
	return Format(name), nil
}

// Options say how a report looks.
type Options struct {
	// Color allows ANSI colour sequences in a text report. Without it a report
	// holds no control character but the newline.
	Color bool
	// Width is the terminal's width in columns, for a text report. Zero means
	// 100, and less than 60 means 60.
	Width int
	// Series picks what an hgrm or hlog report holds, such as
	// "passive.retr.epsv" or "passive.retr.epsv.data_ready": whatever its tag
	// is or begins with. Empty means every series.
	Series string
}

// Report is what there is to say of a run, of a comparison or a search for
// capacity within one, or of two runs held against each other. Any of its parts
// may be nil.
type Report struct {
	// Name is the result file's; it may be empty.
	Name    string
	Summary *summary.Summary
	// Result has the trials and their histograms, which gobench, hlog and hgrm
	// are made of; nil where they are not known.
	Result *resultfile.Result
	// Comparison, Diff or Capacity, if set, is what text, Markdown, CSV and JSON
	// are of.
	Comparison *compare.Comparison
	Diff       *compare.Diff
	Capacity   *capacity.Report
	// Thresholds are how those that were asked for did.
	Thresholds []threshold.Outcome
	// Timeline is what happened when, which HTML draws; nil where it is not
	// known.
	Timeline *timeline.Timeline
}

// Write writes the report to w in the given format. It changes nothing of r and
// writes nothing if it fails before the first byte. Numbers that are NaN or
// infinite have no JSON form and are an error there; the other formats have them
// as unknown. The formats that are made of trials fail without them.
func (r *Report) Write(w io.Writer, f Format, o Options) error {
	out, err := r.render(f, o)
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

// WriteAll writes several reports as one document: CSV has one head, JUnit one
// root with a suite for each, JSON is an array. A single report is written as
// [Report.Write] does.
func WriteAll(w io.Writer, reports []*Report, f Format, o Options) error {
	if len(reports) == 1 {
		return reports[0].Write(w, f, o)
	}
	out, err := renderAll(reports, f, o)
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

func (r *Report) render(f Format, o Options) ([]byte, error) {
	if err := r.writable(f); err != nil {
		return nil, err
	}
	switch f {
	case Text:
		return text.Render(r.text(), o.text()), nil
	case Markdown:
		return markdown.Render(r.comment()), nil
	case CSV:
		return r.subject().csv(), nil
	case JUnit:
		return export.JUnit([]export.Suite{r.junit()})
	case GoBench:
		return export.GoBench(r.Result), nil
	case HLog:
		return export.HLog(r.Result, o.Series)
	case HGRM:
		return export.HGRM(r.Result, o.Series)
	case HTML:
		return renderHTML([]*Report{r})
	}
	out, err := export.JSON(r.subject().json, r.Thresholds)
	if err != nil {
		return nil, fmt.Errorf("writing the summary as JSON: %w", err)
	}
	return out, nil
}

// writable says why a report cannot be written in a format, if so.
func (r *Report) writable(f Format) error {
	if _, err := ParseFormat(string(f)); err != nil {
		return err
	}
	switch f {
	case GoBench, HLog, HGRM:
		if r.Result == nil {
			return fmt.Errorf("the %s format needs the trials of a result file, but there are none", f)
		}
		return nil
	}
	if r.Summary == nil && r.Comparison == nil && r.Diff == nil && r.Capacity == nil {
		return errors.New("no summary to report")
	}
	return nil
}

// text returns the options of plain text.
func (o Options) text() text.Options { return text.Options{Color: o.Color, Width: o.Width} }

// subject is what a report is of, and what each kind of it says.
type subject struct {
	json any
	tool *resultfile.ToolInfo
	text func() *doc.Doc
	page func(id string) *doc.Doc // of those that have ids of their own
	csv  func() []byte
}

func (r *Report) subject() subject {
	in := run.Input{Name: r.Name, Summary: r.Summary, Result: r.Result, Timeline: r.Timeline, Thresholds: r.Thresholds}
	switch {
	case r.Comparison != nil:
		c := r.Comparison
		return subject{c, &c.Tool,
			func() *doc.Doc { return comparison.Text(c) },
			func(id string) *doc.Doc { return comparison.Page(id, c, in) },
			func() []byte { return export.ComparisonCSV(c) }}
	case r.Diff != nil:
		x := r.Diff
		return subject{x, &x.New.Tool,
			func() *doc.Doc { return diff.Text(x) },
			func(id string) *doc.Doc { return diff.Page(id, x, in) },
			func() []byte { return export.DiffCSV(x) }}
	case r.Capacity != nil:
		c := r.Capacity
		return subject{c, &c.Tool,
			func() *doc.Doc { return search.Text(c) },
			func(id string) *doc.Doc { return search.Page(id, c, in) },
			func() []byte { return export.CapacityCSV(c) }}
	}
	s := r.Summary
	return subject{s, &s.Tool,
		func() *doc.Doc { return run.Text(s) },
		func(id string) *doc.Doc { return run.Page(id, in) },
		func() []byte { return export.RunCSV(r.Name, s) }}
}

// text returns what the report says to a person at a terminal.
func (r *Report) text() *doc.Doc {
	d := r.subject().text()
	about.AddThresholds(d, r.Thresholds)
	return d
}

// comment returns what the report says in a comment on a change: that of a run begins with what
// it came to.
func (r *Report) comment() *doc.Doc {
	d := r.text()
	if r.Comparison == nil && r.Diff == nil && r.Capacity == nil {
		if t, verdict := run.Verdict(r.Summary, r.Thresholds); len(r.Summary.Failed) == 0 {
			d.Answer(doc.Line{Tone: t, Text: "ftpmark: " + verdict})
		}
		if r.Name != "" {
			d.Fact("result", doc.Plain, terminal.Printable(r.Name, about.MostText))
		}
	}
	return d
}

// renderHTML returns one page of all reports.
func renderHTML(reports []*Report) ([]byte, error) {
	var documents []*doc.Doc
	for i, r := range reports {
		if err := r.writable(HTML); err != nil {
			return nil, err
		}
		documents = append(documents, r.subject().page("r"+strconv.Itoa(i+1)))
	}
	var b bytes.Buffer
	t := reports[0].subject().tool
	tool := strings.TrimSpace(terminal.Printable(t.Name, 40) + " " + terminal.Printable(t.Version, 60))
	if err := html.Write(&b, documents, tool); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (r *Report) junit() export.Suite {
	return export.Suite{
		Name: r.Name, Summary: r.Summary, Comparison: r.Comparison, Diff: r.Diff, Capacity: r.Capacity, Thresholds: r.Thresholds,
	}
}
