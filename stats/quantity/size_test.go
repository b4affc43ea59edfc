package quantity

import (
	"math"
	"strings"
	"testing"
)

func TestParseSize(t *testing.T) {
	for in, want := range map[string]int64{
		"0": 0, "1": 1, "1B": 1, "64KiB": 64 << 10, "1MiB": 1 << 20, "2GiB": 2 << 30, "1TiB": 1 << 40,
		"64kB": 64_000, "1MB": 1_000_000, "1.5MiB": 3 << 19, "0.5KiB": 512, " 1 MiB ": 1 << 20,
		"9223372036854775807": math.MaxInt64,
	} {
		if got, err := ParseSize(in); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", in, got, err, want)
		}
	}
	for in, why := range map[string]string{
		"":                    "want a number",
		"MiB":                 "want a number",
		"1mb":                 "unknown unit",
		"1Mb":                 "unknown unit",
		"1KB":                 "unknown unit",
		"1 MiBs":              "unknown unit",
		"-1":                  "",
		"1e3":                 "",
		"0.3B":                "whole number",
		"1.1KiB":              "whole number",
		"9EiB":                "unknown unit",
		"99999999TiB":         "out of range",
		"9223372036854775808": "",
		"1..5MiB":             "",
		"NaN":                 "",
		"0x10":                "",
	} {
		if got, err := ParseSize(in); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %d, %v; want an error with %q", in, got, err, why)
		}
	}
}

func TestFormatSize(t *testing.T) {
	for in, want := range map[int64]string{
		0: "0B", 1: "1B", 1000: "1kB", 1024: "1KiB", 1 << 20: "1MiB", 3 << 19: "1536KiB", 1_000_000: "1MB", 1023: "1023B",
	} {
		if got := FormatSize(in); got != want {
			t.Errorf("%d: %s, want %s", in, got, want)
		}
	}
}
