package serverwatch

import (
	"testing"
	"time"
)

func TestPause(t *testing.T) {
	for _, c := range []struct{ cost, want time.Duration }{
		{0, 250 * ms},
		{3 * ms, 247 * ms},
		{5 * ms, 245 * ms},
		{10 * ms, 490 * ms},
		{60 * ms, 2940 * ms},
	} {
		got := pause(c.cost)
		if got.Round(ms) != c.want {
			t.Errorf("after %v: %v, want %v", c.cost, got, c.want)
		}
		if s := float64(c.cost) / float64(c.cost+got); s > share+1e-9 {
			t.Errorf("after %v: %.3f of a processor", c.cost, s)
		}
	}
}

func TestHolding(t *testing.T) {
	h := holding{10, 5}
	h.add(holding{20, unknown})
	if h != (holding{30, unknown}) {
		t.Errorf("%v", h)
	}
	h.add(holding{1, 1})
	h.raise(holding{7, 7})
	if h != (holding{31, unknown}) {
		t.Errorf("%v", h)
	}
	h.raise(holding{unknown, 7})
	if h != (holding{unknown, unknown}) {
		t.Errorf("%v", h)
	}
}
