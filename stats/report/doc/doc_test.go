package doc

import (
	"encoding/json"
	"math"
	"testing"
)

// TestNumbers checks that what is not known is null and never 0, and that seven
// digits are kept of the rest.
func TestNumbers(t *testing.T) {
	got, err := json.Marshal(Numbers([]float64{0, 1234567.8, 0.000123456, math.NaN(), math.Inf(1), -2.5}))
	if err != nil || string(got) != "[0,1234568,0.000123456,null,null,-2.5]" {
		t.Errorf("%s, %v", got, err)
	}
	nan := math.NaN()
	for want, c := range map[string]Cell{"1234567": CellOf("", 1234567), "": {Text: "-", Value: &nan}} {
		if got := c.Exact(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := CellOf("-", nan).Exact(); got != "" {
		t.Errorf("a cell without a value has %q", got)
	}
}

// TestTerms: an explanation is kept once, and those of one mark stand together.
func TestTerms(t *testing.T) {
	d := New("r1", "Run")
	for _, x := range []Term{{Mark: "-", Text: "a"}, {Mark: "?", Text: "b"}, {Mark: "-", Text: "a"}, {Mark: "-", Text: "c"}} {
		d.Term(x.Mark, x.Text)
	}
	if len(d.Terms) != 3 || d.Terms[1] != (Term{Mark: "-", Text: "c"}) || d.Terms[2].Mark != "?" {
		t.Errorf("%v", d.Terms)
	}
}

// TestColors: a variant keeps its colour.
func TestColors(t *testing.T) {
	d := New("r1", "Run")
	if a, b, again := d.Color("a"), d.Color("b"), d.Color("a"); a != 0 || b != 1 || again != 0 {
		t.Errorf("%d, %d, %d", a, b, again)
	}
}
