package liveview

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// unknown stands for a number that is not known, as in reports.
const unknown = "-"

// doubtful stands behind a percentile that failed operations could change.
const doubtful = "?"

// column is one of the table's.
type column struct {
	head string
	// rank is when it gets its place: those with the lowest first.
	rank int
	// least is its least width, so that it does not jump with every digit.
	least int
	cell  func(v *View, x *variant) piece
}

// columns returns the table's columns from left to right.
func (v *View) columns() []column {
	several := v.last.Trials > 1 && v.last.Level == nil
	cs := []column{{"op/s now", 1, 8, func(v *View, x *variant) piece {
		if !v.running(x) || x.last.Part == rig.PartConnect {
			return piece{unknown, faint}
		}
		return piece{quantity.Significant(x.last.OperationsPerSec), plain}
	}}}
	if several {
		cs = append(cs, column{"in trial", 7, 8, func(_ *View, x *variant) piece {
			return rate(&x.last.ThisTrial, quantity.Significant(x.last.ThisTrial.OperationsPerSecond))
		}})
	}
	cs = append(cs, column{"op/s", 3, 7, func(_ *View, x *variant) piece {
		return rate(&x.last.SoFar, quantity.Significant(x.last.SoFar.OperationsPerSecond))
	}}, column{"goodput", 5, 10, func(_ *View, x *variant) piece {
		return rate(&x.last.SoFar, quantity.ByteRate.Show(x.last.SoFar.GoodputBytesPerSecond))
	}})
	if several {
		cs = append(cs, column{"goodput in trial", 12, 10, func(_ *View, x *variant) piece {
			return rate(&x.last.ThisTrial, quantity.ByteRate.Show(x.last.ThisTrial.GoodputBytesPerSecond))
		}})
	}
	for _, p := range []struct {
		name, head string // as in [summary.Latency.Doubtful], and as people write it
		rank       int
		value      func(*summary.Latency) *int64
	}{
		{"p50", "p50", 6, func(l *summary.Latency) *int64 { return &l.P50 }},
		{"p90", "p90", 10, func(l *summary.Latency) *int64 { return &l.P90 }},
		{"p95", "p95", 12, func(l *summary.Latency) *int64 { return l.P95 }},
		{"p99", "p99", 4, func(l *summary.Latency) *int64 { return l.P99 }},
		{"p99_9", "p99.9", 11, func(l *summary.Latency) *int64 { return l.P999 }},
		{"max", "max", 13, func(l *summary.Latency) *int64 { return &l.Max }},
	} {
		cs = append(cs, column{p.head, p.rank, 8, func(_ *View, x *variant) piece {
			return percentile(x.last.SoFar.Latency, p.name, p.value)
		}})
	}
	return append(cs, column{"failed", 2, 6, func(_ *View, x *variant) piece {
		n := x.last.SoFar.Failed
		t := plain
		if n > 0 {
			t = alarm
		}
		if !x.heard {
			return piece{unknown, faint}
		}
		return piece{quantity.Count(n), t}
	}}, column{"ok", 9, 6, func(_ *View, x *variant) piece {
		return rate(&x.last.SoFar, quantity.Count(x.last.SoFar.OK))
	}})
}

// rate shows what is of a window, where there has been one.
func rate(t *loadgen.LiveTotals, text string) piece {
	if t.Window <= 0 {
		return piece{unknown, faint}
	}
	return piece{text, plain}
}

// percentile shows one, if there are samples enough for it.
func percentile(l *summary.Latency, name string, value func(*summary.Latency) *int64) piece {
	if l == nil {
		return piece{unknown, faint}
	}
	ns := value(l)
	if ns == nil {
		return piece{unknown, faint}
	}
	for _, d := range l.Doubtful {
		if d == name {
			return piece{quantity.Time.Show(float64(*ns)) + doubtful, doubt}
		}
	}
	return piece{quantity.Time.Show(float64(*ns)), plain}
}

// table is the table's lines.
type table struct {
	head, spark Line // spark is that of the variant under way
	rows        []Line
	sparks      []Line
	current     int // of the rows, the one under way
}

// around returns n rows with the one under way among them.
func (t *table) around(n int) []Line {
	from := min(max(t.current-n+1, 0), max(len(t.rows)-n, 0))
	return t.rows[from:min(from+n, len(t.rows))]
}

const (
	between   = 2  // columns of the terminal between two of the table
	mostName  = 20 // columns that a name may take, where the terminal has them
	leastRoom = 20 // for a sparkline at the end of a row
)

