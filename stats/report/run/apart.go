package run

import (
	"reflect"
	"slices"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Variants may override more than the mode. Then no one load and no one target
// is true of all of them, and each is said of those that it is true of.

// shared is what holds of some variants, named in order, or of all, when none
// are named.
type shared[T any] struct {
	names []string
	what  T
}

// who names them in front of what is said of them.
func (a *shared[T]) who() string {
	if len(a.names) == 0 {
		return ""
	}
	var names []string
	for _, v := range a.names[:min(len(a.names), about.MostListed)] {
		names = append(names, about.Variant(v))
	}
	if more := len(a.names) - len(names); more > 0 {
		names = append(names, quantity.Count(int64(more))+" more")
	}
	return about.List(names) + ": "
}

// gatherAlike gathers the variants of which the same holds: what is their own,
// or else the run's.
func gatherAlike[T any](s *summary.Summary, run *T, own func(*summary.TotalSummary) *T) (all []shared[*T]) {
	for i := range s.Totals {
		t := &s.Totals[i]
		what := own(t)
		if what == nil {
			what = run
		}
		at := slices.IndexFunc(all, func(a shared[*T]) bool { return a.what == what || reflect.DeepEqual(a.what, what) })
		if at < 0 {
			at = len(all)
			all = append(all, shared[*T]{what: what})
		}
		all[at].names = append(all[at].names, t.Variant)
	}
	switch len(all) {
	case 0:
		return []shared[*T]{{what: run}}
	case 1:
		all[0].names = nil
	}
	return all
}

// loadsOf returns the loads that were asked for.
func loadsOf(s *summary.Summary) []shared[*resultfile.LoadInfo] {
	return gatherAlike(s, s.Load, func(t *summary.TotalSummary) *resultfile.LoadInfo { return t.Load })
}

// targetsOf returns the targets that were measured.
func targetsOf(s *summary.Summary) []shared[*resultfile.TargetInfo] {
	return gatherAlike(s, &s.Target, func(t *summary.TotalSummary) *resultfile.TargetInfo { return t.Target })
}

// TargetOf returns what a variant measured.
func TargetOf(s *summary.Summary, variant string) *resultfile.TargetInfo {
	for i := range s.Totals {
		if t := &s.Totals[i]; t.Variant == variant && t.Target != nil {
			return t.Target
		}
	}
	return &s.Target
}
