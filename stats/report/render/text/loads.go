package text

import (
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/terminal"
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

// signs are those of steps, those that hide others last.
var signs = [...]struct {
	ending doc.Ending
	sign   rune
	text   string
}{{doc.NoVerdict, '?', "no verdict"}, {doc.Held, '●', "held"}, {doc.Failed, '×', "failed"}}

// loadChart is a chart in the making.
type loadChart struct {
	*doc.Loads
	sheet *sheet
	left  int // columns for the numbers beside it
	width int
	used  []rune
}

// loads draws each part against load, with the capacity and the model's bend
// marked.
func (s *sheet) loads(l *doc.Loads) {
	c := &loadChart{Loads: l, sheet: s}
	for _, p := range l.Parts {
		c.left = max(c.left, terminal.Width(p.Text(p.Scale.High)), terminal.Width(bottomText(&p)))
	}
	c.left += doc.Indent
	c.width = max(min(s.width-c.left-2, mostChart), leastChart)
	s.line("")
	rows := firstRows
	for i := range l.Parts {
		s.line(s.toned(doc.Strong, l.Parts[i].Title))
		c.plot(&l.Parts[i], rows)
		rows = otherRows
	}
	c.axis()
	c.key()
}

// cell returns the cell of a place.
func cell(place float64, cells int) int {
	i := math.Round(place * float64(cells-1))
	if math.IsNaN(i) || math.IsInf(i, 0) {
		return 0
	}
	return int(min(max(i, 0), float64(cells-1)))
}

func (c *loadChart) at(level float64) int { return cell(c.Load.Place(level), c.width) }

// plot draws one part, from its top down.
func (c *loadChart) plot(p *doc.LoadPart, rows int) {
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
	for _, m := range c.Marks {
		for row := range rows {
			set(c.at(m.Level), row, markSign(m))
		}
	}
	if p.Model != nil {
		for x := range c.width {
			if v := p.Model(c.Load.Value(float64(x) / float64(max(c.width-1, 1)))); v > 0 && v <= p.Scale.High*1.05 {
				set(x, cell(p.Scale.Place(v), rows), signModel)
			}
		}
	}
	for _, x := range signs {
		for i, s := range c.Steps {
			if v := p.Of[i]; s.Ending == x.ending && !math.IsNaN(v) {
				set(c.at(s.Level), cell(p.Scale.Place(v), rows), x.sign)
			}
		}
	}
	for i, line := range lines {
		label, edge := "", "│"
		switch i {
		case 0:
			label, edge = p.Text(p.Scale.High), "┤"
		case rows - 1:
			label, edge = bottomText(p), "┤"
		}
		c.sheet.line(spaces(c.left-terminal.Width(label)) + c.sheet.toned(doc.Faint, label+edge) + trimmed(line))
	}
}

// bottomText is the lower end of a scale.
func bottomText(p *doc.LoadPart) string {
	if p.Scale.Low == 0 {
		return "0"
	}
	return p.Text(p.Scale.Low)
}

func markSign(m doc.LoadMark) rune {
	if m.Capacity {
		return signCapacity
	}
	return signBend
}

// axis draws the scale of loads, labelled at its ends and, where there is room,
// at the marks.
func (c *loadChart) axis() {
	line := blank(c.width, '─')
	line[0], line[c.width-1] = '┴', '┴'
	labels := blank(c.left+1+c.width, ' ')
	put := func(level float64) {
		text := []rune(c.LoadText(level))
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
	put(c.Load.Low)
	put(c.Load.High)
	for _, m := range slices.Backward(c.Marks) {
		put(m.Level)
	}
	c.sheet.line(spaces(c.left) + c.sheet.toned(doc.Faint, "└"+string(line)))
	c.sheet.line(c.sheet.toned(doc.Faint, trimmed(labels)))
}

// key explains the signs that were used.
func (c *loadChart) key() {
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
	for _, m := range slices.Backward(c.Marks) {
		add(markSign(m), m.Name)
	}
	add(signModel, c.ModelName)
	c.sheet.hanging(doc.Faint, spaces(c.left+1), strings.Join(parts, " "))
}
