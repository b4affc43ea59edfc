package liveview

import (
	"strings"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// tone is what a piece of a line is shown as.
type tone string

// The tones, as the parameters of an SGR sequence.
const (
	plain  tone = ""
	strong tone = "1"
	faint  tone = "2"
	alarm  tone = "1;31"
	doubt  tone = "33"
	chart  tone = "36"
)

// piece is text of one tone. All text here is printable and each character of
// it one column wide (see [plainText]), so that columns can be counted.
type piece struct {
	text string
	tone tone
}

// Line is one line of the block.
type Line []piece

// Width returns how many columns the line takes.
func (l Line) Width() (n int) {
	for _, p := range l {
		n += utf8.RuneCountInString(p.text)
	}
	return n
}

// Text returns the line, in colour or without any control code.
func (l Line) Text(colour bool) string {
	var b strings.Builder
	for _, p := range l {
		if !colour || p.tone == plain || strings.TrimSpace(p.text) == "" {
			b.WriteString(p.text)
			continue
		}
		b.WriteString("\x1b[" + string(p.tone) + "m" + p.text + "\x1b[0m")
	}
	return b.String()
}

// cut returns the line shortened to width columns, with the mark at the place,
// and without blanks at its end: those would wrap when a terminal becomes
// narrower.
func (l Line) cut(width int, mark string) Line {
	if l.Width() > width {
		keep := max(width-utf8.RuneCountInString(mark), 0)
		var short Line
		for _, p := range l {
			runes := []rune(p.text)
			n := min(len(runes), keep)
			short = append(short, piece{string(runes[:n]), p.tone})
			if keep -= n; n < len(runes) {
				break
			}
		}
		if width >= utf8.RuneCountInString(mark) {
			short = append(short, piece{mark, faint})
		}
		l = short
	}
	for i := len(l) - 1; i >= 0; i-- {
		l[i].text = strings.TrimRight(l[i].text, " ")
		if l[i].text != "" {
			return l[:i+1]
		}
	}
	return nil
}

// plainText returns s with everything but printable ASCII replaced: what
// another machine chose must neither steer the terminal nor be wider than it
// is counted.
func plainText(s string) string {
	return quantity.Masked(s, func(r rune) bool { return r < ' ' || r > '~' }, '?')
}

// left and right pad text to a number of columns.
func left(s string, width int) string {
	return s + strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 0))
}

func right(s string, width int) string {
	return strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 0)) + s
}
