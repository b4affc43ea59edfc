package page

import (
	"bytes"
	"encoding/json"
	"html/template"
	"math"
	"strings"
	"testing"
)

// TestNumbers checks that what is not known is null and never 0, and that seven
// digits are kept of the rest.
func TestNumbers(t *testing.T) {
	got, err := json.Marshal(Numbers([]float64{0, 1234567.8, 0.000123456, math.NaN(), math.Inf(1), -2.5}))
	if err != nil || string(got) != "[0,1234568,0.000123456,null,null,-2.5]" {
		t.Errorf("%s, %v", got, err)
	}
	v, nan := 1234567.0, math.NaN()
	for want, c := range map[string]Cell{"1234567": {Value: &v}, "": {Text: "-", Value: &nan}} {
		if got := c.Exact(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := (Cell{Text: "-"}).Exact(); got != "" {
		t.Errorf("a cell without a value has %q", got)
	}
}

// TestRects checks that parts stand behind each other on one scale and that
// nothing is drawn where nothing is.
func TestRects(t *testing.T) {
	b := &Bars{Most: 8}
	got := b.Rects(Bar{Parts: []Part{{Name: "a", Value: 2}, {Name: "b"}, {Name: "c", Value: 4}, {Name: "d", Value: math.NaN()}}})
	if len(got) != 2 || got[0].X != "0.000%" || got[0].Width != "25.000%" || got[1].X != "25.000%" || got[1].Width != "50.000%" {
		t.Errorf("%+v", got)
	}
	if got := (&Bars{}).Rects(Bar{Parts: []Part{{Value: 1}}}); len(got) != 0 {
		t.Errorf("without a scale: %+v", got)
	}
}

// TestStrip checks that however many pairs there are, the strip is no higher than
// can be seen at once.
func TestStrip(t *testing.T) {
	for _, n := range []int{0, 1, 10, 1000} {
		s := &Strip{Dots: make([]Dot, n), From: 0.4, To: 0.6}
		placed := s.Placed()
		if len(placed) != n || s.Height() > mostHeight+40 || s.Top() < 0 {
			t.Errorf("%d pairs: %d dots, %d high", n, len(placed), s.Height())
		}
	}
	s := &Strip{Dots: []Dot{{At: 0.25, Text: "x"}, {At: 7}}}
	if got := s.Placed(); got[0].X != "25.000%" || got[1].X != "100.000%" || s.Banded() {
		t.Errorf("%+v", got)
	}
}

// TestWrite checks that words are escaped for where they go and that a prepared
// picture is not.
func TestWrite(t *testing.T) {
	const evil = `</script><b onclick="x">`
	p := Page{Title: evil, Tool: evil, Reports: []Report{{ID: "r1", Kind: evil, Name: evil, Answers: []Line{{Head: evil, Text: evil}}, Sections: []*Section{{
		ID: "r1-a", Title: evil, Lead: evil, Blocks: []Block{
			{Figure: &Figure{ID: "f", Title: evil, Summary: evil, Charts: []*Chart{{Kind: "time", Lines: []Curve{{Name: evil + "<!--"}}}}}},
			{Fragments: []Fragment{{Caption: evil, SVG: template.HTML("<svg><desc>made here</desc></svg>")}}},
		},
	}}}}}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), evil) || strings.Contains(b.String(), "<b ") {
		t.Error("words are in the page as they are")
	}
	if !strings.Contains(b.String(), "<svg><desc>made here</desc></svg>") {
		t.Error("the picture is not in the page as it is")
	}
}
