package quantity

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ParseSize reads a number of bytes with a unit: B, the binary KiB, MiB, GiB,
// TiB, or the decimal kB, MB, GB, TB. A bare number is bytes. Units are told
// apart strictly, because MB and MiB differ by 5% and a lower-case b means bits.
func ParseSize(s string) (int64, error) {
	text := strings.TrimSpace(s)
	end := strings.LastIndexAny(text, "0123456789.") + 1
	number, unit := text[:end], strings.TrimSpace(text[end:])
	factor := int64(0)
	if unit == "" {
		factor = 1
	}
	for _, u := range sizeUnits() {
		if u.name == unit {
			factor = u.bytes
		}
	}
	if like := likeUnit(unit); factor == 0 && number != "" && like != "" {
		binary, decimal := strings.ToUpper(like), like
		return 0, fmt.Errorf("size %q: unknown unit %q: want %s%siB (binary) or %s%sB (decimal)", s, unit, number, binary, number, decimal)
	}
	if factor == 0 {
		return 0, fmt.Errorf("size %q: unknown unit %q: want B, KiB, MiB, GiB, TiB (binary) or kB, MB, GB, TB (decimal)", s, unit)
	}
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		if n < 0 || n > math.MaxInt64/factor {
			return 0, fmt.Errorf("size %q is out of range", s)
		}
		return n * factor, nil
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || f < 0 || strings.ContainsAny(number, "eExX_+-") {
		return 0, fmt.Errorf("size %q: want a number and a unit, such as 1MiB or 64KiB", s)
	}
	v := f * float64(factor)
	if v >= math.MaxInt64 {
		return 0, fmt.Errorf("size %q is out of range", s)
	}
	if v != math.Trunc(v) {
		return 0, fmt.Errorf("size %q is not a whole number of bytes", s)
	}
	return int64(v), nil
}

// FormatSize writes a number of bytes in the largest unit that divides it.
func FormatSize(bytes int64) string {
	for _, u := range sizeUnits() {
		if bytes != 0 && bytes%u.bytes == 0 && bytes/u.bytes < 1<<20 {
			return fmt.Sprintf("%d%s", bytes/u.bytes, u.name)
		}
	}
	return fmt.Sprintf("%dB", bytes)
}

// sizeUnits are the accepted units, larger ones first.
func sizeUnits() []struct {
	name  string
	bytes int64
} {
	return []struct {
		name  string
		bytes int64
	}{
		{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
		{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1},
	}
}

// likeUnit returns the prefix that a unit which is none of ours may have meant:
// M of M, mb and MIB.
func likeUnit(unit string) string {
	switch strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(unit), "b"), "i") {
	case "k":
		return "k"
	case "m":
		return "M"
	case "g":
		return "G"
	case "t":
		return "T"
	}
	return ""
}

// shownSizes measure bytes, or bytes per second where per is "/s".
func shownSizes(per string) []Unit {
	return []Unit{
		{"B" + per, 1}, {"KiB" + per, 1 << 10}, {"MiB" + per, 1 << 20}, {"GiB" + per, 1 << 30},
		{"TiB" + per, 1 << 40}, {"PiB" + per, 1 << 50}, {"EiB" + per, 1 << 60},
	}
}
