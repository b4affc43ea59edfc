// Package text renders documents for a person at a terminal, or where plain text
// goes: the answers first, then what they are worth, the tables, how to read
// them, and last, nearest to the prompt, what went wrong.
package text

import (
	"bytes"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// The widths in columns: what zero means, and below what tables cannot be read.
const (
	DefaultWidth = 100
	LeastWidth   = 60
)

// Options say how a text looks.
type Options struct {
	// Color allows ANSI colour sequences. Without it there is no control
	// character but the newline.
	Color bool
	// Width is the terminal's width in columns. Zero means [DefaultWidth], and
	// less than [LeastWidth] means that.
	Width int
}

// Codes are the tones' ANSI sequences.
var codes = map[doc.Tone]string{doc.Strong: "1", doc.Faint: "2", doc.Good: "32", doc.Bad: "1;31", doc.Doubt: "33"}

// Render returns the document as text.
func Render(d *doc.Doc, o Options) []byte {
	s := newSheet(o)
	s.answers(d.Answers)
	for _, l := range d.Facts {
		s.said(l)
	}
	for _, x := range d.Sections {
		if !x.Last {
			s.blocks(x.Blocks)
		}
	}
	s.terms(d.Terms)
	for _, x := range d.Sections {
		if x.Last {
			s.blocks(x.Blocks)
		}
	}
	return s.out.Bytes()
}

// Title returns what stands above one of several documents.
func Title(name string, o Options) []byte {
	s := newSheet(o)
	s.line(s.toned(doc.Strong, "== "+name+" =="))
	return s.out.Bytes()
}

// sheet is what is written on.
type sheet struct {
	out   bytes.Buffer
	width int
	color bool
}

func newSheet(o Options) *sheet {
	if o.Width == 0 {
		o.Width = DefaultWidth
	}
	return &sheet{width: max(o.Width, LeastWidth), color: o.Color}
}

// line writes one line; blanks at its end are dropped.
func (s *sheet) line(text string) {
	s.out.WriteString(strings.TrimRight(text, " "))
	s.out.WriteByte('\n')
}

// toned returns text in colour if there are colours.
func (s *sheet) toned(t doc.Tone, text string) string {
	if !s.color || codes[t] == "" || text == "" {
		return text
	}
	return "\x1b[" + codes[t] + "m" + text + "\x1b[0m"
}

// heading writes a heading below an empty line.
func (s *sheet) heading(t doc.Tone, text string) {
	s.line("")
	s.line(s.toned(t, text))
}

// answers writes lines whose heads stand above them where they leave too little
// room.
func (s *sheet) answers(lines []doc.Line) {
	above := ""
	for _, l := range lines {
		if l.Above && terminal.Width(l.Head)+1 > s.width/3 {
			if l.Head != above {
				for _, line := range terminal.Wrapped(l.Head, s.width) {
					s.line(line)
				}
			}
			above = l.Head
			l.Head, l.Indent = "", doc.Indent
		}
		s.said(l)
	}
}

// said writes a line with its head.
func (s *sheet) said(l doc.Line) {
	if l.Apart {
		s.line("")
	}
	head := spaces(l.Indent) + l.Head
	switch {
	case l.Column > 0:
		head += spaces(l.Column - terminal.Width(l.Head))
	case l.Head != "":
		head += " "
	}
	s.hanging(l.Tone, head, l.Text)
}

// hanging writes text behind a head, wrapped so that it stays clear of it.
func (s *sheet) hanging(t doc.Tone, head, text string) {
	at := terminal.Width(head)
	for i, l := range terminal.Wrapped(text, s.width-at) {
		if i > 0 {
			head = spaces(at)
		}
		s.line(head + s.toned(t, l))
	}
}

func (s *sheet) blocks(blocks []doc.Block) {
	for i, b := range blocks {
		switch {
		case b.Heading != "":
			s.heading(doc.Strong, b.Heading)
		case b.Line != nil:
			s.said(*b.Line)
		case b.Table != nil:
			s.table(b.Table)
		case b.Figure != nil && b.Figure.Strip != nil:
			s.strip(b.Figure, stripColumn(blocks[:i], blocks[i:]))
		case b.Figure != nil && b.Figure.Kind == "capacity":
			s.loads(b.Figure.Charts)
		case b.Failures != nil:
			s.failures(b.Failures)
		case b.Checks != nil:
			s.checks(b.Checks)
		}
	}
}

// terms explains the marks that were used, in the order they were.
func (s *sheet) terms(terms []doc.Term) {
	if len(terms) == 0 {
		return
	}
	s.heading(doc.Strong, "reading the numbers")
	width := 0
	for _, t := range terms {
		width = max(width, terminal.Width(t.Mark))
	}
	for _, t := range terms {
		s.hanging(doc.Plain, spaces(doc.Indent)+t.Mark+spaces(width-terminal.Width(t.Mark)+gap), t.Text)
	}
}

// checks writes thresholds, each on one line where it fits: a bound is not to be
// searched for.
func (s *sheet) checks(checks []doc.Check) {
	s.heading(doc.Strong, "thresholds")
	for _, c := range checks {
		if doc.Indent+terminal.Width(c.Text) > s.width {
			s.hanging(c.Tone, spaces(doc.Indent), c.Text)
			continue
		}
		s.line(spaces(doc.Indent) + s.toned(c.Tone, c.Text))
	}
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
