package sequence

import (
	"bytes"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

// Options say how a chart is written as text.
type Options struct {
	// Width is in columns, 0 is 80; fewer than 60 are not enough and more than
	// 100 are not used.
	Width int
	Color bool
}

const (
	usualWidth, leastWidth, mostWidth = 80, 60, 100

	timeWidth = 8  // "1234.567"
	markWidth = 18 // "data_ready 1.23 ms"
	frame     = timeWidth + 1 + 1 + 1 + 1 + markWidth
	mostLabel = 2000 // columns of a label, before it is wrapped
	mostLines = 6    // of one label
)

// The tones, as escape sequences of a terminal.
const (
	strong = "1"
	faint  = "2"
	bad    = "1;31"
)

// sheet is what a chart is written on.
type sheet struct {
	out   bytes.Buffer
	body  int // columns between the two lines
	width int
	color bool
}

// Text draws conversations one below the other and, where there are several, says
// in a table how they differ. All text of servers is escaped.
func Text(all []*stats.Conversation, o Options) []byte {
	if o.Width == 0 {
		o.Width = usualWidth
	}
	s := &sheet{width: min(max(o.Width, leastWidth), mostWidth), color: o.Color}
	s.body = s.width - frame
	for i, c := range all {
		if i > 0 {
			s.line("")
		}
		s.draw(newChart(c))
	}
	if len(all) > 1 {
		s.differences(all)
	}
	return s.out.Bytes()
}

func (s *sheet) line(text string) {
	s.out.WriteString(strings.TrimRight(text, " ") + "\n")
}

func (s *sheet) toned(tone, text string) string {
	if !s.color || tone == "" || text == "" {
		return text
	}
	return "\x1b[" + tone + "m" + text + "\x1b[0m"
}

func (s *sheet) draw(c *chart) {
	s.line(s.toned(strong, terminal.Printable(c.title, s.width)))
	s.line("")
	left, right := "client", "server"
	s.line(pad("ms", timeWidth) + " " + left + spaces(s.body+2-len(left)-len(right)) + right)
	if c.client != "" {
		left, right = terminal.Printable(c.client, s.body/2), terminal.Printable(c.server, s.body/2)
		s.line(spaces(timeWidth+1) + s.toned(faint, left+spaces(s.body+2-terminal.Width(left)-terminal.Width(right))+right))
	}
	for _, p := range c.parts {
		s.line(s.toned(strong, p.title))
		for i := range p.lines {
			s.step(&p.lines[i])
		}
	}
	s.line("")
	if len(c.words) > 0 {
		s.sentence("", strings.Join(c.words, "; "))
	}
	if c.failed != "" {
		s.sentence(bad, "failed in "+c.failed)
	}
	if c.hint != "" {
		s.sentence("", "reason: "+c.hint)
	}
}

// step draws one step: its arrow, and what of the label and of the marks does not
// fit beside it.
func (s *sheet) step(l *line) {
	label := terminal.Wrapped(terminal.Printable(l.label, mostLabel), s.body-4)
	if len(label) == 0 {
		label = []string{""}
	}
	if len(label) > mostLines {
		label = label[:mostLines]
		label[mostLines-1] = terminal.Printable(label[mostLines-1], s.body-5) + terminal.Ellipsis
	}
	for i := range max(len(label), len(l.marks)) {
		at, text, mark, tone := "", "", "", ""
		switch {
		case i == 0:
			at, text = clock(l.at), s.arrow(l, label[0])
		case i < len(label):
			text = "   " + label[i]
		}
		if i < len(l.marks) {
			mark = " " + l.marks[i].String()
		}
		switch {
		case l.fault:
			tone = bad
		case l.data:
			tone = strong
		}
		s.line(s.toned(faint, pad(at, timeWidth)) + " │" + s.toned(tone, text) + spaces(s.body-terminal.Width(text)) + "│" + mark)
	}
}

// arrow draws a label as an arrow: a double one on the data connection.
func (s *sheet) arrow(l *line, label string) string {
	stroke := "─"
	if l.data {
		stroke = "═"
	}
	fill := strings.Repeat(stroke, s.body-4-terminal.Width(label))
	switch {
	case l.fault:
		return " ! " + label
	case l.way != stats.ToServer && l.way != stats.ToClient:
		return "   " + label
	case l.both && fill != "":
		return "<" + stroke + " " + label + " " + fill[len(stroke):] + ">"
	case l.way == stats.ToClient:
		return "<" + stroke + " " + label + " " + fill
	}
	return stroke + " " + label + " " + fill + ">"
}

func (s *sheet) sentence(tone, text string) {
	for _, l := range terminal.Wrapped(terminal.Printable(text, mostLabel), s.width) {
		s.line(s.toned(tone, l))
	}
}

// differences says what sets the conversations apart.
func (s *sheet) differences(all []*stats.Conversation) {
	rows := [][]string{{"", "opened by", "when", "round trips", "first byte"}}
	widths := []int{0, 0, 0, 0, 0}
	for _, c := range all {
		f := c.Facts()
		row := []string{terminal.Middle(terminal.Printable(name(c), 200), s.width-60), "-", "", plural(f.RoundTrips, ""), "-"}
		row[3] = strings.TrimRight(row[3], " s")
		if f.OpenedBy != "" {
			row[1], row[2] = f.OpenedBy, terminal.Printable(when(f), 24)
		}
		if took, ok := c.Span(stats.TTFB); ok {
			row[4] = duration(took)
		}
		rows = append(rows, row)
	}
	for _, r := range rows {
		for i, t := range r {
			widths[i] = max(widths[i], terminal.Width(t))
		}
	}
	s.line("")
	s.line(s.toned(strong, "side by side"))
	for n, r := range rows {
		text := " "
		for i, t := range r {
			text += " " + t + spaces(widths[i]-terminal.Width(t)) + " "
		}
		if n == 0 {
			text = s.toned(faint, strings.TrimRight(text, " "))
		}
		s.line(text)
	}
	s.line("")
	s.sentence("", "One transfer shows the sequence of events, not how fast it is: ftpmark compare measures that.")
}

func pad(text string, width int) string { return spaces(width-terminal.Width(text)) + text }

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
