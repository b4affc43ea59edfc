// Package page lays a report out as one HTML file that needs nothing else: no
// request leaves it, and what it shows is in it, charts as pictures and as
// tables. It knows how a report looks and nothing of what is in it.
package page

import (
	"encoding/json"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
)

// Tone is how a piece of text is meant; a colour and a sign only repeat what its
// words say.
type Tone string

// The tones.
const (
	Plain  Tone = ""
	Strong Tone = "strong"
	Faint  Tone = "faint"
	Good   Tone = "good"
	Bad    Tone = "bad"
	Doubt  Tone = "doubt"
)

// Page is a document of one or more reports. All of its texts may hold what
// servers and files say: they are escaped for where they go.
type Page struct {
	Title   string
	Tool    string // what made it, for the foot
	Reports []Report
}

// Report is one result.
type Report struct {
	ID       string // unique in the page, of letters and digits
	Kind     string // such as "Comparison"
	Name     string // the result file's, may be empty
	Answers  []Line // the verdict in words, first
	Facts    []Line // what it is worth and what was measured
	Sections []*Section
	Badges   []string // what must not be missed, beside the kind
}

// Crowded reports whether the section's charts stand better side by side.
func (s *Section) Crowded() bool {
	n := 0
	for i := range s.Blocks {
		if f := s.Blocks[i].Figure; f != nil && f.Kind == "percentiles" {
			n++
		}
	}
	return n > 2
}

// Line is a text with what stands before it; a Head that is empty continues the
// one above.
type Line struct {
	Head string
	Tone Tone
	Text string
}

// Section is a part of a report with a heading.
type Section struct {
	ID     string // unique in the page
	Title  string
	Lead   string // a sentence below the heading, may be empty
	Blocks []Block
}

// Block is one part of a section: whichever of its fields is set.
type Block struct {
	Lines  []Line // with heads
	Notes  []Line // without
	Table  *Table
	Figure *Figure
	Code   *Code
	Terms  []Line // explanations of words and marks
	// Fragments are prepared pictures of their own, such as the sequence charts
	// of conversations. Whoever makes them escapes what is in them.
	Fragments []Fragment
	Fold      *Fold
}

// Fold is what is shown on demand.
type Fold struct {
	Title  string
	Blocks []Block
}

// Fragment is a prepared picture, an SVG element mostly, with its caption and
// its numbers. The page's policy lets nothing in it run, and takes no style
// attributes and no style elements: what is to look different has presentation
// attributes or a class that page.css knows.
type Fragment struct {
	Caption string
	Note    string // what it shows in a sentence, may be empty
	SVG     template.HTML
	Tables  []*Table
}

// Code is text to be copied as it is.
type Code struct{ Caption, Text string }

// Table is a table of numbers.
type Table struct {
	Caption string
	Label   string  // head of the column of labels
	Groups  []Group // heads above the heads, none if they say nothing
	Heads   []string
	Rows    []Row
	Words   bool // most columns are of words, which stand to the left and wrap
}

// Headed reports whether any column has a head.
func (t *Table) Headed() bool {
	return len(t.Groups) > 0 || slices.ContainsFunc(t.Heads, func(s string) bool { return s != "" })
}

// Group is a head that spans columns.
type Group struct {
	Head string
	Span int
}

// Row is one line of a table. One without cells is a heading among the rows.
type Row struct {
	Label, Mark, About string
	Tone               Tone
	Cells              []Cell
}

// Cell is one number. Value is what it stands for, for programs, in the unit of
// the JSON report; nil where it is not known or is no number.
type Cell struct {
	Text, Mark string
	Tone       Tone
	Prose      bool // words, which may wrap, and no number
	Value      *float64
}

// Exact returns the value in full, empty without one.
func (c Cell) Exact() string {
	if c.Value == nil || math.IsNaN(*c.Value) || math.IsInf(*c.Value, 0) {
		return ""
	}
	return strconv.FormatFloat(*c.Value, 'f', -1, 64)
}

