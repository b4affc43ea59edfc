package capacity

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// found is what a search came to.
type found struct {
	held   *Step // the level's longest look: the one that confirmed it, else the last; nil for none
	failed *Step // the lowest level that failed; nil if none did
	first  *Step // the first step that failed
	fell   *Step // the step that shows that the target fell over; nil if none does
	after  *Step // the higher one that failed before it
	open   *Step // the last step without a verdict, if nothing was told after it

	confirmed, atLeast bool
}

// found derives it from the steps. A level counts by the last step at it that
// came to a verdict.
func (r *Result) found(most float64) (f found) {
	last := map[float64]*Step{}
	for i := range r.Steps {
		s := &r.Steps[i]
		f.open = nil
		switch s.Verdict {
		case resultfile.StepFailed:
			if f.first == nil {
				f.first = s
			}
			if higher := r.fellAt(i); f.fell == nil && higher != nil {
				f.fell, f.after = s, higher
			}
		case resultfile.StepHeld:
		default:
			f.open = s
			continue
		}
		last[s.Level] = s
	}
	for _, s := range last {
		if s.Verdict == resultfile.StepFailed && (f.failed == nil || s.Level < f.failed.Level) {
			f.failed = s
		}
	}
	f.failed = r.explained(f.failed)
	for _, s := range last {
		if s.Verdict == resultfile.StepHeld && (f.failed == nil || s.Level < f.failed.Level) && (f.held == nil || s.Level > f.held.Level) {
			f.held = s
		}
	}
	if f.held == nil {
		return f
	}
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Purpose == resultfile.StepConfirm && s.Level == f.held.Level && s.Verdict == resultfile.StepHeld {
			f.held, f.confirmed = s, true
		}
	}
	f.atLeast = f.first == nil && f.held.Level >= most*(1-1e-9)
	return f
}

// fellAt returns the step that failed at a higher level than step i did, after
// that level had been held; nil if there is none.
func (r *Result) fellAt(i int) (higher *Step) {
	for j := i - 1; j >= 0; j-- {
		s := &r.Steps[j]
		switch {
		case s.Verdict == resultfile.StepFailed && s.Level > r.Steps[i].Level:
			higher = s
		case s.Verdict == resultfile.StepHeld && s.Level == r.Steps[i].Level && higher != nil:
			return higher
		}
	}
	return nil
}

// conclude says what the steps come to.
func (r *Result) conclude(server string, plan *resultfile.CapacityPlan, complete bool) {
	f := r.found(plan.Most)
	r.FellOver = f.fell != nil
	if s := f.failed; s != nil {
		r.Limit = &Limit{Cause: s.Cause, Code: s.Code, Text: s.Text, Hint: s.Hint, Level: s.Level}
	}
	if f.held != nil && (f.failed != nil || f.atLeast) {
		level := f.held.Level
		r.Capacity, r.Confirmed, r.AtLeast = &level, f.confirmed, f.atLeast
	}
	r.Why = r.why(&f, plan, complete)
	r.Headline = r.headline(&f, server)
}

// explained returns the step that says why its level failed: the given one, or, where that
// saw no more than that sessions were cut off, another at that level to which the server
// said why.
func (r *Result) explained(failed *Step) *Step {
	if failed == nil || failed.Cause != resultfile.CauseResets || failed.Code != 0 {
		return failed
	}
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Level == failed.Level && s.Verdict == resultfile.StepFailed && s.Code != 0 {
			return s
		}
	}
	return failed
}

// why says why there is no capacity, or why it is less than settled.
func (r *Result) why(f *found, plan *resultfile.CapacityPlan, complete bool) string {
	cut := "the search was cut short"
	if complete {
		cut = "the search ended"
	}
	stopped := func(where string) string {
		if f.open.Cause == resultfile.CauseGenerator {
			return where + " the load generator was the limit: use a larger machine, or several"
		}
		return where + " there was not enough data to judge"
	}
	switch {
	case len(r.Steps) == 0:
		return "no level was measured"
	case f.held == nil && f.failed != nil:
		return "none of the levels tried was held"
	case f.open != nil && f.failed == nil:
		return stopped("at " + r.level(f.open.Level))
	case f.failed == nil && !f.atLeast:
		return cut + " before a level failed"
	case f.failed != nil && f.open != nil && f.open.Level == f.held.Level:
		return stopped("in the confirmation of " + r.level(f.held.Level))
	case f.failed != nil && f.open != nil:
		return stopped("at " + r.level(f.open.Level))
	case f.failed != nil && !r.close(f, plan):
		return fmt.Sprintf("%s between %s and %s, further apart than the requested precision", cut, r.level(f.held.Level), r.level(f.failed.Level))
	case !f.confirmed && !complete:
		return cut + " before the level was confirmed"
	case !f.confirmed:
		return "the level was not held again in a longer run"
	}
	return ""
}

// close reports whether what was held and what failed are as near as was asked.
func (r *Result) close(f *found, plan *resultfile.CapacityPlan) bool {
	apart := f.failed.Level - f.held.Level
	return apart <= plan.Precision*f.held.Level*(1+1e-9) || r.Vary == resultfile.VarySessions && apart <= 1
}
