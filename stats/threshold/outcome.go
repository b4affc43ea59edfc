package threshold

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Verdict is how a threshold did. The zero value passes nothing.
type Verdict uint8

// The verdicts.
const (
	NoVerdict Verdict = iota // it cannot be judged
	Pass
	Miss
)

// String returns the verdict as people write it.
func (v Verdict) String() string {
	switch v {
	case Pass:
		return "passed"
	case Miss:
		return "missed"
	}
	return "no verdict"
}

// MarshalText makes a Verdict its name in JSON.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Outcome is what a threshold found in one thing that it applied to.
type Outcome struct {
	Threshold Threshold `json:"threshold"`
	// Variant, Op and Mode are empty for all of them together, and for the
	// run's sessions; Mode also where the variant used but one. Of two variants
	// that are compared Variant is the one that the threshold names first.
	Variant string  `json:"variant,omitempty"`
	Op      string  `json:"op,omitempty"`
	Mode    string  `json:"mode,omitempty"`
	Verdict Verdict `json:"verdict"`
	// Actual is the number that was found, in nanoseconds, bytes, bytes or
	// operations per second, a share of 1, a count, a ratio, or a difference of
	// shares. It means nothing where Shown is empty.
	Actual float64 `json:"actual"`
	// Low and High are its interval; null unless variants were compared.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
	// Shown is Actual, and its interval, in the bound's kind of unit, with as many digits as tell
	// it from the bound; empty where there is no such number.
	Shown string `json:"shown,omitempty"`
	// Why says why there is no verdict, or what else to know; it may be empty.
	Why string `json:"why,omitempty"`
}

// String returns one line: the verdict, the threshold and what was found.
func (o Outcome) String() string { return o.line(0) }

func (o Outcome) line(width int) string {
	head := strings.ToUpper(o.Verdict.String())
	line := head + strings.Repeat(" ", max(width-len(head), 0)) + "  " + o.Threshold.String()
	var of []string
	if o.Op != "" && !o.Threshold.hasOp {
		of = append(of, o.Op)
	}
	if o.Variant != "" && o.Variant != o.Threshold.variant {
		of = append(of, o.Variant)
	}
	if o.Mode != "" && o.Mode != o.Threshold.variant {
		of = append(of, "by "+o.Mode)
	}
	if len(of) > 0 {
		line += " (" + strings.Join(of, ", ") + ")"
	}
	found := o.Shown
	if o.Why != "" {
		if found != "" {
			found += ", but "
		}
		found += o.Why
	}
	// Names and reasons come from a file.
	return quantity.Printable(line + ": " + found)
}

// Worst returns the verdict on all: a miss if there is one, else no verdict if
// there is one without, else a pass. So nothing asked is nothing missed.
func Worst(outcomes []Outcome) Verdict {
	worst := Pass
	for _, o := range outcomes {
		switch {
		case o.Verdict == Miss:
			return Miss
		case o.Verdict != Pass:
			worst = NoVerdict
		}
	}
	return worst
}

// Render returns one line for each outcome, the thresholds under each other.
func Render(outcomes []Outcome) []string {
	width := 0
	for _, o := range outcomes {
		width = max(width, len(o.Verdict.String()))
	}
	lines := make([]string, len(outcomes))
	for i, o := range outcomes {
		lines[i] = o.line(width)
	}
	return lines
}
