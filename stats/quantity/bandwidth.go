package quantity

import (
	"fmt"
	"math"
	"strings"
)

// ParseByteRate reads a number of bytes per second above 0. Units are those of a
// size and bits (eight are a byte), per second: 10MiB/s, 80Mbit/s. A bare number
// is refused, and so is every unit that could be meant as bits or as bytes.
func ParseByteRate(s string) (int64, error) {
	text := strings.TrimSpace(s)
	end := strings.LastIndexAny(text, "0123456789.") + 1
	number, unit := text[:end], strings.TrimSpace(text[end:])
	n, ok := ParseNumber(number)
	if !ok {
		return 0, fmt.Errorf("byte rate %q: want a number and a unit, such as 10MiB/s or 80Mbit/s", s)
	}
	if unit == "" {
		return 0, fmt.Errorf("byte rate %q has no unit: want %sB/s (bytes) or %sbit/s (bits), such as 10MiB/s or 80Mbit/s", s, number, number)
	}
	per, factor := unitRate(unit)
	if factor == 0 {
		return 0, fmt.Errorf("byte rate %q: unknown unit %q: want %s", s, unit, meantRate(number, unit))
	}
	v := n * factor / per
	switch {
	case v >= math.MaxInt64:
		return 0, fmt.Errorf("byte rate %q is out of range", s)
	case v < 1:
		return 0, fmt.Errorf("byte rate %q: want at least 1B/s", s)
	case v != math.Trunc(v):
		return 0, fmt.Errorf("byte rate %q is not a whole number of bytes per second", s)
	}
	return int64(v), nil
}

// FormatByteRate writes a number of bytes per second in the largest unit that
// divides it.
func FormatByteRate(bytesPerSecond int64) string { return FormatSize(bytesPerSecond) + "/s" }

// unitRate returns what one of the unit is: factor/per bytes per second; factor
// is 0 for an unknown one.
func unitRate(unit string) (per, factor float64) {
	base, ok := strings.CutSuffix(unit, "/s")
	if !ok {
		return 1, 0
	}
	prefix, bits := strings.CutSuffix(base, "bit")
	per = 1
	if bits {
		base, per = prefix+"B", 8
	}
	for _, u := range sizeUnits() {
		if u.name == base {
			return per, float64(u.bytes)
		}
	}
	return 1, 0
}

// meantRate says what an unknown unit may have meant.
func meantRate(number, unit string) string {
	lower := strings.ToLower(unit)
	for _, end := range []string{"/sec", "/s", "ps"} {
		lower = strings.TrimSuffix(lower, end)
	}
	lower = strings.TrimSuffix(strings.TrimSuffix(lower, "it"), "s")
	like := likeUnit(lower)
	binary := strings.HasSuffix(strings.TrimSuffix(lower, "b"), "i")
	switch {
	case like == "" && strings.TrimSuffix(lower, "b") == "":
		return fmt.Sprintf("%sB/s (bytes) or %sbit/s (bits)", number, number)
	case like == "":
		return "B/s, KiB/s, MiB/s, GiB/s, kB/s, MB/s, GB/s (bytes) or bit/s, kbit/s, Mbit/s, Gbit/s (bits)"
	case binary:
		like = strings.ToUpper(like) + "i"
	}
	return fmt.Sprintf("%s%sB/s (bytes) or %s%sbit/s (bits)", number, like, number, like)
}
