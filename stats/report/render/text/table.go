package text

import (
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

const (
	gap      = 2 // between columns
	groupGap = 4 // before a group of several columns
	mostSide = 4 // more groups than this side by side are not read but searched

	labelRoom  = 30 // columns that heads leave to the labels
	leastHead  = 16 // heads are not made shorter, whatever the width
	leastLabel = 12 // nor labels
	leastName  = 4  // nor what stands before their tails
)

// layout is a table as it is laid out: its own copy.
type layout struct {
	title  string
	groups []doc.Group
	rows   []doc.Row
}

// table lays a table out within the sheet's width. Groups that do not fit side by
// side continue in further tables with the same rows.
func (s *sheet) table(from *doc.Table) {
	t := &layout{title: from.Title, groups: slices.Clone(from.Groups), rows: slices.Clone(from.Rows)}
	if from.Numbered {
		t.rightLabels()
	}
	t.joinHeads(from.Series, s.width)
	if from.Ratios != nil {
		t.draw(from.Ratios, s.width)
	}
	labels := t.labelWidth(false)
	about := t.labelWidth(true)
	t.split(s.width - labels)
	widths := t.columnWidths()
	spans := t.spans(widths, s.width-labels)
	labels = t.shortenLabels(labels, widths, spans, s.width)
	if len(spans) == 1 && about > labels && about+t.spanWidth(widths, spans[0]) <= s.width {
		labels = about
	} else {
		about = 0
	}
	for _, x := range spans {
		t.write(s, widths, x, labels, about > 0)
	}
}

// rightLabels aligns the labels as the numbers that they are.
func (t *layout) rightLabels() {
	width := terminal.Width(t.title) - doc.Indent
	for i := range t.rows {
		width = max(width, terminal.Width(t.rows[i].Label))
	}
	for i := range t.rows {
		t.rows[i].Label = spaces(width-terminal.Width(t.rows[i].Label)) + t.rows[i].Label
	}
}

// joinHeads puts heads together, and makes those of series narrow enough for as
// many of them side by side as a table shows.
func (t *layout) joinHeads(series bool, width int) {
	n := len(t.groups)
	if n == 0 {
		return
	}
	tables := (n + mostSide - 1) / mostSide
	side := (n + tables - 1) / tables
	for i := range t.groups {
		g := &t.groups[i]
		if series {
			room := max((width-labelRoom)/side-gap, leastHead)
			g.Head = terminal.Middle(g.Head, max(room-terminal.Width(g.Tail), leastName))
		}
		g.Head += g.Tail
	}
}

// shortenLabels makes labels, and the title above them, narrower where they leave
// too little room for the widest columns. It returns how wide they are.
func (t *layout) shortenLabels(labels int, widths [][]int, spans []span, width int) int {
	widest := 0
	for _, x := range spans {
		widest = max(widest, t.spanWidth(widths, x))
	}
	if labels+widest <= width {
		return labels
	}
	labels = max(width-widest, leastLabel)
	t.title = terminal.Middle(t.title, labels)
	for i := range t.rows {
		if r := &t.rows[i]; len(r.Cells) > 0 {
			r.Label = terminal.Middle(r.Label, labels-doc.Indent-terminal.Width(r.Mark))
		}
	}
	return labels
}

// split takes groups apart that do not fit into width even alone, which only
// absurd numbers do.
func (t *layout) split(width int) {
	for i := 0; i < len(t.groups); i++ {
		g := t.groups[i]
		half := len(g.Subs) / 2
		if half > 0 && groupWidth(t.columnWidths()[i])+t.gapBefore(i) > width {
			t.groups = slices.Replace(t.groups, i, i+1, doc.Group{Head: g.Head, Subs: g.Subs[:half]}, doc.Group{Head: g.Head, Subs: g.Subs[half:]})
			i--
		}
	}
}

// span is a run of groups [from, to) that are shown side by side.
type span struct{ from, to int }

// spans cuts the groups into spans that fit into width, as even as can be.
func (t *layout) spans(widths [][]int, width int) []span {
	fit := 0
	for fit < len(t.groups) {
		fits := true
		// Every run of that size must fit, as any may become a span.
		for from := 0; from+fit+1 <= len(t.groups); from++ {
			fits = fits && t.spanWidth(widths, span{from, from + fit + 1}) <= width
		}
		if !fits {
			break
		}
		fit++
	}
	fit = min(max(fit, 1), mostSide)
	n := max((len(t.groups)+fit-1)/fit, 1)
	var out []span
	for i := range n {
		out = append(out, span{i * len(t.groups) / n, (i + 1) * len(t.groups) / n})
	}
	return out
}

func (t *layout) spanWidth(widths [][]int, x span) (w int) {
	for i := x.from; i < x.to; i++ {
		w += groupWidth(widths[i]) + t.gapBefore(i)
	}
	return w
}

func groupWidth(columns []int) int {
	w := gap * (len(columns) - 1)
	for _, c := range columns {
		w += c
	}
	return w
}

func (t *layout) gapBefore(group int) int {
	if len(t.groups[group].Subs) > 1 {
		return groupGap
	}
	return gap
}

// columnWidths returns the width of each column of each group. A head wider than
// its group widens the group's first column.
func (t *layout) columnWidths() [][]int {
	out := make([][]int, len(t.groups))
	at := 0
	for i, g := range t.groups {
		out[i] = make([]int, len(g.Subs))
		for j, sub := range g.Subs {
			w := terminal.Width(sub)
			for _, r := range t.rows {
				if at < len(r.Cells) {
					w = max(w, terminal.Width(r.Cells[at].Text))
				}
			}
			out[i][j] = w + t.markWidth(at)
			at++
		}
		out[i][0] += max(terminal.Width(g.Head)-groupWidth(out[i]), 0)
	}
	return out
}

// markWidth returns the room that a column keeps behind its numbers for marks.
func (t *layout) markWidth(column int) (w int) {
	for _, r := range t.rows {
		if column < len(r.Cells) {
			w = max(w, terminal.Width(r.Cells[column].Mark))
		}
	}
	return w
}

func (t *layout) labelWidth(withAbout bool) int {
	label, about := terminal.Width(t.title), 0
	for _, r := range t.rows {
		if len(r.Cells) > 0 {
			label = max(label, doc.Indent+terminal.Width(r.Label+r.Mark))
			about = max(about, terminal.Width(r.About))
		}
	}
	if withAbout && about > 0 {
		label += gap + about
	}
	return label
}

// column is one of a span's, as it is laid out.
type column struct {
	before, width, mark int // columns of the terminal
	at                  int // which cell of a row
	sub                 string
}

func (t *layout) columns(widths [][]int, x span) (out []column) {
	at := 0
	for i, g := range t.groups {
		for j, sub := range g.Subs {
			if i >= x.from && i < x.to {
				before := gap
				if j == 0 {
					before = t.gapBefore(i)
				}
				out = append(out, column{before, widths[i][j], t.markWidth(at), at, sub})
			}
			at++
		}
	}
	return out
}

func (t *layout) write(s *sheet, widths [][]int, x span, labels int, withAbout bool) {
	columns := t.columns(widths, x)
	var heads, subs strings.Builder
	for i := x.from; i < x.to; i++ {
		head := t.groups[i].Head
		heads.WriteString(spaces(t.gapBefore(i) + groupWidth(widths[i]) - terminal.Width(head)))
		heads.WriteString(s.toned(doc.Strong, head))
	}
	named := false
	for _, c := range columns {
		subs.WriteString(spaces(c.before + c.width - terminal.Width(c.sub) - c.mark))
		subs.WriteString(s.toned(doc.Faint, c.sub) + spaces(c.mark))
		named = named || c.sub != ""
	}
	s.line("")
	s.line(s.toned(doc.Strong, t.title) + spaces(labels-terminal.Width(t.title)) + heads.String())
	if named {
		s.line(spaces(labels) + subs.String())
	}
	for i := range t.rows {
		t.row(s, &t.rows[i], columns, labels, withAbout)
	}
}

func (t *layout) row(s *sheet, r *doc.Row, columns []column, labels int, withAbout bool) {
	if len(r.Cells) == 0 {
		s.line(spaces(doc.Indent) + s.toned(doc.Faint, r.Label))
		return
	}
	var b strings.Builder
	label := r.Label + r.Mark
	b.WriteString(spaces(doc.Indent) + s.toned(r.Tone, label))
	used := doc.Indent + terminal.Width(label)
	if withAbout {
		about := labels - (t.labelWidth(true) - t.labelWidth(false) - gap)
		b.WriteString(spaces(about-used) + s.toned(doc.Faint, r.About))
		used = about + terminal.Width(r.About)
	}
	b.WriteString(spaces(labels - used))
	for _, x := range columns {
		if x.at >= len(r.Cells) {
			continue
		}
		c := r.Cells[x.at]
		b.WriteString(spaces(x.before + x.width - x.mark - terminal.Width(c.Text)))
		b.WriteString(s.toned(c.Tone, c.Text+c.Mark) + spaces(x.mark-terminal.Width(c.Mark)))
	}
	s.line(b.String())
}
