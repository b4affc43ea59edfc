package run

import (
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Latency adds a chart of latency by percentile for each operation: of service,
// and in an open load of response.
func (p *PageWriter) Latency() {
	s := p.Summary
	if s == nil {
		return
	}
	p.Begin(doc.Section{ID: "latency", Title: "Latency by percentile", Lead: PercentileLead})
	for _, op := range operations(s) {
		p.Figure(p.percentiles(op, stats.Service, SeriesOf(s, op)))
		if p.waits {
			p.Figure(p.percentiles(op, stats.Response, SeriesOf(s, op)))
		}
	}
}

// PercentileLead says how to read a chart of percentiles.
const PercentileLead = "Each step to the right is ten times rarer (HdrHistogram's scale). " +
	"A line ends where there are too few samples for the next percentile."

// mostCurves bounds how many lines a chart has.
const mostCurves = doc.Colors

// rungs are the places within each power of ten at which a line has points.
var rungs = [...]float64{1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.4, 8}

func (p *PageWriter) percentiles(op stats.Op, phase stats.Phase, series []*summary.SeriesSummary) *doc.Figure {
	series = slices.DeleteFunc(slices.Clone(series), func(s *summary.SeriesSummary) bool {
		l := s.Latency[phase]
		return l == nil || l.Count == 0
	})
	if len(series) == 0 {
		return nil
	}
	f := &doc.Figure{
		Kind: "percentiles", Title: op.String() + " " + phase.String(),
		Tables: []*doc.Table{p.percentileTable(op, phase, series)},
	}
	c := &doc.Chart{
		Kind: "percentiles",
		X:    doc.Axis{Name: "percentile", Unit: "p", Low: 1, High: 10},
		Y:    doc.Axis{Name: phase.String() + " time", Unit: "ns", Low: 0},
	}
	low, high := math.Inf(1), 0.0
	var said []string
	for _, s := range series[:min(len(series), mostCurves)] {
		name, l := about.Series(s.Variant, s.Mode, 40), s.Latency[phase]
		x, y := p.curve(s, phase)
		for i := range x {
			low, high = min(low, PositiveOr(y[i], low)), max(high, y[i])
			c.X.High = max(c.X.High, doc.Number(x[i]))
		}
		c.Lines = append(c.Lines, doc.Curve{Name: name, Color: p.Color(s.Variant), X: doc.Numbers(x), Y: doc.Numbers(y)})
		f.Legend = append(f.Legend, c.Lines[len(c.Lines)-1].Key())
		words := name + ": p50 " + quantity.Time.Show(float64(l.P50))
		if l.P99 != nil {
			words += ", p99 " + quantity.Time.Show(float64(*l.P99))
		}
		said = append(said, words+", max "+quantity.Time.Show(float64(l.Max)))
	}
	FitLatency(&c.Y, low, high)
	f.Charts = []*doc.Chart{c}
	f.Summary = "Line chart of the " + phase.String() + " time of " + op.String() + " by percentile. " + strings.Join(said, "; ") + "."
	f.Note = p.together()
	if more := len(series) - mostCurves; more > 0 {
		f.Note = strings.TrimSpace(f.Note + " " + quantity.Count(int64(more)) + " more are not drawn: see the table.")
	}
	return f
}

// FitLatency makes an axis hold latencies.
func FitLatency(y *doc.Axis, low, high float64) {
	y.High = doc.Number(high * 1.05)
	if high/low >= 100 { // else all but the tail would lie on the axis
		y.Log, y.Low, y.High = true, doc.Number(low*0.9), doc.Number(high*1.2)
		y.Name += ", logarithmic"
	}
}

// PositiveOr returns v if it is above 0.
func PositiveOr(v, otherwise float64) float64 {
	if v > 0 {
		return v
	}
	return otherwise
}

// curve returns the places 1/(1-p) and the latencies there, as far as there are
// samples enough. Without the trials' histograms it has the summary's
// percentiles.
func (p *PageWriter) curve(s *summary.SeriesSummary, phase stats.Phase) (x, y []float64) {
	if hist := p.histogram(s, phase); hist != nil {
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
	l := s.Latency[phase]
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
func (p *PageWriter) histogram(s *summary.SeriesSummary, phase stats.Phase) *hdr.Histogram {
	if p.Result == nil {
		return nil
	}
	if p.all == nil {
		p.all = Merged(p.Result)
	}
	for _, m := range p.all {
		if m.Variant == s.Variant && m.Op == s.Op && m.Mode == s.Mode {
			if hist := m.Latency[phase]; hist != nil && hist.Count() > 0 {
				return hist
			}
		}
	}
	return nil
}

// percentileTable has a column for each series and the numbers of the JSON
// report.
func (p *PageWriter) percentileTable(op stats.Op, phase stats.Phase, series []*summary.SeriesSummary) *doc.Table {
	t := &doc.Table{Title: op.String() + " " + phase.String()}
	counts := doc.Row{Label: "samples"}
	for _, s := range series {
		t.Groups = append(t.Groups, doc.Columns(about.Series(s.Variant, s.Mode, 40))...)
		n := s.Latency[phase].Count
		counts.Cells = append(counts.Cells, doc.Cell{Text: quantity.Count(n), Value: doc.Exactly(float64(n))})
	}
	t.Rows = []doc.Row{counts}
	add := func(label, name string, of func(*summary.Latency) float64) {
		row := doc.Row{Label: label}
		values := make([]float64, len(series))
		for i, s := range series {
			values[i] = of(s.Latency[phase])
		}
		for i, text := range quantity.Time.Row(values) {
			c := doc.Cell{Text: text, Value: doc.Exactly(values[i])}
			if (figures.Quantile{Name: name, Shown: label}).DoubtfulIn(series[i].Latency[phase]) {
				c.Mark, c.Tone = figures.DoubtMark, doc.Doubt
				NoteDoubt(p.Doc)
			}
			if text == figures.Unknown {
				p.Term(figures.Unknown, figures.TooFew)
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	add("min", "", func(l *summary.Latency) float64 { return float64(l.Min) })
	add("mean", "", func(l *summary.Latency) float64 { return l.Mean })
	for _, q := range []figures.Quantile{figures.P50, figures.P90, figures.P95, figures.P99, figures.P999, {Name: "p99_99", Shown: "p99.99", Value: func(l *summary.Latency) float64 { return figures.OrNaN(l.P9999) }}} {
		add(q.Shown, q.Name, q.Value)
	}
	add("max", "", func(l *summary.Latency) float64 { return float64(l.Max) })
	return t
}
