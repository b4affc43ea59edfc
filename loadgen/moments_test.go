package loadgen

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// nothing takes what a trial tells and keeps none of it.
type nothing struct{}

func (nothing) Record(resultfile.Record) {}
func (nothing) Pulse(rig.Pulse)          {}

// orderedRig returns a rig that is prepared, its server and the clock of both.
func orderedRig(t *testing.T, change func(*profiles.Profile)) (*rig.Rig, *scripted.Server, stats.Clock) {
	t.Helper()
	clock := stats.NewClock(time.Now())
	server := scripted.Start(t, clock, netip.MustParseAddr("127.0.0.1"), scripted.Script{})
	r, err := preparedRig(t, server, clock, change)
	if err != nil {
		t.Fatal(err)
	}
	return r, server, clock
}

// preparedRig returns a rig of its own that is prepared for a server. It may be called
// from any goroutine.
func preparedRig(t *testing.T, server *scripted.Server, clock stats.Clock, change func(*profiles.Profile)) (*rig.Rig, error) {
	t.Helper()
	p := planFor(server.Addr(), change)
	p.Clock = clock
	said := func(string) {}
	r, err := rig.NewRig(p, plan.ByMode(p), rig.Events{Note: said, Stays: said, Kept: said, Preparing: func(int, int) {}})
	if err != nil {
		return nil, err
	}
	t.Cleanup(r.Close)
	return r, r.Prepare(context.Background(), time.Minute)
}

// TestTheDriverGivesTheMoments: no operation begins before the driver lets the load
// begin, the window opens when it says so, and closes when it has seen enough.
func TestTheDriverGivesTheMoments(t *testing.T) {
	t.Parallel()
	const later, warmup = 200 * time.Millisecond, 100 * time.Millisecond
	const patience = 5 * time.Second // of a busy machine, and less than the window's own length
	for name, change := range map[string]func(*profiles.Profile){
		"no warm-up":                func(*profiles.Profile) {},
		"warm-up":                   func(p *profiles.Profile) { p.Warmup = profiles.Duration(warmup) },
		"warm-up and a standstill":  func(p *profiles.Profile) { p.Warmup, p.Operations = profiles.Duration(warmup), 1000000 },
		"arrivals":                  func(p *profiles.Profile) { p.Rate, p.MaxBacklog = 100, 100 },
		"arrivals behind a warm-up": func(p *profiles.Profile) { p.Rate, p.MaxBacklog, p.Warmup = 100, 100, profiles.Duration(warmup) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, server, clock := orderedRig(t, func(p *profiles.Profile) {
				p.Duration = profiles.Duration(time.Minute)
				change(p)
			})
			var begin, open stats.Moment
			closing := make(chan struct{})
			o := rig.Order{Trial: 1, Close: closing,
				WarmUp: func(_ context.Context, due stats.Moment) (stats.Moment, error) {
					begin = due.Add(later)
					return begin, nil
				},
				Open: func(_ context.Context, due stats.Moment) (stats.Moment, error) {
					open = due.Add(later)
					time.AfterFunc(open.Sub(clock())+later, func() { close(closing) })
					return open, nil
				},
			}
			outcome, err := r.Run(context.Background(), o, nothing{})
			if err != nil {
				t.Fatal(err)
			}
			w := outcome.Trial.Window
			if w.Open < open || w.Open > open.Add(patience) {
				t.Errorf("the window opened %v after its moment", w.Open.Sub(open))
			}
			if got := w.Close.Sub(open); got < later || got > patience {
				t.Errorf("the window closed %v after it was to open, want %v", got, later)
			}
			if ok := outcome.Trial.Series[0].OK; ok == 0 {
				t.Error("nothing was measured")
			}
			for _, s := range server.Sessions() {
				for _, c := range s.Commands {
					if len(c.Line) > 5 && c.Line[:5] == "RETR " && c.Received < begin {
						t.Fatalf("%s came %v before the load was to begin", c.Line, begin.Sub(c.Received))
					}
				}
			}
		})
	}
}

// TestADriverThatGivesNoMoment ends the trial with its reason.
func TestADriverThatGivesNoMoment(t *testing.T) {
	t.Parallel()
	why := errors.New("two of three machines are gone")
	refuse := func(context.Context, stats.Moment) (stats.Moment, error) { return 0, why }
	for name, o := range map[string]rig.Order{"of the load": {Trial: 1, WarmUp: refuse}, "of the window": {Trial: 1, Open: refuse}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _, _ := orderedRig(t, nil)
			outcome, err := r.Run(context.Background(), o, nothing{})
			if !errors.Is(err, why) {
				t.Fatalf("it says %v", err)
			}
			if outcome.Trial.Window.Open != 0 || outcome.Trial.Complete {
				t.Errorf("it measured: %+v", outcome.Trial.Window)
			}
		})
	}
}
