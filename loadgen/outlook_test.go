package loadgen

import (
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
)

// TestLongestRun: the planned end is never before the run's.
func TestLongestRun(t *testing.T) {
	plan := planFor(localAddr, func(p *profiles.Profile) {
		p.Duration, p.Warmup, p.Drain = profiles.Duration(20*time.Second), profiles.Duration(2*time.Second), profiles.Duration(5*time.Second)
	})
	run := func(s *Experiment, h *CapacitySearch) *run {
		s.Base = plan
		r, err := s.newRun(Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(r.rig.Close)
		r.search = h
		return r
	}
	once := run(&Experiment{}, nil).longest()
	if once < 27*time.Second || once > 10*time.Minute {
		t.Errorf("20 s, 2 s before and 5 s behind it: %s", once)
	}
	if got := run(&Experiment{Trials: 10, Cooldown: time.Minute}, nil).longest(); got < 10*(27+60)*time.Second {
		t.Errorf("ten trials with pauses of a minute: %s", got)
	}
	if got := run(&Experiment{More: func(int) bool { return false }}, nil).longest(); got != 0 {
		t.Errorf("as many blocks as it takes: %s, want unknown", got)
	}
	if got := run(&Experiment{}, &CapacitySearch{}).longest(); got != 0 {
		t.Errorf("a search: %s, want unknown", got)
	}
	plan.Profile.Operations, plan.Profile.Duration = 100, 0
	if got := run(&Experiment{}, nil).longest(); got != 0 {
		t.Errorf("100 operations: %s, want unknown", got)
	}
	plan.Profile.Operations, plan.Profile.Duration = 0, profiles.Duration(1<<62)
	if got := run(&Experiment{Trials: 100}, nil).longest(); got != 0 {
		t.Errorf("more than a duration can say: %s, want unknown", got)
	}
}
