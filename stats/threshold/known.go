package threshold

import (
	"fmt"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/spelling"
)

// PlanError is a threshold on what the planned run will not measure.
type PlanError struct {
	Threshold Threshold
	Message   string
}

// Error returns one line.
func (e *PlanError) Error() string {
	return fmt.Sprintf("threshold %q: %s", e.Threshold, e.Message)
}

// Known tells, before a run, whether the metric will exist in it: ops are the
// operations of its mix, variants the names of what will run, open an open
// load, tls a secured one. An error is a [*PlanError].
//
// A mode may stand for a variant whose name is none of the modes: its mode is
// not known here. The alias passive may turn out as epsv or pasv, active as
// eprt or port.
func Known(t Threshold, ops []stats.Op, variants []string, open, tls bool) error {
	wrong := t.unknown(ops, variants, open, tls)
	if wrong == "" {
		return nil
	}
	return &PlanError{Threshold: t, Message: wrong}
}

func (t Threshold) unknown(ops []stats.Op, variants []string, open, tls bool) string {
	s := t.subject
	switch {
	case s.kind == 0:
		return nothingAsked
	case t.OfComparison():
		return needsComparison
	case s.needsTLS() && !tls:
		return "a run without TLS has no " + s.String()
	case t.session:
		return ""
	}
	if wrong := t.unplanned(ops, open); wrong != "" {
		return wrong
	}
	switch {
	case t.variant == "" || slices.Contains(variants, t.variant):
		return ""
	case slices.Contains(modeWords(), t.variant) && slices.ContainsFunc(variants, t.mayRun):
		return ""
	}
	wrong := fmt.Sprintf("the run has no variant %q", clip(t.variant))
	candidates := slices.Clone(variants)
	if !t.hasOp {
		candidates = append(candidates, opNames(ops)...)
	}
	if like := spelling.Nearest(t.variant, candidates); like != "" {
		wrong += " (did you mean " + like + "?)"
	}
	return wrong + ": it has " + orNothing(variants)
}

const (
	nothingAsked    = "the threshold is empty"
	needsComparison = "a run has no pairs of trials: use ftpmark compare"
)

// unplanned tells why a run of ops will not have the metric; nothing if it will.
func (t Threshold) unplanned(ops []stats.Op, open bool) string {
	s := t.subject
	switch {
	case s.needsOpen() && !open:
		return s.String() + " needs an open load: in a closed load no operation is late, each is due when the previous one ended"
	case t.hasOp && !slices.Contains(ops, t.op):
		return "the run has no " + t.op.String() + ": it has " + orNothing(opNames(ops))
	case !slices.ContainsFunc(ops, s.has):
		return "no operation of the run has " + s.String() + ": it has " + orNothing(opNames(ops))
	}
	return ""
}

func opNames(ops []stats.Op) (names []string) {
	for _, op := range ops {
		names = append(names, op.String())
	}
	return names
}

// mayRun reports whether a planned variant may run in the mode that the
// threshold names.
func (t Threshold) mayRun(variant string) bool {
	if !slices.Contains(modeWords(), variant) {
		return true
	}
	for m := range stats.NumModes {
		if isMode(t.variant, m) && isMode(variant, m) {
			return true
		}
	}
	return false
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return clip(listed(names, "and"))
}
