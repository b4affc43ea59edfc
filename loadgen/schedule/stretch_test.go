package schedule

import (
	"math"
	"testing"
)

func TestEarliest(t *testing.T) {
	const high = math.MaxInt64
	for _, want := range []int64{1, 2, 1000, 1 << 40, high - 1, high} {
		for _, c := range []struct {
			guess float64
			calls int
		}{
			{math.NaN(), 130}, {math.Inf(1), 130}, {math.Inf(-1), 130}, {0, 130}, {1e6, 130}, {1e18, 130},
			{float64(want) - 0.5, 2}, {float64(want) + 3, 6}, {float64(want) - 3, 6},
		} {
			if c.calls < 130 && want >= 1<<53 {
				continue // a float64 does not come so near
			}
			calls := 0
			got := earliest(0, high, c.guess, func(x int64) bool {
				if calls++; x <= 0 {
					t.Fatalf("asked for %d", x)
				}
				return x >= want
			})
			if got != want || calls > c.calls {
				t.Errorf("%d from the guess %v: %d in %d calls, want no more than %d", want, c.guess, got, calls, c.calls)
			}
		}
	}
}
