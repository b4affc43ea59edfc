package text

import (
	"math"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// The signs of a strip.
const (
	onePair     = '·'
	severalHere = ':'
	noChange    = '┼'
)

// The widths of a strip: the most of its scale, and what its ends commonly take,
// "faster -10.4% ".
const (
	mostStrip = 61
	stripEnds = 18
)

// stripColumn returns how wide the names are of the strips that stand together.
func stripColumn(before, from []doc.Block) (width int) {
	names := func(b doc.Block) bool {
		if b.Figure == nil || b.Figure.Strip == nil {
			return false
		}
		width = max(width, doc.Indent+terminal.Width(b.Figure.Title))
		return true
	}
	for i := len(before) - 1; i >= 0 && names(before[i]); i-- {
	}
	for i := 0; i < len(from) && names(from[i]); i++ {
	}
	return width
}

// strip draws where the single pairs lie, below them the interval, and the scale
// with the practical threshold.
func (s *sheet) strip(f *doc.Figure, left int) {
	x := f.Strip
	before, after := x.Lower+" "+x.FromText, x.ToText+" "+x.Upper
	margin := max(left, terminal.Width(before), stripEnds)
	width := min(s.width-margin-max(terminal.Width(after), stripEnds)-2, mostStrip)
	at := func(v float64) int {
		i := math.Round((v - x.From) / (x.To - x.From) * float64(width-1))
		if math.IsNaN(i) || math.IsInf(i, 0) {
			return 0
		}
		return min(max(int(i), 0), width-1)
	}

	pairs := blank(width, ' ')
	for _, d := range x.Dots {
		if i := at(d.At); pairs[i] == ' ' {
			pairs[i] = onePair
		} else {
			pairs[i] = severalHere
		}
	}
	s.line(spaces(doc.Indent) + s.toned(doc.Strong, f.Title) + spaces(margin-doc.Indent-terminal.Width(f.Title)+1) + trimmed(pairs))
	if x.Low <= x.High { // no NaN
		line := blank(width, ' ')
		for i := at(x.Low); i <= at(x.High); i++ {
			line[i] = '─'
		}
		line[at(x.Low)], line[at(x.High)] = '[', ']'
		if !math.IsNaN(x.Middle) {
			line[at(x.Middle)] = '┃'
		}
		s.line(spaces(margin+1) + trimmed(line))
	}

	scale := blank(width, '─')
	scale[0], scale[width-1] = '├', '┤'
	if x.BandTo > x.BandFrom {
		scale[at(x.BandFrom)], scale[at(x.BandTo)] = '(', ')'
	}
	scale[at(0)] = noChange
	s.line(spaces(margin-terminal.Width(before)) + s.toned(doc.Faint, before+" "+string(scale)+" "+after))
}

func blank(width int, r rune) []rune {
	line := make([]rune, width)
	for i := range line {
		line[i] = r
	}
	return line
}

func trimmed(line []rune) string { return strings.TrimRight(string(line), " ") }
