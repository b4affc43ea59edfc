package report

import (
	"math"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report/page"
)

// pairs adds for each primary metric where the single pairs lie, with the
// interval and the practical threshold: outliers and two clusters, which a
// median hides, are seen at a glance.
func (h *html) pairs(c *compare.Comparison) {
	var blocks []page.Block
	for i := range c.Against {
		a := &c.Against[i]
		for j := range a.Findings {
			if f := &a.Findings[j]; f.Primary && len(pairChanges(f)) > 0 {
				blocks = append(blocks, page.Block{Figure: h.strip(c, a, f)})
			}
		}
	}
	h.section("pairs", "Each pair", "A dot is one pair, the first at the top; below them the interval with the median. "+
		"The dashed line is no change, the grey band the practical threshold.", blocks)
}

func (h *html) strip(c *compare.Comparison, a *compare.Against, f *compare.Finding) *page.Figure {
	s := strip{form: formOf(f)}
	if s.form == factors {
		s.form = percents
	}
	low, high, middle := place(f, f.Low), place(f, f.High), place(f, f.Ratio)
	changes := pairChanges(f)
	at := append([]float64{0, low, high, middle}, changes...)
	out := &page.Strip{Class: page.Class(h.color(a.Variant))}
	effect := c.Plan.ThresholdEffect
	banded := !f.Difference && effect > 0 && effect < 1
	if banded {
		at = append(at, math.Log1p(-effect), math.Log1p(effect))
	}
	s.cover(at)
	margin := 0.03 * (s.high - s.low) // no dot lies on the edge
	part := func(x float64) float64 { return (x - s.low + margin) / (s.high - s.low + 2*margin) }
	if banded {
		out.From, out.To = part(math.Log1p(-effect)), part(math.Log1p(effect))
	}
	out.Zero, out.Nothing = part(0), s.label(0)
	if finite(low) && finite(high) && finite(middle) && low <= high {
		out.Known, out.Low, out.High, out.Middle = true, part(low), part(high), part(middle)
	}
	left, right := stripEnds(f)
	out.Left, out.Right = left+" "+s.label(s.low), s.label(s.high)+" "+right

	e := evidence{&c.Method, effect, c.Plan.AA}
	figure := &page.Figure{
		ID: h.figureID("pairs"), Kind: "pairs", Title: metricName(f.Metric), Strip: out,
		Summary: "Strip of the changes of single pairs. " + againstName(a) + ": " + e.answer(f, pairsOf(f, a.Pairs)),
	}
	if len(c.Against) > 1 {
		figure.Title += ", " + againstName(a)
	}
	t := &page.Table{Caption: metricName(f.Metric) + " of each pair", Label: "pair", Heads: []string{variantName(a.Base), variantName(a.Variant), "change"}}
	us := unitsOf(f.Unit)
	form := formOf(f)
	for i := range min(len(f.BaseValues), len(f.NewValues)) {
		b, n := numberOr(f.BaseValues[i]), numberOr(f.NewValues[i])
		change := n / b
		if f.Difference {
			change = n - b
		}
		text := form.show(change)
		if x := pairChange(f, b, n); finite(x) {
			out.Dots = append(out.Dots, page.Dot{At: part(x), Text: "pair " + strconv.Itoa(i+1) + ": " + text})
		}
		t.Rows = append(t.Rows, page.Row{Label: strconv.Itoa(i + 1), Cells: []page.Cell{
			{Text: us.Show(b), Value: exactly(b)}, {Text: us.Show(n), Value: exactly(n)}, {Text: text, Value: exactly(change)},
		}})
	}
	t.Rows = append(t.Rows, page.Row{Label: "median", Tone: page.Strong, Cells: []page.Cell{
		{Text: medians(f)[0], Value: f.Base}, {Text: medians(f)[1], Value: f.New},
		{Text: form.show(numberOr(f.Ratio)) + " (" + levelName(&c.Method) + " " + form.interval(f.Low, f.High) + ")", Value: f.Ratio},
	}})
	if out.Known {
		figure.Note = "Median " + form.show(numberOr(f.Ratio)) + ", " + levelName(&c.Method) + " " + form.interval(f.Low, f.High) + "."
	}
	figure.Tables = []*page.Table{t}
	return figure
}
