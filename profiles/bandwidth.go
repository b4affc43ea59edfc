package profiles

import (
	"fmt"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// ByteRate is a number of bytes per second. Its text is a number with a unit of
// bytes per second (B/s, KiB/s, MiB/s, GiB/s, TiB/s, kB/s, MB/s, GB/s, TB/s) or
// of bits per second (bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s, Kibit/s, Mibit/s,
// Gibit/s, Tibit/s; eight bits are a byte). 0 stands for no limit.
type ByteRate int64

// ParseByteRate reads a byte rate above 0.
func ParseByteRate(s string) (ByteRate, error) {
	n, err := quantity.ParseByteRate(s)
	return ByteRate(n), err
}

// String returns the rate in bytes per second, in the largest unit that divides
// it.
func (r ByteRate) String() string { return quantity.FormatByteRate(int64(r)) }

// Set and Type make a ByteRate a flag value.
func (r *ByteRate) Set(text string) (err error) { *r, err = ParseByteRate(text); return err }

// Type is the flag's type as help shows it.
func (r *ByteRate) Type() string { return "byte rate" }

// MarshalText makes a ByteRate its text in JSON.
func (r ByteRate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText accepts what [ParseByteRate] accepts.
func (r *ByteRate) UnmarshalText(b []byte) error { return r.Set(string(b)) }

// Bandwidth limits how fast payload moves: All is the limit of both directions
// together, Down and Up are those of each by itself; 0 is no limit. The text is
// 10MiB/s, or down=10MiB/s,up=5MiB/s, of which one may be left out.
type Bandwidth struct{ All, Down, Up ByteRate }

// ParseBandwidth reads a bandwidth.
func ParseBandwidth(s string) (Bandwidth, error) {
	const want = "want a byte rate for both directions together, such as 10MiB/s, or down=10MiB/s,up=5MiB/s"
	var b Bandwidth
	if strings.TrimSpace(s) == "" {
		return b, fmt.Errorf("bandwidth %q: %s", s, want)
	}
	if !strings.Contains(s, "=") {
		if strings.Contains(s, ",") {
			return b, fmt.Errorf("bandwidth %q: %s", s, want)
		}
		var err error
		b.All, err = ParseByteRate(s)
		return b, err
	}
	for part := range strings.SplitSeq(s, ",") {
		name, text, _ := strings.Cut(part, "=")
		way := &b.Down
		switch strings.TrimSpace(name) {
		case "down":
		case "up":
			way = &b.Up
		default:
			return Bandwidth{}, fmt.Errorf("bandwidth %q: unknown direction %q: want down or up", s, strings.TrimSpace(name))
		}
		if *way != 0 {
			return Bandwidth{}, fmt.Errorf("bandwidth %q: %s is given twice: want it once", s, strings.TrimSpace(name))
		}
		var err error
		if *way, err = ParseByteRate(text); err != nil {
			return Bandwidth{}, err
		}
	}
	return b, nil
}

// IsZero reports whether there is no limit.
func (b Bandwidth) IsZero() bool { return b == Bandwidth{} }

// String returns the text form, nothing for the zero value.
func (b Bandwidth) String() string {
	var parts []string
	if b.All != 0 {
		parts = append(parts, b.All.String())
	}
	if b.Down != 0 {
		parts = append(parts, "down="+b.Down.String())
	}
	if b.Up != 0 {
		parts = append(parts, "up="+b.Up.String())
	}
	return strings.Join(parts, ",")
}

// Set and Type make a Bandwidth a flag value.
func (b *Bandwidth) Set(text string) (err error) { *b, err = ParseBandwidth(text); return err }

// Type is the flag's type as help shows it.
func (b *Bandwidth) Type() string { return "bandwidth" }

// MarshalText makes a Bandwidth its text in JSON.
func (b Bandwidth) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText accepts what [ParseBandwidth] accepts.
func (b *Bandwidth) UnmarshalText(text []byte) error { return b.Set(string(text)) }
