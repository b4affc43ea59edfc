package profiles

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Span is where a stage's load begins and ends; between the two it changes
// evenly. The text is 10 for a level, 10..200 (or 10->200, 10→200) for a ramp;
// rates may have units: 50/s..500/s.
type Span struct{ From, To float64 }

// IsZero reports whether the span is 0 from end to end.
func (s Span) IsZero() bool { return s == Span{} }

// Stage is a part of a run with a load of its own: a number of sessions or a
// rate of arrivals, never both.
type Stage struct {
	// For is the stage's length, above 0.
	For Duration `json:"for"`
	// Sessions are whole numbers; between them the number is rounded.
	Sessions Span `json:"sessions,omitzero"`
	// Rate is in operations per second.
	Rate Span `json:"rate,omitzero"`
}

// Stages are the load of a run over time: all of sessions, or all of rates. The
// text is 30s:10,1m:10..200, with units for rates: 30s:50/s..500/s.
type Stages []Stage

// The bounds of stages, sessions and lengths.
const (
	maxStages       = 1000
	maxSessions     = 1_000_000
	maxDuration     = 365 * 24 * time.Hour
	maxDurationText = "8760h"
)

// OfRate reports whether the stages are of rates.
func (s Stages) OfRate() bool {
	for _, st := range s {
		if !st.Rate.IsZero() {
			return true
		}
	}
	return false
}

// Length is the sum of the stages' lengths.
func (s Stages) Length() time.Duration {
	var sum time.Duration
	for _, st := range s {
		sum += time.Duration(st.For)
	}
	return sum
}

// Most is the highest load of any stage.
func (s Stages) Most() float64 {
	most := 0.0
	for _, st := range s {
		most = max(most, st.Sessions.From, st.Sessions.To, st.Rate.From, st.Rate.To)
	}
	return most
}

// splitSpan parts the text of a span; a level is both of its ends.
func splitSpan(s string) (from, to string) {
	for _, arrow := range []string{"..", "→", "->"} {
		if a, b, two := strings.Cut(s, arrow); two {
			return strings.TrimSpace(a), strings.TrimSpace(b)
		}
	}
	return strings.TrimSpace(s), strings.TrimSpace(s)
}

// ParseSessionSpan reads a span of sessions: whole numbers, 0 or more.
func ParseSessionSpan(s string) (Span, error) {
	var span Span
	from, to := splitSpan(s)
	for _, end := range []struct {
		text string
		at   *float64
	}{{from, &span.From}, {to, &span.To}} {
		f, ok := quantity.ParseNumber(end.text)
		if !ok || f != math.Trunc(f) || f > maxSessions {
			return Span{}, fmt.Errorf("sessions %q: want whole numbers from 0 to %d, such as 10 or 10..200", s, maxSessions)
		}
		*end.at = f
	}
	return span, nil
}

// ParseRateSpan reads a span of rates, 0 or more. A unit at its end counts for
// both of its ends, if the first has none; without any, rates are per second.
func ParseRateSpan(s string) (Span, error) {
	from, to := splitSpan(s)
	if _, unit, given := strings.Cut(to, "/"); given && !strings.Contains(from, "/") {
		from += "/" + unit
	}
	a, err := parsePace(from)
	if err != nil {
		return Span{}, err
	}
	b, err := parsePace(to)
	return Span{float64(a), float64(b)}, err
}

// String returns the text form without units.
func (s Span) String() string {
	if s.From == s.To {
		return quantity.FormatNumber(s.From)
	}
	return quantity.FormatNumber(s.From) + ".." + quantity.FormatNumber(s.To)
}

// rate returns the text form with units.
func (s Span) rate() string {
	if s.From == s.To {
		return Rate(s.From).String()
	}
	return Rate(s.From).String() + ".." + Rate(s.To).String()
}

// Set and Type make a Span a flag value: of rates, which sessions are a part of.
func (s *Span) Set(text string) (err error) { *s, err = ParseRateSpan(text); return err }

// Type is the flag's type as help shows it.
func (s *Span) Type() string { return "span" }

// MarshalText makes a Span its text in JSON.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText accepts what [ParseRateSpan] accepts.
func (s *Span) UnmarshalText(b []byte) error { return s.Set(string(b)) }

