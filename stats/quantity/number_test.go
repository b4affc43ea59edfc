package quantity

import (
	"math"
	"testing"
)

// below and above are the numbers next to v.
func below(v float64) float64 { return math.Nextafter(v, math.Inf(-1)) }
func above(v float64) float64 { return math.Nextafter(v, math.Inf(1)) }

func TestSignificant(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{
		{0, "0"},
		{1e-9, "<0.001"},
		{-1e-9, ">-0.001"},
		{below(0.001), "<0.001"},
		{0.001, "0.00100"},
		{0.0123456, "0.0123"},
		{below(0.01), "0.0100"},
		{below(0.1), "0.100"},
		{0.99949, "0.999"},
		{0.9996, "1.00"},
		{below(1), "1.00"},
		{2, "2.00"},
		{below(10), "10.0"},
		{99.94, "99.9"},
		{99.96, "100"},
		{below(100), "100"},
		{999.4, "999"},
		{below(1000), "1,000"},
		{1234.5, "1,234"},
		{9_876_543, "9,876,543"},
		{-12.345, "-12.3"},
		{-123456, "-123,456"},
		{1e300, "1.00e+300"},
		{math.NaN(), "-"},
		{math.Inf(-1), "-"},
	} {
		if got := Significant(c.v); got != c.want {
			t.Errorf("%v: %q, want %q", c.v, got, c.want)
		}
	}
}

func TestTrimmed(t *testing.T) {
	for _, c := range []struct {
		v      float64
		digits int
		want   string
	}{
		{0, 3, "0"}, {1, 3, "1"}, {0.25, 3, "0.25"}, {12.345, 3, "12.3"}, {9.996, 3, "10"}, {99.96, 3, "100"},
		{1240, 3, "1240"}, {1234567.8, 3, "1234568"}, {0.000123456, 3, "0.000123"}, {250.2, 4, "250.2"}, {-1.50, 3, "-1.5"},
	} {
		if got := Trimmed(c.v, c.digits); got != c.want {
			t.Errorf("%v in %d digits: %s, want %s", c.v, c.digits, got, c.want)
		}
	}
}
