package loadgen

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// intervalsKept is a sink that keeps what it is told, and has a report of any of
// it.
type intervalsKept struct {
	resultfile.Collector
	intervals []*resultfile.Interval
}

func (k *intervalsKept) Write(r resultfile.Record) error {
	if i, ok := r.(*resultfile.Interval); ok {
		k.intervals = append(k.intervals, i)
	}
	return k.Collector.Write(r)
}

// report sums the intervals of a variant, of one trial or (0) of all, as if the
// run had ended with them.
func (k *intervalsKept) report(variant string, number int) *summary.Summary {
	var trials []*resultfile.Trial
	for _, i := range k.intervals {
		if i.Variant != variant || number != 0 && i.Trial != number {
			continue
		}
		if n := len(trials); n == 0 || trials[n-1].Trial != i.Trial {
			trials = append(trials, &resultfile.Trial{Variant: variant, Trial: i.Trial})
		}
		t := trials[len(trials)-1]
		t.End, t.Window = i.End, i.Window
	series:
		for _, s := range i.Series {
			for _, x := range t.Series {
				if x.Op == s.Op && x.Mode == s.Mode {
					x.Merge(s)
					continue series
				}
			}
			x := &resultfile.Series{Op: s.Op, Mode: s.Mode}
			x.Merge(s)
			t.Series = append(t.Series, x)
		}
	}
	return summary.Of(&resultfile.Result{Trials: trials})
}

