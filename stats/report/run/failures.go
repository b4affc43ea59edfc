package run

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// The bounds of what servers can make long: kinds of failure that a person is
// shown at a terminal and on a page, and columns of their words.
const (
	mostErrors     = 20
	mostPageErrors = 60
)

// failures returns the kinds of failure, the most frequent first; nil if there
// are none.
func failures(errs []summary.ErrorSummary, most int) *doc.Failures {
	if len(errs) == 0 {
		return nil
	}
	errs = slices.Clone(errs)
	slices.SortStableFunc(errs, func(a, b summary.ErrorSummary) int { return cmp.Compare(b.Count, a.Count) })
	out := &doc.Failures{More: max(len(errs)-most, 0)}
	for i := range errs[:min(len(errs), most)] {
		out.Kinds = append(out.Kinds, failure(&errs[i]))
	}
	return out
}

func failure(e *summary.ErrorSummary) doc.Failure {
	f := doc.Failure{
		Count: quantity.Count(e.Count), Series: about.Series(e.Variant, e.Mode, 22), Operation: "session",
		Phase: e.Phase.String(), Kind: terminal.Printable(string(e.Class), 20),
		Example: terminal.Printable(e.Example, about.MostText), Hint: terminal.Printable(e.Hint, about.MostText),
	}
	if e.Op != "" {
		f.Operation = terminal.Printable(e.Op, 10)
	}
	if e.Code != 0 {
		f.Kind = strconv.Itoa(e.Code) + " " + f.Kind
	}
	return f
}
