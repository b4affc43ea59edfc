package loadgen

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// TestConnectRate: sessions are begun no faster than asked, whoever opens them,
// and whoever gives up waiting leaves the place to others.
func TestConnectRate(t *testing.T) {
	plan := planFor(netip.MustParseAddrPort("127.0.0.1:1"), func(p *profiles.Profile) { p.ConnectRate = 100 })
	c, err := newConnector(plan, nil)
	if err != nil {
		t.Fatal(err)
	}
	const sessions = 31
	begun := time.Now()
	var all sync.WaitGroup
	for i := range sessions {
		opener := c
		if i%2 == 1 {
			opener = c.unmetered()
		}
		all.Go(func() {
			if !opener.enter(t.Context()) {
				t.Error("a place was refused")
			}
			opener.leave()
		})
	}
	all.Wait()
	if took := time.Since(begun); took < 300*time.Millisecond {
		t.Errorf("%d sessions at 100/s were begun within %s, want 300ms or more", sessions, took)
	}

	plan.Profile.ConnectRate = 1.0 / 3600
	if c, err = newConnector(plan, nil); err != nil {
		t.Fatal(err)
	}
	if !c.enter(t.Context()) {
		t.Fatal("the first place was refused")
	}
	c.leave()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for range openAtOnce + 1 {
		if c.enter(ctx) {
			t.Fatal("a second session within the hour")
		}
	}
	if len(c.gate) != 0 {
		t.Errorf("%d places are still taken", len(c.gate))
	}
}

// TestPacedStart has runs whose sessions come up at a rate, of which each second
// is told, and one whose sessions come up as fast as they can.
func TestPacedStart(t *testing.T) {
	const sessions, perSecond = 24, 10
	least := time.Second * (sessions - 1) / perSecond
	for _, c := range []struct {
		name   string
		rate   profiles.Rate
		change func(*profiles.Profile)
	}{
		{"paced", perSecond, func(p *profiles.Profile) { p.Duration, p.Operations = 0, sessions }},
		{"paced stages", perSecond, func(p *profiles.Profile) {
			p.Duration, p.Sessions = 0, 0
			if err := p.Stages.Set(fmt.Sprintf("200ms:%d,200ms:1", sessions)); err != nil {
				t.Fatal(err)
			}
		}},
		{"paced arrivals", perSecond, func(p *profiles.Profile) { p.Rate, p.MaxBacklog = 100, 100 }},
		{"free", 0, func(p *profiles.Profile) { p.Duration, p.Operations = 0, sessions }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{})
			plan := planFor(server.Addr(), func(p *profiles.Profile) {
				p.Sessions, p.ConnectRate, p.Op = sessions, c.rate, mixOf(t, "noop")
				c.change(p)
			})
			var told []int // how many were up, second by second
			options := Options{Sink: new(resultfile.Collector), Observe: func(p Progress) {
				if p.Stage == StageConnect {
					told = append(told, p.Up)
				}
				if p.Stage == StageConnect && p.Wanted != sessions {
					t.Errorf("%d of %d sessions, want of %d", p.Up, p.Wanted, sessions)
				}
			}}
			begun := time.Now()
			if err := Run(t.Context(), plan, options); err != nil {
				t.Fatal(err)
			}
			took := time.Since(begun)
			if c.rate == 0 {
				if took > least {
					t.Errorf("%d sessions without a rate took %s", sessions, took)
				}
				return
			}
			if took < least {
				t.Errorf("%d sessions at %s came up within %s, want %s or more", sessions, c.rate, took, least)
			}
			if len(told) < 2 || told[0] < 1 || told[1] <= told[0] {
				t.Errorf("while they came up it said that so many were: %d", told)
			}
		})
	}
}
