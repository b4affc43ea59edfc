package capacity

import (
	"testing"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// uses gives a look what the server's processes used.
func (x look) uses(u resultfile.ServerUse) look {
	before := x.step
	x.step = func(s *resultfile.Step) {
		if before != nil {
			before(s)
		}
		s.Server = &u
	}
	return x
}

func TestCost(t *testing.T) {
	use := func(cpu float64, processes int, mib int64) resultfile.ServerUse {
		return resultfile.ServerUse{CPUSeconds: cpu, Seconds: 10, Processes: processes, RSSBytes: mib << 20, BaseRSSBytes: 4 << 20, BaseProcesses: 1}
	}
	got := one(t, searched(
		held(20, 1000, 80*ms).uses(use(1, 41, 44)),
		held(40, 1600, 90*ms).uses(use(2, 81, 104)),
		slow(42, 1600, 300*ms).uses(use(9, 85, 999)),
		held(40, 2000, 90*ms).as(resultfile.StepConfirm).uses(use(5, 81, 84)),
		held(40, 9999, 90*ms).uses(use(10, 81, 84)),
	)).Cost
	near := func(name string, got *float64, want float64) {
		t.Helper()
		if got == nil || *got < want*(1-1e-9) || *got > want*(1+1e-9) {
			t.Errorf("%s: %v, want %v", name, value(got), want)
		}
	}
	near("memory", got.BytesPerSession, 2.5*(1<<20))
	near("processes", got.ProcessesPerSession, 2)
	near("CPU for each operation", got.CPUSecondsPerOperation, 0.5/2000)
	near("CPU for each GiB", got.CPUSecondsPerGiB, 0.5/2000*16384)
	near("sessions on a core", got.SessionsPerCore, 80)
}

func TestCostThatIsNotKnown(t *testing.T) {
	if c := one(t, searched(held(20, 1000, ms), slow(21, 1000, 300*ms))).Cost; c != nil {
		t.Errorf("%+v of a server that was not watched", c)
	}
	for name, looks := range map[string][]look{
		"nothing seen":  {held(20, 1000, ms).uses(resultfile.ServerUse{}), slow(21, 1000, 300*ms)},
		"nothing held":  {slow(20, 1000, 300*ms).uses(resultfile.ServerUse{CPUSeconds: 1, Seconds: 10, Processes: 9, RSSBytes: 9 << 20, BaseRSSBytes: 1 << 20, BaseProcesses: 1})},
		"below its own": {held(1000, 1000, ms).uses(resultfile.ServerUse{RSSBytes: 1, BaseRSSBytes: 9, Processes: 1, BaseProcesses: 3})},
	} {
		if c := one(t, searched(looks...)).Cost; c == nil || *c != (Cost{}) {
			t.Errorf("%s: %+v", name, c)
		}
	}
}
