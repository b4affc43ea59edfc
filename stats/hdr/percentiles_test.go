package hdr

import (
	"slices"
	"testing"
)

func TestDoubtfulPercentilesByHand(t *testing.T) {
	// 90 values of 1 ms, then 1, 2, … 10 s: ranks 91 to 100 differ.
	h := NewLatencyHistogram()
	for range 90 {
		h.Record(1e6)
	}
	for i := range int64(10) {
		h.Record((i + 1) * 1e9)
	}
	for _, c := range []struct {
		p      float64
		others int64
		want   bool
	}{
		{50, 0, false}, {95, 0, false},
		// R = ceil(.5×110) = 55, R-f = 45: both 1 ms.
		{50, 10, false},
		// R = ceil(.9×101) = 91 is 1 s, R-f = 90 is 1 ms.
		{90, 1, true},
		// R = ceil(.95×101) = 96, R-f = 95.
		{95, 1, true},
		// R = ceil(.89×101) = 90, R-f = 89: both 1 ms.
		{89, 1, false},
		// R = ceil(.99×103) = 102 > n: with all above, the value is unknown.
		{99, 3, true},
		// R = ceil(.5×250) = 125 > n.
		{50, 150, true},
		// R = ceil(.01×110) = 2, R-f < 1: with all below, unknown.
		{1, 10, true},
	} {
		if got := h.Doubtful(c.p, c.others); got != c.want {
			t.Errorf("p%g with %d others: %v, want %v", c.p, c.others, got, c.want)
		}
	}
}

// Whatever values the others have, a percentile that is not doubtful stays in
// its bucket.
func TestDoubtfulHoldsForEveryPlacement(t *testing.T) {
	values := []int64{1e6, 1e6, 1e6, 2e6, 2e6, 2e6, 2e6, 2e6, 3e6, 9e6}
	h := NewLatencyHistogram()
	for _, v := range values {
		h.Record(v)
	}
	places := []int64{0, 1e6, 15e5, 2e6, 25e5, 3e6, 5e6, 9e6, 1e10}
	s := &scales[Nanoseconds]
	for _, p := range []float64{1, 10, 25, 40, 50, 60, 75, 80, 90, 99} {
		shown := s.index(h.ValueAtPercentile(p))
		changed := [3]bool{}
		for _, a := range places {
			one := append(slices.Clone(values), a)
			changed[1] = changed[1] || nearest(one, p) != shown
			for _, b := range places {
				changed[2] = changed[2] || nearest(append(slices.Clone(one), b), p) != shown
			}
		}
		for f := range int64(3) {
			if got := h.Doubtful(p, f); got != changed[f] {
				t.Errorf("p%g with %d others: doubtful %v, but some placement changes it: %v", p, f, got, changed[f])
			}
		}
	}
}

func nearest(values []int64, p float64) int {
	slices.Sort(values)
	return scales[Nanoseconds].index(values[rank(p, int64(len(values)))-1])
}