// ParseStages reads TIME:LOAD[,TIME:LOAD...]; loads with a slash are rates.
func ParseStages(s string) (Stages, error) {
	var stages Stages
	for part := range strings.SplitSeq(s, ",") {
		length, load, ok := strings.Cut(part, ":")
		if !ok {
			return nil, fmt.Errorf("stage %q: want TIME:LOAD, such as 30s:10, 1m:10..200 or 30s:50/s..500/s", strings.TrimSpace(part))
		}
		d, err := time.ParseDuration(strings.TrimSpace(length))
		if err != nil {
			return nil, fmt.Errorf("stage %q: bad time %q: want one such as 30s or 1m30s", strings.TrimSpace(part), strings.TrimSpace(length))
		}
		st := Stage{For: Duration(d)}
		if strings.Contains(load, "/") {
			st.Rate, err = ParseRateSpan(load)
		} else {
			st.Sessions, err = ParseSessionSpan(load)
		}
		if err != nil {
			return nil, err
		}
		if len(stages) > 0 && strings.Contains(load, "/") != strings.Contains(s[:strings.IndexByte(s+",", ',')], "/") {
			return nil, fmt.Errorf("stage %q: want all stages of sessions (30s:10) or all of rates (30s:10/s)", strings.TrimSpace(part))
		}
		stages = append(stages, st)
	}
	_, err := stages.check()
	if err != nil {
		return nil, err
	}
	return stages, nil
}

// check returns the first stage that makes no sense, and why.
func (s Stages) check() (int, error) {
	if len(s) == 0 {
		return 0, fmt.Errorf("want at least one stage, such as 30s:10")
	}
	if len(s) > maxStages {
		return maxStages, fmt.Errorf("%d stages: want at most %d", len(s), maxStages)
	}
	rates := s.OfRate()
	total := time.Duration(0)
	for i, st := range s {
		switch {
		case st.For <= 0:
			return i, fmt.Errorf("stage %d lasts %s: want more than 0", i+1, st.For)
		case time.Duration(st.For) > maxDuration-total:
			return i, fmt.Errorf("stage %d: the stages last longer than %s in total: want less", i+1, maxDurationText)
		case rates && !st.Sessions.IsZero():
			return i, fmt.Errorf("stage %d has sessions but others have a rate: want all of sessions or all of rates", i+1)
		case s.Most() == 0:
			return i, fmt.Errorf("no stage has any load: want more than 0 sessions or operations per second in one of them")
		case !rates && i == 0 && st.Sessions.From < 1:
			return i, fmt.Errorf("stage 1 begins with %s sessions: want at least 1", quantity.FormatNumber(st.Sessions.From))
		}
		for _, f := range []float64{st.Sessions.From, st.Sessions.To} {
			if !(f >= 0 && f <= maxSessions && f == math.Trunc(f)) {
				return i, fmt.Errorf("stage %d: want sessions as whole numbers from 0 to %d", i+1, maxSessions)
			}
		}
		for _, f := range []float64{st.Rate.From, st.Rate.To} {
			if !(f >= 0 && f <= maxRate) {
				return i, fmt.Errorf("stage %d: want rates from 0/s to 1000000/s", i+1)
			}
		}
		total += time.Duration(st.For)
	}
	return 0, nil
}

// String returns the text form.
func (s Stages) String() string {
	parts := make([]string, len(s))
	rates := s.OfRate()
	for i, st := range s {
		load := st.Sessions.String()
		if rates {
			load = st.Rate.rate()
		}
		parts[i] = st.For.String() + ":" + load
	}
	return strings.Join(parts, ",")
}

// Set and Type make Stages a flag value.
func (s *Stages) Set(text string) (err error) { *s, err = ParseStages(text); return err }

// Type is the flag's type as help shows it.
func (s *Stages) Type() string { return "stages" }

// MarshalJSON writes a list of mappings, with the one of sessions and rate that
// the stages are of, even where it is 0.
func (s Stages) MarshalJSON() ([]byte, error) {
	type stage struct {
		For      Duration `json:"for"`
		Sessions string   `json:"sessions,omitempty"`
		Rate     string   `json:"rate,omitempty"`
	}
	list := make([]stage, len(s))
	rates := s.OfRate()
	for i, st := range s {
		list[i].For = st.For
		if rates {
			list[i].Rate = st.Rate.rate()
		} else {
			list[i].Sessions = st.Sessions.String()
		}
	}
	return json.Marshal(list)
}
