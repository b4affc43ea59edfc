package report

import (
	"math"
	"slices"

	"github.com/ftpmark/ftpmark/stats/report/doc"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// quantile picks one number of a latency and knows the name under which the
// summary may call it doubtful.
type quantile struct {
	name     string // as in the JSON summary
	shown    string // as people write it
	quantity func(*summary.Latency) float64
}

var (
	p50  = quantile{"p50", "p50", func(l *summary.Latency) float64 { return float64(l.P50) }}
	p90  = quantile{"p90", "p90", func(l *summary.Latency) float64 { return float64(l.P90) }}
	p99  = quantile{"p99", "p99", func(l *summary.Latency) float64 { return orNaN(l.P99) }}
	p999 = quantile{"p99_9", "p99.9", func(l *summary.Latency) float64 { return orNaN(l.P999) }}
	most = quantile{"max", "max", func(l *summary.Latency) float64 { return float64(l.Max) }}
)

func orNaN(v *int64) float64 {
	if v == nil {
		return math.NaN()
	}
	return float64(*v)
}

// latencies returns the number q of a phase for each series, NaN where there is
// none.
func latencies(d *doc.Doc, series []*summary.SeriesSummary, p stats.Phase, q quantile) ([]float64, []bool) {
	values, doubtful := make([]float64, len(series)), make([]bool, len(series))
	for i, s := range series {
		values[i], doubtful[i] = q.of(d, s.Latency[p])
	}
	return values, doubtful
}

// of returns the number and whether it is doubtful, and asks for the footnotes
// that it needs.
func (q quantile) of(d *doc.Doc, l *summary.Latency) (value float64, doubtful bool) {
	if l == nil || l.Count == 0 {
		d.Term(unknown, notKnown)
		return math.NaN(), false
	}
	value = q.quantity(l)
	if math.IsNaN(value) {
		d.Term(unknown, tooFew)
		return value, false
	}
	if doubtful = q.doubtfulIn(l); doubtful {
		d.Term(doubtMark, "operations that failed, were cut off or never started could change this percentile")
	}
	return value, doubtful
}

// doubtfulIn reports whether the summary calls the number doubtful.
func (q quantile) doubtfulIn(l *summary.Latency) bool {
	return slices.Contains(l.Doubtful, q.name) || slices.Contains(l.Doubtful, q.shown)
}

// The two reasons for a missing number.
const (
	tooFew   = "too few samples (p99 needs 500, p99.9 needs 3,000)"
	notKnown = "did not occur, or is not known"
)

// doubtMark stands behind a number that is not to be relied on.
const doubtMark = "?"

// measuredCells shows a row's values in a shared unit, with the difference of
// the second from the first where there are just two.
func measuredCells(us quantity.Scale, values []float64, doubtful []bool) []doc.Cell {
	row := doc.Cells(us.Row(values))
	for i := range row {
		if i < len(doubtful) && doubtful[i] {
			row[i].Mark, row[i].Tone = doubtMark, doc.Doubt
		}
	}
	if len(values) == 2 {
		row = append(row, differenceCell(values, doubtful))
	}
	return row
}

func differenceCell(values []float64, doubtful []bool) doc.Cell {
	c := doc.Cell{Text: difference(values[0], values[1])}
	if slices.Contains(doubtful, true) && c.Text != unknown {
		c.Mark, c.Tone = doubtMark, doc.Doubt
	}
	return c
}
