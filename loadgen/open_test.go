package loadgen

import (
	"context"
	"math"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// open makes a profile one of the open model.
func open(p *profiles.Profile, rate float64, length time.Duration) {
	p.Rate, p.Arrivals, p.MaxBacklog = profiles.Rate(rate), "constant", max(1000, int(10*rate))
	p.Duration, p.Sessions, p.MaxSessions = profiles.Duration(length), 8, 8
	p.ReplyTimeout, p.StallTimeout = profiles.Duration(30*time.Second), profiles.Duration(30*time.Second)
}

// TestOpenModelUnderAStall has the server answer nothing for two seconds: what
// was due meanwhile waits, and response says for how long.
func TestOpenModelUnderAStall(t *testing.T) {
	t.Parallel()
	const rate, length, stall = 60, 10 * time.Second, 2 * time.Second
	clock := stats.NewClock(time.Now())
	server := scripted.Start(t, clock, netip.MustParseAddr("127.0.0.1"), scripted.Script{})
	plan := planFor(server.Addr(), func(p *profiles.Profile) {
		open(p, rate, length)
		p.Sessions, p.MaxSessions = 4, 4 // fewer operations than 1% are under way when it begins
	})
	plan.Clock = clock
	var kept resultfile.Collector
	var from, until stats.Moment
	stalled := make(chan struct{})
	var windows []stats.Window
	time.AfterFunc(4*time.Second, func() { from, until = server.Stall(stall); close(stalled) })
	if err := Run(context.Background(), plan, Options{Sink: &kept}); err != nil {
		t.Fatal(err)
	}
	<-stalled
	r, err := kept.Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Trials {
		windows = append(windows, x.Window)
	}
	s := summary.Of(r).Series[0]
	due := int64(rate * length.Seconds())
	if s.Due != due || s.OK+s.Dropped != due || s.Dropped != 0 || s.Failed != 0 {
		t.Fatalf("due %d, ok %d, dropped %d, failed %d; want %d due and done", s.Due, s.OK, s.Dropped, s.Failed, due)
	}
	// What the schedule says: an arrival in the stall is answered at its end at
	// the earliest.
	var waits []time.Duration
	a := schedule.Constant(schedule.Curve{{For: length, From: rate, To: rate}}, schedule.Share{})
	for {
		next, ok := a.Next()
		if !ok {
			break
		}
		at := windows[0].Open.Add(next.Due)
		wait := time.Duration(0)
		if at >= from && at < until {
			wait = until.Sub(at)
		}
		waits = append(waits, wait)
	}
	slices.Sort(waits)
	want := waits[int(math.Ceil(0.99*float64(len(waits))))-1].Seconds()
	got := float64(*s.Latency[stats.Response].P99) / 1e9
	if got < 1.8 || math.Abs(got-want) > 0.05*want {
		t.Errorf("response p99 %.3f s, want %.3f s by the schedule, within 5%%", got, want)
	}
	if service := float64(*s.Latency[stats.Service].P99) / 1e9; service > got/2 {
		t.Errorf("service p99 %.3f s beside a response of %.3f s: it must not hold the wait", service, got)
	}
	if lag := s.Latency[stats.Lag]; lag.Count != due || float64(*lag.P99)/1e9 < 1.8 {
		t.Errorf("lag: %+v", lag)
	}
}

// TestFullBacklogDrops bounds how many arrivals may wait: the others are
// counted, all of them.
func TestFullBacklogDrops(t *testing.T) {
	t.Parallel()
	const rate, length = 200, 3 * time.Second
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{})
	time.AfterFunc(1500*time.Millisecond, func() { server.Stall(time.Second) })
	var kept resultfile.Collector
	plan := planFor(server.Addr(), func(p *profiles.Profile) {
		open(p, rate, length)
		p.MaxBacklog = 20
	})
	if err := Run(context.Background(), plan, Options{Sink: &kept}); err != nil {
		t.Fatal(err)
	}
	r, err := kept.Result()
	if err != nil {
		t.Fatal(err)
	}
	s := summary.Of(r).Series[0]
	if s.Due != 600 || s.OK+s.Dropped != 600 || s.Dropped < 100 {
		t.Errorf("due %d, ok %d, dropped %d; want 600 due, of which at least 100 dropped", s.Due, s.OK, s.Dropped)
	}
}

// TestPoolGrows has operations that take longer than the gaps between them.
func TestPoolGrows(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	slow := scripted.Script{Delays: scripted.Delays{Verbs: map[string]time.Duration{"NOOP": 100 * time.Millisecond}}}
	for _, most := range []int{2, 20} {
		sum, err := runAgainst(t, slow, nil, func(p *profiles.Profile) {
			open(p, 100, 2*time.Second) // which 10 sessions carry
			p.Op = mixOf(t, "noop")
			p.Sessions, p.MaxSessions = 2, most
			p.Arrivals = "poisson"
		})
		if err != nil {
			t.Fatal(err)
		}
		s := sum.Series[0]
		if s.OK != s.Due || s.Due < 120 || s.Due > 280 {
			t.Errorf("up to %d sessions: %d of %d done", most, s.OK, s.Due)
		}
		opened := sum.Sessions.Opened
		if most == 2 && opened != 2 || most == 20 && (opened < 8 || opened > 20) {
			t.Errorf("up to %d sessions: %d were opened", most, opened)
		}
		// Two sessions carry 20 operations/s: the queue grows by 80 each second.
		if p99 := time.Duration(s.Latency[stats.Response].Max); (most == 2) != (p99 > 2*time.Second) {
			t.Errorf("up to %d sessions: response up to %v", most, p99)
		}
	}
}

// TestStoppedOpenRunIsExact stops a run that cannot keep up: what was due until
// then was done or dropped.
func TestStoppedOpenRunIsExact(t *testing.T) {
	t.Parallel()
	slow := scripted.Script{Delays: scripted.Delays{Verbs: map[string]time.Duration{"NOOP": 50 * time.Millisecond}}}
	stop := make(chan struct{})
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), slow)
	var kept resultfile.Collector
	plan := planFor(server.Addr(), func(p *profiles.Profile) {
		open(p, 1000, time.Minute)
		p.Op = mixOf(t, "noop")
	})
	time.AfterFunc(1500*time.Millisecond, func() { close(stop) })
	if err := Run(context.Background(), plan, Options{Sink: &kept, Stop: stop}); err != rig.ErrInterrupted {
		t.Fatal(err)
	}
	r, err := kept.Result()
	if err != nil {
		t.Fatal(err)
	}
	window := r.Trials[0].Window
	want := int64(math.Ceil(window.Length(0).Seconds() * 1000))
	s := summary.Of(r).Series[0]
	if s.Due != want || s.OK+s.Dropped != want || s.OK < 8 {
		t.Errorf("due %d (%d ok, %d dropped), want %d in %v", s.Due, s.OK, s.Dropped, want, window.Length(0))
	}
}
