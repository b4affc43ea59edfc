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
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// What a comment has room for.
const (
	mostItems   = 10 // of a list of failures
	mostChecks  = 30
	mostText    = 1000   // columns of one sentence
	mostColumns = 16     // of a table
	mostNumbers = 10_000 // bytes, beyond which no further table is folded away
)

// Render returns the document as Markdown: its answers as headings, what a reader must know of
// them, the tables that lead and what failed. Other numbers fold away as far as there is room;
// charts are left out.
func Render(d *doc.Doc) []byte {
	p := &page{}
	p.answers(d.Answers)
	shown, facts := doc.Parted(d.Facts, func(l doc.Line) bool { return l.Key || doc.Doubtful(l) })
	p.list(shown)
	var rest []doc.Block
	for _, s := range d.Sections {
		explained := false // the block before is a table that leads: a line behind it is about that
		for _, b := range s.Blocks {
			switch {
			case b.Failures != nil:
				p.failures(b.Failures)
			case b.Checks != nil:
				p.checks(b.Checks)
			case b.Line != nil && explained:
				p.said(b.Line)
			case b.Table != nil && leads(b.Table):
				p.table(b.Table, b.Table.Leads == doc.LeadsWhole)
				if b.Table.Leads != doc.LeadsWhole && slices.ContainsFunc(b.Table.Rows, hidden) {
					rest = append(rest, b)
				}
			default:
				rest = append(rest, b)
			}
			explained = b.Table != nil && b.Table.Leads == doc.LeadsWhole
		}
	}
	p.numbers(rest)
	for _, t := range d.Terms {
		if !t.Drawn {
			facts = append(facts, doc.Line{Head: t.Mark, Text: t.Text})
		}
	}
	if len(facts) > 0 {
		p.fold("How it was measured", func() { p.list(facts) })
	}
	return p.out.Bytes()
}

// leads reports whether there is something of a table to be shown first.
func leads(t *doc.Table) bool {
	return t.Leads == doc.LeadsWhole || t.Leads == doc.LeadsStrong && slices.ContainsFunc(t.Rows, func(r doc.Row) bool { return len(r.Cells) > 0 && !hidden(r) })
}

// hidden reports whether a row is one that does not lead.
func hidden(r doc.Row) bool { return len(r.Cells) > 0 && r.Tone != doc.Strong && r.Tone != doc.Bad }

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

// answers writes the answers, those that decide something as headings and the first of these
// before all.
func (p *page) answers(lines []doc.Line) {
	decides := func(l doc.Line) bool { return marks[l.Tone] != "" && l.Indent == 0 }
	if at := slices.IndexFunc(lines, decides); at > 0 {
		lines = slices.Concat(lines[at:at+1], lines[:at], lines[at+1:])
	}
	for i, l := range lines {
		l.Text, l.Head = strings.TrimSpace(l.Head+" "+l.Text), ""
		switch {
		case l.Indent > 0:
			if lines[max(i-1, 0)].Indent == 0 {
				p.gap()
			}
			p.item(l)
		case decides(l):
			p.paragraph("### " + marks[l.Tone] + " " + escaped(l.Text, mostText))
		default:
			l.Tone = doc.Plain
			p.said(&l)
		}
	}
}

// numbers folds away what does not lead, as far as there is room.
func (p *page) numbers(blocks []doc.Block) {
	if !slices.ContainsFunc(blocks, func(b doc.Block) bool { return b.Table != nil || b.Line != nil }) {
		return
	}
	p.fold("All numbers", func() {
		left, heading := 0, ""
		for _, b := range blocks {
			if b.Heading != "" || b.Figure != nil {
				heading = b.Heading
			}
			if b.Line == nil && b.Table == nil {
				continue
			}
			if p.out.Len() > mostNumbers {
				if b.Table != nil {
					left++
				}
				continue
			}
			if heading != "" { // of something that is shown, which charts are not
				p.paragraph("**" + escaped(heading, mostText) + "**")
				heading = ""
			}
			if b.Line != nil {
				p.said(b.Line)
			} else {
				p.table(b.Table, true)
			}
		}
		if left > 0 {
			p.paragraph("and " + quantity.Counted(left, "more table") + ": see the text report")
		}
	})
}

// fold writes what is shown on demand.
func (p *page) fold(title string, write func()) {
	p.paragraph("<details><summary>" + title + "</summary>")
	write()
	p.paragraph("</details>")
}

// said writes a sentence: small where it is faint.
func (p *page) said(l *doc.Line) {
	text := escaped(strings.TrimSpace(l.Head+" "+l.Text), mostText)
	switch l.Tone {
	case doc.Faint:
		text = "<sub>" + text + "</sub>"
	case doc.Strong:
		text = "**" + text + "**"
	default:
		if text != "" && strings.Contains("-+0123456789", text[:1]) { // which would begin a list
			text = noWidth + text
		}
	}
	p.paragraph(text)
}

// list writes lines with what stands before them, or with the mark of their tone.
func (p *page) list(lines []doc.Line) {
	if len(lines) > 0 {
		p.gap()
	}
	for i, l := range lines {
		if i > 0 && l.Head == "" { // it goes on with the one above
			p.out.WriteString("  ")
		}
		p.item(l)
	}
}

func (p *page) item(l doc.Line) {
	head := ""
	if l.Head != "" {
		head = "**" + escaped(l.Head, mostText) + "** "
	}
	if m := marks[l.Tone]; m != "" {
		head = m + " " + head
	}
	p.line("- " + head + escaped(l.Text, mostText))
}

// failures lists the kinds of failure, the most frequent first.
func (p *page) failures(f *doc.Failures) {
	p.paragraph("**failures**")
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
	p.paragraph("**thresholds**")
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

// table writes a table, the whole of it or the rows that are strong or bad.
func (p *page) table(t *doc.Table, whole bool) {
	rows := slices.DeleteFunc(slices.Clone(t.Rows), func(r doc.Row) bool { return len(r.Cells) == 0 || !whole && hidden(r) })
	if len(rows) == 0 {
		return
	}
	about := slices.ContainsFunc(rows, func(r doc.Row) bool { return r.About != "" })
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
	groups, columns := t.Groups, 0
	for i, g := range groups {
		if columns += len(g.Subs); columns > mostColumns && i > 0 {
			groups = groups[:i]
			break
		}
	}
	named := map[string]int{}
	for _, g := range groups {
		for _, sub := range g.Subs {
			named[sub]++
		}
	}
	for _, g := range groups {
		for _, sub := range g.Subs {
			if sub == "" || named[sub] > 1 { // of which group
				sub = strings.TrimSpace(g.Head + g.Tail + " " + sub)
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
	for i := range rows {
		row := cells(t, &rows[i], about)
		row = append(row, make([]string, max(len(heads)-len(row), 0))...) // it may end early
		p.row(row[:len(heads)])
	}
	if more := len(t.Groups) - len(groups); more > 0 {
		p.paragraph("and " + quantity.Counted(more, "more group") + " of columns: see the text report")
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
	for _, c := range r.Cells {
		text := escaped(strings.Join(strings.Fields(c.Text), " ")+c.Mark, mostText)
		if strings.Count(text, " ") == 1 { // a number and its unit stay together
			text = strings.ReplaceAll(text, " ", "&nbsp;")
		}
		out = append(out, text)
	}
	return out
}

// unbroken blanks are for terminals.
func plain(s string) string { return strings.ReplaceAll(s, terminal.NoBreak, " ") }
