package report

import (
	"slices"
	"strings"
)

// tone is how a piece of text is meant; colour only repeats what words say.
type tone uint8

const (
	plain tone = iota
	strong
	faint
	good
	bad
	doubt
)

var toneCodes = [...]string{plain: "", strong: "1", faint: "2", good: "32", bad: "1;31", doubt: "33"}

// cell is one number of a table, ready to print. Its mark follows the number
// and does not push it out of its column.
type cell struct {
	text string
	mark string
	tone tone
}

func cells(texts []string) []cell {
	out := make([]cell, len(texts))
	for i, t := range texts {
		out[i].text = t
	}
	return out
}

// block is a head that spans one or more columns which stay together.
type block struct {
	head string
	subs []string // the columns' own heads, or one empty
}

// row is one line of a table. A row without cells is a heading among the rows.
type row struct {
	label string
	mark  string
	about string // explains the label where there is room
	cells []cell
	tone  tone
}

// table is a title, blocks of columns and rows. Numbers are right-aligned.
type table struct {
	title  string
	blocks []block
	rows   []row
}

const (
	indent   = 2 // before a row's label
	gap      = 2 // between columns
	blockGap = 4 // before a block of several columns
	mostSide = 4 // more columns than this side by side are not read but searched
)

// write lays the table out within the document's width. Blocks that do not fit
// side by side continue in further tables with the same rows.
func (t *table) write(d *document) {
	if d.keep(piece{table: t}) {
		return
	}
	labels := t.labelWidth(false)
	about := t.labelWidth(true)
	t.split(d.width - labels)
	widths := t.columnWidths()
	groups := t.groups(widths, d.width-labels)
	if len(groups) == 1 && about > labels && about+t.blocksWidth(widths, groups[0]) <= d.width {
		labels = about
	} else {
		about = 0
	}
	for _, g := range groups {
		t.writeGroup(d, widths, g, labels, about > 0)
	}
}

// split takes blocks apart that do not fit into width even alone, which only
// absurd numbers do.
func (t *table) split(width int) {
	for i := 0; i < len(t.blocks); i++ {
		b := t.blocks[i]
		half := len(b.subs) / 2
		if half > 0 && t.blockWidth(t.columnWidths()[i])+t.gapBefore(i) > width {
			t.blocks = slices.Replace(t.blocks, i, i+1, block{b.head, b.subs[:half]}, block{b.head, b.subs[half:]})
			i--
		}
	}
}

// span is a run of blocks [from, to) that are shown side by side.
type span struct{ from, to int }

// groups cuts the blocks into spans that fit into width, as even as can be.
func (t *table) groups(widths [][]int, width int) []span {
	fit := 0
	for fit < len(t.blocks) {
		fits := true
		// Every window of that size must fit, as any may become a group.
		for from := 0; from+fit+1 <= len(t.blocks); from++ {
			fits = fits && t.blocksWidth(widths, span{from, from + fit + 1}) <= width
		}
		if !fits {
			break
		}
		fit++
	}
	fit = min(max(fit, 1), mostSide)
	n := max((len(t.blocks)+fit-1)/fit, 1)
	var out []span
	for i := range n {
		out = append(out, span{i * len(t.blocks) / n, (i + 1) * len(t.blocks) / n})
	}
	return out
}

func (t *table) blocksWidth(widths [][]int, g span) (w int) {
	for i := g.from; i < g.to; i++ {
		w += t.blockWidth(widths[i]) + t.gapBefore(i)
	}
	return w
}

func (t *table) blockWidth(columns []int) int {
	w := gap * (len(columns) - 1)
	for _, c := range columns {
		w += c
	}
	return w
}

func (t *table) gapBefore(b int) int {
	if len(t.blocks[b].subs) > 1 {
		return blockGap
	}
	return gap
}

// columnWidths returns the width of each column of each block. A head wider
// than its block widens the block's first column.
func (t *table) columnWidths() [][]int {
	out := make([][]int, len(t.blocks))
	at := 0
	for i, b := range t.blocks {
		out[i] = make([]int, len(b.subs))
		for j, sub := range b.subs {
			w, marked := textWidth(sub), 0
			for _, r := range t.rows {
				if at < len(r.cells) {
					w = max(w, textWidth(r.cells[at].text))
					marked = max(marked, textWidth(r.cells[at].mark))
				}
			}
			out[i][j] = w + marked
			at++
		}
		out[i][0] += max(textWidth(b.head)-t.blockWidth(out[i]), 0)
	}
	return out
}

func (t *table) labelWidth(withAbout bool) int {
	label, about := textWidth(t.title), 0
	for _, r := range t.rows {
		if len(r.cells) > 0 {
			label = max(label, indent+textWidth(r.label+r.mark))
			about = max(about, textWidth(r.about))
		}
	}
	if withAbout && about > 0 {
		label += gap + about
	}
	return label
}

func (t *table) writeGroup(d *document, widths [][]int, g span, labels int, withAbout bool) {
	var heads, subs strings.Builder
	hasSubs := false
	for i := g.from; i < g.to; i++ {
		pad(&heads, t.gapBefore(i))
		pad(&heads, t.blockWidth(widths[i])-textWidth(t.blocks[i].head))
		heads.WriteString(d.toned(strong, t.blocks[i].head))
		for j, sub := range t.blocks[i].subs {
			if j == 0 {
				pad(&subs, t.gapBefore(i))
			} else {
				pad(&subs, gap)
			}
			pad(&subs, widths[i][j]-textWidth(sub)-t.markWidth(i, j))
			subs.WriteString(d.toned(faint, sub))
			pad(&subs, t.markWidth(i, j))
			hasSubs = hasSubs || sub != ""
		}
	}
	d.blank()
	d.line(d.toned(strong, t.title) + spaces(labels-textWidth(t.title)) + heads.String())
	if hasSubs {
		d.line(spaces(labels) + subs.String())
	}
	for _, r := range t.rows {
		t.writeRow(d, r, widths, g, labels, withAbout)
	}
}

func (t *table) writeRow(d *document, r row, widths [][]int, g span, labels int, withAbout bool) {
	if len(r.cells) == 0 {
		d.line(spaces(indent) + d.toned(faint, r.label))
		return
	}
	var b strings.Builder
	label := r.label + r.mark
	b.WriteString(spaces(indent) + d.toned(r.tone, label))
	used := indent + textWidth(label)
	if withAbout {
		about := t.labelWidth(true) - t.labelWidth(false) - gap
		pad(&b, labels-about-used)
		b.WriteString(d.toned(faint, r.about))
		used = labels - about + textWidth(r.about)
	}
	pad(&b, labels-used)
	at := 0
	for i, block := range t.blocks {
		for j := range block.subs {
			if i >= g.from && i < g.to && at < len(r.cells) {
				c := r.cells[at]
				if j == 0 {
					pad(&b, t.gapBefore(i))
				} else {
					pad(&b, gap)
				}
				room := t.markWidth(i, j)
				pad(&b, widths[i][j]-room-textWidth(c.text))
				b.WriteString(d.toned(c.tone, c.text+c.mark))
				pad(&b, room-textWidth(c.mark))
			}
			at++
		}
	}
	d.line(b.String())
}

// markWidth returns the room that a column keeps behind its numbers for marks.
func (t *table) markWidth(b, column int) (w int) {
	at := column
	for _, before := range t.blocks[:b] {
		at += len(before.subs)
	}
	for _, r := range t.rows {
		if at < len(r.cells) {
			w = max(w, textWidth(r.cells[at].mark))
		}
	}
	return w
}

func pad(b *strings.Builder, n int) { b.WriteString(spaces(n)) }

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
