package loadgen

import (
	"context"
	"math"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
	"github.com/ftpmark/ftpmark/workers/ftptest"
	"github.com/ftpmark/ftpmark/workers/ftptest/queueing"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// theory is a search whose result is known.
type theory struct {
	script     func() scripted.Script
	vary       string
	from, most float64
	objective  string
	floor      time.Duration
	change     func(*profiles.Profile)
	want       float64
}

// check searches, and wants the result within 5%. Two of three must be: a machine that is
// too busy for one search is met by the others, a wrong search is wrong each time. The
// first two run side by side, as a search waits most of its time.
func (c *theory) check(t *testing.T) {
	var found [3]float64
	var both sync.WaitGroup
	for i := range 2 {
		both.Go(func() { found[i] = c.search(t) })
	}
	both.Wait()
	right := func(f float64) bool { return math.Abs(f/c.want-1) <= 0.05 }
	agreed := right(found[0])
	if right(found[1]) != agreed {
		found[2] = c.search(t)
		agreed = right(found[2])
	}
	if !agreed {
		t.Errorf("found %.1f, in theory %.1f", found, c.want)
	}
}

// search returns the level that was confirmed last, 0 if there is none.
func (c *theory) search(t *testing.T) (found float64) {
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), c.script())
	objective, err := threshold.Parse(c.objective)
	if err != nil {
		t.Error(err)
		return 0
	}
	h := CapacitySearch{
		Base: planFor(server.Addr(), func(p *profiles.Profile) {
			p.Op, p.Warmup, p.ReplyTimeout = mixOf(t, "noop"), profiles.Duration(500*time.Millisecond), profiles.Duration(20*time.Second)
			c.change(p)
		}),
		Plan:       resultfile.CapacityPlan{Vary: c.vary, Objectives: []string{c.objective}, From: c.from, Most: c.most, Precision: 0.03},
		Objectives: []threshold.Threshold{objective}, Floor: c.floor, Cap: moreTime * (c.floor + time.Second),
	}
	var kept resultfile.Collector
	if err := h.Run(context.Background(), Options{Sink: &kept}); err != nil {
		t.Error(err)
		return 0
	}
	r, err := kept.Result()
	if err != nil || !r.Complete() {
		t.Errorf("no complete result: %v", err)
		return 0
	}
	for _, s := range r.Steps {
		t.Logf("%-8s %8.2f  %-7s %s %s", s.Purpose, s.Level, s.Verdict, s.Cause, s.Text)
		if s.Verdict == resultfile.StepHeld && s.Purpose == resultfile.StepConfirm {
			found = s.Level
		}
	}
	return found
}

// TestWhatTheoryAllows is not parallel with others, which make load.
func TestWhatTheoryAllows(t *testing.T) {
	// Before anything is measured: who computes in the same process for longer than the
	// 10 ms after which the runtime takes turns makes the generator wake up late.
	inTheory := queueing.RateOf(50*time.Millisecond, 100*time.Millisecond)
	// With N sessions that do one operation after the other, each waits until the
	// N/16 before it are done.
	t.Run("sessions", func(t *testing.T) {
		t.Parallel()
		const service, bound = 100 * time.Millisecond, 260 * time.Millisecond
		c := theory{
			script: func() scripted.Script { return queueing.Serving(service, queueing.Staggered(service)) },
			vary:   resultfile.VarySessions, from: 34, most: 50, objective: "service.p99 < 260ms", floor: 3 * time.Second,
			change: func(*profiles.Profile) {}, want: queueing.Slots * bound.Seconds() / service.Seconds(),
		}
		c.check(t)
	})
	// Poisson arrivals at 16 servers with a fixed service time: M/D/16.
	t.Run("rate", func(t *testing.T) {
		t.Parallel()
		const service = 50 * time.Millisecond
		c := theory{
			script: func() scripted.Script { return queueing.Serving(service, queueing.Slotted(service)) },
			vary:   resultfile.VaryRate, from: 240, most: 320, objective: "response.p99 < 100ms", floor: 5 * time.Second,
			change: func(p *profiles.Profile) {
				p.Rate, p.Arrivals, p.MaxBacklog, p.Sessions, p.MaxSessions = 1, "poisson", 1000, 100, 100
			},
			want: inTheory,
		}
		c.check(t)
	})
}

// TestAStepEndsWithoutPercentiles: an objective that is no percentile wants one operation,
// so that no step lasts for longer than Cap, one that confirms or repeats neither.
func TestAStepEndsWithoutPercentiles(t *testing.T) {
	ftptest.SkipShort(t, "it lasts as long as the steps of a search")
	t.Parallel()
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{})
	objective, err := threshold.Parse("errors.rate < 0.1%")
	if err != nil {
		t.Fatal(err)
	}
	think, err := profiles.ParseThink("50ms")
	if err != nil {
		t.Fatal(err)
	}
	h := CapacitySearch{
		Base: planFor(server.Addr(), func(p *profiles.Profile) {
			p.Op, p.Warmup, p.Think = mixOf(t, "noop"), 0, think
		}),
		Plan:       resultfile.CapacityPlan{Vary: resultfile.VarySessions, Objectives: []string{"errors.rate < 0.1%"}, From: 1, Most: 2, Precision: 0.03},
		Objectives: []threshold.Threshold{objective}, Floor: time.Second, Cap: time.Second,
	}
	var kept resultfile.Collector
	if err := h.Run(context.Background(), Options{Sink: &kept}); err != nil {
		t.Fatal(err)
	}
	r, err := kept.Result()
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range r.Steps {
		took := r.Trials[i].Window.Close.Sub(r.Trials[i].Window.Open)
		// Whether it may end is asked each second.
		if most := h.Cap + 900*time.Millisecond; took > most {
			t.Errorf("%s of %v (%s: %s) ended after %v, want at most %v", s.Purpose, s.Level, s.Verdict, s.Text, took, most)
		}
	}
	if len(r.Steps) == 0 {
		t.Error("no step at all")
	}
}
