package profiles

import (
	"fmt"
	"strings"
)

// Rate is a number of operations per second. Its text is a number and a unit of
// time: 200/s, 600/m, 10/h; a bare number is per second. It lies above 0 and is
// at most 1e6; 0 stands for none.
type Rate float64

// maxRate bounds rates, per second.
const maxRate = 1e6

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

// ParseRate reads a rate.
func ParseRate(s string) (Rate, error) {
	r, err := parsePace(s)
	if err == nil && r == 0 {
		err = fmt.Errorf("rate %q: want more than 0, such as 200/s", s)
	}
	return r, err
}

// parsePace reads a rate that may be 0.
func parsePace(s string) (Rate, error) {
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
	n, ok := parseNumber(number)
	if !ok {
		return 0, fmt.Errorf("rate %q: want a number and a unit of time, such as 200/s, 600/m or 10/h", s)
	}
	if n/seconds > maxRate {
		return 0, fmt.Errorf("rate %q is out of range: want at most 1000000/s", s)
	}
	return Rate(n / seconds), nil
}

// String returns the rate in the first unit in which it is a whole number, else
// per second.
func (r Rate) String() string {
	for _, u := range rateUnits() {
		n := float64(r) * u.seconds
		if whole := float64(int64(n + 0.5)); whole/u.seconds == float64(r) {
			return formatNumber(whole) + "/" + u.name
		}
	}
	return formatNumber(float64(r)) + "/s"
}

// Set and Type make a Rate a flag value.
func (r *Rate) Set(text string) (err error) { *r, err = ParseRate(text); return err }

// Type is the flag's type as help shows it.
func (r *Rate) Type() string { return "rate" }

// MarshalText makes a Rate its text in JSON.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText accepts what [ParseRate] accepts.
func (r *Rate) UnmarshalText(b []byte) error { return r.Set(string(b)) }
