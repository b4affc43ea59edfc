package quantity

import (
	"fmt"
	"strings"
)

// ParseRate reads a number of operations per second, which may be 0, with its
// unit of time: 200/s, 600/m, 10/h. A bare number is per second.
func ParseRate(s string) (float64, error) {
	number, unit, given := strings.Cut(strings.TrimSpace(s), "/")
	number, unit = strings.TrimSpace(number), strings.TrimSpace(unit)
	seconds := 0.0
	if !given {
		seconds = 1
	}
	for _, u := range rateUnits() {
		if u.name == unit {
			seconds = u.seconds
		}
	}
	if seconds == 0 {
		return 0, fmt.Errorf("rate %q: unknown unit of time %q: want /s, /m or /h, such as 200/s", s, "/"+unit)
	}
	n, ok := ParseNumber(number)
	if !ok {
		return 0, fmt.Errorf("rate %q: want a number and a unit of time, such as 200/s, 600/m or 10/h", s)
	}
	return n / seconds, nil
}

// FormatRate writes a number of operations per second in the first unit in which
// it is whole, else per second.
func FormatRate(perSecond float64) string {
	for _, u := range rateUnits() {
		n := perSecond * u.seconds
		if whole := float64(int64(n + 0.5)); whole/u.seconds == perSecond {
			return FormatNumber(whole) + "/" + u.name
		}
	}
	return FormatNumber(perSecond) + "/s"
}

// rateUnits are the accepted units of time, in seconds.
func rateUnits() []struct {
	name    string
	seconds float64
} {
	return []struct {
		name    string
		seconds float64
	}{{"s", 1}, {"m", 60}, {"h", 3600}}
}
