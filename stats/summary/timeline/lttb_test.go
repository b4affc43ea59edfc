package timeline

import (
	"math"
	"slices"
	"testing"
)

// TestDownsample checks what the method promises: the number of points, the ends,
// the order, and that an outlier is seen wherever it lies.
func TestDownsample(t *testing.T) {
	const n = 10_000
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = float64(i), math.Sin(float64(i)/300)
	}
	for _, spike := range []int{1, 17, 4_999, 5_000, n - 2} {
		changed := slices.Clone(y)
		changed[spike] = 50
		got := Downsample(x, changed, 100)
		if len(got) != 100 || got[0] != 0 || got[99] != n-1 {
			t.Fatalf("%d points from %d to %d", len(got), got[0], got[len(got)-1])
		}
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Errorf("not in order, or twice: %v", got)
		}
		if !slices.Contains(got, spike) {
			t.Errorf("the outlier at %d is left out", spike)
		}
	}
}

// TestDownsampleByHand checks a case that was worked out on paper: of the bucket
// {1, 2} the point with the larger triangle with (0,0) and the centre of {3, 4},
// (3.5, 0), is the one further from the line between them.
func TestDownsampleByHand(t *testing.T) {
	x := []float64{0, 1, 2, 3, 4, 5}
	y := []float64{0, 1, -3, 2, -2, 0}
	// second bucket: triangle of (2,-3), (3,2) or (4,-2), and (5,0):
	// |(2-5)(2+3) - (2-3)(0+3)| = 12, |(2-5)(-2+3) - (2-4)(0+3)| = 3
	if got := Downsample(x, y, 4); !slices.Equal(got, []int{0, 2, 3, 5}) {
		t.Errorf("got %v, want [0 2 3 5]", got)
	}
}

// TestDownsampleFew checks that what is short enough stays as it is.
func TestDownsampleFew(t *testing.T) {
	x := []float64{0, 1, 2, 3}
	for _, c := range []struct {
		n    int
		want []int
	}{{9, []int{0, 1, 2, 3}}, {4, []int{0, 1, 2, 3}}, {2, []int{0, 3}}, {0, []int{0, 3}}} {
		if got := Downsample(x, x, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%d of 4: got %v, want %v", c.n, got, c.want)
		}
	}
	if got := Downsample(nil, nil, 5); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}
