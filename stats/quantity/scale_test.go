package quantity

import (
	"math"
	"strings"
	"testing"
)

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
		if got := Time.Show(c.ns); got != c.want {
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
		if got := Size.Show(c.bytes); got != c.want {
			t.Errorf("%v B: %q, want %q", c.bytes, got, c.want)
		}
		if got := ByteRate.Show(c.bytes); got != c.want+"/s" {
			t.Errorf("%v B/s: %q, want %q", c.bytes, got, c.want+"/s")
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
		if got := strings.Join(Time.Row(c.ns), "|"); got != c.want {
			t.Errorf("%v: %q, want %q", c.ns, got, c.want)
		}
	}
}

func TestRates(t *testing.T) {
	for want, v := range map[string]float64{"0 /s": 0, "12.3 /s": 12.34, "1,234 /s": 1234} {
		if got := Rate.Show(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}
