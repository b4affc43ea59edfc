package profiles

import (
	"fmt"
	"strconv"
	"strings"
)

// PortRange is an inclusive range of ports, "LO-HI" as text. The zero value
// means that the kernel chooses.
type PortRange struct{ Low, High uint16 }

// ParsePortRange reads "LO-HI" or a single port.
func ParsePortRange(s string) (PortRange, error) {
	lo, hi, two := strings.Cut(s, "-")
	if !two {
		hi = lo
	}
	low, err1 := strconv.ParseUint(strings.TrimSpace(lo), 10, 16)
	high, err2 := strconv.ParseUint(strings.TrimSpace(hi), 10, 16)
	if err1 != nil || err2 != nil || low == 0 || high < low {
		return PortRange{}, fmt.Errorf("port range %q: want LO-HI with 1 <= LO <= HI <= 65535", s)
	}
	return PortRange{uint16(low), uint16(high)}, nil
}

// Count is the number of ports, 0 for the zero value.
func (p PortRange) Count() int {
	if p.Low == 0 {
		return 0
	}
	return int(p.High) - int(p.Low) + 1
}

// String returns "LO-HI", or nothing for the zero value.
func (p PortRange) String() string {
	if p.Low == 0 {
		return ""
	}
	return fmt.Sprintf("%d-%d", p.Low, p.High)
}

// Set and Type make a PortRange a flag value.
func (p *PortRange) Set(s string) (err error) { *p, err = ParsePortRange(s); return err }

// Type is the flag's type as help shows it.
func (p *PortRange) Type() string { return "ports" }

// MarshalText makes a PortRange its text in JSON.
func (p PortRange) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText accepts what [ParsePortRange] accepts.
func (p *PortRange) UnmarshalText(b []byte) error { return p.Set(string(b)) }
