package profiles

import "time"

// Duration is a time.Duration whose text form is Go's, such as 1m30s.
type Duration time.Duration

// String returns the text form.
func (d Duration) String() string { return time.Duration(d).String() }

// Set and Type make a Duration a flag value.
func (d *Duration) Set(text string) error { return d.UnmarshalText([]byte(text)) }

// Type is the flag's type as help shows it.
func (d *Duration) Type() string { return "duration" }

// MarshalText makes a Duration its text in JSON.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText accepts what time.ParseDuration accepts.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	*d = Duration(v)
	return err
}
