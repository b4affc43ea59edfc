// Package markdown prints the Markdown of the manual on a terminal. It knows the parts of
// Markdown that the manual uses and no others: headings, paragraphs, lists of one level,
// tables, fenced code, and within a line code, emphasis and links.
package markdown

import (
	"regexp"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

// Options say how a text is printed.
type Options struct {
	// Width is the number of columns. Prose and tables fit; code stays as it is.
	Width int
	// Bold prints headings in bold. Without it the text has no control character but
	// the newline.
	Bold bool
	// Link returns what is printed of a link; nil: its text.
	Link func(text, target string) string
}

// How far text is from the left edge: prose, and code.
const (
	margin     = "  "
	codeMargin = "    "
)

// Text returns Markdown as text for a terminal.
func Text(source string, o Options) string {
	p := printer{Options: o}
	lines := strings.Split(strings.TrimSpace(source), "\n")
	for len(lines) > 0 {
		n := p.block(lines)
		lines = lines[n:]
	}
	return p.out.String()
}

type printer struct {
	Options
	out  strings.Builder
	last kind // of the block before
}

// kind is what a block is.
type kind int

const (
	nothing kind = iota
	heading
	code
	table
	item
	paragraph
)

// listItem matches the beginning of an item.
var listItem = regexp.MustCompile(`^(- |\d+\. )`)

func kindOf(line string) kind {
	switch {
	case strings.TrimSpace(line) == "", strings.HasPrefix(line, "<!--"):
		return nothing
	case strings.HasPrefix(line, "#"):
		return heading
	case strings.HasPrefix(line, "```"):
		return code
	case strings.HasPrefix(line, "|"):
		return table
	case listItem.MatchString(line):
		return item
	}
	return paragraph
}

// block prints the block that the lines begin with and returns how many lines it has.
func (p *printer) block(lines []string) (n int) {
	k := kindOf(lines[0])
	if k == nothing {
		p.last = nothing
		return 1
	}
	if p.out.Len() > 0 && !(k == item && p.last == item) {
		p.out.WriteByte('\n')
	}
	p.last = k
	n = 1
	switch k {
	case heading:
		p.heading(lines[0])
	case code:
		for ; n < len(lines) && !strings.HasPrefix(lines[n], "```"); n++ {
			p.line(codeMargin, lines[n])
		}
		n++
	case table:
		for n < len(lines) && kindOf(lines[n]) == table {
			n++
		}
		p.table(lines[:n])
	case item:
		for n < len(lines) && kindOf(lines[n]) == paragraph {
			n++
		}
		marker := listItem.FindString(lines[0])
		text := strings.TrimPrefix(strings.Join(lines[:n], " "), marker)
		p.wrapped(margin+marker, margin+strings.Repeat(" ", len(marker)), text)
	default:
		for n < len(lines) && kindOf(lines[n]) == paragraph {
			n++
		}
		p.wrapped(margin, margin, strings.Join(lines[:n], " "))
	}
	return min(n, len(lines))
}

func (p *printer) heading(line string) {
	for _, l := range terminal.Wrapped(p.inline(strings.TrimLeft(line, "# ")), p.Width) {
		if p.Bold {
			l = "\x1b[1m" + l + "\x1b[0m"
		}
		p.line("", l)
	}
}

// wrapped prints prose, its first line after one prefix and the others after another.
func (p *printer) wrapped(first, rest, text string) {
	prefix := first
	for _, l := range terminal.Wrapped(p.inline(text), p.Width-terminal.Width(first)) {
		p.line(prefix, l)
		prefix = rest
	}
}

func (p *printer) line(prefix, text string) {
	p.out.WriteString(strings.TrimRight(prefix+text, " ") + "\n")
}

var (
	linkIn     = regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`)
	emphasisIn = regexp.MustCompile(`\*([^*\s][^*]*)\*`)
)

// longestUnbroken is the width of code that is never broken at a blank.
const longestUnbroken = 30

// inline returns the text of a line without its marks.
func (p *printer) inline(text string) string {
	text = linkIn.ReplaceAllStringFunc(text, func(link string) string {
		m := linkIn.FindStringSubmatch(link)
		if p.Link != nil {
			return p.Link(m[1], m[2])
		}
		return m[1]
	})
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		switch {
		case i%2 == 0:
			part = emphasisIn.ReplaceAllString(strings.ReplaceAll(part, "**", ""), "$1")
		case len(part) == 1 && strings.Contains("-?.,:", part):
			part = "'" + part + "'" // else it looks like a mark of the sentence
		case terminal.Width(part) <= longestUnbroken:
			part = strings.ReplaceAll(part, " ", terminal.NoBreak)
		}
		b.WriteString(part)
	}
	return b.String()
}
