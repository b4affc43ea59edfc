package quantity

import (
	"math"
	"testing"
)

func TestShareSaysAllOnlyOfAllAndNothingOnlyOfNothing(t *testing.T) {
	for _, c := range []struct {
		part, all float64
		want      string
	}{
		{0, 10, "0%"},
		{10, 10, "100%"},
		{9996, 10_000, ">99.9%"},
		{9994, 10_000, "99.9%"},
		{below(10), 10, ">99.9%"},
		{math.MaxInt64 - 1024, math.MaxInt64, ">99.9%"},
		{1, 10_000_000, "<0.001%"},
		{1, 10_000, "0.0100%"},
		{3, 12_345, "0.0243%"},
		{1, 3, "33.3%"},
		{11, 10, "110%"},
		{0, 0, "-"},
		{1, 0, "-"},
		{math.NaN(), 1, "-"},
	} {
		if got := Share(c.part, c.all); got != c.want {
			t.Errorf("%v of %v: %q, want %q", c.part, c.all, got, c.want)
		}
	}
}

func TestCountShareOfHugeCounts(t *testing.T) {
	if got := CountShare(math.MaxInt64-1, math.MaxInt64); got != ">99.9%" {
		t.Errorf("all but one: %q", got)
	}
	if got := CountShare(math.MaxInt64, math.MaxInt64); got != "100%" {
		t.Errorf("all: %q", got)
	}
}
