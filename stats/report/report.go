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

	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/comparison"
	"github.com/ftpmark/ftpmark/stats/report/diff"
	"github.com/ftpmark/ftpmark/stats/report/export"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/report/search"
	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/render/html"
	"github.com/ftpmark/ftpmark/stats/report/render/markdown"
	"github.com/ftpmark/ftpmark/stats/report/render/text"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report/timeline"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
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
		d := r.text()
		about.AddThresholds(d, r.Thresholds)
		return text.Render(d, o.text()), nil
	case Markdown:
		return markdown.Render(r.comment()), nil
	case CSV:
		return r.csv(), nil
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
	out, err := export.JSON(r.subject(), r.Thresholds)
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
			return fmt.Errorf("the %s format is made of the trials of a result file, and there are none here", f)
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

// text returns what the report says to a person at a terminal.
func (r *Report) text() *doc.Doc {
	switch {
	case r.Comparison != nil:
		return comparison.Text(r.Comparison)
	case r.Diff != nil:
		return diff.Text(r.Diff)
	case r.Capacity != nil:
		return search.Text(r.Capacity)
	}
	return run.Text(r.Summary)
}

// page returns what the report says on a page, of those that have the ids of
// their own.
func (r *Report) page(id string) *doc.Doc {
	in := r.input()
	switch {
	case r.Comparison != nil:
		return comparison.Page(id, r.Comparison, in)
	case r.Diff != nil:
		return diff.Page(id, r.Diff, in)
	case r.Capacity != nil:
		return search.Page(id, r.Capacity, in)
	}
	return run.Page(id, in)
}

// renderHTML returns one page of all reports.
func renderHTML(reports []*Report) ([]byte, error) {
	var documents []*doc.Doc
	for i, r := range reports {
		if err := r.writable(HTML); err != nil {
			return nil, err
		}
		documents = append(documents, r.page("r"+strconv.Itoa(i+1)))
	}
	var b bytes.Buffer
	if err := html.Write(&b, documents, reports[0].tool()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// tool says what made the results.
func (r *Report) tool() string {
	t := resultfile.ToolInfo{Name: "ftpmark"}
	switch {
	case r.Result != nil:
		t = r.Result.Header.Tool
	case r.Summary != nil:
		t = r.Summary.Tool
	case r.Comparison != nil:
		t = r.Comparison.Tool
	case r.Capacity != nil:
		t = r.Capacity.Tool
	}
	return strings.TrimSpace(terminal.Printable(t.Name, 40) + " " + terminal.Printable(t.Version, 60))
}

// comment returns what the report says in a comment on a change.
func (r *Report) comment() *doc.Doc {
	switch {
	case r.Comparison != nil:
		return comparison.Comment(r.Comparison, r.Thresholds)
	case r.Diff != nil:
		return diff.Comment(r.Diff, r.Thresholds)
	case r.Capacity != nil:
		return search.Comment(r.Capacity, r.Thresholds)
	}
	return run.Comment(r.input())
}

func (r *Report) input() run.Input {
	return run.Input{Name: r.Name, Summary: r.Summary, Result: r.Result, Timeline: r.Timeline, Thresholds: r.Thresholds}
}

// subject is what JSON is of.
func (r *Report) subject() any {
	switch {
	case r.Comparison != nil:
		return r.Comparison
	case r.Diff != nil:
		return r.Diff
	case r.Capacity != nil:
		return r.Capacity
	}
	return r.Summary
}

func (r *Report) junit() export.Suite {
	return export.Suite{
		Name: r.Name, Summary: r.Summary, Comparison: r.Comparison, Diff: r.Diff, Capacity: r.Capacity, Thresholds: r.Thresholds,
	}
}

func (r *Report) csv() []byte {
	switch {
	case r.Comparison != nil:
		return export.ComparisonCSV(r.Comparison)
	case r.Diff != nil:
		return export.DiffCSV(r.Diff)
	case r.Capacity != nil:
		return export.CapacityCSV(r.Capacity)
	}
	return export.RunCSV(r.Name, r.Summary)
}