// TestProgressIsWhatTheReportWouldSay, second for second, of the trial and of
// all trials of the variant.
func TestProgressIsWhatTheReportWouldSay(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	s := embedded(t, 1)
	kept := &intervalsKept{}
	windows, trials := 0, map[string]int{}
	var over []int64 // operations of each trial
	plan := planFor(s.Addr(), func(p *profiles.Profile) {
		p.Op, p.Mode = mixOf(t, "list=1,retr=5"), profiles.Modes{profiles.EPSV, profiles.EPRT}
		p.Duration, p.Warmup, p.Files, p.Seed = profiles.Duration(1300*time.Millisecond), profiles.Duration(100*time.Millisecond), 3, 1
		_ = p.Think.UnmarshalText([]byte("2ms"))
	})
	same := func(what string, got LiveTotals, want *summary.Summary) {
		t.Helper()
		if len(want.Totals) == 0 {
			if got.OK != 0 || got.Latency != nil {
				t.Errorf("%s: %+v before anything was written", what, got)
			}
			return
		}
		total := want.Totals[0]
		near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }
		if got.OK != total.OK || got.Failed != total.Failed || !near(got.Window.Seconds(), total.WindowSeconds) ||
			!near(got.OperationsPerSecond, total.OperationsPerSecond) || !near(got.GoodputBytesPerSecond, total.GoodputBytesPerSecond) {
			t.Errorf("%s: %+v, the report says %+v", what, got, total)
		}
		if got.Op != stats.Retr || !got.Mixed || got.Phase != stats.Service {
			t.Errorf("%s: latency of %v %v (mixed: %v)", what, got.Op, got.Phase, got.Mixed)
		}
		for _, x := range want.Series {
			l := x.Latency[stats.Service]
			if x.Op != stats.Retr || l == nil {
				continue
			}
			g := got.Latency
			if g == nil || g.Count != l.Count || g.P50 != l.P50 || g.Max != l.Max || (g.P99 == nil) != (l.P99 == nil) || g.P99 != nil && *g.P99 != *l.P99 {
				t.Errorf("%s: latency %+v, the report says %+v", what, g, l)
			}
		}
	}
	experiment := &Experiment{Base: plan, Trials: 2}
	err := experiment.Run(context.Background(), Options{Sink: kept, Observe: func(p Progress) {
		if p.Part == rig.PartPrepare {
			return
		}
		if p.Part == rig.PartOver {
			over = append(over, p.ThisTrial.OK)
		}
		if p.Part == rig.PartWindow && !p.Extra && p.ThisTrial.OK > 0 {
			windows++
			trials[p.Variant] = p.Trial
			if p.Left <= 0 || p.Left > 4*1400*time.Millisecond {
				t.Errorf("%s %d: %v left", p.Variant, p.Trial, p.Left)
			}
		}
		same("this trial", p.ThisTrial, kept.report(p.Variant, p.Trial))
		same("so far", p.SoFar, kept.report(p.Variant, 0))
	}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := kept.Result()
	if err != nil || len(over) != 4 {
		t.Fatalf("%v, %d trials are over", err, len(over))
	}
	for i, whole := range r.Trials {
		var ok int64
		for _, s := range whole.Series {
			ok += s.OK
		}
		if over[i] != ok || ok == 0 {
			t.Errorf("trial %d ended with %d operations, and %d were shown", i, ok, over[i])
		}
	}
	if windows < 4 || trials["epsv"] != 2 || trials["eprt"] != 2 {
		t.Errorf("%d windows were seen, the last trials %v", windows, trials)
	}
}

// TestLeft is the planned rest of the run.
func TestLeft(t *testing.T) {
	t.Parallel()
	long := profiles.Default()
	long.Warmup, long.Duration = profiles.Duration(2*time.Second), profiles.Duration(10*time.Second)
	r := &run{experiment: &Experiment{Trials: 3, Cooldown: time.Second}, variants: []plan.Variant{{Plan: &plan.Plan{Profile: long}}, {Plan: &plan.Plan{Profile: long}}}}
	first := &trialOutput{run: r, profile: &long, order: rig.Order{Trial: 1}}
	r.begun = planned(&long)
	for _, c := range []struct {
		part    rig.PartName
		elapsed time.Duration
		want    time.Duration
	}{
		{rig.PartConnect, 7 * time.Second, 77 * time.Second}, // six trials of 12 s, five pauses
		{rig.PartWarmup, time.Second, 76 * time.Second},
		{rig.PartWindow, 4 * time.Second, 71 * time.Second},
		{rig.PartDrain, time.Second, 65 * time.Second},
	} {
		if got := r.left(first, &rig.Pulse{Part: c.part, Elapsed: c.elapsed}); got != c.want {
			t.Errorf("%s: %v, want %v", c.part, got, c.want)
		}
	}
	r.begun += 5 * planned(&long)
	if got := r.left(first, &rig.Pulse{Part: rig.PartWindow, Elapsed: 4 * time.Second}); got != 6*time.Second {
		t.Errorf("in the last trial: %v, want 6s", got)
	}
	first.order.Trial = 4
	if got := r.left(first, &rig.Pulse{Part: rig.PartWindow}); got != 0 {
		t.Errorf("in a trial beyond the plan: %v", got)
	}
	counted := long
	counted.Operations = 1000
	r.variants[1].Plan.Profile = counted
	first.order.Trial = 1
	if got := r.left(first, &rig.Pulse{Part: rig.PartWindow}); got != 0 {
		t.Errorf("with a variant of unknown length: %v", got)
	}
}

// TestLevelsSoFar: what a search says of levels to whoever watches.
func TestLevelsSoFar(t *testing.T) {
	t.Parallel()
	one := &variantSearch{}
	for i, c := range []struct {
		level        float64
		verdict      string
		held, failed float64
	}{
		{1, resultfile.StepHeld, 1, 0}, {4, resultfile.StepHeld, 4, 0}, {2, resultfile.StepHeld, 4, 0}, {8, resultfile.StepUnknown, 4, 0},
		{16, resultfile.StepFailed, 4, 16}, {12, resultfile.StepFailed, 4, 12}, {14, resultfile.StepFailed, 4, 12}, {10, resultfile.StepHeld, 10, 12},
		{10, resultfile.StepFailed, 0, 10}, {9, resultfile.StepHeld, 9, 10},
	} {
		one.note(&resultfile.Step{Level: c.level, Verdict: c.verdict})
		if one.held != c.held || one.failed != c.failed {
			t.Errorf("%d: %v held, %v not; want %v and %v", i, one.held, one.failed, c.held, c.failed)
		}
	}
}
