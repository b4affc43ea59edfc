package profiles

import (
	"fmt"
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

// Modes returns every mode that can be asked for.
func Modes() []Mode { return []Mode{Passive, Active, EPSV, PASV, EPRT, PORT} }

// ParseMode returns the mode of that name; the error lists the accepted ones.
func ParseMode(s string) (Mode, error) {
	for _, m := range Modes() {
		if string(m) == strings.ToLower(s) {
			return m, nil
		}
	}
	return "", fmt.Errorf("unknown mode %q: want %s", s, join(Modes()))
}

// IPv4Only reports whether the mode's verb cannot carry an IPv6 address.
func (m Mode) IPv4Only() bool { return m == PASV || m == PORT }

func join[T ~string](names []T) string {
	s := make([]string, len(names))
	for i, n := range names {
		s[i] = string(n)
	}
	return strings.Join(s[:len(s)-1], ", ") + " or " + s[len(s)-1]
}
