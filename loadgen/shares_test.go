package loadgen

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// TestSharesMakeTheLoadTogether: three rigs, of which each is told its share, have among
// them the sessions, the arrivals and the operations of the whole load.
func TestSharesMakeTheLoadTogether(t *testing.T) {
	t.Parallel()
	const of = 3
	minute, err := profiles.ParseThink("1m")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change   func(*profiles.Profile)
		sessions int   // that they begin with
		ok       int64 // operations of all together
	}{
		"sessions": {func(p *profiles.Profile) { p.Sessions, p.Duration, p.Operations = 10, 0, 100 }, 10, 100},
		"arrivals": {func(p *profiles.Profile) {
			p.Sessions, p.Rate, p.MaxBacklog, p.Duration = 12, 100, 100, profiles.Duration(time.Second)
		}, 12, 100},
		"stages": {func(p *profiles.Profile) {
			p.Sessions, p.Duration = 0, 0
			p.Think = minute // one operation a session
			p.Stages = profiles.Stages{
				{For: profiles.Duration(time.Second), Sessions: profiles.Span{From: 2, To: 11}},
				{For: profiles.Duration(2 * time.Second), Sessions: profiles.Span{From: 11, To: 11}},
			}
		}, 2, 11},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := stats.NewClock(time.Now())
			server := scripted.Start(t, clock, netip.MustParseAddr("127.0.0.1"), scripted.Script{})
			var mu sync.Mutex
			var sessions int
			var ok int64
			var all sync.WaitGroup
			for i := range of {
				all.Go(func() {
					r, err := preparedRig(t, server, clock, func(p *profiles.Profile) {
						p.Files = 100
						c.change(p)
					})
					if err != nil {
						t.Error(err)
						return
					}
					o, err := r.Run(context.Background(), rig.Order{Trial: 1, Seed: 1, Share: schedule.Share{Index: i, Of: of}}, nothing{})
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					defer mu.Unlock()
					sessions += o.Sessions
					for _, s := range o.Trial.Series {
						ok += s.OK
						if s.Failed+s.Dropped+s.Unfinished > 0 {
							t.Errorf("share %d: %d failed, %d dropped, %d unfinished", i, s.Failed, s.Dropped, s.Unfinished)
						}
					}
				})
			}
			all.Wait()
			if sessions != c.sessions || ok != c.ok {
				t.Errorf("%d sessions and %d operations, want %d and %d", sessions, ok, c.sessions, c.ok)
			}
		})
	}
}

// TestAShareWithoutASession is refused.
func TestAShareWithoutASession(t *testing.T) {
	t.Parallel()
	r, _, _ := orderedRig(t, func(p *profiles.Profile) { p.Sessions = 2 })
	if _, err := r.Run(context.Background(), rig.Order{Trial: 1, Share: schedule.Share{Index: 2, Of: 3}}, nothing{}); err == nil {
		t.Error("it ran")
	}
}
