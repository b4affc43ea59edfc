package liveview

import (
	"slices"
	"strconv"
	"strings"
)

// Region is what stands at the bottom of a terminal: the cursor is at the
// beginning of the row below it. Its methods return what to write.
type Region struct {
	// Colour allows colours.
	Colour bool

	drawn   []string
	widths  []int
	columns int // of the terminal when it was drawn
}

// Draw replaces what stands there with other lines, each narrower than the
// terminal. It returns nothing if that would change nothing.
func (r *Region) Draw(lines []Line, columns int) string {
	var texts []string
	var widths []int
	for _, l := range lines {
		texts, widths = append(texts, l.Text(r.Colour)), append(widths, l.Width())
	}
	if columns == r.columns && slices.Equal(texts, r.drawn) {
		return ""
	}
	var b strings.Builder
	if columns == r.columns && len(lines) > 0 {
		// Line over line: a terminal that shows every step would flicker if
		// all were taken away first.
		b.WriteString(up(len(r.drawn)))
	} else {
		b.WriteString(r.Erase(columns))
	}
	for _, t := range texts {
		b.WriteString(t + toLineEnd + "\r\n")
	}
	if len(texts) < len(r.drawn) {
		b.WriteString(toEnd)
	}
	r.drawn, r.widths, r.columns = texts, widths, columns
	return b.String()
}

// Erase takes away what stands there, row by row from the last to the first:
// tmux keeps what is on a screen that is cleared as a whole, so that a block at
// its top would be found above it later. A terminal that has become narrower
// since has broken the lines that were too long, as nearly all do. One that did so
// and was drawn on before it said so keeps a few rows: nobody can tell.
func (r *Region) Erase(columns int) string {
	rows := 0
	for _, w := range r.widths {
		rows += 1 + max(w-1, 0)/max(columns, 1)
	}
	if rows == 0 {
		return ""
	}
	r.Forget()
	return "\r" + toLineEnd + strings.Repeat(up1+toLineEnd, rows)
}

// Forget leaves what stands there for good: the cursor is elsewhere now.
func (r *Region) Forget() { r.drawn, r.widths = nil, nil }

// The control sequences, of ECMA-48.
const (
	up1       = "\x1b[A"
	toLineEnd = "\x1b[K"
	toEnd     = "\x1b[J"
)

// up goes to the beginning of the row so many above, or the terminal's first.
func up(rows int) string {
	if rows == 0 {
		return "\r"
	}
	return "\r\x1b[" + strconv.Itoa(rows) + "A"
}
