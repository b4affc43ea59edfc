package profiles

import (
	"fmt"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Offset is where in a file a resumed transfer begins: a share of its size
// (50%) or a number of bytes (1MiB). The zero value is the file's beginning.
type Offset struct {
	// Percent lies above 0 and below 100, or is 0 where Bytes counts.
	Percent float64
	Bytes   Size
}

// ParseOffset reads an offset other than the file's beginning.
func ParseOffset(s string) (Offset, error) {
	text := strings.TrimSpace(s)
	if number, percent := strings.CutSuffix(text, "%"); percent {
		f, ok := quantity.ParseNumber(strings.TrimSpace(number))
		if !ok || f <= 0 || f >= 100 {
			return Offset{}, fmt.Errorf("offset %q: want more than 0%% and less than 100%%", s)
		}
		return Offset{Percent: f}, nil
	}
	n, err := ParseSize(text)
	if err == nil && n == 0 {
		err = fmt.Errorf("offset %q: want more than 0, or no offset", s)
	}
	if err != nil {
		return Offset{}, err
	}
	return Offset{Bytes: n}, nil
}

// IsZero reports whether the offset is the file's beginning.
func (o Offset) IsZero() bool { return o == Offset{} }

// Of returns the offset in a file of that size, never above it.
func (o Offset) Of(size int64) int64 {
	if o.Percent > 0 {
		return max(0, min(size, int64(float64(size)*(o.Percent/100))))
	}
	return max(0, min(size, int64(o.Bytes)))
}

// String returns the text form, nothing for the zero value.
func (o Offset) String() string {
	switch {
	case o.Percent > 0:
		return quantity.FormatNumber(o.Percent) + "%"
	case o.Bytes > 0:
		return o.Bytes.String()
	}
	return ""
}

// Set and Type make an Offset a flag value.
func (o *Offset) Set(text string) (err error) { *o, err = ParseOffset(text); return err }

// Type is the flag's type as help shows it.
func (o *Offset) Type() string { return "offset" }

// MarshalText makes an Offset its text in JSON.
func (o Offset) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText accepts what [ParseOffset] accepts.
func (o *Offset) UnmarshalText(b []byte) error { return o.Set(string(b)) }
