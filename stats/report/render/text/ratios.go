package text

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// The widths of a column of drawn ratios; they are odd, so that no change is in
// the middle.
const (
	leastDrawn = 21
	mostDrawn  = 41
	wideDrawn  = 35 // from here on there is room for words
)

// bounds are those that a scale of ratios may have: the least that holds all of
// them, so that small changes look small.
var bounds = [...]float64{1.1, 1.25, 1.5, 2, 3, 5, 10, 30, 100, 1000, 1e6}

// draw adds a column in which each row's ratio is a line from the middle, on a
// scale of logarithms.
func (t *layout) draw(ratios []float64, width int) {
	used := t.labelWidth(false) + groupGap + gap
	for _, w := range t.columnWidths() {
		used += groupWidth(w)
	}
	d := drawn{width: min(max(width-used-groupGap, leastDrawn), mostDrawn), bound: boundOf(ratios)}
	d.width -= 1 - d.width%2
	t.groups = append(t.groups, doc.Group{Subs: []string{d.head()}})
	for i := range t.rows {
		t.rows[i].Cells = append(slices.Clone(t.rows[i].Cells), doc.Cell{Text: d.row(ratios[i])})
	}
}

// boundOf returns the bound of the scale that holds all ratios.
func boundOf(ratios []float64) float64 {
	high := 0.0
	for _, r := range ratios {
		if l := math.Abs(math.Log(r)); r > 0 && !math.IsInf(l, 0) {
			high = max(high, l)
		}
	}
	for _, b := range bounds {
		if high <= math.Log(b) {
			return b
		}
	}
	return bounds[len(bounds)-1]
}

// drawn are ratios between 1/bound and bound, 1 in the middle.
type drawn struct {
	width int
	bound float64
}

// head is the scale.
func (d drawn) head() string {
	bound := strconv.FormatFloat(d.bound, 'f', -1, 64)
	left, middle, right := "÷"+bound, "same", "x"+bound
	if d.width >= wideDrawn {
		left, right = left+" faster", "slower "+right
	}
	before := d.width/2 - terminal.Width(left) - terminal.Width(middle)/2
	after := d.width - terminal.Width(left) - before - terminal.Width(middle) - terminal.Width(right)
	return left + spaces(before) + middle + spaces(after) + right
}

// row draws one ratio as a line from the middle to its place.
func (d drawn) row(ratio float64) string {
	line := []rune(strings.Repeat(" ", d.width))
	middle := d.width / 2
	line[middle] = '│'
	x := math.Log(ratio) / math.Log(d.bound)
	if math.IsNaN(x) || math.IsInf(x, 0) {
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
