package scripted

import (
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// TestScriptedStall has sessions of every kind run into a stall: nothing is
// answered in it, and everything after it.
func TestScriptedStall(t *testing.T) {
	const stall = 300 * time.Millisecond
	srv := Start(t, scriptedClock(), scriptedV4, Script{Download: Download{Size: 1000}})
	var clients []*scriptedClient
	for range 4 {
		c := connectScripted(t, srv)
		c.login()
		clients = append(clients, c)
	}
	from, until := srv.Stall(stall)
	if until.Sub(from) != stall {
		t.Fatalf("from %v until %v", from, until)
	}
	if _, still := srv.Stall(stall / 10); still != until {
		t.Error("a shorter stall ended a longer one")
	}
	var wait sync.WaitGroup
	for i, c := range clients {
		wait.Go(func() {
			switch i {
			case 0:
				c.cmd(200, "NOOP")
			case 1:
				seen := c.download(stats.EPSV, false, "RETR x")
				c.complete(226, &seen)
			case 2:
				seen := c.download(stats.EPRT, false, "RETR x")
				c.complete(226, &seen)
			case 3:
				connectScripted(t, srv).login()
			}
			if now := srv.clock(); now < until {
				t.Errorf("client %d was served %v before the end of the stall", i, until.Sub(now))
			}
		})
	}
	wait.Wait()
	for _, s := range srv.Sessions() {
		answered := []Span{s.Greeting}
		for _, c := range s.Commands {
			answered = append(answered, c.Replied)
		}
		for _, at := range answered {
			if at.Before > from && at.Before < until {
				t.Errorf("session %d was answered %v into the stall", s.ID, at.Before.Sub(from))
			}
		}
	}
	begun := srv.clock()
	clients[0].cmd(200, "NOOP")
	if took := srv.clock().Sub(begun); took > stall/2 {
		t.Errorf("%v for a command after the stall", took)
	}
}

// TestScriptedRestartedUploadsKeepWhatLiesBehind: a file is as long as its
// furthest byte.
func TestScriptedRestartedUploadsKeepWhatLiesBehind(t *testing.T) {
	_, c := dialScripted(t, Script{})
	up := func(want string, size int, rest ...string) {
		t.Helper()
		for _, line := range rest {
			c.cmd(350, "%s", line)
		}
		seen := c.upload(stats.EPSV, false, "STOR f", size)
		c.complete(226, &seen)
		if got := c.cmd(213, "SIZE f"); got != want {
			t.Errorf("%s bytes, want %s", got, want)
		}
	}
	up("1000", 1000)
	up("1000", 100, "REST 500")
	up("1100", 200, "REST 900")
	up("50", 50)
}
