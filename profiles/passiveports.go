package profiles

import (
	"fmt"
	"strconv"
	"strings"
)

// PassivePorts are the ports that a server has for passive mode, as its
// operator knows them: a count, or a range. They decide nothing but whether a
// plan can work.
type PassivePorts struct {
	// Count is how many there are, 0 where that is unknown.
	Count int
	// Range is set where the ports themselves are known.
	Range PortRange
}

// ParsePassivePorts reads a count, such as 20, or a range, such as 40000-40019.
func ParsePassivePorts(s string) (PassivePorts, error) {
	if strings.Contains(s, "-") {
		r, err := ParsePortRange(s)
		return PassivePorts{r.Count(), r}, err
	}
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 16)
	if err != nil || n == 0 {
		return PassivePorts{}, fmt.Errorf("passive ports %q: want a count from 1 to 65535, such as 20, or a range, such as 40000-40019", s)
	}
	return PassivePorts{Count: int(n)}, nil
}

// IsZero reports whether nothing is known.
func (p PassivePorts) IsZero() bool { return p == PassivePorts{} }

// String returns the text form, nothing for the zero value.
func (p PassivePorts) String() string {
	switch {
	case p.Range.Low != 0:
		return p.Range.String()
	case p.Count > 0:
		return strconv.Itoa(p.Count)
	}
	return ""
}

// Set and Type make PassivePorts a flag value.
func (p *PassivePorts) Set(text string) (err error) { *p, err = ParsePassivePorts(text); return err }

// Type is the flag's type as help shows it.
func (p *PassivePorts) Type() string { return "ports" }

// MarshalText makes PassivePorts their text in JSON.
func (p PassivePorts) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText accepts what [ParsePassivePorts] accepts.
func (p *PassivePorts) UnmarshalText(b []byte) error { return p.Set(string(b)) }
