package profiles

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Operations returns the operations that a mix can hold.
func Operations() []string {
	return []string{"retr", "stor", "appe", "list", "mlsd", "nlst", "dele", "rename", "mkd", "rmd", "size", "noop", "login"}
}

// Operation is one part of a mix.
type Operation struct {
	// Op is one of [Operations].
	Op string
	// Weight is the operation's share, in relation to the other weights; above 0.
	Weight float64
	// From is where a resumed transfer begins (REST, RFC 3659 §5); retr and stor only.
	From Offset
}

// Mix is what sessions do: operations with weights, such as
// retr=80,stor=15,list=5, or one without a weight. An offset makes a resumed
// transfer of one: retr@50%=10, stor@1MiB=5.
type Mix []Operation

// ParseMix reads a mix: weights for all of its operations or for none.
func ParseMix(s string) (Mix, error) {
	var m Mix
	weights := 0
	for part := range strings.SplitSeq(s, ",") {
		name, text, weighted := strings.Cut(part, "=")
		op := Operation{Weight: 1}
		if weighted {
			weights++
			var ok bool
			if op.Weight, ok = parseWeight(strings.TrimSpace(text)); !ok {
				return nil, fmt.Errorf("operation %q: bad weight %q: want a number above 0 and at most 1000000000, such as retr=80,stor=20", strings.TrimSpace(part), strings.TrimSpace(text))
			}
		}
		if err := op.parseName(name); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(m, func(o Operation) bool { return o.Op == op.Op && o.From == op.From }) {
			return nil, fmt.Errorf("operation %q is listed twice: want each once, with its total weight", op.name())
		}
		m = append(m, op)
	}
	if weights != 0 && weights != len(m) {
		return nil, fmt.Errorf("mix %q: want weights for all operations or for none, such as retr=80,stor=20", s)
	}
	return m, nil
}

// parseName reads an operation's name and offset.
func (o *Operation) parseName(s string) error {
	name, offset, resumed := strings.Cut(strings.TrimSpace(s), "@")
	o.Op = strings.ToLower(strings.TrimSpace(name))
	if !slices.Contains(Operations(), o.Op) {
		hint := ""
		if near := NearestOf(o.Op, Operations()); near != "" {
			hint = fmt.Sprintf(" (did you mean %q?)", near)
		}
		return fmt.Errorf("unknown operation %q%s: want %s", strings.TrimSpace(name), hint, join(Operations()))
	}
	if !resumed {
		return nil
	}
	if o.Op != "retr" && o.Op != "stor" {
		return fmt.Errorf("operation %q: only retr and stor can begin at an offset: want one of these, or no offset", strings.TrimSpace(s))
	}
	return o.From.Set(offset)
}

func (o Operation) name() string {
	if o.From.IsZero() {
		return o.Op
	}
	return o.Op + "@" + o.From.String()
}

// Pick returns the operation in whose share of the weights u lies, u in [0,1):
// nil for an empty mix. It points into the mix.
func (m Mix) Pick(u float64) *Operation {
	if len(m) == 0 {
		return nil
	}
	sum := 0.0
	for i := range m {
		sum += m[i].Weight
	}
	at, below := u*sum, 0.0
	for i := range m {
		if below += m[i].Weight; at < below {
			return &m[i]
		}
	}
	return &m[len(m)-1]
}

// Has reports whether the mix holds the operation, with or without an offset.
func (m Mix) Has(op string) bool {
	return slices.ContainsFunc(m, func(o Operation) bool { return o.Op == op })
}

// Transfers reports whether any of the operations needs a data connection.
func (m Mix) Transfers() bool {
	return slices.ContainsFunc(m, func(o Operation) bool {
		return slices.Contains([]string{"retr", "stor", "appe", "list", "mlsd", "nlst"}, o.Op)
	})
}

// Writes reports whether any of the operations changes something on the server.
func (m Mix) Writes() bool {
	return slices.ContainsFunc(m, func(o Operation) bool { return !readOnly(o.Op) })
}

func readOnly(op string) bool {
	return slices.Contains([]string{"retr", "list", "mlsd", "nlst", "size", "noop", "login"}, op)
}

// String returns the text form; weights that are all the same are left out.
func (m Mix) String() string {
	even := !slices.ContainsFunc(m, func(o Operation) bool { return o.Weight != 1 })
	parts := make([]string, len(m))
	for i, o := range m {
		parts[i] = o.name()
		if !even {
			parts[i] += "=" + quantity.FormatNumber(o.Weight)
		}
	}
	return strings.Join(parts, ",")
}

// Set and Type make a Mix a flag value.
func (m *Mix) Set(text string) (err error) { *m, err = ParseMix(text); return err }

// Type is the flag's type as help shows it.
func (m *Mix) Type() string { return "mix" }

// MarshalText makes a Mix its text in JSON.
func (m Mix) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText accepts what [ParseMix] accepts.
func (m *Mix) UnmarshalText(b []byte) error { return m.Set(string(b)) }

// Resumes reports whether a transfer of that name begins at an offset.
func (m Mix) Resumes(op string) bool {
	return slices.ContainsFunc(m, func(o Operation) bool { return o.Op == op && !o.From.IsZero() })
}

// StoresWhole reports whether a stor begins at 0: it has the name of the one before.
func (m Mix) StoresWhole() bool {
	return slices.ContainsFunc(m, func(o Operation) bool { return o.Op == "stor" && o.From.IsZero() })
}

// NeedsFixtures reports whether an operation needs something to be there that only
// the run makes.
func (m Mix) NeedsFixtures() bool {
	return m.Resumes("stor") || slices.ContainsFunc([]string{"dele", "rename", "rmd", "mkd", "appe"}, m.Has)
}

// OnlyLogin reports whether nothing is done but to log in.
func (m Mix) OnlyLogin() bool {
	return !slices.ContainsFunc(m, func(o Operation) bool { return o.Op != "login" })
}
