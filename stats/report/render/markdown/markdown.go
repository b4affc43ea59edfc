// Package markdown renders documents as GitHub's Markdown, for comments on pull
// requests and for step summaries. A comment is read beside a hundred others, so
// lists and texts are bounded. What servers and files say has no part in how it
// looks (see escaped).
package markdown

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/terminal"
)

// What a comment has room for.
const (
	mostItems  = 10 // of a list of failures
	mostChecks = 30
	mostText   = 1000 // columns of one sentence
)

// Render returns the document as Markdown: its sections, each below a heading that
// says what it came to, and those that are Last at the end.
func Render(d *doc.Doc) []byte {
	p := &page{}
	for _, last := range []bool{false, true} {
		for _, s := range d.Sections {
			if s.Last == last {
				p.section(s)
			}
		}
	}
	return p.out.Bytes()
}

// marks are those of the tones that decide something.
var marks = map[doc.Tone]string{doc.Good: "✅", doc.Bad: "❌", doc.Doubt: "⚠️"}

// page is a document in the making.
type page struct{ out bytes.Buffer }

func (p *page) line(s string) {
	p.out.WriteString(s)
	p.out.WriteByte('\n')
}

// gap begins a new block.
func (p *page) gap() {
	if p.out.Len() > 0 {
		p.line("")
	}
}

// paragraph writes a line that stands by itself.
func (p *page) paragraph(s string) {
	p.gap()
	p.line(s)
}

func (p *page) section(s *doc.Section) {
	switch {
	case s.Title == "" || len(s.Blocks) == 0 && s.Tone == doc.Plain:
	case s.Tone != doc.Plain:
		p.paragraph("### " + marks[s.Tone] + " " + escaped(s.Title, mostText))
	default:
		p.paragraph("**" + escaped(strings.ToLower(s.Title), mostText) + "**")
	}
	p.blocks(s.Blocks)
}

func (p *page) blocks(blocks []doc.Block) {
	for _, b := range blocks {
		switch {
		case b.Heading != "":
			p.paragraph("**" + escaped(b.Heading, mostText) + "**")
		case b.Line != nil:
			p.said(b.Line)
		case b.List != nil:
			p.list(b.List)
		case b.Table != nil:
			p.table(b.Table)
		case b.Failures != nil:
			p.failures(b.Failures)
		case b.Checks != nil:
			p.checks(b.Checks)
		case b.Fold != nil:
			p.paragraph("<details><summary>" + escaped(b.Fold.Title, mostText) + "</summary>")
			p.blocks(b.Fold.Blocks)
			p.paragraph("</details>")
		}
	}
}

// said writes a sentence: small where it is faint.
func (p *page) said(l *doc.Line) {
	text := escaped(l.Text, mostText)
	switch l.Tone {
	case doc.Faint:
		text = "<sub>" + text + "</sub>"
	case doc.Strong:
		text = "**" + text + "**"
	}
	p.paragraph(text)
}

// list writes lines with what stands before them, or with the mark of their tone.
func (p *page) list(lines []doc.Line) {
	p.gap()
	for _, l := range lines {
		head := ""
		if l.Head != "" {
			head = "**" + escaped(l.Head, mostText) + "** "
		}
		if m := marks[l.Tone]; m != "" {
			head = m + " " + head
		}
		p.line("- " + head + escaped(l.Text, mostText))
	}
}

// failures lists the kinds of failure, the most frequent first.
func (p *page) failures(f *doc.Failures) {
	p.gap()
	shown := f.Kinds[:min(len(f.Kinds), mostItems)]
	for _, k := range shown {
		text := "- " + marks[doc.Bad] + " " + k.Count + " × " + escaped(strings.Join([]string{k.Series, k.Operation, k.Phase, k.Kind}, " "), mostText)
		if k.Example != "" {
			text += ": " + code(k.Example, mostText)
		}
		if k.Hint != "" {
			text += " — " + escaped(k.Hint, mostText)
		}
		p.line(text)
	}
	p.more(len(f.Kinds) - len(shown) + f.More)
}

func (p *page) more(n int) {
	if n > 0 {
		p.line("- and " + quantity.Count(int64(n)) + " more")
	}
}

// checks lists thresholds, those first that were not met.
func (p *page) checks(checks []doc.Check) {
	p.gap()
	checks = slices.Clone(checks)
	rank := func(c doc.Check) int { return slices.Index([]doc.Tone{doc.Bad, doc.Doubt, doc.Good}, c.Tone) }
	slices.SortStableFunc(checks, func(a, b doc.Check) int { return cmp.Compare(rank(a), rank(b)) })
	shown := checks[:min(len(checks), mostChecks)]
	for _, c := range shown {
		text := "- " + marks[c.Tone] + " " + code(c.Threshold, mostText)
		if c.Of != "" {
			text += " (" + escaped(c.Of, mostText) + ")"
		}
		p.line(text + ": " + escaped(c.Found, mostText))
	}
	p.more(len(checks) - len(shown))
}

// table writes a table. Names of groups stand before those of their columns where
// there are several groups to tell apart.
func (p *page) table(t *doc.Table) {
	if len(t.Rows) == 0 {
		return
	}
	about := slices.ContainsFunc(t.Rows, func(r doc.Row) bool { return r.About != "" && len(r.Cells) > 0 })
	label := t.Label
	if label == "" {
		label = t.Title
	}
	heads, align := []string{escaped(label, mostText)}, []string{":--"}
	if t.Numbered {
		align[0] = "--:"
	}
	if about {
		heads, align = append(heads, ""), append(align, ":--")
	}
	for _, g := range t.Groups {
		for _, sub := range g.Subs {
			if len(g.Subs) == 1 && sub == "" {
				sub = g.Head + g.Tail
			}
			heads, align = append(heads, escaped(sub, mostText)), append(align, "--:")
		}
	}
	if t.Judged {
		heads, align = append([]string{""}, heads...), append([]string{":--"}, align...)
		align[len(align)-1] = ":--"
	}
	p.gap()
	p.row(heads)
	p.row(align)
	for i := range t.Rows {
		if r := &t.Rows[i]; len(r.Cells) > 0 {
			p.row(cells(t, r, about))
		}
	}
}

func (p *page) row(cells []string) { p.line("| " + strings.Join(cells, " | ") + " |") }

func cells(t *doc.Table, r *doc.Row, about bool) (out []string) {
	label := escaped(strings.TrimSpace(r.Label)+r.Mark, mostText)
	if r.Tone == doc.Strong {
		label = "**" + label + "**"
	}
	last := len(r.Cells) - 1
	if t.Judged {
		out = append(out, marks[cmp.Or(r.Cells[last].Tone, r.Tone)])
	}
	if out = append(out, label); about {
		out = append(out, escaped(r.About, mostText))
	}
	for i, c := range r.Cells {
		text := strings.Join(strings.Fields(c.Text), " ")
		if i == last && r.Note != "" {
			text += r.Note
		}
		text = escaped(text+c.Mark, mostText)
		if strings.Count(text, " ") == 1 { // a number and its unit stay together
			text = strings.ReplaceAll(text, " ", "&nbsp;")
		}
		out = append(out, text)
	}
	return out
}

// unbroken blanks are for terminals.
func plain(s string) string { return strings.ReplaceAll(s, terminal.NoBreak, " ") }
