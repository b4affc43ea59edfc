package page

import (
	"strconv"
)

// Class is the class of a variant's colour.
func Class(variant int) string { return "v" + strconv.Itoa(max(variant, 0)%Colors) }

// SegmentClass is the class of a segment's colour.
func SegmentClass(segment int) string { return "s" + strconv.Itoa(max(segment, 0)%6) }

// Bars are rows of segments on one scale, for things that add up.
type Bars struct {
	// Most is what the whole width stands for.
	Most float64
	Rows []Bar
}

// Bar is one row.
type Bar struct {
	Name  string
	Class string // of its variant
	Total string
	Parts []Part
}

// Part is one segment of a bar.
type Part struct {
	Name, Text string
	Class      string
	Value      float64
}

// Rect is a part in its place, in percent of the width.
type Rect struct {
	Part
	X, Width string
}

// Rects places the parts of a bar behind each other.
func (b *Bars) Rects(bar Bar) (out []Rect) {
	at := 0.0
	for _, p := range bar.Parts {
		if !(p.Value > 0) || !(b.Most > 0) {
			continue
		}
		out = append(out, Rect{p, percent(at / b.Most), percent(p.Value / b.Most)})
		at += p.Value
	}
	return out
}

// Strip is a scale with a dot for each pair, the interval and what is no
// change. All places are parts of the width, from 0 to 1.
type Strip struct {
	Class string // of the variant
	Dots  []Dot
	// Low, High and Middle are the interval and the median, drawn if Known.
	Known             bool
	Low, High, Middle float64
	// Zero is where nothing changes, From and To the practical threshold's ends,
	// equal if there is none.
	Zero, From, To float64
	Nothing        string // the label of Zero
	// Left and Right are what the ends of the scale mean.
	Left, Right string
}

// Dot is one pair.
type Dot struct {
	At   float64
	Text string
}

// The heights of a strip's parts.
const (
	dotPitch   = 9
	stripTop   = 10
	mostHeight = 180
)

func (s *Strip) pitch() float64 {
	return min(dotPitch, mostHeight/float64(max(len(s.Dots), 1)))
}

// Placed returns the dots with their places.
func (s *Strip) Placed() (out []struct{ X, Y, Text string }) {
	for i, d := range s.Dots {
		out = append(out, struct{ X, Y, Text string }{percent(d.At), number(stripTop + s.pitch()*float64(i)), d.Text})
	}
	return out
}

// Below is where the interval lies, Height how high the strip is.
func (s *Strip) Below() int { return int(stripTop+s.pitch()*float64(len(s.Dots))) + 8 }

// Top and Bottom are the ends of the interval's bar.
func (s *Strip) Top() int { return s.Below() - 7 }

// Height returns how high the strip is.
func (s *Strip) Height() int { return s.Below() + 14 }

// Span returns a width in percent.
func (s *Strip) Span(from, to float64) string { return percent(to - from) }

// At returns a place in percent.
func (s *Strip) At(x float64) string { return percent(x) }

// Banded reports whether there is a practical threshold to draw.
func (s *Strip) Banded() bool { return s.To > s.From }

func percent(part float64) string { return number(100*min(max(part, 0), 1)) + "%" }

func number(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
