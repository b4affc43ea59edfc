package figures

import (
	"math"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Quantile picks one number of a latency and knows the name under which the
// summary may call it doubtful.
type Quantile struct {
	Name  string // as in the JSON summary
	Shown string // as people write it
	Value func(*summary.Latency) float64
}

var (
	P50  = Quantile{"p50", "p50", func(l *summary.Latency) float64 { return float64(l.P50) }}
	P90  = Quantile{"p90", "p90", func(l *summary.Latency) float64 { return float64(l.P90) }}
	P95  = Quantile{"p95", "p95", func(l *summary.Latency) float64 { return OrNaN(l.P95) }}
	P99  = Quantile{"p99", "p99", func(l *summary.Latency) float64 { return OrNaN(l.P99) }}
	P999 = Quantile{"p99_9", "p99.9", func(l *summary.Latency) float64 { return OrNaN(l.P999) }}
	Max  = Quantile{"max", "max", func(l *summary.Latency) float64 { return float64(l.Max) }}
)

// OrNaN returns the number that v points at, NaN where there is none.
func OrNaN(v *int64) float64 {
	if v == nil {
		return math.NaN()
	}
	return float64(*v)
}

// Latencies returns the number q of a phase for each series, NaN where there is
// none.
func Latencies(d *doc.Doc, series []*summary.SeriesSummary, p stats.Phase, q Quantile) ([]float64, []bool) {
	values, doubtful := make([]float64, len(series)), make([]bool, len(series))
	for i, s := range series {
		values[i], doubtful[i] = q.Of(d, s.Latency[p])
	}
	return values, doubtful
}

// Of returns the number and whether it is doubtful, and asks for the footnotes
// that it needs.
func (q Quantile) Of(d *doc.Doc, l *summary.Latency) (value float64, doubtful bool) {
	if l == nil || l.Count == 0 {
		d.Term(Unknown, NotKnown)
		return math.NaN(), false
	}
	value = q.Value(l)
	if math.IsNaN(value) {
		d.Term(Unknown, TooFew)
		return value, false
	}
	if doubtful = q.DoubtfulIn(l); doubtful {
		d.Term(DoubtMark, "operations that failed, did not finish or never started could change this percentile")
	}
	return value, doubtful
}

// DoubtfulIn reports whether the summary calls the number doubtful.
func (q Quantile) DoubtfulIn(l *summary.Latency) bool {
	return slices.Contains(l.Doubtful, q.Name) || slices.Contains(l.Doubtful, q.Shown)
}

// The two reasons for a missing number.
const (
	TooFew   = "too few samples (p95 needs 200, p99 500, p99.9 3,000)"
	NotKnown = "did not occur, or is unknown"
)

// DoubtMark stands behind a number that is not to be relied on.
const DoubtMark = "?"

// Cells shows a row's values in a shared unit, with the difference of
// the second from the first where there are just two.
func Cells(us quantity.Scale, values []float64, doubtful []bool) []doc.Cell {
	row := Marked(us, values, doubtful)
	if len(values) == 2 {
		row = append(row, DifferenceCell(values, doubtful))
	}
	return row
}

// Marked shows values in a shared unit, with the mark of those that are doubtful.
func Marked(us quantity.Scale, values []float64, doubtful []bool) []doc.Cell {
	row := doc.Cells(us.Row(values))
	for i := range row {
		if i < len(doubtful) && doubtful[i] {
			row[i].Mark, row[i].Tone = DoubtMark, doc.Doubt
		}
	}
	return row
}

// DifferenceCell shows how the second of two values differs from the first.
func DifferenceCell(values []float64, doubtful []bool) doc.Cell {
	c := doc.Cell{Text: Difference(values[0], values[1])}
	if slices.Contains(doubtful, true) && c.Text != Unknown {
		c.Mark, c.Tone = DoubtMark, doc.Doubt
	}
	return c
}
