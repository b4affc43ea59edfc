package summary

import (
	"slices"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// FailedVariant is a variant of which no operation succeeded in any window.
type FailedVariant struct {
	Variant string `json:"variant"`
	// GivenUp says that it was not measured to the end, since nothing had ever succeeded.
	GivenUp bool `json:"given_up,omitempty"`
	// Why is how an operation failed, most of them where they differ, and Hint what to do;
	// empty where none failed because none came to its end.
	Why  string `json:"why,omitempty"`
	Hint string `json:"hint,omitempty"`
}

// Error returns one line: which variant, why, and what to do.
func (f *FailedVariant) Error() string {
	if f.Hint == "" {
		return f.Statement()
	}
	return f.Statement() + " (" + f.Hint + ")"
}

// Statement says which variant, and why.
func (f *FailedVariant) Statement() string {
	switch {
	case f.GivenUp:
		return f.Variant + " does not work here: " + f.Why
	case f.Why == "":
		return f.Variant + " was not measured: no operation ended in its window"
	}
	return f.Variant + " was not measured, no operation succeeded: " + f.Why
}

// failedVariants are those of which nothing succeeded, in the order in which they were
// named. One that was interrupted before it was measured is none.
func failedVariants(r *resultfile.Result, totals []TotalSummary) (failed []FailedVariant) {
	for _, name := range r.Header.Planned {
		if slices.ContainsFunc(totals, func(t TotalSummary) bool { return t.Variant == name && t.OK > 0 }) {
			continue
		}
		if f := (FailedVariant{Variant: name}); f.givenUp(r.Footer) || f.measured(r.Trials) {
			failed = append(failed, f)
		}
	}
	return failed
}

// givenUp reports whether the run says that the variant was.
func (f *FailedVariant) givenUp(footer *resultfile.Footer) bool {
	if footer == nil {
		return false
	}
	at := slices.IndexFunc(footer.GivenUp, func(g resultfile.GivenUp) bool { return g.Variant == f.Variant })
	if at < 0 {
		return false
	}
	f.GivenUp, f.Why, f.Hint = true, footer.GivenUp[at].Why, footer.GivenUp[at].Hint
	return true
}

// measured reports whether a trial of the variant came to its end, and takes what failed
// most often in the windows, or before them.
func (f *FailedVariant) measured(trials []*resultfile.Trial) (measured bool) {
	var window, warmup resultfile.ErrorCounts
	for _, t := range trials {
		if t.Variant != f.Variant {
			continue
		}
		measured = measured || t.Complete
		for _, x := range t.Series {
			window.Merge(x.Errors)
			warmup.Merge(x.WarmupErrors)
		}
	}
	for _, counts := range []resultfile.ErrorCounts{window, warmup} {
		if len(counts) > 0 {
			most := counts.Sorted()[0]
			f.Why, f.Hint = most.Phase.String()+": "+most.Example, most.Hint
			break
		}
	}
	return measured
}
