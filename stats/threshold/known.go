package threshold

import (
	"fmt"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
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
	var planned []string
	possible := false
	for _, op := range ops {
		planned = append(planned, op.String())
		possible = possible || s.has(op)
	}
	switch {
	case s.kind == 0:
		return "nothing is compared"
	case s.needsTLS() && !tls:
		return "a run without TLS has no " + s.String()
	case t.session:
		return ""
	case s.needsOpen() && !open:
		return s.String() + " belongs to an open load: in a closed one no operation is late, each is due when the one before it ended"
	case t.hasOp && !slices.Contains(ops, t.op):
		return "no " + t.op.String() + " is planned: the run does " + orNothing(planned)
	case !possible:
		return "nothing planned has " + s.String() + ": the run does " + orNothing(planned)
	case t.variant == "" || slices.Contains(variants, t.variant):
		return ""
	case slices.Contains(modeWords(), t.variant) && slices.ContainsFunc(variants, t.mayRun):
		return ""
	}
	wrong := fmt.Sprintf("no variant %q is planned", clip(t.variant))
	candidates := slices.Clone(variants)
	if !t.hasOp {
		candidates = append(candidates, planned...)
	}
	if like := nearest(t.variant, candidates); like != "" {
		wrong += " (did you mean " + like + "?)"
	}
	return wrong + ": the run has " + orNothing(variants)
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
		return "nothing"
	}
	return clip(listed(names, "and"))
}
