package workers

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// TestWrongContentComesFirst has a server send what was never written, and say
// or do something else that is wrong: the content is what counts.
func TestWrongContentComesFirst(t *testing.T) {
	block := testBlock(t)
	for name, c := range map[string]struct {
		script scripted.Script
		code   int
		usable bool
	}{
		"226":       {scripted.Script{}, 226, true},
		"451":       {scripted.Script{Completion: scripted.NewReply(451, "disk")}, 451, true},
		"421":       {scripted.Script{Completion: scripted.NewReply(421, "bye")}, 421, false},
		"too short": {scripted.Script{Download: scripted.Download{Stop: scripted.EndFIN, StopAfter: 500}}, 226, true},
		"too long":  {scripted.Script{Download: scripted.Download{Extra: 5}}, 226, true},
	} {
		for _, mode := range []profiles.Mode{profiles.EPSV, profiles.EPRT} {
			t.Run(fmt.Sprint(name, "/", mode), func(t *testing.T) {
				t.Parallel()
				clock := stats.NewClock(time.Now())
				script := c.script
				script.Download.Size = 1000
				server := startScripted(t, clock, script)
				s := openAt(t, server.Addr(), clock, mode, shortTimeouts(), false)
				sample := s.Do(&Job{Op: stats.Retr, Path: "file", Want: 1000, Meter: new(byteMeter),
					Expect: &mover.Expect{Block: block, Offset: 3, Size: 1000}})
				f := sample.Failure
				if f == nil || f.Phase != stats.Payload || f.Class != stats.ClassCorrupt || f.Code != c.code || !strings.Contains(f.Text, "at byte 0") {
					t.Errorf("%+v", f)
				}
				if s.Usable() != c.usable {
					t.Errorf("usable: %v", s.Usable())
				}
				checkRecorded(t, sample)
			})
		}
	}
}

// TestCutSessionsAreUnfinished ends a session's context in the midst of each
// kind of operation.
func TestCutSessionsAreUnfinished(t *testing.T) {
	block := testBlock(t)
	for _, op := range []stats.Op{stats.Retr, stats.Stor, stats.Appe, stats.List, stats.Dele, stats.Rename, stats.Noop} {
		t.Run(op.String(), func(t *testing.T) {
			t.Parallel()
			clock := stats.NewClock(time.Now())
			server := startScripted(t, clock, scripted.Script{Download: scripted.Download{Size: 100}})
			ctx, cut := context.WithCancel(context.Background())
			defer cut()
			s, err := Open(ctx, Config{
				Wire:        wire.Config{Target: server.Addr(), Clock: clock},
				Credentials: profiles.Credentials{User: "u", Password: "p"}, Mode: profiles.EPRT,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			server.Stall(20 * time.Second)
			time.AfterFunc(50*time.Millisecond, cut)
			job := jobOf(op, "file", 100, block, new(byteMeter))
			job.To = "other"
			if f := s.Do(job).Failure; !f.Unfinished() || s.Usable() {
				t.Errorf("%+v, usable %v", f, s.Usable())
			}
		})
	}
}
