package figures

import (
	"math"
	"testing"
)

// below is the number before v.
func below(v float64) float64 { return math.Nextafter(v, math.Inf(-1)) }

func TestTenths(t *testing.T) {
	for _, c := range []struct {
		part, all float64
		want      string
	}{
		{0, 10, "0%"},
		{10, 10, "100%"},
		{9996, 10_000, ">99.9%"},
		{9994, 10_000, "99.9%"},
		{4, 10_000, "<0.1%"},
		{6, 10_000, "0.1%"},
		{1, 3, "33.3%"},
		{math.NaN(), 10, "-"},
		{1, 0, "-"},
	} {
		if got := Tenths(c.part, c.all); got != c.want {
			t.Errorf("%v of %v: %q, want %q", c.part, c.all, got, c.want)
		}
	}
}

func TestDifference(t *testing.T) {
	for _, c := range []struct {
		first, second float64
		want          string
	}{
		{10, 10, "0%"},
		{0, 0, "0%"},
		{0, 1, "-"},
		{1, 0, "x0"},
		{1e6, 1e6 + 1, "~0%"},
		{1e6, 1e6 - 1, "~0%"},
		{1000, 1124, "+12.4%"},
		{1000, 876, "-12.4%"},
		{100, below(200), "+100.0%"},
		{100, 200, "x2.00"},
		{100, 231, "x2.31"},
		{100, 50, "-50.0%"},
		{100, below(50), "x0.500"},
		{1000, 41, "x0.0410"},
		{1e9, 1, "x<0.001"},
		{1, 12_345, "x12,345"},
		{math.NaN(), 1, "-"},
		{1, math.Inf(1), "-"},
		{-1, 1, "-"},
		{1e-300, 1e300, "-"},
	} {
		if got := Difference(c.first, c.second); got != c.want {
			t.Errorf("%v to %v: %q, want %q", c.first, c.second, got, c.want)
		}
	}
}

func TestFixedAddsUpByEye(t *testing.T) {
	f := FixedFor(12_345_678)
	for v, want := range map[float64]string{
		12_345_678: "12.35 ms", 900: "<0.01 ms", 0: "0.00 ms", math.NaN(): "-", 5_004_000: "5.00 ms",
	} {
		if got := f.Show(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
	for v, want := range map[float64]string{
		1_234_000: "+1.23 ms", -1_234_000: "-1.23 ms", 900: "~0 ms", -900: "~0 ms", 0: "0 ms", math.Inf(1): "-",
	} {
		if got := f.Signed(v); got != want {
			t.Errorf("signed %v: %q, want %q", v, got, want)
		}
	}
	if got := FixedFor(999_960).Show(999_960); got != "1.000 ms" {
		t.Errorf("999.96 µs: %q", got)
	}
	if got := FixedFor(640).Show(12); got != "12 ns" {
		t.Errorf("12 ns: %q", got)
	}
}
