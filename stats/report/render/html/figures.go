package html

import (
	"html/template"
	"math"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// figure is a chart in its place, with its tables.
type figure struct {
	*doc.Figure
	Charts []*doc.Chart
	Legend []key
	Bars   *bars
	Strip  *strip
	Tables []*table
}

// picture is one that was prepared elsewhere. The page's policy lets nothing in it
// run, and takes no style attributes and no style elements: what is to look
// different has presentation attributes or a class that page.css knows.
type picture struct {
	doc.Picture
	SVG    template.HTML
	Tables []*table
}

func picturesOf(pictures []doc.Picture) (out []picture) {
	for _, p := range pictures {
		out = append(out, picture{p, template.HTML(p.SVG), tablesOf(p.Tables)})
	}
	return out
}

func figureOf(f *doc.Figure) *figure {
	out := &figure{Figure: f, Tables: tablesOf(f.Tables)}
	for _, c := range f.Charts {
		out.Charts = append(out.Charts, roomy(c))
	}
	for _, k := range f.Legend {
		out.Legend = append(out.Legend, keyOf(k))
	}
	if f.Bars != nil {
		out.Bars = &bars{f.Bars}
	}
	if f.Strip != nil {
		out.Strip = stripOf(f.Strip)
	}
	return out
}

// roomy leaves room around what a chart of loads shows: no mark lies on an edge.
func roomy(c *doc.Chart) *doc.Chart {
	if c.Kind != "load" {
		return c
	}
	out := *c
	if out.X.Log {
		out.X.Low, out.X.High = out.X.Low*0.9, out.X.High*1.1
	}
	out.Y.High *= 1.12
	for _, b := range out.Bounds {
		out.Y.High = max(out.Y.High, b.At*1.05)
	}
	if out.Y.Log {
		out.Y.Low, out.Y.High = out.Y.Low*0.8, out.Y.High*1.2
	}
	return &out
}

// segmentColors is how many segments of a bar have a colour of their own.
const segmentColors = 6

// class is that of a colour.
func class(s doc.Swatch) string {
	switch s.Of {
	case doc.OfSegment:
		return "s" + strconv.Itoa(max(s.N, 0)%segmentColors)
	case doc.OfFailures:
		return "err"
	}
	return "v" + strconv.Itoa(max(s.N, 0)%doc.Colors)
}

func variantClass(n int) string { return class(doc.Swatch{Of: doc.OfVariant, N: n}) }

// key explains a colour. Dash are a line's dashes, empty if it has none.
type key struct {
	Name, Class string
	Line        bool
	Dash        string
	Shape       string
}

// dashes are those of the variants' lines, for whoever cannot tell their colours.
// The page's script has the same.
var dashes = [doc.Colors]string{"", "7 3", "2 3", "9 3 2 3", "4 2", "12 4", "1 2", "6 2 1 2"}

func keyOf(k doc.Key) key {
	out := key{Name: k.Name, Class: class(k.Swatch), Line: k.Line, Shape: k.Shape}
	if k.Line && !k.Dense {
		out.Dash = dashes[max(k.Swatch.N, 0)%doc.Colors]
	}
	return out
}

// bars are rows of segments in their places.
type bars struct{ *doc.Bars }

// rect is a part in its place, in percent of the width.
type rect struct {
	doc.Part
	Class, X, Width string
}

// Rects places the parts of a bar behind each other.
func (b *bars) Rects(bar doc.Bar) (out []rect) {
	at := 0.0
	for _, p := range bar.Parts {
		if !(p.Value > 0) || !(b.Most > 0) {
			continue
		}
		out = append(out, rect{p, class(doc.Swatch{Of: doc.OfSegment, N: p.Segment}), percent(at / b.Most), percent(p.Value / b.Most)})
		at += p.Value
	}
	return out
}

// strip is a strip in its place: X are percent of the width, others are pixels.
type strip struct {
	Class           string
	Dots            []dot
	Known           bool // the interval is
	LowX, MiddleX   string
	IntervalWidth   string
	ZeroX, ZeroText string
	Banded          bool // there is a practical threshold
	BandX           string
	BandWidth       string
	Left, Right     string // what the ends of the scale mean
	Top             int    // of the interval's bar
	Height          int
}

// dot is one pair in its place.
type dot struct{ X, Y, Text string }

// The heights of a strip's parts, and the room beside its ends: no dot lies on
// the edge.
const (
	dotPitch   = 9
	stripTop   = 10
	mostHeight = 180
	beside     = 0.03
)

func stripOf(s *doc.Strip) *strip {
	margin := beside * (s.To - s.From)
	place := func(x float64) float64 { return min(max((x-s.From+margin)/(s.To-s.From+2*margin), 0), 1) }
	pitch := min(dotPitch, mostHeight/float64(max(len(s.Dots), 1)))
	below := int(stripTop+pitch*float64(len(s.Dots))) + 8
	out := &strip{
		Class: variantClass(s.Variant), ZeroX: percent(place(0)), ZeroText: s.ZeroText, Top: below - 7, Height: below + 14,
		Left: s.Lower + " " + s.FromText, Right: s.ToText + " " + s.Upper,
		Known: s.Low <= s.High && !math.IsNaN(s.Middle), Banded: s.BandTo > s.BandFrom,
	}
	for i, d := range s.Dots {
		out.Dots = append(out.Dots, dot{percent(place(d.At)), number(stripTop + pitch*float64(i)), d.Text})
	}
	if out.Known {
		out.LowX, out.MiddleX, out.IntervalWidth = percent(place(s.Low)), percent(place(s.Middle)), percent(place(s.High)-place(s.Low))
	}
	if out.Banded {
		out.BandX, out.BandWidth = percent(place(s.BandFrom)), percent(place(s.BandTo)-place(s.BandFrom))
	}
	return out
}

func percent(part float64) string { return number(100*min(max(part, 0), 1)) + "%" }

func number(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
