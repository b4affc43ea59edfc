package workers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// watched is a session, of which the server tells the commands.
type watched struct {
	*testing.T
	*Session
	server *scripted.Server
	number int // of the session at the server
	before int // commands that have been looked at
}

// watch opens a session with habits that may be shared; nil for its own.
func watch(t *testing.T, server *scripted.Server, clock stats.Clock, mode profiles.Mode, habits *Habits) *watched {
	t.Helper()
	s, err := Open(context.Background(), Config{
		Wire:        wire.Config{Target: server.Addr(), Clock: clock, Timeouts: wire.Timeouts{Reply: 5 * time.Second}},
		Credentials: profiles.Credentials{User: "u", Password: "p"}, Mode: mode, Habits: habits,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	w := &watched{T: t, Session: s, server: server, number: len(server.Sessions()) - 1}
	w.commands()
	return w
}

// commands returns those that the server has read since it was asked last.
func (w *watched) commands() (lines []string) {
	all := w.server.Sessions()[w.number].Commands
	for _, c := range all[w.before:] {
		verb, _, _ := strings.Cut(c.Line, " ")
		if verb == "EPRT" {
			c.Line = verb // its address is another each time
		}
		lines = append(lines, c.Line)
	}
	w.before = len(all)
	return lines
}

// sent wants exactly these commands, separated by commas, and no error.
func (w *watched) sent(err error, lines string) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	if got := strings.Join(w.commands(), ","); got != lines {
		w.Fatalf("sent %q, want %q", got, lines)
	}
}

// refusedWith wants a refusal, after exactly these commands.
func (w *watched) refusedWith(err error, code int, words, lines string) {
	w.Helper()
	var f *stats.Failure
	if !errors.As(err, &f) || f.Class != stats.ClassReply || f.Code != code || !strings.Contains(f.Text, words) {
		w.Fatalf("%+v, want %d and %q", f, code, words)
	}
	if !w.Usable() {
		w.Fatal("the session is lost")
	}
	w.sent(nil, lines)
}

// failureOf makes an error of a sample.
func failureOf(s *stats.Sample) error { return asError(s.Failure) }

// TestPlainNames walks about on a server that refuses names with a slash.
func TestPlainNames(t *testing.T) {
	clock := stats.NewClock(time.Now())
	server := startScripted(t, clock, scripted.Script{Tree: &scripted.Tree{
		Home: "home", PlainNames: true, Folders: []string{"home/run", "home/other"},
		Files: map[string]int64{"home/run/f1": 77, "home/other/g": 5},
	}})
	w := watch(t, server, clock, profiles.EPSV, nil)

	w.sent(w.MakeFolder("run/x"), "MKD run/x,CWD run,MKD x") // and so it learns
	w.sent(w.MakeFolder("run/x/deep"), "CWD x,MKD deep")
	w.sent(failureOf(w.Do(&Job{Op: stats.Rename, Path: "run/f1", To: "run/f2"})), "CDUP,RNFR f1,RNTO f2")
	size, known, err := w.FileSize("run/f2")
	w.sent(err, "SIZE f2")
	if size != 77 || !known {
		t.Errorf("size %d, known %v", size, known)
	}
	_, known, err = w.FileSize("run/f1")
	w.sent(err, "SIZE f1")
	if known {
		t.Error("a file that has gone has a size")
	}
	w.sent(w.HasFolder("run/x"), "CWD x")
	w.refusedWith(w.HasFolder("run/none"), 550, "CWD", "CDUP,CWD none")
	w.refusedWith(w.RemoveFolder("run/x"), 550, "RMD", "RMD x") // it is not empty
	w.refusedWith(w.RemoveFile("run/none"), 550, "DELE", "DELE none")
	w.refusedWith(failureOf(w.Do(&Job{Op: stats.Rename, Path: "run/none", To: "run/f3"})), 550, "RNFR", "RNFR none")

	// Measured operations change directory first.
	w.sent(failureOf(w.Do(&Job{Op: stats.Retr, Path: "other/g", Want: 5, Meter: new(byteMeter)})), "CDUP,CWD other,EPSV,RETR g")
	w.sent(failureOf(w.Do(&Job{Op: stats.Retr, Path: "other/g", Want: 5, Meter: new(byteMeter)})), "EPSV,RETR g")
	w.sent(failureOf(w.Do(&Job{Op: stats.List, Path: "other", Meter: new(byteMeter)})), "EPSV,LIST")
	w.sent(failureOf(w.Do(&Job{Op: stats.Nlst, Path: "run/x", Meter: new(byteMeter)})), "CDUP,CWD run,CWD x,EPSV,NLST")
	w.sent(failureOf(w.Do(&Job{Op: stats.Rename, Path: "run/f2", To: "run/f3"})), "CDUP,RNFR f2,RNTO f3")
	w.sent(failureOf(w.Do(&Job{Op: stats.Noop})), "NOOP")

	// Back where the log-in led, then by way of the root, from where there is no way back.
	w.sent(w.MakeFolder("top"), "CDUP,MKD top")
	w.sent(w.RemoveFile("/home/run/f3"), "CWD /,CWD home,CWD run,DELE f3")
	w.sent(w.MakeFolder("/home/q"), "CDUP,MKD q")
	if err := w.MakeFolder("back"); err == nil || w.Usable() {
		t.Errorf("from the root it found back: %v", err)
	}
	w.sent(nil, "")
	want := []string{"/home/", "/home/other/", "/home/other/g", "/home/q/", "/home/run/", "/home/run/x/", "/home/run/x/deep/", "/home/top/"}
	if got := server.Paths(); !slices.Equal(got, want) {
		t.Errorf("the server has %q, want %q", got, want)
	}
}

// TestCDUPRefused: who knows where the session is.
func TestCDUPRefused(t *testing.T) {
	clock := stats.NewClock(time.Now())
	server := startScripted(t, clock, scripted.Script{Replies: replyTo("CDUP", "550 No."), Tree: &scripted.Tree{
		PlainNames: true, Folders: []string{"a", "b"}}})
	w := watch(t, server, clock, profiles.EPSV, nil)
	w.sent(w.MakeFolder("a/x"), "MKD a/x,CWD a,MKD x")
	if err := w.MakeFolder("b/x"); err == nil || !strings.Contains(err.Error(), "CDUP with 550 No.") || w.Usable() {
		t.Errorf("%v, usable %v", err, w.Usable())
	}
	w.sent(nil, "CDUP")
}

// replyTo is one verb's answer.
func replyTo(verb, reply string) map[string]scripted.Reply {
	return map[string]scripted.Reply{verb: {Raw: reply + "\r\n"}}
}

// TestPlaceOf parts paths.
func TestPlaceOf(t *testing.T) {
	for path, want := range map[string]string{
		"": "", ".": "", "a": "a", "a/b": "a,b", "./a//b/": "a,b", "/": "/", "/a/b": "/,a,b", "-l": "-l", "a/./b": "a,b",
	} {
		if got := strings.Join(placeOf(path), ","); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
	for path, want := range map[string]string{"f": "|f", "a/f": "a|f", "/f": "/|f", "a/b/": "a|b", "/a/b/c": "/,a,b|c"} {
		folder, name := split(path)
		if got := strings.Join(folder, ",") + "|" + name; got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}
