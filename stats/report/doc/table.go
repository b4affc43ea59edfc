package doc

import (
	"math"
	"strconv"
)

// Indent is how far labels of rows and sentences between tables are indented in
// plain text.
const Indent = 2

// Table is a table of numbers: a label and cells in each row, under groups of
// columns that stay together.
type Table struct {
	Title  string
	Label  string // head of the column of labels
	Groups []Group
	Rows   []Row
	// Words: most columns are of words, which stand to the left and wrap.
	Words bool
	// Judged: the last column has verdicts, which Markdown marks.
	Judged bool
	// Leads says what short forms show of it first.
	Leads Leads
	// Numbered: the labels are numbers, and stand to the right.
	Numbered bool
	// Series: the groups are series, whose names are as long as somebody made
	// them: plain text shortens them.
	Series bool
	// Ratios, if set, has a ratio for each row, NaN where there is none, which
	// plain text draws as one more column.
	Ratios []float64
}

// Leads is what a short form shows of a table.
type Leads uint8

const (
	LeadsNothing Leads = iota
	LeadsStrong        // rows that are strong or bad
	LeadsWhole
)

// Group is a head that spans one or more columns.
type Group struct {
	Head string
	Tail string   // what follows the head and is never shortened
	Subs []string // the columns' own heads, or one empty
}

// Row is one line of a table. A row without cells is a heading among the rows.
type Row struct {
	Label string
	Mark  string
	About string // explains the label where there is room
	Cells []Cell
	Tone  Tone
}

// Cell is one number, ready to print. Its mark follows the number and does not
// push it out of its column.
type Cell struct {
	Text, Mark string
	Tone       Tone
	Prose      bool // words, which may wrap, and no number
	// Value is what the text stands for, for programs, in the unit of the JSON
	// report; nil where it is not known or is no number.
	Value *float64
}

// Exact returns the value in full, empty without one.
func (c Cell) Exact() string {
	if c.Value == nil || math.IsNaN(*c.Value) || math.IsInf(*c.Value, 0) {
		return ""
	}
	return strconv.FormatFloat(*c.Value, 'f', -1, 64)
}

// Columns returns groups of one column each.
func Columns(heads ...string) []Group {
	out := make([]Group, len(heads))
	for i, h := range heads {
		out[i] = Group{Head: h, Subs: []string{""}}
	}
	return out
}

// Cells returns a cell for each text.
func Cells(texts []string) []Cell {
	out := make([]Cell, len(texts))
	for i, t := range texts {
		out[i].Text = t
	}
	return out
}

// CellOf returns a cell with what it stands for, if that is a number.
func CellOf(text string, v float64) Cell { return Cell{Text: text, Value: Exactly(v)} }

// Exactly returns a cell's value, nil for what is not known.
func Exactly(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
