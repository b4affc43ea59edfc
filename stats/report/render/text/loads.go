package text

import (
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// The size of a chart: rows of its first part and of the others, and the most and
// least columns.
const (
	firstRows  = 8
	otherRows  = 6
	mostChart  = 66
	leastChart = 10
)

// The signs of a chart.
const (
	signModel    = '·'
	signCapacity = '┆'
	signBend     = '┊'
)

// signs are those of steps by [doc.Curve.Signs], those that hide others last.
var signs = [...]struct {
	letter byte
	sign   rune
	text   string
}{{'u', '?', "no verdict"}, {'h', '●', "held"}, {'f', '×', "failed"}}

// loadChart is a figure of loads in the making.
type loadChart struct {
	sheet *sheet
	load  doc.Axis
	left  int // columns for the numbers beside it
	width int
	used  []rune
}

// loads draws charts of the same loads, one below the other.
func (s *sheet) loads(charts []*doc.Chart) {
	c := &loadChart{sheet: s, load: charts[0].X}
	for _, p := range charts {
		c.left = max(c.left, terminal.Width(axisText(&p.Y, p.Y.High)), terminal.Width(axisText(&p.Y, p.Y.Low)))
	}
	c.left += doc.Indent
	c.width = max(min(s.width-c.left-2, mostChart), leastChart)
	s.line("")
	for i, p := range charts {
		title, rows := p.Y.Name+" by "+c.load.Name, firstRows
		if i > 0 {
			title, rows = p.Y.Name, otherRows
		}
		s.line(s.toned(doc.Strong, title))
		c.plot(p, rows)
	}
	c.axis(charts[0].Marks)
	c.key(charts[0])
}

// axisText writes a place on an axis.
func axisText(a *doc.Axis, v doc.Number) string {
	switch x := float64(v); {
	case x == 0:
		return "0"
	case a.Unit == "ns":
		return quantity.Time.Show(x)
	case a.Unit == "B/s":
		return quantity.ByteRate.Show(x)
	case x == math.Trunc(x) && math.Abs(x) < 1e15:
		return quantity.Count(int64(x)) + a.Unit
	default:
		return quantity.Significant(x) + a.Unit
	}
}

// cell returns the cell of a place.
func cell(place float64, cells int) int {
	i := math.Round(place * float64(cells-1))
	if math.IsNaN(i) || math.IsInf(i, 0) {
		return 0
	}
	return int(min(max(i, 0), float64(cells-1)))
}

func (c *loadChart) at(level doc.Number) int { return cell(c.load.Place(float64(level)), c.width) }

// plot draws one chart, from its top down. What failed at an unknown rate stands at the bottom.
func (c *loadChart) plot(p *doc.Chart, rows int) {
	lines := make([][]rune, rows)
	for i := range lines {
		lines[i] = blank(c.width, ' ')
	}
	set := func(x, row int, sign rune) {
		lines[rows-1-row][x] = sign
		if !slices.Contains(c.used, sign) {
			c.used = append(c.used, sign)
		}
	}
	height := func(v doc.Number) int { return cell(p.Y.Place(float64(v)), rows) }
	for _, m := range p.Marks {
		for row := range rows {
			set(c.at(m.At), row, markSign(m))
		}
	}
	for _, model := range p.Lines[1:] {
		for x := range c.width {
			v := model.At(c.load.Value(float64(x) / float64(max(c.width-1, 1))))
			if v > 0 && v <= float64(p.Y.High)*1.05 {
				set(x, height(doc.Number(v)), signModel)
			}
		}
	}
	steps := &p.Lines[0]
	for _, x := range signs {
		for i, y := range steps.Y {
			switch known := !math.IsNaN(float64(y)); {
			case steps.Signs[i] != x.letter:
			case known:
				set(c.at(steps.X[i]), height(y), x.sign)
			case x.letter == 'f' && p.Y.Unit != "ns":
				set(c.at(steps.X[i]), 0, x.sign)
			}
		}
	}
	for i, line := range lines {
		label, edge := "", "│"
		switch i {
		case 0:
			label, edge = axisText(&p.Y, p.Y.High), "┤"
		case rows - 1:
			label, edge = axisText(&p.Y, p.Y.Low), "┤"
		}
		c.sheet.line(spaces(c.left-terminal.Width(label)) + c.sheet.toned(doc.Faint, label+edge) + trimmed(line))
	}
}

func markSign(m doc.Mark) rune {
	if m.Style == "strong" {
		return signCapacity
	}
	return signBend
}

// axis draws the scale of loads, labelled at its ends and, where there is room,
// at the marks.
func (c *loadChart) axis(marks []doc.Mark) {
	line := blank(c.width, '─')
	line[0], line[c.width-1] = '┴', '┴'
	labels := blank(c.left+1+c.width, ' ')
	put := func(level doc.Number) {
		text := []rune(axisText(&c.load, level))
		at := c.at(level)
		line[at] = '┴'
		from := min(max(c.left+1+at-len(text)/2, 0), len(labels)-len(text))
		if from < 0 {
			return
		}
		for i := max(from-2, 0); i < min(from+len(text)+2, len(labels)); i++ {
			if labels[i] != ' ' {
				return
			}
		}
		copy(labels[from:], text)
	}
	put(c.load.Low)
	put(c.load.High)
	for _, m := range slices.Backward(marks) {
		put(m.At)
	}
	c.sheet.line(spaces(c.left) + c.sheet.toned(doc.Faint, "└"+string(line)))
	c.sheet.line(c.sheet.toned(doc.Faint, trimmed(labels)))
}

// key explains the signs that were used.
func (c *loadChart) key(p *doc.Chart) {
	var parts []string
	add := func(sign rune, text string) {
		if !slices.Contains(c.used, sign) {
			return
		}
		text = string(sign) + " " + text
		if len(parts) > 0 {
			text = " " + text
		}
		parts = append(parts, strings.ReplaceAll(text, " ", terminal.NoBreak))
	}
	for _, x := range []int{1, 2, 0} {
		add(signs[x].sign, signs[x].text)
	}
	for _, m := range slices.Backward(p.Marks) {
		add(markSign(m), m.Name)
	}
	for _, model := range p.Lines[1:] {
		add(signModel, model.Name)
	}
	c.sheet.hanging(doc.Faint, spaces(c.left+1), strings.Join(parts, " "))
}
