package schedule

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestSlots(t *testing.T) {
	ramp := Curve{{10 * s1, 0, 10}, {10 * s1, 10, 10}, {10 * s1, 10, 0}}
	type moment struct {
		at time.Duration
		ok bool
	}
	never := moment{0, false}
	for _, c := range []struct {
		name   string
		curve  Curve
		slot   int
		at     time.Duration
		wanted bool
		next   moment
	}{
		{"nothing", nil, 0, 0, false, never},
		{"before", steady, 0, -s1, false, moment{0, true}},
		{"steady", steady, 199, 3, true, moment{3, true}},
		{"too many", steady, 200, 3, false, never},
		{"after", steady, 0, 10 * s1, false, never},
		{"endless", endless, 0, s1, true, moment{s1, true}},
		{"no such slot", endless, -1, s1, false, never},
		{"half is rounded up", ramp, 0, 500 * ms, true, moment{500 * ms, true}},
		{"less than half is not", ramp, 0, 500*ms - 1, false, moment{500 * ms, true}},
		{"up", ramp, 9, 0, false, moment{9500 * ms, true}},
		{"down", ramp, 9, 15 * s1, true, moment{15 * s1, true}},
		{"gone", ramp, 9, 20500*ms + 1, false, never},
		{"back after a gap", gap, 5, 15 * s1, false, moment{20 * s1, true}},
		{"until the gap", gap, 5, 14 * s1, true, moment{14 * s1, true}},
		{"past a segment without length", house, 99, 12 * s1, true, moment{12 * s1, true}},
		{"for ever", house, 19, 12 * s1, true, moment{12 * s1, true}},
	} {
		if got := c.curve.Wanted(Share{}, c.slot, c.at); got != c.wanted {
			t.Errorf("%s: Wanted(%d, %v) = %v", c.name, c.slot, c.at, got)
		}
		if at, ok := c.curve.NextWanted(Share{}, c.slot, c.at); (moment{at, ok}) != c.next {
			t.Errorf("%s: NextWanted(%d, %v) = %v, %v, want %v", c.name, c.slot, c.at, at, ok, c.next)
		}
		if c.slot >= 0 {
			checkSlots(t, c.curve, c.slot, c.at)
		}
	}
}

// checkSlots holds NextWanted against Wanted, there and at moments between.
func checkSlots(t *testing.T, c Curve, slot int, at time.Duration) {
	t.Helper()
	next, ok := c.NextWanted(Share{}, slot, at)
	from, to := max(at, 0), next
	if !ok {
		to = math.MaxInt64
	}
	for i := range time.Duration(16) {
		if x := from + (to-from)/16*i; from < to && c.Wanted(Share{}, slot, x) {
			t.Fatalf("%v: Wanted(%d, %d) in between %d and %d", c, slot, x, from, to)
		}
	}
	if from < to && c.Wanted(Share{}, slot, to-1) {
		t.Fatalf("%v: Wanted(%d, %d), just before", c, slot, to-1)
	}
	if ok && (next < at || !c.Wanted(Share{}, slot, next)) {
		t.Fatalf("%v: NextWanted(%d, %d) = %d, where it is not", c, slot, at, next)
	}
}

func TestSlotsOnRandomCurves(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		c := randomCurve(r, 20)
		at := time.Duration(r.Int64N(int64(40*s1))) - s1
		checkSlots(t, c, r.IntN(20), at)
	}
}

// randomCurve has up to 6 segments of up to 10 s with levels up to most, some
// of them zero, some whole, and may end or not.
func randomCurve(r *rand.Rand, most float64) Curve {
	level := func() float64 {
		switch r.IntN(4) {
		case 0:
			return 0
		case 1:
			return math.Floor(r.Float64() * most)
		}
		return r.Float64() * most
	}
	c := make(Curve, 1+r.IntN(6))
	from := level()
	for i := range c {
		if r.IntN(3) == 0 {
			from = level()
		}
		to := from
		if r.IntN(2) == 0 {
			to = level()
		}
		long := time.Duration(1 + r.Int64N(int64(10*s1)))
		if r.IntN(2) == 0 {
			long = time.Duration(1+r.IntN(10)) * s1
		}
		c[i] = Segment{long, from, to}
		from = to
	}
	if r.IntN(3) == 0 {
		last := &c[len(c)-1]
		last.For, last.To = 0, last.From
	}
	return c
}
