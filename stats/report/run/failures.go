package run

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// The bounds of what servers can make long: kinds of failure that a person is
// shown at a terminal and on a page, and columns of their words.
const (
	mostErrors     = 20
	mostPageErrors = 60
)

// failures returns the kinds of failure, the most frequent first, and behind them those of
// the warm-up; nil if there are none.
func failures(s *summary.Summary, most int) *doc.Failures {
	if len(s.Errors)+len(s.WarmupErrors) == 0 {
		return nil
	}
	out := &doc.Failures{}
	for _, part := range []struct {
		of   string
		errs []summary.ErrorSummary
	}{{"", s.Errors}, {" (warm-up)", s.WarmupErrors}} {
		errs := slices.Clone(part.errs)
		slices.SortStableFunc(errs, func(a, b summary.ErrorSummary) int { return cmp.Compare(b.Count, a.Count) })
		for i := range errs {
			if len(out.Kinds) == most {
				out.More++
				continue
			}
			f := failure(&errs[i])
			f.Operation += part.of
			out.Kinds = append(out.Kinds, f)
		}
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