// table makes the table, nil before any variant has begun.
func (v *View) table(look Look, now time.Time) *table {
	g, width := look.glyphs(), look.Columns-1
	if v.last.Part == rig.PartPrepare {
		return nil
	}
	name := len("variant")
	for _, x := range v.variants {
		name = max(name, len(plainText(x.name)))
	}
	name = min(name, mostName, max(width/3, 4))
	chosen := v.choose(g, name, width)

	t := &table{head: Line{{left("", name), faint}}}
	used := name
	for _, c := range chosen {
		t.head = append(t.head, piece{strings.Repeat(" ", between) + right(c.head, c.width), faint})
		used += between + c.width
	}
	all, peak := v.seconds(now)
	room := min(width-used-between, minute)
	inline := room >= leastRoom && peak > 0
	if inline {
		t.head = append(t.head, piece{strings.Repeat(" ", between) + sparkHead(room), faint})
	}
	for i, x := range v.variants {
		tone := plain
		if v.running(x) {
			t.current, tone = i, strong
		}
		row := Line{{left(short(plainText(x.name), name, g.cut), name), tone}}
		for j, c := range chosen {
			cell := c.cells[i]
			row = append(row, piece{strings.Repeat(" ", between), plain}, piece{right(cell.text, chosen[j].width), cell.tone})
		}
		if inline {
			row = append(row, piece{strings.Repeat(" ", between), plain}, piece{g.spark(newest(all[i], room), peak), chart})
		}
		t.rows = append(t.rows, row)
		if inline || len(all[i]) == 0 {
			continue
		}
		under := spark(g, x.name, name, all[i], peak, width)
		t.sparks = append(t.sparks, under)
		if v.running(x) {
			t.spark = under
		}
	}
	if t.spark == nil && len(t.sparks) > 0 {
		t.spark = t.sparks[0]
	}
	return t
}

// seconds returns the last minute of each variant, and the largest value of all:
// they are drawn to one scale, and what stands below each other happened at one
// time.
func (v *View) seconds(now time.Time) (all [][]float64, peak float64) {
	longest := 0
	for _, x := range v.variants {
		values := x.seconds.until(now)
		all = append(all, values)
		longest, peak = max(longest, len(values)), max(peak, most(values))
	}
	for i, values := range all {
		if len(values) > 0 {
			all[i] = append(slices.Repeat([]float64{gap}, longest-len(values)), values...)
		}
	}
	return all, peak
}

// sparkHead is the heading of a sparkline that is so wide.
func sparkHead(width int) string { return fmt.Sprintf("op/s, last %d s", width) }

// newest returns the last n values.
func newest(values []float64, n int) []float64 { return values[max(len(values)-n, 0):] }

// spark is a sparkline in a line of its own.
func spark(g *glyphs, variant string, name int, values []float64, peak float64, width int) Line {
	said := fmt.Sprintf("peak %s op/s", quantity.Significant(most(values)))
	room := width - name - 2*between - len(said)
	if room < leastRoom { // rather the picture than the words
		said, room = "", width-name-between
	}
	if room < 1 {
		return nil
	}
	room = min(room, minute)
	shown := newest(values, room)
	l := Line{{left(short(plainText(variant), name, g.cut), name+between), plain}, {left(g.spark(shown, peak), room), chart}}
	if said != "" {
		l = append(l, piece{strings.Repeat(" ", between) + said, faint})
	}
	return l
}

// chosenColumn is a column that has a place, with its cells.
type chosenColumn struct {
	column
	cells []piece
	width int
}

// choose returns the columns that fit beside the name, in their order.
func (v *View) choose(g *glyphs, name, width int) (chosen []chosenColumn) {
	var all []chosenColumn
	for _, c := range v.columns() {
		x := chosenColumn{column: c, width: max(c.least, utf8.RuneCountInString(c.head))}
		for _, row := range v.variants {
			cell := c.cell(v, row)
			cell.text = strings.ReplaceAll(cell.text, "µ", g.micro)
			x.cells = append(x.cells, cell)
			x.width = max(x.width, utf8.RuneCountInString(cell.text))
		}
		all = append(all, x)
	}
	taken := make([]bool, len(all))
	for room := width - name; ; {
		best := -1
		for i := range all {
			if !taken[i] && (best < 0 || all[i].rank < all[best].rank) {
				best = i
			}
		}
		if best < 0 || all[best].width+between > room {
			break
		}
		taken[best] = true
		room -= all[best].width + between
	}
	for i := range all {
		if taken[i] {
			chosen = append(chosen, all[i])
		}
	}
	return chosen
}

// short returns a name of at most width columns. Its middle is left out: names
// given to variants differ more often at their ends.
func short(s string, width int, mark string) string {
	if len(s) <= width {
		return s
	}
	keep := max(width-1, 0)
	return s[:keep-keep/2] + mark + s[len(s)-keep/2:]
}
