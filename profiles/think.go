package profiles

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Think is the pause of a session between two operations in the closed model: a
// fixed time (100ms), one drawn evenly from a range (uniform:50ms-150ms), or
// one drawn from an exponential distribution of that mean (exponential:100ms).
type Think struct {
	kind thinkKind
	// low is the fixed time or the mean, and high equals it; else the range.
	low, high time.Duration
}

type thinkKind uint8

const (
	thinkFixed thinkKind = iota
	thinkUniform
	thinkExponential
)

// maxThink bounds pauses.
const maxThink = 24 * time.Hour

// ParseThink reads a pause; 0 is none.
func ParseThink(s string) (Think, error) {
	const want = "want a time such as 100ms, uniform:50ms-150ms or exponential:100ms"
	kind, text, named := strings.Cut(strings.TrimSpace(s), ":")
	if !named {
		d, err := parsePause(s, kind, want)
		return Think{thinkFixed, d, d}, err
	}
	switch strings.TrimSpace(kind) {
	case "uniform":
		lo, hi, two := strings.Cut(text, "-")
		if !two {
			return Think{}, fmt.Errorf("think time %q: want a range, such as uniform:50ms-150ms", s)
		}
		low, err := parsePause(s, lo, want)
		if err != nil {
			return Think{}, err
		}
		high, err := parsePause(s, hi, want)
		if err != nil {
			return Think{}, err
		}
		if high <= low {
			return Think{}, fmt.Errorf("think time %q: want the lower bound first, such as uniform:50ms-150ms", s)
		}
		return Think{thinkUniform, low, high}, nil
	case "exponential":
		d, err := parsePause(s, text, want)
		if err == nil && d == 0 {
			err = fmt.Errorf("think time %q: want a mean above 0, such as exponential:100ms", s)
		}
		if err != nil {
			return Think{}, err
		}
		return Think{thinkExponential, d, d}, nil
	}
	return Think{}, fmt.Errorf("think time %q: unknown distribution %q: %s", s, strings.TrimSpace(kind), want)
}

func parsePause(whole, text, want string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.TrimSpace(text))
	if err != nil || d < 0 {
		return 0, fmt.Errorf("think time %q: %s", whole, want)
	}
	if d > maxThink {
		return 0, fmt.Errorf("think time %q is out of range: want at most 24h", whole)
	}
	return d, nil
}

// At returns the pause below which a fraction u of all pauses lies, u in [0,1).
func (t Think) At(u float64) time.Duration {
	switch t.kind {
	case thinkUniform:
		return t.low + time.Duration(u*float64(t.high-t.low))
	case thinkExponential:
		return time.Duration(-math.Log1p(-u) * float64(t.low))
	}
	return t.low
}

// Mean returns the mean pause.
func (t Think) Mean() time.Duration { return t.low + (t.high-t.low)/2 }

// IsZero reports whether there is no pause.
func (t Think) IsZero() bool { return t.high == 0 }

// String returns the text form.
func (t Think) String() string {
	switch t.kind {
	case thinkUniform:
		return fmt.Sprintf("uniform:%s-%s", t.low, t.high)
	case thinkExponential:
		return fmt.Sprintf("exponential:%s", t.low)
	}
	return t.low.String()
}

// Set and Type make a Think a flag value.
func (t *Think) Set(text string) (err error) { *t, err = ParseThink(text); return err }

// Type is the flag's type as help shows it.
func (t *Think) Type() string { return "think time" }

// MarshalText makes a Think its text in JSON.
func (t Think) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText accepts what [ParseThink] accepts.
func (t *Think) UnmarshalText(b []byte) error { return t.Set(string(b)) }
