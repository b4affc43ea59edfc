package report

import (
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/page"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// latency adds a chart of latency by percentile for each operation: of service,
// and in an open load of response.
func (h *html) latency() {
	s := h.Summary
	if s == nil {
		return
	}
	var blocks []page.Block
	for _, op := range operations(s) {
		series := seriesOf(s, op)
		phases := []stats.Phase{stats.Service}
		if waits(s) {
			phases = append(phases, stats.Response)
		}
		for _, p := range phases {
			if f := h.percentiles(op, p, series); f != nil {
				blocks = append(blocks, page.Block{Figure: f})
			}
		}
	}
	h.section("latency", "Latency by percentile", percentileLead, blocks)
}

// percentileLead says how to read a chart of percentiles.
const percentileLead = "On HdrHistogram's scale each step to the right is ten times rarer. " +
	"A line ends where there are too few samples for the next percentile."

// mostCurves bounds how many lines a chart has.
const mostCurves = page.Colors

// rungs are the places within each power of ten at which a line has points.
var rungs = [...]float64{1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.4, 8}

func (h *html) percentiles(op stats.Op, p stats.Phase, series []*summary.SeriesSummary) *page.Figure {
	series = slices.DeleteFunc(slices.Clone(series), func(s *summary.SeriesSummary) bool {
		l := s.Latency[p]
		return l == nil || l.Count == 0
	})
	if len(series) == 0 {
		return nil
	}
	f := &page.Figure{
		ID: h.figureID("percentiles"), Kind: "percentiles", Title: op.String() + " " + p.String(),
		Tables: []*page.Table{h.percentileTable(op, p, series)},
	}
	c := &page.Chart{
		Kind: "percentiles",
		X:    page.Axis{Name: "percentile", Unit: "p", Low: 1, High: 10},
		Y:    page.Axis{Name: p.String() + " time", Unit: "ns", Low: 0},
	}
	low, high := math.Inf(1), 0.0
	var said []string
	for _, s := range series[:min(len(series), mostCurves)] {
		name, l := seriesName(s.Variant, s.Mode, 40), s.Latency[p]
		x, y := h.curve(s, p)
		for i := range x {
			low, high = min(low, positiveOr(y[i], low)), max(high, y[i])
			c.X.High = max(c.X.High, page.Number(x[i]))
		}
		c.Lines = append(c.Lines, page.Curve{Name: name, Color: h.color(s.Variant), X: page.Numbers(x), Y: page.Numbers(y)})
		f.Legend = append(f.Legend, c.Lines[len(c.Lines)-1].Key())
		words := name + ": p50 " + quantity.Time.Show(float64(l.P50))
		if l.P99 != nil {
			words += ", p99 " + quantity.Time.Show(float64(*l.P99))
		}
		said = append(said, words+", longest "+quantity.Time.Show(float64(l.Max)))
	}
	fitLatency(&c.Y, low, high)
	f.Charts = []*page.Chart{c}
	f.Summary = "Line chart of the " + p.String() + " time of " + op.String() + " by percentile. " + strings.Join(said, "; ") + "."
	f.Note = h.together()
	if more := len(series) - mostCurves; more > 0 {
		f.Note = strings.TrimSpace(f.Note + " " + quantity.Count(int64(more)) + " more are not drawn: the table has them.")
	}
	return f
}

// fitLatency makes an axis hold latencies.
func fitLatency(y *page.Axis, low, high float64) {
	y.High = page.Number(high * 1.05)
	if high/low >= 100 { // else all but the tail would lie on the axis
		y.Log, y.Low, y.High = true, page.Number(low*0.9), page.Number(high*1.2)
		y.Name += ", logarithmic"
	}
}

// quantiles draws the service time of one operation in both results of a diff.
func (h *html) quantiles(v *compare.VariantDiff, s *compare.QuantileShift) *page.Figure {
	points := s.Points[:min(len(s.Points), mostPoints)]
	var tables []*page.Table
	for _, b := range h.blocks(func(d *document) { writeQuantiles(d, v, s) }) {
		if b.Table != nil {
			tables = append(tables, b.Table)
		}
	}
	if len(points) == 0 || len(tables) == 0 {
		return nil
	}
	t := tables[0]
	last := len(t.Heads) - 1 // its chart, which is drawn here
	t.Heads, t.Groups = t.Heads[:last], t.Groups[:len(t.Groups)-1]
	lines := [2]page.Curve{{Name: "base", Color: 0}, {Name: "new", Color: 1}}
	c := &page.Chart{
		Kind: "percentiles", X: page.Axis{Name: "percentile", Unit: "p", Low: 1, High: 10}, Y: page.Axis{Name: "service time", Unit: "ns", Low: 0},
	}
	low, high := math.Inf(1), 0.0
	var said []string
	for i := range points {
		p, cells := &points[i], t.Rows[i].Cells
		t.Rows[i].Cells = cells[:last]
		cells[0].Value, cells[1].Value, cells[2].Value = exactly(float64(p.Base)), exactly(float64(p.New)), exactly(p.Ratio)
		at := 100 / (100 - p.Percentile)
		if !(at >= 1) || !finite(at) {
			continue
		}
		c.X.High = max(c.X.High, page.Number(at))
		for j, y := range []int64{p.Base, p.New} {
			lines[j].X, lines[j].Y = append(lines[j].X, page.Number(at)), append(lines[j].Y, page.Number(y))
			low, high = min(low, positiveOr(float64(y), low)), max(high, float64(y))
		}
		said = append(said, percentileName(p.Percentile)+" "+cells[0].Text+" and "+cells[1].Text)
	}
	c.Lines = lines[:]
	fitLatency(&c.Y, low, high)
	name := variantName(v.Variant) + ", " + printable(s.Op, 10) + " service"
	return &page.Figure{
		ID: h.figureID("percentiles"), Kind: "percentiles", Title: name, Charts: []*page.Chart{c}, Tables: tables,
		Legend:  []page.Key{lines[0].Key(), lines[1].Key()},
		Summary: "Line chart of the service time by percentile, " + name + ", base and new. " + strings.Join(said, "; ") + ".",
	}
}

func positiveOr(v, otherwise float64) float64 {
	if v > 0 {
		return v
	}
	return otherwise
}

// curve returns the places 1/(1-p) and the latencies there, as far as there are
// samples enough. Without the trials' histograms it has the summary's
// percentiles.
func (h *html) curve(s *summary.SeriesSummary, p stats.Phase) (x, y []float64) {
	if hist := h.histogram(s, p); hist != nil {
		for scale := 1.0; scale <= 1e6; scale *= 10 {
			for _, r := range rungs {
				at := scale * r
				percent := 100 - 100/at
				if hist.Count() < hdr.SamplesFor(percent) {
					return x, y
				}
				value := hist.Min()
				if percent > 0 {
					value = hist.ValueAtPercentile(percent)
				}
				x, y = append(x, at), append(y, float64(value))
			}
		}
		return x, y
	}
	l := s.Latency[p]
	x, y = []float64{1, 2, 10}, []float64{float64(l.Min), float64(l.P50), float64(l.P90)}
	for i, v := range []*int64{l.P99, l.P999, l.P9999} {
		if v == nil {
			break
		}
		x, y = append(x, math.Pow10(i+2)), append(y, float64(*v))
	}
	return x, y
}

// histogram returns that of all of a variant's trials, nil if it is not known.
func (h *html) histogram(s *summary.SeriesSummary, p stats.Phase) *hdr.Histogram {
	if h.Result == nil {
		return nil
	}
	if h.all == nil {
		h.all = merged(h.Result)
	}
	for _, m := range h.all {
		if m.variant == s.Variant && m.Op == s.Op && m.Mode == s.Mode {
			if hist := m.Latency[p]; hist != nil && hist.Count() > 0 {
				return hist
			}
		}
	}
	return nil
}

// percentileTable has a column for each series and the numbers of the JSON
// report.
func (h *html) percentileTable(op stats.Op, p stats.Phase, series []*summary.SeriesSummary) *page.Table {
	t := &page.Table{Caption: op.String() + " " + p.String()}
	counts := page.Row{Label: "samples"}
	for _, s := range series {
		t.Heads = append(t.Heads, seriesName(s.Variant, s.Mode, 40))
		n := s.Latency[p].Count
		counts.Cells = append(counts.Cells, page.Cell{Text: quantity.Count(n), Value: exactly(float64(n))})
	}
	t.Rows = []page.Row{counts}
	add := func(label, name string, of func(*summary.Latency) float64) {
		row := page.Row{Label: label}
		values := make([]float64, len(series))
		for i, s := range series {
			values[i] = of(s.Latency[p])
		}
		for i, text := range quantity.Time.Row(values) {
			c := page.Cell{Text: text, Value: exactly(values[i])}
			if (quantile{name: name, shown: label}).doubtfulIn(series[i].Latency[p]) {
				c.Mark, c.Tone = doubtMark, page.Doubt
				h.note(noteDoubt)
			}
			if text == unknown {
				h.note(func(d *document) { d.note(unknown, tooFew) })
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	add("min", "", func(l *summary.Latency) float64 { return float64(l.Min) })
	add("mean", "", func(l *summary.Latency) float64 { return l.Mean })
	for _, q := range []quantile{p50, p90, p99, p999, {"p99_99", "p99.99", func(l *summary.Latency) float64 { return orNaN(l.P9999) }}} {
		add(q.shown, q.name, q.quantity)
	}
	add("max", "", func(l *summary.Latency) float64 { return float64(l.Max) })
	return t
}

// exactly returns a cell's value, nil for what is not known.
func exactly(v float64) *float64 {
	if !finite(v) {
		return nil
	}
	return &v
}
