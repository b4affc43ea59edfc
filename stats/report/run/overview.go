package run

import (
	"math"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// fewOperations is how many operations are read one table after the other.
// More get an overview first.
const fewOperations = 3

// column is what stands under one head of the overview: a variant, or one of
// its modes if it used several.
type column struct {
	variant string
	mode    stats.Mode
}

// writeOverview writes one line for each operation of a mix: in an open load with the time that
// a user waits for it.
func writeOverview(d *writer, s *summary.Summary) {
	ops := operations(s)
	if len(ops) <= fewOperations {
		return
	}
	phase := stats.Service
	if d.waits {
		phase = stats.Response
	}
	columns := overviewColumns(s)
	at := map[column]map[stats.Op]*summary.SeriesSummary{}
	perVariant := map[string]int{}
	t := doc.Table{Title: "mix", Series: true, Leads: doc.LeadsWhole}
	for _, c := range columns {
		at[c] = map[stats.Op]*summary.SeriesSummary{}
		perVariant[c.variant]++
		t.Groups = append(t.Groups, about.SeriesGroup(c.variant, c.mode, []string{"ok", "failed", "op/s", figures.P50.Shown, figures.P99.Shown}))
	}
	for i := range s.Series {
		c := &s.Series[i]
		at[columnOf(columns, c)][c.Op] = c
	}
	for _, op := range ops {
		series := make([]*summary.SeriesSummary, len(columns))
		for i, c := range columns {
			series[i] = at[c][op]
		}
		t.Rows = append(t.Rows, doc.Row{Label: op.String(), Cells: overviewCells(d, series, phase)})
	}
	if len(perVariant) == len(columns) { // else a total is of no one column
		t.Rows = append(t.Rows, doc.Row{Label: "total", Tone: doc.Strong, Cells: totalCells(s, columns)})
	}
	d.Table(&t)
	d.Say(doc.Faint, "p50 and p99 are of "+phase.String()+" time")
}

// overviewColumns returns each variant with the modes that it used, in order.
// One that used none is there as it is.
func overviewColumns(s *summary.Summary) (columns []column) {
	hasMode := map[string]bool{}
	for i := range s.Series {
		if s.Series[i].Mode != stats.NoMode {
			hasMode[s.Series[i].Variant] = true
		}
	}
	seen := map[column]bool{}
	for i := range s.Series {
		c := column{s.Series[i].Variant, s.Series[i].Mode}
		if c.mode == stats.NoMode && hasMode[c.variant] || seen[c] {
			continue
		}
		seen[c] = true
		columns = append(columns, c)
	}
	return columns
}

// columnOf returns where a series belongs. An operation without a data
// connection stands under the first mode of its variant.
func columnOf(columns []column, c *summary.SeriesSummary) column {
	for _, x := range columns {
		if x.variant == c.Variant && (x.mode == c.Mode || c.Mode == stats.NoMode) {
			return x
		}
	}
	return column{c.Variant, c.Mode}
}

// overviewCells shows one operation in all columns, nothing where it did not
// run. All times of a line have one unit.
func overviewCells(d *writer, series []*summary.SeriesSummary, phase stats.Phase) (out []doc.Cell) {
	var values []float64
	var doubtful []bool
	for _, c := range series {
		for _, q := range []figures.Quantile{figures.P50, figures.P99} {
			if c == nil {
				continue
			}
			v, unsure := q.Of(d.Doc, c.Latency[phase])
			values, doubtful = append(values, v), append(doubtful, unsure)
		}
	}
	times := figures.Marked(quantity.Time, values, doubtful)
	for _, c := range series {
		if c == nil {
			out = append(out, make([]doc.Cell, 5)...)
			continue
		}
		out = append(out, overviewCounts(d.Doc, c.OK, c.Failed, c.OperationsPerSecond, c.WindowSeconds)...)
		out = append(out, times[:2]...)
		times = times[2:]
	}
	return out
}

func overviewCounts(d *doc.Doc, ok, failed int64, perSecond, window float64) []doc.Cell {
	out := []doc.Cell{{Text: quantity.Count(ok)}, {Text: quantity.Count(failed)}, {Text: quantity.Significant(perSecond)}}
	if failed != 0 {
		out[1].Tone = doc.Bad
	}
	if window <= 0 || !figures.Finite(perSecond) { // without a window there is no rate
		if d != nil {
			d.Term(figures.Unknown, figures.NotKnown)
		}
		out[2].Text = figures.Unknown
	}
	return out
}

func totalCells(s *summary.Summary, columns []column) (out []doc.Cell) {
	for _, c := range columns {
		five := make([]doc.Cell, 5) // percentiles do not add up
		for i := range s.Totals {
			if t := &s.Totals[i]; t.Variant == c.variant {
				copy(five, overviewCounts(nil, t.OK, t.Failed, t.OperationsPerSecond, t.WindowSeconds))
			}
		}
		out = append(out, five...)
	}
	return out
}

// writeTotals writes what all operations of each variant come to, where there
// are several: rates add up.
func writeTotals(d *writer, s *summary.Summary) {
	if len(operations(s)) < 2 || len(s.Totals) == 0 {
		return
	}
	t := doc.Table{Title: "total", Leads: doc.LeadsWhole}
	for i := range s.Totals {
		t.Groups = append(t.Groups, doc.Group{Head: terminal.Middle(terminal.Printable(s.Totals[i].Variant, 200), 22), Subs: []string{""}})
	}
	if len(s.Totals) == 2 {
		t.Groups = append(t.Groups, doc.Group{Head: differenceHead, Subs: []string{""}})
		noteDifference(d)
	}
	add := func(label string, us quantity.Scale, of func(*summary.TotalSummary) float64) {
		values := make([]float64, len(s.Totals))
		for i := range s.Totals {
			x := &s.Totals[i]
			if values[i] = of(x); !(x.WindowSeconds > 0) || !figures.Finite(values[i]) {
				d.Term(figures.Unknown, figures.NotKnown)
				values[i] = math.NaN()
			}
		}
		t.Rows = append(t.Rows, doc.Row{Label: label, Cells: figures.Cells(us, values, nil), Tone: doc.Strong})
	}
	if d.waits {
		add("due/s", quantity.Number, func(t *summary.TotalSummary) float64 {
			return d.duePerSecond(t.Variant, t.Due, summary.DueOver(t.DueSeconds, t.WindowSeconds))
		})
	}
	add("operations/s", quantity.Number, func(t *summary.TotalSummary) float64 { return t.OperationsPerSecond })
	add("goodput", quantity.ByteRate, func(t *summary.TotalSummary) float64 { return t.GoodputBytesPerSecond })
	d.Table(&t)
}
