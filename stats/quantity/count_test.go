package quantity

import (
	"math"
	"testing"
)

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 1234567: "1,234,567",
		-1: "-1", -999: "-999", -1000: "-1,000", -123456: "-123,456",
		math.MaxInt64: "9,223,372,036,854,775,807", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := Count(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for number, want := range map[string]string{
		"": "", "0.001": "0.001", "1234.5678": "1,234.5678", "-123.4": "-123.4", "-1234.": "-1,234.",
	} {
		if got := Grouped(number); got != want {
			t.Errorf("%q: %q, want %q", number, got, want)
		}
	}
}

func TestCounted(t *testing.T) {
	for n, want := range map[int]string{0: "0 pairs", 1: "1 pair", 2: "2 pairs", 1000: "1,000 pairs"} {
		if got := Counted(n, "pair"); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
