package profiles

import "github.com/ftpmark/ftpmark/stats/quantity"

// Size is a number of bytes. Its text is a number with a unit: B, the binary
// KiB, MiB, GiB, TiB, or the decimal kB, MB, GB, TB. A bare number is bytes.
type Size int64

// ParseSize reads a size.
func ParseSize(s string) (Size, error) {
	n, err := quantity.ParseSize(s)
	return Size(n), err
}

// String returns the size in the largest unit that divides it.
func (s Size) String() string { return quantity.FormatSize(int64(s)) }

// Set and Type make a Size a flag value.
func (s *Size) Set(text string) (err error) { *s, err = ParseSize(text); return err }

// Type is the flag's type as help shows it.
func (s *Size) Type() string { return "size" }

// MarshalText makes a Size its text in JSON.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText accepts what [ParseSize] accepts.
func (s *Size) UnmarshalText(b []byte) error { return s.Set(string(b)) }
