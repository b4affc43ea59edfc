package workers

import (
	"errors"
	"fmt"
	"net/textproto"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// sharing opens a session that shares a library with others.
func sharing(t *testing.T, l *Library, server *ftptest.ScriptedServer, clock stats.Clock, mode profiles.Mode) (*Session, error) {
	t.Helper()
	s, err := Open(t.Context(), Config{
		Wire:        wire.Config{Target: server.Addr(), Clock: clock, Timeouts: shortTimeouts()},
		Credentials: profiles.Credentials{User: "anyone", Password: "anything"},
		Mode:        mode, Library: l,
	})
	if err == nil {
		t.Cleanup(s.Close)
	}
	return s, err
}

// TestSharedLibrary has sessions of one library at servers of every kind, those
// that break off in the middle of a reply among them: what one server says, or
// leaves unsaid, never reaches another's session.
func TestSharedLibrary(t *testing.T) {
	t.Parallel()
	clock := stats.NewClock(time.Now())
	const size = 3000
	download := ftptest.ScriptDownload{Size: size}
	good := scripted(t, clock, ftptest.Script{Download: download})
	other := scripted(t, clock, ftptest.Script{Download: ftptest.ScriptDownload{Size: size + 1}, Features: []string{}})
	bad := map[string]*ftptest.ScriptedServer{}
	for name, script := range map[string]ftptest.Script{
		"refused at length": {Replies: map[string]ftptest.ScriptReply{"RETR": {Raw: "550-No\r\n and\r\n550-no\r\n550 again.\r\n"}}},
		"two replies":       {Replies: map[string]ftptest.ScriptReply{"RETR": {Raw: "550 No.\r\n226 Yes.\r\n"}}},
		"half a reply":      {Replies: map[string]ftptest.ScriptReply{"RETR": {Raw: "150-Here", End: ftptest.EndFIN}}},
		"no reply":          {Replies: map[string]ftptest.ScriptReply{"RETR": {End: ftptest.EndRST, Silent: true}}},
		"no FTP":            {Replies: map[string]ftptest.ScriptReply{"RETR": {Raw: "<html>226 Done.\r\n"}}},
		"cut":               {Download: ftptest.ScriptDownload{Size: size, Stop: ftptest.EndRST, StopAfter: 100}},
		"late":              {Download: download, Completion: ftptest.ScriptReply{Silent: true}},
		"greeting":          {Replies: map[string]ftptest.ScriptReply{"USER": {Raw: "331-", End: ftptest.EndFIN}}},
	} {
		bad[name] = scripted(t, clock, script)
	}

	var library Library
	var all sync.WaitGroup
	steady := func(server *ftptest.ScriptedServer, mode profiles.Mode, size int64) {
		s, err := sharing(t, &library, server, clock, mode)
		if err != nil {
			t.Error(err)
			return
		}
		for i := range 40 {
			sample, moved := transfer(s, stats.Retr, size, nil)
			if sample.Failure != nil || moved != size || sample.Bytes != 0 && sample.Bytes != size {
				t.Errorf("%s, transfer %d: %d bytes, %+v", mode, i, moved, sample.Failure)
				return
			}
		}
	}
	for _, mode := range []profiles.Mode{profiles.EPSV, profiles.EPRT} {
		all.Go(func() { steady(good, mode, size) })
		all.Go(func() { steady(other, mode, size+1) })
	}
	for name, server := range bad {
		all.Go(func() {
			for range 4 {
				s, err := sharing(t, &library, server, clock, profiles.EPSV)
				if (err != nil) != (name == "greeting") {
					t.Errorf("%s: %v", name, err)
				}
				if err != nil {
					continue
				}
				if sample, _ := transfer(s, stats.Retr, size, nil); sample.Failure == nil {
					t.Errorf("%s: taken for a success", name)
				}
			}
		})
	}
	all.Wait()
}

// TestLoansThatEndBadly: only what has read all of its last reply is lent again.
func TestLoansThatEndBadly(t *testing.T) {
	t.Parallel()
	clock := stats.NewClock(time.Now())
	for _, c := range []struct {
		err   error
		again bool
	}{
		{nil, true},
		{&textproto.Error{Code: 550, Msg: "no"}, true},
		{fmt.Errorf("as it says: %w", &textproto.Error{Code: 425}), true},
		{textproto.ProtocolError("short response"), false},
		{errors.New("another"), false},
	} {
		server := scripted(t, clock, ftptest.Script{})
		var library Library
		s, err := sharing(t, &library, server, clock, profiles.EPSV)
		if err != nil {
			t.Fatal(err)
		}
		// The race detector makes a pool forget at random.
		kept := false
		for range 50 {
			for library.idle.Get() != nil {
			}
			r, err := library.lend(s.link)
			if err != nil {
				t.Fatal(err)
			}
			library.takeBack(r, c.err)
			if r.link != nil || r.Conn != nil {
				t.Error("it keeps the session's wires")
			}
			kept = kept || library.idle.Get() != nil
		}
		if kept != c.again {
			t.Errorf("after %v: lent again %v, want %v", c.err, kept, c.again)
		}
	}
}
