package profiles

import (
	"fmt"
	"slices"
	"strings"
)

// Mode is how data connections are asked to be made: one of four verbs, or an
// alias that falls back from the verb of RFC 2428 to that of RFC 959.
type Mode string

// The modes.
const (
	Passive Mode = "passive" // EPSV, else PASV
	Active  Mode = "active"  // EPRT, else PORT
	EPSV    Mode = "epsv"
	PASV    Mode = "pasv"
	EPRT    Mode = "eprt"
	PORT    Mode = "port"
)

// AllModes returns every mode that can be asked for.
func AllModes() []Mode { return []Mode{Passive, Active, EPSV, PASV, EPRT, PORT} }

// ParseMode returns the mode of that name; the error lists the accepted ones.
func ParseMode(s string) (Mode, error) {
	for _, m := range AllModes() {
		if string(m) == strings.ToLower(s) {
			return m, nil
		}
	}
	return "", fmt.Errorf("unknown mode %q: want %s", s, join(AllModes()))
}

// IPv4Only reports whether the mode's verb cannot carry an IPv6 address.
func (m Mode) IPv4Only() bool { return m == PASV || m == PORT }

// Active reports whether the server opens the data connections.
func (m Mode) Active() bool { return m == Active || m == EPRT || m == PORT }

// Modes are the variants of a run by mode, in the order in which they are
// named: passive,active.
type Modes []Mode

// ParseModes reads modes with commas between them, each at most once.
func ParseModes(s string) (Modes, error) {
	var modes Modes
	for part := range strings.SplitSeq(s, ",") {
		m, err := ParseMode(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if slices.Contains(modes, m) {
			return nil, fmt.Errorf("mode %q is listed twice: want each once", m)
		}
		modes = append(modes, m)
	}
	return modes, nil
}

// String returns the text form.
func (m Modes) String() string {
	names := make([]string, len(m))
	for i, mode := range m {
		names[i] = string(mode)
	}
	return strings.Join(names, ",")
}

// Set and Type make Modes a flag value.
func (m *Modes) Set(text string) (err error) { *m, err = ParseModes(text); return err }

// Type is the flag's type as help shows it.
func (m *Modes) Type() string { return "modes" }

// MarshalText makes Modes their text in JSON.
func (m Modes) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText accepts what [ParseModes] accepts.
func (m *Modes) UnmarshalText(b []byte) error { return m.Set(string(b)) }

func join[T ~string](names []T) string {
	s := make([]string, len(names))
	for i, n := range names {
		s[i] = string(n)
	}
	return strings.Join(s[:len(s)-1], ", ") + " or " + s[len(s)-1]
}
