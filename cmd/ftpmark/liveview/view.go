package liveview

import (
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/rig"
)

// Look says what a block has to fit into and may be made of.
type Look struct {
	// Columns and Rows are the terminal's. A block is one column narrower
	// than it and at least one row lower: what reaches the edge may wrap, and
	// the cursor stands below the block.
	Columns, Rows int
	// ASCII leaves out every other character.
	ASCII bool
}

// View keeps what a run told of itself. It is not safe for concurrent use.
type View struct {
	variants []*variant
	last     loadgen.Progress
	began    bool
}

// variant is one row.
type variant struct {
	name    string
	heard   bool
	last    loadgen.Progress
	seconds history
}

// New returns a view of the variants of that order.
func New(names []string) *View {
	v := &View{}
	for _, name := range names {
		v.variants = append(v.variants, &variant{name: name})
	}
	return v
}

// Observe takes what was told at a time.
func (v *View) Observe(now time.Time, p loadgen.Progress) {
	v.began = true
	if p.Part == rig.PartCleanUp {
		v.last.Part = p.Part // the rest is as it was
		return
	}
	v.last = p
	if p.Part == rig.PartPrepare {
		return
	}
	x := v.of(p.Variant)
	x.last, x.heard = p, true
	if p.Part != rig.PartConnect && p.Part != rig.PartOver && (!p.Extra || p.Took >= leastSecond) {
		x.seconds.add(now, p.OperationsPerSec)
	}
}

// leastSecond is how much of a second is shown as one. The last part of a window
// is mostly nearly one.
const leastSecond = 500 * time.Millisecond

// of returns the row of a variant.
func (v *View) of(name string) *variant {
	for _, x := range v.variants {
		if x.name == name {
			return x
		}
	}
	x := &variant{name: name}
	v.variants = append(v.variants, x)
	return x
}

// running reports whether the row is of the variant that is being measured.
func (v *View) running(x *variant) bool {
	switch v.last.Part {
	case rig.PartPrepare, rig.PartOver, rig.PartCleanUp:
		return false
	}
	return x.name == v.last.Variant
}

// Lines returns the block as it is at the given time, none before anything was
// told. What there is no room for is left out, the least important first.
func (v *View) Lines(now time.Time, look Look) []Line {
	width, height := look.Columns-1, look.Rows-1
	if !v.began || width < 1 || height < 1 {
		return nil
	}
	g := look.glyphs()
	status := []Line{v.headline(), v.bar(g, width)}
	table := v.table(look, now)
	var lines []Line
	for _, l := range fit(status, table, height) {
		if l = l.cut(width, g.cut); l != nil {
			lines = append(lines, l)
		}
	}
	return lines
}

// fit chooses what stands in so many rows: the headline, how far the part is,
// the row of the variant under way, the table's head, the other rows, and then
// the sparklines.
func fit(status []Line, t *table, height int) []Line {
	room := height - len(status)
	if room < 0 {
		return status[:height]
	}
	lines := status
	if t == nil {
		return lines
	}
	rows := t.rows
	if room < len(rows)+1 {
		rows = t.around(max(room-1, 1))
	}
	if room >= 2 {
		lines = append(lines, t.head)
		room--
	}
	if room >= 1 {
		lines = append(lines, rows...)
		room -= len(rows)
	}
	if sparks := t.sparks; len(sparks) > 0 && room > 0 {
		if room < len(sparks) {
			sparks = []Line{t.spark}
		}
		lines = append(lines, sparks...)
	}
	return lines
}
