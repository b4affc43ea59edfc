package diff

import (
	"math"
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/run"
)

// quantileFigure draws the service time of one operation in both results of a
// diff; nil where there are no quantiles.
func quantileFigure(d *doc.Doc, v *compare.VariantDiff, s *compare.QuantileShift) *doc.Figure {
	t := quantileTable(d, v, s)
	if t == nil {
		return nil
	}
	lines := [2]doc.Curve{{Name: "base", Color: 0}, {Name: "new", Color: 1}}
	c := &doc.Chart{
		Kind: "percentiles", X: doc.Axis{Name: "percentile", Unit: "p", Low: 1, High: 10}, Y: doc.Axis{Name: "service time", Unit: "ns", Low: 0},
	}
	low, high := math.Inf(1), 0.0
	var said []string
	for i := range t.Rows {
		p, cells := &s.Points[i], t.Rows[i].Cells
		at := 100 / (100 - p.Percentile)
		if !(at >= 1) || !figures.Finite(at) {
			continue
		}
		c.X.High = max(c.X.High, doc.Number(at))
		for j, y := range []int64{p.Base, p.New} {
			lines[j].X, lines[j].Y = append(lines[j].X, doc.Number(at)), append(lines[j].Y, doc.Number(y))
			low, high = min(low, run.PositiveOr(float64(y), low)), max(high, float64(y))
		}
		said = append(said, PercentileName(p.Percentile)+" "+cells[0].Text+" and "+cells[1].Text)
	}
	c.Lines = lines[:]
	run.FitLatency(&c.Y, low, high)
	name := about.Variant(v.Variant) + ", " + terminal.Printable(s.Op, 10) + " service"
	return &doc.Figure{
		Kind: "percentiles", Title: name, Charts: []*doc.Chart{c}, Tables: []*doc.Table{t},
		Legend:  []doc.Key{lines[0].Key(), lines[1].Key()},
		Summary: "Line chart of the service time by percentile, " + name + ", base and new. " + strings.Join(said, "; ") + ".",
	}
}
