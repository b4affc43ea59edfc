package loadgen

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// TestPreparingMayFailAnywhere refuses each of the preparation's sessions in
// turn: an error for good, never a panic, and a wait where the server has no place
// yet.
func TestPreparingMayFailAnywhere(t *testing.T) {
	for _, code := range []int{530, 421} {
		for refuse := 1; refuse <= 2; refuse++ {
			server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{
				Choose: func(turn scripted.Turn) *scripted.Script {
					if turn.Session == refuse && turn.Verb == scripted.Greeting {
						return &scripted.Script{Replies: map[string]scripted.Reply{scripted.Greeting: scripted.NewReply(code, "Not now.")}}
					}
					return nil
				},
			})
			plan := planFor(server.Addr(), nil)
			plan.Target.Dir = "dir"
			err := Run(context.Background(), plan, Options{Sink: &resultfile.Collector{}})
			var f *stats.Failure
			if wait := code == 421; wait && err != nil || !wait && (!errors.As(err, &f) || f.Code != code) {
				t.Errorf("session %d refused with %d: %v", refuse, code, err)
			}
		}
	}
}

// TestUnansweredFolderIsRemoved cuts the run while the server makes the folder.
func TestUnansweredFolderIsRemoved(t *testing.T) {
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{
		Delays: scripted.Delays{Verbs: map[string]time.Duration{"MKD": 2 * time.Second}},
	})
	stop := make(chan struct{})
	time.AfterFunc(500*time.Millisecond, func() { close(stop) })
	err := Run(context.Background(), planFor(server.Addr(), func(p *profiles.Profile) { p.ReplyTimeout = profiles.Duration(10 * time.Second) }),
		Options{Sink: &resultfile.Collector{}, Stop: stop})
	if !errors.Is(err, rig.ErrInterrupted) {
		t.Fatalf("%v", err)
	}
	for _, s := range server.Sessions() {
		for _, c := range s.Commands {
			if strings.HasPrefix(c.Line, "RMD ") {
				return
			}
		}
	}
	t.Error("the folder was not asked away")
}
