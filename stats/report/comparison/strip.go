package comparison

import (
	"math"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

// writeStrips shows for each primary metric where the single pairs lie.
func writeStrips(d *doc.Doc, c *compare.Comparison, a *compare.Against) {
	drawn := false
	for i := range a.Findings {
		f := stripOf(d, c, a, &a.Findings[i])
		if f == nil {
			continue
		}
		if !drawn {
			d.Heading("each pair")
		}
		drawn = true
		d.Figure(f)
	}
	if drawn {
		d.DrawnTerm("each pair", "· is one pair, : is several at the same place; [┃] is the interval with the median; "+
			"┼ is no change; ( and ) are the practical threshold")
	}
}

// pairChange returns one pair's place on a strip, NaN where it has none.
func pairChange(f *compare.Finding, base, other float64) float64 {
	if f.Difference {
		return other - base
	}
	return math.Log(other / base)
}

// stripEnds returns what lies to the left and to the right of a strip.
func stripEnds(f *compare.Finding) (lower, upper string) {
	switch {
	case f.Difference:
		return "fewer", "more"
	case f.Higher:
		return "slower", "faster"
	}
	return "faster", "slower"
}

// place returns where a ratio or a difference lies on a strip.
func place(f *compare.Finding, v *float64) float64 {
	if f.Difference {
		return figures.NumberOr(v)
	}
	return math.Log(figures.NumberOr(v))
}

// stripOf draws the pairs of a primary metric; nil where there are none.
func stripOf(d *doc.Doc, c *compare.Comparison, a *compare.Against, f *compare.Finding) *doc.Figure {
	s := &doc.Strip{Variant: d.Color(a.Variant), Low: place(f, f.Low), High: place(f, f.High), Middle: place(f, f.Ratio)}
	t := &doc.Table{
		Title: about.Metric(f.Metric) + " of each pair", Label: "pair", Groups: doc.Columns(about.Variant(a.Base), about.Variant(a.Variant), "change"),
	}
	us, form := unitsOf(f.Unit), FormOf(f)
	at := []float64{s.Low, s.High, s.Middle}
	for i := range min(len(f.BaseValues), len(f.NewValues)) {
		b, n := figures.NumberOr(f.BaseValues[i]), figures.NumberOr(f.NewValues[i])
		change := n / b
		if f.Difference {
			change = n - b
		}
		text := form.Show(change)
		if x := pairChange(f, b, n); figures.Finite(x) {
			s.Dots = append(s.Dots, doc.Dot{At: x, Text: "pair " + strconv.Itoa(i+1) + ": " + text})
			at = append(at, x)
		}
		t.Rows = append(t.Rows, doc.Row{Label: strconv.Itoa(i + 1), Cells: []doc.Cell{
			doc.CellOf(us.Show(b), b), doc.CellOf(us.Show(n), n), doc.CellOf(text, change),
		}})
	}
	if !f.Primary || len(s.Dots) == 0 {
		return nil
	}
	if effect := c.Plan.ThresholdEffect; !f.Difference && effect > 0 && effect < 1 {
		s.BandFrom, s.BandTo = math.Log1p(-effect), math.Log1p(effect)
		at = append(at, s.BandFrom, s.BandTo)
	}
	s.Cover(at...)
	s.FromText, s.ToText, s.ZeroText = stripLabel(form, s.From), stripLabel(form, s.To), stripLabel(form, 0)
	s.Lower, s.Upper = stripEnds(f)

	median := form.Show(figures.NumberOr(f.Ratio))
	interval := LevelName(&c.Method) + " " + form.Interval(f.Low, f.High)
	t.Rows = append(t.Rows, doc.Row{Label: "median", Tone: doc.Strong, Cells: []doc.Cell{
		{Text: medians(f)[0], Value: f.Base}, {Text: medians(f)[1], Value: f.New}, {Text: median + " (" + interval + ")", Value: f.Ratio},
	}})
	e := EvidenceOf(c)
	figure := &doc.Figure{
		Kind: "pairs", Title: about.Metric(f.Metric), Strip: s, Tables: []*doc.Table{t},
		Summary: "Dot plot of the change in each pair. " + againstName(a) + ": " + e.Answer(f, pairsOf(f, a.Pairs)),
	}
	if s.Low <= s.High && figures.Finite(s.Middle) {
		figure.Note = "Median " + median + ", " + interval + "."
	}
	return figure
}

// stripLabel writes the value of a place on a strip. Both ends and what lies
// between read alike: no factors.
func stripLabel(form figures.Form, x float64) string {
	if form == figures.Points || form == figures.Amounts {
		return form.Show(x)
	}
	if math.Abs(x) > math.Log(1000) {
		return figures.FactorOf(math.Exp(x)) // a percentage would be all zeros or nines
	}
	return figures.Change(math.Expm1(x))
}