// Figure is a chart with its caption and its table. One of Charts, Bars and Strip
// is set.
type Figure struct {
	ID      string // unique in the page
	Kind    string // percentiles, partition, timeline-goodput, timeline-ops, pairs or capacity
	Title   string
	Summary string // what a reader who does not see it is told
	Note    string // a sentence below it, may be empty
	Legend  []Key
	Charts  []*Chart // one below the other
	Bars    *Bars
	Strip   *Strip
	Tables  []*Table
}

// Key explains a colour.
type Key struct {
	Name  string
	Class string // v0 to v7 for variants, s0 to s5 for segments, or a mark's
	// Line is set for a line, whose dashes are Dash, empty if it has none.
	Line bool
	Dash string
}

// Number is a number of a chart; NaN is not known, which leaves a gap.
type Number float64

// MarshalJSON writes seven significant digits, which is more than a chart shows
// and milliseconds of some hours,
// and null for what is not known.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	v, err := strconv.ParseFloat(strconv.FormatFloat(float64(n), 'g', 7, 64), 64)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// Numbers are the numbers of a chart.
func Numbers(values []float64) []Number {
	out := make([]Number, len(values))
	for i, v := range values {
		out[i] = Number(v)
	}
	return out
}

// Chart is what the page's script draws. Kind says how.
type Chart struct {
	Kind   string  `json:"kind"` // percentiles, time or load
	X      Axis    `json:"x"`
	Y      Axis    `json:"y"`
	Y2     *Axis   `json:"y2,omitempty"`
	Lines  []Curve `json:"lines"`
	Bands  []Band  `json:"bands,omitempty"`
	Marks  []Mark  `json:"marks,omitempty"`
	Errors []Error `json:"errors,omitempty"`
}

// Axis is a scale. Unit is ns, B/s, /s, s, or empty for a bare number.
type Axis struct {
	Name string `json:"name"`
	Unit string `json:"unit"`
	Log  bool   `json:"log,omitempty"`
	Low  Number `json:"low"`
	High Number `json:"high"`
}

// Curve is a line of points; y is null where it is broken.
type Curve struct {
	Name   string   `json:"name"`
	Color  int      `json:"color"`            // of a variant, from 0
	Second bool     `json:"second,omitempty"` // on the second axis
	Style  string   `json:"style,omitempty"`  // line if empty, steps, points or dashes
	X      []Number `json:"x"`
	Y      []Number `json:"y"`
	// Signs mark points by a letter each: h held, f failed, u unknown.
	Signs string `json:"signs,omitempty"`
}

// dashes are those of the variants' lines, for whoever cannot tell their colours.
// The page's script has the same.
var dashes = [Colors]string{"", "7 3", "2 3", "9 3 2 3", "4 2", "12 4", "1 2", "6 2 1 2"}

// dense is how many points leave a line no room for dashes, here and in the
// page's script.
const dense = 200

// Key returns what explains the line.
func (c *Curve) Key() Key {
	k := Key{Name: c.Name, Class: Class(c.Color), Line: true}
	if len(c.X) <= dense {
		k.Dash = dashes[max(c.Color, 0)%Colors]
	}
	return k
}

// Band is a part of the x axis that does not count, such as a warm-up.
type Band struct {
	From Number `json:"from"`
	To   Number `json:"to"`
	Name string `json:"name"`
}

// Mark is an upright line.
type Mark struct {
	At    Number `json:"at"`
	Name  string `json:"name"`
	Style string `json:"style"` // strong or faint
}

// Error is a place with failures.
type Error struct {
	At    Number `json:"at"`
	Count int64  `json:"count"`
	Color int    `json:"color"`
}

// Colors is how many variants have a colour of their own; further ones begin
// again with the first.
const Colors = 8

// Write writes the page.
func (p *Page) Write(w io.Writer) error {
	a, err := load()
	if err != nil {
		return err
	}
	return a.template.ExecuteTemplate(w, "page", struct {
		*Page
		*assets
		Several bool
	}{p, a, len(p.Reports) > 1})
}
