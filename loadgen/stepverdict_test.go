package loadgen

import (
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// stepOf is a trial of 1,000 operations that took so long each, by a generator that woke up
// so late.
func stepOf(took, late time.Duration, limited, byLag bool) *rig.Outcome {
	times, lag := hdr.NewLatencyHistogram(), hdr.NewLatencyHistogram()
	for range 1000 {
		times.Record(int64(took))
		lag.Record(int64(late))
	}
	x := &resultfile.Series{Op: stats.Noop, Mode: stats.NoMode, Counters: resultfile.Counters{OK: 1000, CompletedInside: 1000}}
	x.Latency[stats.Service] = times
	const second = stats.Moment(time.Second)
	g := resultfile.Generator{Variant: "v", Trial: 1, CPUs: 2, CPUSeconds: 0.1, SchedLag: lag, Limited: limited, LimitedByLag: byLag}
	if limited {
		g.Reasons = []string{"v: of the test"}
	}
	return &rig.Outcome{
		Began: &resultfile.Variant{Variant: "v", Trial: 1}, Load: &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 4}, Sessions: 4,
		Trial: &resultfile.Trial{Variant: "v", Trial: 1, Start: second, End: 11 * second, Window: stats.Window{Open: second, Close: 11 * second},
			Complete: true, Series: resultfile.SeriesList{x}},
		Generators: []resultfile.Generator{g},
	}
}

// TestStepsAreJudgedDespiteLag: a generator that woke up late decides nothing that is true
// without it.
func TestStepsAreJudgedDespiteLag(t *testing.T) {
	const ms = time.Millisecond
	objective, err := threshold.Parse("service.p99 < 100ms")
	if err != nil {
		t.Fatal(err)
	}
	r := &run{search: &CapacitySearch{Plan: resultfile.CapacityPlan{Vary: resultfile.VarySessions}, Objectives: []threshold.Threshold{objective}}}
	if got := lagTolerance(r.search.Objectives); got != 10*ms {
		t.Errorf("%v of lag are tolerated, want a tenth of the bound", got)
	}
	for _, c := range []struct {
		what           string
		took, late     time.Duration
		limited, byLag bool
		verdict        string
		despite        bool
	}{
		{"in time", 90 * ms, 5 * ms, false, false, resultfile.StepHeld, false},
		{"too slow", 110 * ms, 5 * ms, false, false, resultfile.StepFailed, false},
		{"too slow by more than the lag", 140 * ms, 30 * ms, true, true, resultfile.StepFailed, true},
		{"too slow, perhaps by the lag", 120 * ms, 30 * ms, true, true, resultfile.StepUnknown, false},
		{"in time, with a lag that may have lightened the load", 90 * ms, 30 * ms, true, true, resultfile.StepUnknown, false},
		{"too slow, of a generator out of CPU", 500 * ms, 30 * ms, true, false, resultfile.StepUnknown, false},
	} {
		var step resultfile.Step
		answer := r.judge(stepOf(c.took, c.late, c.limited, c.byLag), &step, nil)
		if step.Verdict != c.verdict || step.DespiteLag != c.despite || answer.Held != (c.verdict == resultfile.StepHeld) || answer.Unknown != (c.verdict == resultfile.StepUnknown) {
			t.Errorf("%s: %s, despite lag %v, %+v: %s", c.what, step.Verdict, step.DespiteLag, answer, step.Text)
		}
	}
}
