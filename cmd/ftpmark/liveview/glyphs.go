package liveview

import "strings"

// glyphs are the characters that pictures are made of.
type glyphs struct {
	full, empty string   // of a bar
	open, shut  string   // around a bar
	levels      []string // of a sparkline, the first for zero
	cut         string   // where text was cut
	micro       string   // in a unit
}

var (
	blocks = glyphs{full: "█", empty: "░", levels: []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}, cut: "…", micro: "µ"}
	ascii  = glyphs{full: "#", empty: "-", open: "[", shut: "]", levels: []string{"_", ".", ":", "-", "=", "+", "*", "#"}, cut: "~", micro: "u"}
)

// glyphs returns those of the look.
func (l Look) glyphs() *glyphs {
	if l.ASCII {
		return &ascii
	}
	return &blocks
}

// bar draws a share, 0 to 1, in the given columns. It is full only at the end,
// and has begun as soon as anything has.
func (g *glyphs) bar(share float64, width int) Line {
	width -= len(g.open) + len(g.shut)
	if width < 1 {
		return nil
	}
	full := min(max(int(share*float64(width)), 0), width)
	return Line{
		{g.open, faint}, {strings.Repeat(g.full, full), chart},
		{strings.Repeat(g.empty, width-full), faint}, {g.shut, faint},
	}
}

// spark draws values, from zero to most; a negative one is a gap.
func (g *glyphs) spark(values []float64, most float64) string {
	var b strings.Builder
	for _, v := range values {
		switch {
		case v < 0:
			b.WriteByte(' ')
		case v == 0 || most <= 0:
			b.WriteString(g.levels[0])
		default:
			top := len(g.levels) - 1
			b.WriteString(g.levels[min(1+int(v/most*float64(top)), top)])
		}
	}
	return b.String()
}
