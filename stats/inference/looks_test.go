package inference

import (
	"math"
	"slices"
	"testing"
)

func TestLooks(t *testing.T) {
	for _, test := range []struct {
		first, most int
		want        []int
	}{
		{10, 40, []int{10, 16, 25, 40}},
		{10, 20, []int{10, 14, 20}},
		{10, 30, []int{10, 14, 21, 30}},
		{10, 100, []int{10, 15, 22, 32, 46, 68, 100}},
		{6, 40, []int{9, 13, 19, 28, 40}}, // 6 cannot reach a sixth of 5%
		{6, 10, []int{8, 10}},
		{6, 6, []int{6}},
		{6, 7, []int{7}},
		{10, 10, []int{10}},
		{10, 11, []int{11}},
		{30, 1000, []int{30, 44, 65, 97, 143, 210, 311, 459, 677, 1000}},
		{20, 10, []int{10}}, // first beyond most
		{1, 5, []int{5}},    // nothing can be decided
	} {
		looks := Looks(test.first, test.most, 0.05)
		var got []int
		for _, look := range looks {
			got = append(got, look.Pairs)
			if want := 0.05 / float64(len(looks)); look.Alpha != want {
				t.Errorf("%d to %d: %v at %d pairs, want %v", test.first, test.most, look.Alpha, look.Pairs, want)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%d to %d: %v, want %v", test.first, test.most, got, test.want)
		}
	}
}

// No more than alpha is spent, every look can decide, and the last is the last.
func TestLooksAreSound(t *testing.T) {
	for _, alpha := range []float64{0.001, 0.01, 0.05, 0.1} {
		for first := 6; first <= 60; first++ {
			for most := first; most <= 1000; most += 1 + most/7 {
				looks := Looks(first, most, alpha)
				spent, before := 0.0, first-1
				for _, look := range looks {
					if look.Pairs <= before {
						t.Fatalf("%d to %d at %v: %v", first, most, alpha, looks)
					}
					if len(looks) > 1 && !(2*LeastSignedRankP(look.Pairs) <= look.Alpha) {
						t.Fatalf("%d to %d at %v: a look that hardly ever decides: %v", first, most, alpha, looks)
					}
					spent, before = spent+look.Alpha, look.Pairs
				}
				if spent > alpha*(1+1e-12) || before != most {
					t.Fatalf("%d to %d at %v: %v spent, %d the last", first, most, alpha, spent, before)
				}
				if len(looks) > 1 && float64(looks[1].Pairs)/float64(looks[0].Pairs) > 2 {
					t.Fatalf("%d to %d at %v: a step too wide: %v", first, most, alpha, looks)
				}
			}
		}
	}
	if looks := Looks(10, math.MaxInt, 0.05); looks[len(looks)-1].Pairs != math.MaxInt {
		t.Errorf("without an end: %v", looks)
	}
}
