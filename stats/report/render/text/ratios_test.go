package text

import (
	"math"
	"testing"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

// TestRatioPlaces: a ratio stands where its logarithm lies, and heads are as wide
// as what is drawn below them.
func TestRatioPlaces(t *testing.T) {
	c := drawn{width: 21, bound: 4}
	for ratio, want := range map[float64]string{
		1:            "          ●          ",
		2:            "          │────●     ",
		0.5:          "     ●────│          ",
		4:            "          │─────────●",
		100:          "          │─────────●",
		0:            "          │          ",
		math.Inf(1):  "          │          ",
		math.NaN():   "          │          ",
		1 + 1e-9:     "          ●          ",
		math.Pi * -1: "          │          ",
	} {
		if got := c.row(ratio); got != want {
			t.Errorf("%v: %q, want %q", ratio, got, want)
		}
	}
	for width := leastDrawn; width <= mostDrawn; width += 2 {
		for _, bound := range bounds {
			if w := terminal.Width(drawn{width, bound}.head()); w != width {
				t.Errorf("a head of %d, not %d: %q", w, width, drawn{width, bound}.head())
			}
		}
	}
}
