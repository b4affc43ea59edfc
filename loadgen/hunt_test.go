package loadgen

import (
	"context"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/threshold"
	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// The server of the tests of theory: so many operations at a time, each of which
// takes so long; the others wait in line.
const (
	slots   = 16
	service = 100 * time.Millisecond
)

// slotted gives each operation the slot that is free first, in the order in
// which they come. The slots begin one after the other, so that operations of
// one length do not all end together.
func slotted() ftptest.Script {
	var mu sync.Mutex
	var free [slots]time.Time
	return ftptest.Script{Choose: func(turn ftptest.ScriptedTurn) *ftptest.Script {
		if turn.Verb != "NOOP" {
			return nil
		}
		mu.Lock()
		now := time.Now()
		if free[0].IsZero() {
			for i := range free {
				free[i] = now.Add(time.Duration(i) * service / slots)
			}
		}
		first := 0
		for i := range free {
			if free[i].Before(free[first]) {
				first = i
			}
		}
		begin := free[first]
		if begin.Before(now) {
			begin = now
		}
		free[first] = begin.Add(service)
		mu.Unlock()
		time.Sleep(time.Until(begin.Add(service)))
		return nil
	}}
}

// hunted searches the slotted server and returns the level that was confirmed,
// with all steps. A search that this machine was too busy for is made again.
func hunted(t *testing.T, vary string, from, most float64, objective string, change func(*profiles.Profile)) (found float64, steps []stats.Step) {
	t.Helper()
	for range 3 {
		found, steps = huntedOnce(t, vary, from, most, objective, change)
		if !slices.ContainsFunc(steps, func(s stats.Step) bool { return s.Verdict == stats.StepUnknown }) {
			break
		}
	}
	return found, steps
}

func huntedOnce(t *testing.T, vary string, from, most float64, objective string, change func(*profiles.Profile)) (found float64, steps []stats.Step) {
	t.Helper()
	server := ftptest.StartScripted(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), slotted())
	x, err := threshold.Parse(objective)
	if err != nil {
		t.Fatal(err)
	}
	h := Hunt{
		Base: planFor(server.Addr(), func(p *profiles.Profile) {
			p.Op, p.Warmup, p.ReplyTimeout = mixOf(t, "noop"), profiles.Duration(500*time.Millisecond), profiles.Duration(20*time.Second)
			change(p)
		}),
		Plan:       stats.CapacityPlan{Vary: vary, Objectives: []string{objective}, From: from, Most: most, Precision: 0.02},
		Objectives: []threshold.Threshold{x}, Floor: 4 * time.Second, Cap: 8 * time.Second,
	}
	var kept stats.Collector
	if err := h.Run(context.Background(), Options{Sink: &kept}); err != nil {
		t.Fatal(err)
	}
	r, err := kept.Result()
	if err != nil || !r.Complete() {
		t.Fatalf("%v, missing %q", err, r.Missing)
	}
	for _, s := range r.Steps {
		t.Logf("%-8s %8.2f  %-7s %s %s", s.Purpose, s.Level, s.Verdict, s.Cause, s.Text)
		if s.Verdict == stats.StepHeld && s.Purpose == stats.StepConfirm {
			found = s.Level
		}
	}
	return found, r.Steps
}

// TestSessionsThatTheoryAllows: with N sessions that do one operation after the
// other, each waits until the N/16 before it are done.
func TestSessionsThatTheoryAllows(t *testing.T) {
	t.Parallel()
	const bound = 260 * time.Millisecond
	found, _ := hunted(t, stats.VarySessions, 30, 60, "service.p99 < 260ms", func(*profiles.Profile) {})
	want := slots * bound.Seconds() / service.Seconds()
	if math.Abs(found/want-1) > 0.05 {
		t.Errorf("%v sessions, in theory %.1f", found, want)
	}
}

// TestRateThatTheoryAllows: Poisson arrivals at 16 servers with a fixed service
// time, M/D/16.
func TestRateThatTheoryAllows(t *testing.T) {
	t.Parallel()
	const bound = 200 * time.Millisecond
	found, steps := hunted(t, stats.VaryRate, 100, 200, "response.p99 < 200ms", func(p *profiles.Profile) {
		p.Rate, p.Arrivals, p.MaxBacklog, p.Sessions, p.MaxSessions = 1, "poisson", 1000, 100, 100
	})
	want := rateOf(bound)
	if math.Abs(found/want-1) > 0.05 {
		t.Errorf("%.1f/s, in theory %.1f/s", found, want)
	}
	if !slices.ContainsFunc(steps, func(s stats.Step) bool { return s.Verdict == stats.StepFailed && s.Cause == stats.CauseLatency }) {
		t.Error("no step failed for its latency")
	}
}

// rateOf is the rate at which p99 of the response in M/D/16 is the bound, from
// the queue's own recursion: an arrival begins when it comes or when the 16th
// before it is done, whichever is later.
func rateOf(bound time.Duration) float64 {
	low, high := 1.0, slots/service.Seconds()
	for range 30 {
		rate := (low + high) / 2
		random := rand.New(rand.NewPCG(1, 2))
		const arrivals = 300_000
		ends := make([]float64, arrivals)
		responses := make([]float64, arrivals)
		now := 0.0
		for i := range ends {
			now += random.ExpFloat64() / rate
			begin := now
			if i >= slots {
				begin = max(begin, ends[i-slots])
			}
			ends[i] = begin + service.Seconds()
			responses[i] = ends[i] - now
		}
		slices.Sort(responses)
		if responses[arrivals*99/100] < bound.Seconds() {
			low = rate
		} else {
			high = rate
		}
	}
	return low
}
