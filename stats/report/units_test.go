package report

import (
	"math"
	"strings"
	"testing"
)

// below and above are the numbers next to v.
func below(v float64) float64 { return math.Nextafter(v, math.Inf(-1)) }
func above(v float64) float64 { return math.Nextafter(v, math.Inf(1)) }

func TestDurations(t *testing.T) {
	for _, c := range []struct {
		ns   float64
		want string
	}{
		{0, "0 ns"},
		{0.2, "<1 ns"},
		{1, "1 ns"},
		{412, "412 ns"},
		{999.4, "999 ns"},
		{999.6, "1.00 µs"},
		{below(1e3), "1.00 µs"},
		{1e3, "1.00 µs"},
		{above(1e3), "1.00 µs"},
		{9994, "9.99 µs"},
		{9996, "10.0 µs"},
		{99_960, "100 µs"},
		{999_400, "999 µs"},
		{999_960, "1.00 ms"},
		{below(1e6), "1.00 ms"},
		{1_234_567, "1.23 ms"},
		{59.96e6, "60.0 ms"},
		{below(1e9), "1.00 s"},
		{1e9, "1.00 s"},
		{59.96e9, "60.0 s"},
		{999.6e9, "1,000 s"},
		{3600e9, "3,600 s"},
		{-1_234_567, "-1.23 ms"},
		{math.NaN(), "-"},
		{math.Inf(1), "-"},
	} {
		if got := timeUnits.show(c.ns); got != c.want {
			t.Errorf("%v ns: %q, want %q", c.ns, got, c.want)
		}
	}
}

func TestBytes(t *testing.T) {
	for _, c := range []struct {
		bytes float64
		want  string
	}{
		{0, "0 B"},
		{1, "1 B"},
		{1000, "1,000 B"},
		{1023, "1,023 B"},
		{1023.6, "1.00 KiB"},
		{1024, "1.00 KiB"},
		{10 << 10, "10.0 KiB"},
		{1010 << 10, "1,010 KiB"},
		{1023.4 * (1 << 10), "1,023 KiB"},
		{1023.6 * (1 << 10), "1.00 MiB"},
		{below(1 << 20), "1.00 MiB"},
		{1 << 20, "1.00 MiB"},
		{below(1 << 30), "1.00 GiB"},
		{1 << 40, "1.00 TiB"},
		{math.MaxInt64, "8.00 EiB"},
	} {
		if got := byteUnits.show(c.bytes); got != c.want {
			t.Errorf("%v B: %q, want %q", c.bytes, got, c.want)
		}
		if got := byteRateUnits.show(c.bytes); got != c.want+"/s" {
			t.Errorf("%v B/s: %q, want %q", c.bytes, got, c.want+"/s")
		}
	}
}

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
		if got := significant(c.v); got != c.want {
			t.Errorf("%v: %q, want %q", c.v, got, c.want)
		}
	}
}

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
		if got := share(c.part, c.all); got != c.want {
			t.Errorf("%v of %v: %q, want %q", c.part, c.all, got, c.want)
		}
	}
}

func TestCountShareOfHugeCounts(t *testing.T) {
	if got := countShare(math.MaxInt64-1, math.MaxInt64); got != ">99.9%" {
		t.Errorf("all but one: %q", got)
	}
	if got := countShare(math.MaxInt64, math.MaxInt64); got != "100%" {
		t.Errorf("all: %q", got)
	}
}

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
		if got := tenths(c.part, c.all); got != c.want {
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
		if got := difference(c.first, c.second); got != c.want {
			t.Errorf("%v to %v: %q, want %q", c.first, c.second, got, c.want)
		}
	}
}

func TestRowsShareAUnitWhereItReadsWell(t *testing.T) {
	for _, c := range []struct {
		ns   []float64
		want string
	}{
		{[]float64{912_000, 12_300_000}, "0.912 ms|12.3 ms"},
		{[]float64{12_000, 999_960}, "0.0120 ms|1.00 ms"},
		{[]float64{9_000, 1_000_000}, "9.00 µs|1.00 ms"}, // too far apart
		{[]float64{0, 1_500_000}, "0 ms|1.50 ms"},
		{[]float64{math.NaN(), 1_500_000}, "-|1.50 ms"},
		{[]float64{0, 0}, "0 ns|0 ns"},
		{nil, ""},
	} {
		if got := strings.Join(timeUnits.row(c.ns), "|"); got != c.want {
			t.Errorf("%v: %q, want %q", c.ns, got, c.want)
		}
	}
}

func TestFixedAddsUpByEye(t *testing.T) {
	f := fixedFor(12_345_678)
	for v, want := range map[float64]string{
		12_345_678: "12.35 ms", 900: "<0.01 ms", 0: "0.00 ms", math.NaN(): "-", 5_004_000: "5.00 ms",
	} {
		if got := f.show(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
	for v, want := range map[float64]string{
		1_234_000: "+1.23 ms", -1_234_000: "-1.23 ms", 900: "~0 ms", -900: "~0 ms", 0: "0 ms", math.Inf(1): "-",
	} {
		if got := f.signed(v); got != want {
			t.Errorf("signed %v: %q, want %q", v, got, want)
		}
	}
	if got := fixedFor(999_960).show(999_960); got != "1.000 ms" {
		t.Errorf("999.96 µs: %q", got)
	}
	if got := fixedFor(640).show(12); got != "12 ns" {
		t.Errorf("12 ns: %q", got)
	}
}
