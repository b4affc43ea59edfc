package report

import (
	"math"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// The widths of the chart of a percentile shift, in columns; they are odd, so
// that no change is in the middle.
const (
	leastChart = 21
	mostChart  = 41
)

// scales are the bounds that a chart may have: the least that holds all ratios,
// so that small changes look small.
var scales = [...]float64{1.1, 1.25, 1.5, 2, 3, 5, 10, 30, 100, 1000, 1e6}

// writeQuantiles writes the service time of one operation quantile by quantile
// and draws the ratios on a logarithmic scale: means and medians hide tails.
func writeQuantiles(d *document, v *compare.VariantDiff, s *compare.QuantileShift) {
	if len(s.Points) == 0 {
		return
	}
	points := s.Points[:min(len(s.Points), mostPoints)]
	t := table{title: printable(s.Op, 10) + " service", blocks: []block{
		{variantName(v.Variant), []string{"base", "new"}}, {"", []string{"change"}},
	}}
	for i := range points {
		p := &points[i]
		c := cells(append(quantity.Time.Row([]float64{float64(p.Base), float64(p.New)}), ratioText(p.Ratio)))
		if c[2].text == unknown {
			d.note(unknown, notKnown)
		}
		if p.Doubtful {
			noteDoubt(d)
			for j := range c {
				c[j].mark, c[j].tone = doubtMark, doubt
			}
		}
		t.rows = append(t.rows, row{label: percentileName(p.Percentile), cells: c})
	}
	used := t.labelWidth(false) + blockGap + gap
	for _, w := range t.columnWidths() {
		used += t.blockWidth(w)
	}
	c := chart{width: min(max(d.width-used-blockGap, leastChart), mostChart), bound: boundOf(points)}
	c.width -= 1 - c.width%2
	t.blocks = append(t.blocks, block{"", []string{c.head()}})
	for i := range points {
		t.rows[i].cells = append(t.rows[i].cells, cell{text: c.row(points[i].Ratio)})
	}
	t.write(d)
	d.note("service", "quantile by quantile, all trials of a side together, on a logarithmic scale: it describes and decides "+
		"nothing. Quantiles with too few samples are left out")
}

// mostPoints bounds how many quantiles are drawn.
const mostPoints = 50

// percentileName returns "p99.9" for 99.9.
func percentileName(p float64) string {
	if !finite(p) || p < 0 || p > 100 {
		return unknown
	}
	return "p" + strconv.FormatFloat(p, 'g', 8, 64)
}

// ratioText writes new against base.
func ratioText(ratio float64) string {
	if !(ratio > 0) {
		return unknown
	}
	form := percents
	if ratio < 0.5 || ratio >= 2 {
		form = factors
	}
	return form.show(ratio)
}

// boundOf returns the bound of the scale that holds all ratios.
func boundOf(points []compare.QuantilePoint) float64 {
	high := 0.0
	for i := range points {
		if r := math.Abs(math.Log(points[i].Ratio)); points[i].Ratio > 0 && finite(r) {
			high = max(high, r)
		}
	}
	for _, s := range scales {
		if high <= math.Log(s) {
			return s
		}
	}
	return scales[len(scales)-1]
}

// chart draws ratios between 1/bound and bound, 1 in the middle.
type chart struct {
	width int
	bound float64
}

// head is the scale.
func (c chart) head() string {
	bound := strconv.FormatFloat(c.bound, 'f', -1, 64)
	left, middle, right := "÷"+bound, "same", "x"+bound
	if c.width >= 35 {
		left, right = left+" faster", "slower "+right
	}
	before := c.width/2 - textWidth(left) - textWidth(middle)/2
	after := c.width - textWidth(left) - before - textWidth(middle) - textWidth(right)
	return left + spaces(before) + middle + spaces(after) + right
}

// row draws one ratio as a line from the middle to its place.
func (c chart) row(ratio float64) string {
	line := []rune(strings.Repeat(" ", c.width))
	middle := c.width / 2
	line[middle] = '│'
	x := math.Log(ratio) / math.Log(c.bound)
	if !finite(x) {
		return string(line)
	}
	at := middle + int(math.Round(min(max(x, -1), 1)*float64(middle)))
	for i := min(at, middle); i <= max(at, middle); i++ {
		if i != middle {
			line[i] = '─'
		}
	}
	line[at] = '●'
	return string(line)
}
