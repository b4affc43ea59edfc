package loadgen

import (
	"errors"
	"slices"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// giveUp notes that a variant does not work: it is not measured any more. It reports
// whether there is nothing left to do: no other variant, or none to compare with.
func (r *run) giveUp(variant int, f *stats.Failure) (over bool) {
	r.givenUp = append(r.givenUp, resultfile.GivenUp{
		Variant: r.variants[variant].Name, Why: resultfile.OneLine(f.Phase.String() + ": " + f.Text), Hint: resultfile.OneLine(f.Hint),
	})
	return r.experiment.Compare != nil || len(r.givenUp) == len(r.variants)
}

func (r *run) isGivenUp(variant int) bool {
	return slices.ContainsFunc(r.givenUp, func(g resultfile.GivenUp) bool { return g.Variant == r.variants[variant].Name })
}

// hopeless returns why a trial's variant does not work, nil if the trial did not end for
// that.
func hopeless(err error) *stats.Failure {
	var e *rig.GivenUpError
	if errors.As(err, &e) {
		return e.Failure
	}
	return nil
}
