package loadgen

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

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
				if p.Part == rig.PartConnect {
					told = append(told, p.Up)
				}
				if p.Part == rig.PartConnect && p.Wanted != sessions {
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
