package doc

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// Figure is a chart with its tables. One of Charts, Bars and Strip says what is drawn.
type Figure struct {
	ID      string // unique in the document
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

// Colors is how many variants have a colour of their own; further ones begin
// again with the first.
const Colors = 8

// Swatch is a colour: of a variant from 0, of a segment of a bar from 0, or of
// failures.
type Swatch struct {
	Of SwatchOf
	N  int
}

// SwatchOf says what a colour is of.
type SwatchOf uint8

// What has colours.
const (
	OfVariant SwatchOf = iota
	OfSegment
	OfFailures
)

// Key explains a colour.
type Key struct {
	Name   string
	Swatch Swatch
	// Line is set for a line; one that is Dense has no room for dashes.
	Line, Dense bool
	// Shape is set for a mark of that letter, as in [Curve.Shapes].
	Shape string
}

// dense is how many points leave a line no room for dashes.
const dense = 200

// Number is a number of a chart; NaN is not known, which leaves a gap.
type Number float64

// MarshalJSON writes seven significant digits, which is more than a chart shows
// and milliseconds of some hours, and null for what is not known.
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
	Kind  string  `json:"kind"` // percentiles, time or load
	X     Axis    `json:"x"`
	Y     Axis    `json:"y"`
	Y2    *Axis   `json:"y2,omitempty"`
	Lines []Curve `json:"lines"`
	Bands []Band  `json:"bands,omitempty"`
	Marks []Mark  `json:"marks,omitempty"`
	// Bounds are level lines that y is to stay below.
	Bounds []Mark  `json:"bounds,omitempty"`
	Errors []Error `json:"errors,omitempty"`
}

// Curve is a line of points; y is null where it is broken.
type Curve struct {
	Name   string   `json:"name"`
	Color  int      `json:"color"`            // of a variant, from 0
	Second bool     `json:"second,omitempty"` // on the second axis
	Style  string   `json:"style,omitempty"`  // line if empty, steps, points or dashes
	X      []Number `json:"x"`
	Y      []Number `json:"y"`
	// Signs mark points by a letter each: h held, f failed, u unknown; Shapes say by another
	// why they were measured: r ramp, s search, c confirmation, a again.
	Signs  string `json:"signs,omitempty"`
	Shapes string `json:"shapes,omitempty"`
}

// At returns y between the points beside x, NaN outside of them. X ascends.
func (c *Curve) At(x float64) float64 {
	i, _ := slices.BinarySearch(c.X, Number(x*(1-1e-9)))
	switch {
	case i == len(c.X):
		return math.NaN()
	case float64(c.X[i]) <= x*(1+1e-9):
		return float64(c.Y[i])
	case i == 0:
		return math.NaN()
	}
	part := (x - float64(c.X[i-1])) / float64(c.X[i]-c.X[i-1])
	return float64(c.Y[i-1]) + part*float64(c.Y[i]-c.Y[i-1])
}

// Key returns what explains the line.
func (c *Curve) Key() Key {
	return Key{Name: c.Name, Swatch: Swatch{OfVariant, c.Color}, Line: true, Dense: len(c.X) > dense}
}

// Band is a part of the x axis that does not count, such as a warm-up.
type Band struct {
	From Number `json:"from"`
	To   Number `json:"to"`
	Name string `json:"name"`
}

// Mark is an upright line, or a level one.
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

// Bars are rows of segments on one scale, for things that add up.
type Bars struct {
	// Most is what the whole width stands for.
	Most float64
	Rows []Bar
}

// Bar is one row.
type Bar struct {
	Name    string
	Variant int // its colour
	Total   string
	Parts   []Part
}

// Part is one segment of a bar.
type Part struct {
	Name, Text string
	Segment    int // its colour
	Value      float64
}

// Picture is prepared elsewhere: an SVG element whose maker has escaped what is
// in it. It has no styles and no scripts: pages let none of a picture's run.
type Picture struct {
	Caption string
	Note    string // what it shows in a sentence, may be empty
	SVG     string
	Tables  []*Table
}
