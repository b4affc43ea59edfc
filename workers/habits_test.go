package workers

import (
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// TestHabitsAreShared: what one session has found out no other asks again.
func TestHabitsAreShared(t *testing.T) {
	tree := func(plain bool) *scripted.Tree {
		return &scripted.Tree{PlainNames: plain, Folders: []string{"run"}}
	}
	t.Run("plain names", func(t *testing.T) {
		t.Parallel()
		clock := stats.NewClock(time.Now())
		server := startScripted(t, clock, scripted.Script{Tree: tree(true)})
		var shared Habits
		first := watch(t, server, clock, profiles.EPSV, &shared)
		first.sent(first.MakeFolder("run/1"), "MKD run/1,CWD run,MKD 1")
		second := watch(t, server, clock, profiles.EPSV, &shared)
		second.sent(second.MakeFolder("run/2"), "CWD run,MKD 2")
		other := watch(t, server, clock, profiles.EPSV, nil)
		other.sent(other.MakeFolder("run/3"), "MKD run/3,CWD run,MKD 3")
		onlyNote(t, &shared, "names with a slash")
	})
	t.Run("names with slashes", func(t *testing.T) {
		t.Parallel()
		clock := stats.NewClock(time.Now())
		server := startScripted(t, clock, scripted.Script{Tree: tree(false)})
		var shared Habits
		first := watch(t, server, clock, profiles.EPSV, &shared)
		// Not there, or not by that name: that is tried once, until a slash has been taken.
		first.refusedWith(first.RemoveFile("run/none"), 550, "DELE", "DELE run/none,CWD run,DELE none,CDUP")
		first.sent(first.MakeFolder("run/1"), "MKD run/1")
		second := watch(t, server, clock, profiles.EPSV, &shared)
		second.refusedWith(second.RemoveFile("run/none"), 550, "DELE", "DELE run/none")
		second.refusedWith(second.RemoveFile("none"), 550, "DELE", "DELE none")
		if notes := shared.Notes(); len(notes) > 0 {
			t.Errorf("what is usual is told: %q", notes)
		}
	})
	t.Run("alias", func(t *testing.T) {
		t.Parallel()
		clock := stats.NewClock(time.Now())
		server := startScripted(t, clock, scripted.Script{Lacks: []string{"EPSV"}})
		var shared Habits
		asked := func() (lines []string) {
			sessions := server.Sessions()
			for _, c := range sessions[len(sessions)-1].Commands {
				if c.Line == "EPSV" || c.Line == "PASV" {
					lines = append(lines, c.Line)
				}
			}
			return lines
		}
		for i, want := range []string{"EPSV,PASV", "", ""} {
			w := watch(t, server, clock, profiles.Passive, &shared)
			if got := strings.Join(asked(), ","); got != want || w.Mode() != stats.PASV {
				t.Errorf("session %d asked %q, want %q, and has %s", i, got, want, w.Mode())
			}
		}
		onlyNote(t, &shared, "--mode passive is PASV here")
	})
	t.Run("FEAT", func(t *testing.T) {
		t.Parallel()
		clock := stats.NewClock(time.Now())
		server := startScripted(t, clock, scripted.Script{Replies: map[string]scripted.Reply{"FEAT": {Raw: "221 Bye.\r\n", End: scripted.EndFIN}}})
		var shared Habits
		for _, connections := range []int{2, 3, 4} {
			watch(t, server, clock, profiles.EPSV, &shared)
			if got := len(server.Sessions()); got != connections {
				t.Errorf("%d connections, want %d", got, connections)
			}
		}
		onlyNote(t, &shared, "does not answer FEAT")
	})
	t.Run("open half", func(t *testing.T) {
		t.Parallel()
		clock := stats.NewClock(time.Now())
		server := startScripted(t, clock, scripted.Script{Upload: scripted.Upload{End: scripted.EndHold}})
		var shared Habits
		for range 2 {
			w := watch(t, server, clock, profiles.EPSV, &shared)
			for range 3 {
				if sample, _ := transfer(w.Session, stats.Stor, 10, testBlock(t)); sample.Failure != nil {
					t.Fatal(sample.Failure)
				}
			}
			if !shared.get().leavesOpen {
				t.Error("it was not learnt")
			}
		}
		onlyNote(t, &shared, "leaves its half")
	})
	t.Run("other end", func(t *testing.T) {
		t.Parallel()
		clock := stats.NewClock(time.Now())
		server := startScripted(t, clock, scripted.Script{Download: scripted.Download{Size: 10}, Completion: scripted.Reply{Raw: "226-Well,\r\n250 done.\r\n"}})
		var shared Habits
		for i := range 2 {
			w := watch(t, server, clock, profiles.EPSV, &shared)
			sample, _ := transfer(w.Session, stats.Retr, 10, nil)
			if sample.Failure != nil {
				t.Fatal(sample.Failure)
			}
			// The first one waits a second for another end.
			if finish, _ := sample.Span(stats.Finish); !shared.get().endsOtherwise || i == 1 && finish > 900*time.Millisecond {
				t.Errorf("session %d: finish took %v", i, finish)
			}
		}
		onlyNote(t, &shared, "another code")
	})
}

// onlyNote wants one sentence, with these words.
func onlyNote(t *testing.T, h *Habits, words string) {
	t.Helper()
	if notes := h.Notes(); len(notes) != 1 || !strings.Contains(notes[0], words) {
		t.Errorf("notes %q, want one with %q", notes, words)
	}
}
