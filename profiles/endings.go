package profiles

import (
	"fmt"
	"slices"
	"strings"
)

// Ending is a way in which a transfer may end that is a failure by default and
// may be taken for the end of a whole one. The bytes and the completion reply
// must be right all the same.
type Ending string

// The endings.
const (
	// NoCloseNotify is the end of a TLS data connection without the peer's
	// close_notify alert, which cannot be told from one that was cut off (RFC
	// 8446 §6.1).
	NoCloseNotify Ending = "no-close-notify"
	// ResetAfterComplete is a data connection that is reset once all bytes have
	// moved.
	ResetAfterComplete Ending = "reset-after-complete"
)

// AllEndings returns every ending that can be accepted.
func AllEndings() []Ending { return []Ending{NoCloseNotify, ResetAfterComplete} }

// Endings are those that are accepted, each at most once.
type Endings []Ending

// ParseEndings reads endings with commas between them.
func ParseEndings(s string) (Endings, error) {
	var all Endings
	for part := range strings.SplitSeq(s, ",") {
		e := Ending(strings.TrimSpace(part))
		if !slices.Contains(AllEndings(), e) {
			return nil, fmt.Errorf("unknown ending %q: want %s", e, join(AllEndings()))
		}
		if slices.Contains(all, e) {
			return nil, fmt.Errorf("ending %q is listed twice: want each once", e)
		}
		all = append(all, e)
	}
	return all, nil
}

// Has reports whether an ending is accepted.
func (e Endings) Has(one Ending) bool { return slices.Contains(e, one) }

// String returns the text form.
func (e Endings) String() string {
	names := make([]string, len(e))
	for i, one := range e {
		names[i] = string(one)
	}
	return strings.Join(names, ",")
}

// Set and Type make Endings a flag value. The order in which they are named
// means nothing, and is the same for all.
func (e *Endings) Set(text string) error {
	all, err := ParseEndings(text)
	if err != nil {
		return err
	}
	slices.Sort(all)
	*e = all
	return nil
}

// Type is the flag's type as help shows it.
func (e *Endings) Type() string { return "endings" }

// MarshalText makes Endings their text in JSON.
func (e Endings) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText accepts what [ParseEndings] accepts.
func (e *Endings) UnmarshalText(b []byte) error { return e.Set(string(b)) }
