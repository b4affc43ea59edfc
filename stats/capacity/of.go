package capacity

import (
	"fmt"
	"slices"

	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// maxVariants is the most that one search has.
const maxVariants = 100

// NoCapacity says that a result cannot be read as a search for capacity.
type NoCapacity struct{ Why string }

func (e *NoCapacity) Error() string { return "not a search for capacity: " + e.Why }

// Of says what each variant of a search holds. The error is a *[NoCapacity]
// where the result has no plan for one, or more variants than a search has.
func Of(r *resultfile.Result) (*Report, error) {
	plan := r.Header.Capacity
	if plan == nil {
		return nil, &NoCapacity{"the run was made by another command than ftpmark capacity"}
	}
	names, err := variantsOf(r)
	if err != nil {
		return nil, err
	}
	s := summary.Of(r)
	out := &Report{Schema: Schema, Run: s.Run, Load: r.CommonLoad(), Plan: *plan, Results: []Result{}, Remarks: s.Remarks}
	out.Warnings = slices.Clone(s.Warnings)
	if out.Plan.Objectives == nil {
		out.Plan.Objectives = []string{}
	}
	m := newMeasured(r)
	for _, name := range names {
		one := Result{
			Variant: name, Mode: modeOf(r, name), Modes: m.modes(name), Vary: plan.Vary, Operation: m.operation(),
			Steps: []Step{},
		}
		contested := 0
		for i := range r.Steps {
			if r.Steps[i].Variant != name {
				continue
			}
			s, changed := m.step(&r.Steps[i])
			one.Steps = append(one.Steps, s)
			if changed {
				contested++
			}
		}
		if contested > 0 {
			out.Warnings = append(out.Warnings, fmt.Sprintf(
				"%s: the measurements do not support the verdicts of %d steps; these count as unknown", plainText(name, 60), contested))
		}
		one.conclude(serverOf(r, name), plan, r.Complete())
		one.model()
		one.cost()
		out.Results = append(out.Results, one)
	}
	return out, nil
}

// variantsOf returns the variants that were planned, then others that ran.
func variantsOf(r *resultfile.Result) (names []string, err error) {
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] && len(names) <= maxVariants {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, name := range r.Header.Planned {
		add(name)
	}
	for _, t := range r.Trials {
		add(t.Variant)
	}
	for i := range r.Steps {
		add(r.Steps[i].Variant)
	}
	if len(names) > maxVariants {
		return nil, &NoCapacity{fmt.Sprintf("it has more than %d variants", maxVariants)}
	}
	return names, nil
}
