package html

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// TestRects checks that parts stand behind each other on one scale and that
// nothing is drawn where nothing is.
func TestRects(t *testing.T) {
	b := &bars{&doc.Bars{Most: 8}}
	got := b.Rects(doc.Bar{Parts: []doc.Part{{Name: "a", Value: 2}, {Name: "b"}, {Name: "c", Value: 4}, {Name: "d", Value: math.NaN()}}})
	if len(got) != 2 || got[0].X != "0.000%" || got[0].Width != "25.000%" || got[1].X != "25.000%" || got[1].Width != "50.000%" {
		t.Errorf("%+v", got)
	}
	if got := (&bars{&doc.Bars{}}).Rects(doc.Bar{Parts: []doc.Part{{Name: "a", Value: 2}}}); len(got) != 0 {
		t.Errorf("without a scale: %+v", got)
	}
}

// TestStrip checks that however many pairs there are, the strip is no higher than
// can be seen at once.
func TestStrip(t *testing.T) {
	for _, n := range []int{0, 1, 10, 1000} {
		s := stripOf(&doc.Strip{From: -1, To: 1, Dots: make([]doc.Dot, n), BandFrom: -0.1, BandTo: 0.1, Low: math.NaN()})
		if len(s.Dots) != n || s.Height > mostHeight+40 || s.Top < 0 || !s.Banded || s.Known {
			t.Errorf("%d pairs: %d dots, %d high", n, len(s.Dots), s.Height)
		}
	}
	s := stripOf(&doc.Strip{From: -1, To: 1, Dots: []doc.Dot{{At: 0}, {At: 7}}})
	if s.Dots[0].X != "50.000%" || s.Dots[1].X != "100.000%" || s.Banded {
		t.Errorf("%+v", s)
	}
}

// TestWrite checks that words are escaped for where they go and that a prepared
// picture is not.
func TestWrite(t *testing.T) {
	const evil = `</script><b onclick="x">`
	d := doc.New("r1", evil)
	d.Name = evil
	d.Answer(doc.Line{Head: evil, Text: evil})
	d.Begin(doc.Section{ID: "a", Title: evil, Lead: evil})
	d.Figure(&doc.Figure{Kind: "f", Title: evil, Summary: evil, Charts: []*doc.Chart{{Kind: "time", Lines: []doc.Curve{{Name: evil + "<!--"}}}}})
	d.Add(doc.Block{Pictures: []doc.Picture{{Caption: evil, SVG: "<svg><desc>made here</desc></svg>"}}})
	var b bytes.Buffer
	if err := Write(&b, []*doc.Doc{d}, evil); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), evil) || strings.Contains(b.String(), "<b ") {
		t.Error("words are in the page as they are")
	}
	if !strings.Contains(b.String(), "<svg><desc>made here</desc></svg>") {
		t.Error("the picture is not in the page as it is")
	}
}
