package diff

import (
	"strconv"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/run"
)

// writeQuantiles writes the service time of one operation quantile by quantile,
// with the ratios drawn: means and medians hide tails.
func writeQuantiles(d *doc.Doc, v *compare.VariantDiff, s *compare.QuantileShift) {
	if t := quantileTable(d, v, s); t != nil {
		d.Table(t)
	}
}

func quantileTable(d *doc.Doc, v *compare.VariantDiff, s *compare.QuantileShift) *doc.Table {
	if len(s.Points) == 0 {
		return nil
	}
	points := s.Points[:min(len(s.Points), mostPoints)]
	t := &doc.Table{Title: terminal.Printable(s.Op, 10) + " service", Groups: []doc.Group{
		{Head: about.Variant(v.Variant), Subs: []string{"base", "new"}}, {Subs: []string{"change"}},
	}}
	for i := range points {
		p := &points[i]
		values := quantity.Time.Row([]float64{float64(p.Base), float64(p.New)})
		c := []doc.Cell{doc.CellOf(values[0], float64(p.Base)), doc.CellOf(values[1], float64(p.New)), doc.CellOf(ratioText(p.Ratio), p.Ratio)}
		if c[2].Text == figures.Unknown {
			d.Term(figures.Unknown, figures.NotKnown)
		}
		if p.Doubtful {
			run.NoteDoubt(d)
			for j := range c {
				c[j].Mark, c[j].Tone = figures.DoubtMark, doc.Doubt
			}
		}
		t.Rows = append(t.Rows, doc.Row{Label: PercentileName(p.Percentile), Cells: c})
		t.Ratios = append(t.Ratios, p.Ratio)
	}
	d.Term("service", "service time by percentile, all trials of each result combined: for information "+
		"only, not used for verdicts. Percentiles with too few samples are left out")
	return t
}

// mostPoints bounds how many quantiles are drawn.
const mostPoints = 50

// PercentileName returns "p99.9" for 99.9.
func PercentileName(p float64) string {
	if !figures.Finite(p) || p < 0 || p > 100 {
		return figures.Unknown
	}
	return "p" + strconv.FormatFloat(p, 'g', 8, 64)
}

// ratioText writes new against base.
func ratioText(ratio float64) string {
	if !(ratio > 0) {
		return figures.Unknown
	}
	form := figures.Percents
	if ratio < 0.5 || ratio >= 2 {
		form = figures.Factors
	}
	return form.Show(ratio)
}
