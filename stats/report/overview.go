package report

import (
	"math"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
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

// writeOverview writes one line for each operation of a mix.
func writeOverview(d *document, s *summary.Summary) {
	ops := operations(s)
	if len(ops) <= fewOperations {
		return
	}
	columns := overviewColumns(s)
	at := map[column]map[stats.Op]*summary.SeriesSummary{}
	perVariant := map[string]int{}
	t := table{title: "mix"}
	for _, c := range columns {
		at[c] = map[stats.Op]*summary.SeriesSummary{}
		perVariant[c.variant]++
		t.blocks = append(t.blocks, block{
			seriesName(c.variant, c.mode, max(d.width/2-16, 24)),
			[]string{"ok", "failed", "op/s", p50.shown, p99.shown},
		})
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
		t.rows = append(t.rows, row{label: op.String(), cells: overviewCells(d, series)})
	}
	if len(perVariant) == len(columns) { // else a total is of no one column
		t.rows = append(t.rows, row{label: "total", tone: strong, cells: totalCells(s, columns)})
	}
	t.write(d)
	d.line(spaces(indent) + d.toned(faint, "p50 and p99 are of service"))
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
func overviewCells(d *document, series []*summary.SeriesSummary) (out []cell) {
	var values []float64
	var doubtful []bool
	for _, c := range series {
		for _, q := range []quantile{p50, p99} {
			if c == nil {
				continue
			}
			v, unsure := q.of(d, c.Latency[stats.Service])
			values, doubtful = append(values, v), append(doubtful, unsure)
		}
	}
	times := cells(quantity.Time.Row(values))
	for i := range times {
		if doubtful[i] {
			times[i].mark, times[i].tone = doubtMark, doubt
		}
	}
	for _, c := range series {
		if c == nil {
			out = append(out, make([]cell, 5)...)
			continue
		}
		out = append(out, overviewCounts(d, c.OK, c.Failed, c.OperationsPerSecond, c.WindowSeconds)...)
		out = append(out, times[:2]...)
		times = times[2:]
	}
	return out
}

func overviewCounts(d *document, ok, failed int64, perSecond, window float64) []cell {
	out := []cell{{text: quantity.Count(ok)}, {text: quantity.Count(failed)}, {text: quantity.Significant(perSecond)}}
	if failed != 0 {
		out[1].tone = bad
	}
	if window <= 0 || !finite(perSecond) { // without a window there is no rate
		d.note(unknown, notKnown)
		out[2].text = unknown
	}
	return out
}

func totalCells(s *summary.Summary, columns []column) (out []cell) {
	for _, c := range columns {
		five := make([]cell, 5) // percentiles do not add up
		for i := range s.Totals {
			if t := &s.Totals[i]; t.Variant == c.variant {
				copy(five, overviewCounts(new(document), t.OK, t.Failed, t.OperationsPerSecond, t.WindowSeconds))
			}
		}
		out = append(out, five...)
	}
	return out
}

// writeTotals writes what all operations of each variant come to, where there
// are several: rates add up.
func writeTotals(d *document, s *summary.Summary) {
	if len(operations(s)) < 2 || len(s.Totals) == 0 {
		return
	}
	t := table{title: "total"}
	for i := range s.Totals {
		t.blocks = append(t.blocks, block{middle(printable(s.Totals[i].Variant, 200), 22), []string{""}})
	}
	if len(s.Totals) == 2 {
		t.blocks = append(t.blocks, block{differenceHead, []string{""}})
		noteDifference(d)
	}
	add := func(label string, us quantity.Scale, of func(*summary.TotalSummary) float64) {
		values := make([]float64, len(s.Totals))
		for i := range s.Totals {
			x := &s.Totals[i]
			if values[i] = of(x); !(x.WindowSeconds > 0) || !finite(values[i]) {
				d.note(unknown, notKnown)
				values[i] = math.NaN()
			}
		}
		t.rows = append(t.rows, row{label: label, cells: measuredCells(us, values, nil), tone: strong})
	}
	if d.waits {
		add("due/s", quantity.Number, func(t *summary.TotalSummary) float64 {
			return d.duePerSecond(t.Variant, t.Due, dueSeconds(t.DueSeconds, t.WindowSeconds))
		})
	}
	add("operations/s", quantity.Number, func(t *summary.TotalSummary) float64 { return t.OperationsPerSecond })
	add("goodput", quantity.ByteRate, func(t *summary.TotalSummary) float64 { return t.GoodputBytesPerSecond })
	t.write(d)
}
