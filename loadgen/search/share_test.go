package search

import (
	"math/rand/v2"
	"testing"
)

func TestSharesAreSettled(t *testing.T) {
	const each = 140 // operations a second
	for _, c := range []struct {
		what    string
		longer  []int64
		allowed float64
		want    bool
	}{
		{"nothing yet", nil, 0.01, true},
		{"none took longer", []int64{0, 0, 0, 0}, 0.01, true},
		{"all did", []int64{140, 140, 140, 140}, 0.01, true},
		{"too short", []int64{70, 70, 70}, 0.01, false},
		{"one burst, twice what is allowed", []int64{0, 0, 0, 22, 0, 0, 0, 0}, 0.01, false},
		{"two bursts, four times what is allowed", []int64{0, 20, 0, 25, 0, 0, 0, 0}, 0.01, false},
		{"most seconds have some", []int64{10, 0, 22, 14, 0, 25, 18, 12}, 0.01, true},
		{"a few in each, and the half of them allowed", []int64{3, 2, 3, 4, 2, 3, 3, 4}, 0.01, true},
		{"a few in each, as many as allowed", []int64{1, 2, 1, 1, 2, 1, 2, 1}, 0.01, false},
		{"a tenth of what is allowed", []int64{1, 2, 1, 1, 2, 1, 2, 1}, 0.1, true},
	} {
		var s Share
		for _, n := range c.longer {
			s.Add(n, each)
		}
		if got := s.Settled(c.allowed); got != c.want {
			t.Errorf("%s: settled %v, want %v", c.what, got, c.want)
		}
	}
	var s Share
	for _, n := range []int64{0, 0, 300, 0, 0, 0} { // a server that stands still now and then
		s.Add(n/2, n)
	}
	if !s.Settled(0.01) {
		t.Error("seconds without an operation say something")
	}
}

// TestSettledSharesAreRight: few windows end on the wrong side of what is allowed, though they
// are asked each second. Of a share that is a little above it many do, because no burst came
// within the first seconds: a level that is found is therefore confirmed, for longer.
func TestSettledSharesAreRight(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const n, each, burst, allowed, to = 2000, 140, 20, 0.01, 60
	for _, c := range []struct {
		part, wrong float64 // at most
		from        int     // seconds
	}{{0.002, 0.02, 8}, {0.004, 0.06, 8}, {0.06, 0.12, 8}, {0.025, 0.25, 24}, {0.06, 0.03, 24}} {
		part, from := c.part, c.from
		wrong, seconds := 0, 0
		for range n {
			var s Share
			var longer, all int64
			for len(s.of) < from || !s.Settled(allowed) && len(s.of) < to {
				var now int64
				for range each {
					if r.Float64() < part/burst {
						now += int64(burst * r.ExpFloat64())
					}
				}
				now = min(now, each)
				longer, all = longer+now, all+each
				s.Add(now, each)
			}
			seconds += len(s.of)
			if failed := float64(longer) > allowed*float64(all); failed != (part > allowed) {
				wrong++
			}
		}
		t.Logf("a share of %g, %d s and more: %.1f%% of windows were wrong, %.0f s long in the mean", part, from, 100*float64(wrong)/n, float64(seconds)/n)
		if float64(wrong) > c.wrong*n {
			t.Errorf("more than %g%%", 100*c.wrong)
		}
	}
}
