package resultfile

import (
	"slices"
	"testing"
)

// A trial that was cut off is none of those that were asked for.
func TestOnlyWholeTrialsAreThere(t *testing.T) {
	r := &Result{
		Header:   Header{Planned: []string{"a", "b", "c", "d"}, Trials: 3},
		Variants: []Variant{{Variant: "a"}, {Variant: "b"}, {Variant: "a"}, {Variant: "b"}, {Variant: "b"}, {Variant: "c"}},
	}
	for _, name := range []string{"a", "b", "a", "b", "b"} {
		r.Trials = append(r.Trials, &Trial{Variant: name, Trial: 1, Complete: true})
	}
	r.Trials[2].Complete = false
	r.Trials = append(r.Trials, &Trial{Variant: "c", Trial: 1})
	want := []string{
		"variant a, trial 1, ended early: its window never opened", "variant c, trial 1, ended early: its window never opened",
		"variant a has 1 whole trial of 3", "variant c has 0 whole trials of 3", "variant d did not run",
	}
	if got := r.missingTrials(nil); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	r.Header.Trials = 1
	if got := r.missingTrials(nil); !slices.Equal(got, append(want[:2:2], "variant d did not run")) {
		t.Errorf("one each: %q", got)
	}
}
