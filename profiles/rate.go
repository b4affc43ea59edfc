package profiles

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Rate is a number of operations per second. Its text is a number and a unit of
// time: 200/s, 600/m, 10/h; a bare number is per second. It lies above 0 and is
// at most 1e6; 0 stands for none.
type Rate float64

// maxRate bounds rates, per second.
const maxRate = 1e6

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
	r, err := quantity.ParseRate(s)
	if err == nil && r > maxRate {
		return 0, fmt.Errorf("rate %q is out of range: want at most 1000000/s", s)
	}
	return Rate(r), err
}

// String returns the rate in the first unit in which it is a whole number, else
// per second.
func (r Rate) String() string { return quantity.FormatRate(float64(r)) }

// Set and Type make a Rate a flag value.
func (r *Rate) Set(text string) (err error) { *r, err = ParseRate(text); return err }

// Type is the flag's type as help shows it.
func (r *Rate) Type() string { return "rate" }

// MarshalText makes a Rate its text in JSON.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText accepts what [ParseRate] accepts.
func (r *Rate) UnmarshalText(b []byte) error { return r.Set(string(b)) }
