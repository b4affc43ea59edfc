package resultfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
)

// What is read from a file is not trusted: lists are read one by one and
// refused when they are longer than they can be, so that a small file cannot
// ask for much memory.

// MarshalJSON writes an object by the names of the phases that occurred.
func (h PhaseHistograms) MarshalJSON() ([]byte, error) {
	occurred := make([]stats.Phase, 0, stats.NumPhases)
	for p, x := range h {
		if x != nil && x.Count() > 0 {
			occurred = append(occurred, stats.Phase(p))
		}
	}
	slices.SortFunc(occurred, func(a, b stats.Phase) int { return strings.Compare(a.String(), b.String()) })
	b := []byte{'{'}
	var err error
	for i, p := range occurred {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, p.String()...)
		b = append(b, '"', ':')
		if b, err = h[p].AppendJSON(b); err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
	}
	return append(b, '}'), nil
}

// UnmarshalJSON passes over phases that it does not know.
func (h *PhaseHistograms) UnmarshalJSON(b []byte) error {
	*h = PhaseHistograms{}
	var byName map[string]json.RawMessage
	if err := json.Unmarshal(b, &byName); err != nil {
		return err
	}
	for p := range stats.NumPhases {
		value, ok := byName[p.String()]
		if !ok {
			continue
		}
		x := new(hdr.Histogram)
		if err := x.UnmarshalJSON(value); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		if x.Unit() != hdr.Nanoseconds {
			return fmt.Errorf("%s: not a histogram of nanoseconds", p)
		}
		h[p] = x
	}
	return nil
}

// UnmarshalJSON refuses a list in which a series occurs twice, is out of order
// or has counters that cannot be.
func (l *SeriesList) UnmarshalJSON(b []byte) error {
	*l = nil
	last := -1
	return eachElement(b, func(s *Series) error {
		if len(*l) == numSeries {
			return fmt.Errorf("more than %d series", numSeries)
		}
		key := int(KeyOf(s.Op, s.Mode))
		if key <= last {
			return fmt.Errorf("series %s %s is out of order", s.Op, s.Mode)
		}
		if err := s.check(); err != nil {
			return fmt.Errorf("series %s %s: %w", s.Op, s.Mode, err)
		}
		last = key
		*l = append(*l, s)
		return nil
	})
}

// eachElement decodes the elements of a JSON array one by one, so that a list that is too
// long is refused before the rest of it is read; null has none.
func eachElement[T any](b []byte, f func(*T) error) error {
	d := json.NewDecoder(bytes.NewReader(b))
	begin, err := d.Token()
	if err != nil || begin == nil {
		return err
	}
	if begin != json.Delim('[') {
		return fmt.Errorf("found %.20s where a list should begin", b)
	}
	for n := 1; d.More(); n++ {
		x := new(T)
		if err = d.Decode(x); err == nil {
			err = f(x)
		}
		if err != nil {
			return fmt.Errorf("element %d: %w", n, err)
		}
	}
	return nil
}

func (s *Series) check() error {
	for _, c := range s.Counters.fields() {
		if *c < 0 {
			return errors.New("a counter is negative")
		}
	}
	if s.Throughput != nil && s.Throughput.Unit() != hdr.BytesPerSecond {
		return errors.New("throughput is not a histogram of bytes per second")
	}
	return nil
}

// UnmarshalJSON folds the kinds beyond the most that a series tells apart.
func (e *ErrorCounts) UnmarshalJSON(b []byte) error {
	*e = nil
	return eachElement(b, func(c *ErrorCount) error {
		if c.Count < 0 {
			return errors.New("a count of errors is negative")
		}
		c.Class = stats.Class(OneLine(string(c.Class)))
		*e = e.add(*c)
		return nil
	})
}
