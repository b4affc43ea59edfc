package comparison

import (
	"math"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

// MetricsTable lays findings out, one metric a row, primary ones first.
type MetricsTable struct {
	Heads  [2]string // of the base and the other
	Word   string    // for an inconclusive verdict
	Spread bool      // the medians carry how far the trials lie apart
	*Evidence
}

// Write writes the table and below it why there are metrics without a verdict;
// of the primary ones the answers have said it.
func (m *MetricsTable) Write(d *doc.Doc, title string, findings []compare.Finding) {
	if len(findings) == 0 {
		return
	}
	t := doc.Table{Title: title, Judged: true, Leads: doc.LeadsStrong, Groups: []doc.Group{
		{Head: "median of the trials", Subs: []string{m.head(0), m.head(1)}},
		{Subs: []string{"change"}},
		{Subs: []string{LevelName(m.Method), "p"}},
		{Subs: []string{"verdict"}},
	}}
	intervals := alignedIntervals(findings)
	for _, primary := range []bool{true, false} {
		var rows []doc.Row
		for i := range findings {
			if findings[i].Primary == primary {
				rows = append(rows, m.row(d, &findings[i], intervals[i]))
			}
		}
		if len(rows) > 0 {
			heading := "primary, these decide the verdict:"
			if !primary {
				heading = "others, p corrected for multiple testing:"
			}
			t.Rows = append(append(t.Rows, doc.Row{Label: heading}), rows...)
		}
	}
	d.Table(&t)
	m.reasons(d, findings)
}

func (m *MetricsTable) head(i int) string {
	return terminal.Middle(terminal.Printable(m.Heads[i], 200), 14)
}

func (m *MetricsTable) row(d *doc.Doc, f *compare.Finding, interval string) doc.Row {
	values := medians(f)
	if m.Spread {
		values[0] += spreadOf(f.Base, f.BaseValues, f.Unit)
		values[1] += spreadOf(f.New, f.NewValues, f.Unit)
		if strings.Contains(values[0]+values[1], "±") {
			d.Term("±", "the largest deviation of a trial from the median, in percent of the median")
		}
	}
	form := FormOf(f)
	change := form.Show(figures.NumberOr(f.Ratio))
	if form == figures.Points {
		d.Term("pp", "percentage points: a difference of percentages, because a ratio to zero has no meaning")
	}
	p := figures.P(pOf(f), m.Method.Critical)
	c := doc.Cells(append(values, change, interval, p))
	for i := range c {
		if c[i].Text == figures.Unknown {
			d.Term(figures.Unknown, figures.NotKnown)
		}
	}
	v := doc.Cell{Text: m.verdict(f), Tone: m.Tone(f)}
	switch v.Text {
	case NoVerdict:
		d.Term(NoVerdict, "no verdict: these trials show neither a difference nor equivalence")
	case string(compare.Descriptive):
		d.Term(v.Text, "for information only: too few trials to tell a difference from chance")
	}
	t := doc.Plain
	if f.Primary {
		t = doc.Strong
	}
	return doc.Row{Label: about.Metric(f.Metric), Cells: append(c, v), Tone: t}
}

// verdict is the verdict in a cell.
func (m *MetricsTable) verdict(f *compare.Finding) string {
	switch f.Verdict {
	case compare.Faster, compare.Slower, compare.Equivalent:
		return strings.ToLower(verdictWord(f))
	case compare.Descriptive:
		return string(f.Verdict)
	}
	return m.Word
}

// alignedIntervals writes the findings' intervals so that in a column their
// ends stand below each other.
func alignedIntervals(findings []compare.Finding) []string {
	type ends struct{ low, high string }
	all := make([]ends, len(findings))
	var low, high int
	for i := range findings {
		f := &findings[i]
		form := FormOf(f)
		e := ends{form.Low(figures.NumberOr(f.Low)), form.Show(figures.NumberOr(f.High))}
		if e.low == figures.Unknown || e.high == figures.Unknown {
			continue
		}
		all[i] = e
		low, high = max(low, terminal.Width(e.low)), max(high, terminal.Width(e.high))
	}
	out := make([]string, len(findings))
	for i, e := range all {
		if out[i] = figures.Unknown; e.low != "" {
			out[i] = padded(e.low, low) + " to " + padded(e.high, high)
		}
	}
	return out
}

// padded puts text to the right end of so many columns.
func padded(s string, width int) string { return strings.Repeat(" ", width-terminal.Width(s)) + s }

// spreadOf says how far the farthest trial lies from the median, in percent of
// it; nothing for a single trial and for shares, which may be zero.
func spreadOf(median *float64, values []*float64, u compare.Unit) string {
	m, far, n := figures.NumberOr(median), 0.0, 0
	for _, v := range values {
		if x := figures.NumberOr(v); figures.Finite(x) {
			far, n = max(far, math.Abs(x-m)), n+1
		}
	}
	if n < 2 || !(m > 0) || u == compare.Share || !figures.Finite(far/m) {
		return ""
	}
	switch p := 100 * far / m; {
	case p == 0:
		return " ±0%"
	case p < 0.5:
		return " ±<1%"
	case p > 999:
		return " ±>999%"
	default:
		return " ±" + strconv.FormatFloat(p, 'f', 0, 64) + "%"
	}
}

// mostReasons bounds how many reasons stand below a table.
const mostReasons = 10

// reasons says, below the table, why metrics that are not primary have no
// verdict: one line for those with the same reason.
func (m *MetricsTable) reasons(d *doc.Doc, findings []compare.Finding) {
	var order []string
	named := map[string][]string{}
	for i := range findings {
		f := &findings[i]
		why := whyOf(f)
		if f.Primary || why == "" {
			continue
		}
		if len(named[why]) == 0 {
			order = append(order, why)
		}
		named[why] = append(named[why], about.Metric(f.Metric))
	}
	for i, why := range order {
		if i == mostReasons {
			d.Say(doc.Plain, "and "+quantity.Count(int64(len(order)-i))+" more reasons: the JSON report lists them all")
			break
		}
		names := named[why]
		if more := len(names) - about.MostListed; more > 0 {
			names = append(names[:about.MostListed:about.MostListed], quantity.Count(int64(more))+" more")
		}
		d.Add(doc.Block{Line: &doc.Line{Tone: doc.Faint, Text: about.List(names) + ": " + why, Indent: 2 * doc.Indent}})
	}
}

// NoVerdict is what benchstat's readers know for "no difference was shown".
const NoVerdict = "~"
