package resultfile

import (
	"cmp"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// maxErrorKinds bounds how many kinds of failure a series tells apart: a
// server whose replies never repeat must not fill the memory.
const maxErrorKinds = 200

// maxErrorText is the most bytes kept of an example or a hint.
const maxErrorText = 400

// furtherKinds stands for the failures beyond [maxErrorKinds].
const furtherKinds = "further kinds of failure, counted together"

// ErrorCount counts the failures of one kind within a series.
type ErrorCount struct {
	Phase   stats.Phase `json:"phase"`
	Code    int         `json:"code,omitempty"`
	Class   stats.Class `json:"class"`
	Count   int64       `json:"count"`
	Example string      `json:"example"`
	Hint    string      `json:"hint,omitempty"`
}

// ErrorCounts counts failures by kind: phase, reply code and class. Its order
// is that of first occurrence; there are at most 201 kinds, the last of which
// is then "further kinds of failure".
type ErrorCounts []ErrorCount

// Count adds one failure.
func (e *ErrorCounts) Count(f *stats.Failure) {
	*e = e.add(ErrorCount{
		Phase: f.Phase, Code: f.Code, Class: f.Class, Count: 1,
		Example: f.Text, Hint: f.Hint,
	})
}

// Merge adds what o counted.
func (e *ErrorCounts) Merge(o ErrorCounts) {
	for _, c := range o {
		*e = e.add(c)
	}
}

func (e ErrorCounts) add(c ErrorCount) ErrorCounts {
	for {
		for i := range e {
			k := &e[i]
			if k.Phase == c.Phase && k.Code == c.Code && k.Class == c.Class {
				k.Count = addClamped(k.Count, c.Count)
				return e
			}
		}
		if len(e) < maxErrorKinds || c.Class == stats.ClassOther && c.Code == 0 && c.Phase == stats.Service {
			break
		}
		c = ErrorCount{Phase: stats.Service, Class: stats.ClassOther, Count: c.Count, Example: furtherKinds}
	}
	c.Example, c.Hint = OneLine(c.Example), OneLine(c.Hint)
	return append(e, c)
}

// Sorted returns the kinds, the most frequent first.
func (e ErrorCounts) Sorted() ErrorCounts {
	s := slices.Clone(e)
	slices.SortStableFunc(s, func(a, b ErrorCount) int {
		return cmp.Or(
			cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.Phase, b.Phase),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Class, b.Class),
		)
	})
	return s
}

// OneLine makes a server's words fit for a record.
func OneLine(s string) string { return quantity.OneLine(s, maxErrorText) }
