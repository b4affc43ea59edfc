package loadgen

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest"
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
			opener = c.aside()
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

// TestPacedStart has a run whose sessions come up at a rate, and others that
// come up as fast as they can.
func TestPacedStart(t *testing.T) {
	const sessions, perSecond = 11, 10
	for _, rate := range []profiles.Rate{0, perSecond} {
		server := ftptest.StartScripted(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), ftptest.Script{})
		plan := planFor(server.Addr(), func(p *profiles.Profile) {
			p.Sessions, p.ConnectRate, p.Op = sessions, rate, mixOf(t, "noop")
			p.Duration, p.Operations = 0, sessions
		})
		var kept stats.Collector
		begun := time.Now()
		if err := Run(t.Context(), plan, Options{Sink: &kept}); err != nil {
			t.Fatal(err)
		}
		took, least := time.Since(begun), time.Second*(sessions-1)/perSecond
		if rate > 0 && took < least {
			t.Errorf("%d sessions at %s came up within %s, want %s or more", sessions, rate, took, least)
		}
		if rate == 0 && took > least {
			t.Errorf("%d sessions without a rate took %s", sessions, took)
		}
	}
}
