package workers

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// openSharing opens a session that shares what it learns.
func openSharing(t *testing.T, server *scripted.Server, mode profiles.Mode, habits *Habits) *Session {
	t.Helper()
	cfg := loginConfig(server, stats.NewClock(time.Now()), mode)
	cfg.Habits = habits
	s, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// timesSaid counts the commands with that verb, over all sessions.
func timesSaid(server *scripted.Server, verb string) (n int) {
	for _, s := range server.Sessions() {
		for _, c := range s.Commands {
			if v, _, _ := strings.Cut(c.Line, " "); v == verb {
				n++
			}
		}
	}
	return n
}

// repliesTo plays replies to a verb, one after the other, and then what is proper.
func repliesTo(verb string, replies ...scripted.Reply) scripted.Script {
	turns := make(chan *scripted.Script, len(replies))
	for _, r := range replies {
		turns <- &scripted.Script{Replies: map[string]scripted.Reply{verb: r}}
	}
	return scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
		if turn.Verb != verb {
			return nil
		}
		select {
		case s := <-turns:
			return s
		default:
			return nil
		}
	}}
}

const leavesUploadsOpen = "leaves its half of an upload's data connection open"

func notes(h *Habits, words string) int {
	n := 0
	for _, note := range h.Notes() {
		if strings.Contains(note, words) {
			n++
		}
	}
	return n
}

// endings plays the uploads of a session, by number; the others are proper.
func endings(by map[int]*scripted.Script) scripted.Script {
	return scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == "STOR" {
			return by[turn.Transfer]
		}
		return nil
	}}
}

// TestOneLateFINHidesNoReset: the next upload's end is waited for all the same.
func TestOneLateFINHidesNoReset(t *testing.T) {
	t.Parallel()
	behind := func(wait time.Duration, end scripted.End) *scripted.Script {
		return &scripted.Script{CompletionBeforeEOF: true, Delays: scripted.Delays{EOF: wait}, Upload: scripted.Upload{End: end}}
	}
	server := startScripted(t, stats.NewClock(time.Now()), endings(map[int]*scripted.Script{
		0: behind(400*time.Millisecond, scripted.ProperEnd), 1: behind(50*time.Millisecond, scripted.EndRST),
	}))
	habits, block := new(Habits), testBlock(t)
	s := openSharing(t, server, profiles.EPSV, habits)
	if sample, _ := transfer(s, stats.Stor, 1000, block); sample.Failure != nil {
		t.Fatalf("FIN 400 ms behind the reply: %v", sample.Failure)
	}
	if habits.get().leavesOpen || notes(habits, leavesUploadsOpen) != 0 {
		t.Error("one late FIN is taken for the server's habit")
	}
	if sample, _ := transfer(s, stats.Stor, 1000, block); sample.Failure == nil || sample.Failure.Class != stats.ClassReset {
		t.Errorf("reset 50 ms behind the reply: %v", sample.Failure)
	}
}

// TestUploadsLeftOpenEndTheWait after three in a row, and one that is closed takes
// that back, for the session and for those to come.
func TestUploadsLeftOpenEndTheWait(t *testing.T) {
	t.Parallel()
	open := &scripted.Script{Upload: scripted.Upload{End: scripted.EndHold}}
	server := startScripted(t, stats.NewClock(time.Now()), endings(map[int]*scripted.Script{
		0: nil, 1: open, 2: open, 3: nil, 4: open, 5: open, 6: open, 7: open, 8: open, 9: open, 10: nil,
	}))
	habits, block := new(Habits), testBlock(t)
	s := openSharing(t, server, profiles.EPSV, habits)
	known := []bool{6: true, 7: true, 8: true, 9: true, 11: false}
	quickest := time.Hour
	for i, want := range known {
		begun := time.Now()
		sample, _ := transfer(s, stats.Stor, 1000, block)
		if sample.Failure != nil {
			t.Fatalf("upload %d: %v", i, sample.Failure)
		}
		if i > 6 && i < 10 {
			quickest = min(quickest, time.Since(begun))
		}
		if got := habits.get().leavesOpen; got != want || s.link.LeavesOpen() != want {
			t.Errorf("behind upload %d the habit is %v, and %v for the session; want %v", i, got, s.link.LeavesOpen(), want)
		}
		told := 0 // and that stays: the ends of some were not seen
		if i >= 6 {
			told = 1
		}
		if n := notes(habits, leavesUploadsOpen); n != told {
			t.Errorf("behind upload %d it is told %d times, want %d", i, n, told)
		}
		if other := openSharing(t, server, "", habits); other.link.LeavesOpen() != want {
			t.Errorf("behind upload %d another session takes it for %v", i, !want)
		}
	}
	if quickest > 200*time.Millisecond {
		t.Errorf("an upload took %v: its end is still waited for", quickest)
	}
}

// TestOldNewsTakesNothingBack: a session that saw an upload closed long ago does not
// take back, with its downloads, what another has found out since.
func TestOldNewsTakesNothingBack(t *testing.T) {
	t.Parallel()
	open := &scripted.Script{Upload: scripted.Upload{End: scripted.EndHold}}
	script := scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == "STOR" && turn.Session == 2 {
			return open
		}
		return nil
	}}
	server := startScripted(t, stats.NewClock(time.Now()), script)
	habits, block := new(Habits), testBlock(t)
	first, second := openSharing(t, server, profiles.EPSV, habits), openSharing(t, server, profiles.EPSV, habits)
	do := func(s *Session, op stats.Op, size int64) {
		t.Helper()
		if sample, _ := transfer(s, op, size, block); sample.Failure != nil {
			t.Fatal(sample.Failure)
		}
	}
	do(first, stats.Stor, 1000)
	for range 3 {
		do(second, stats.Stor, 1000)
	}
	do(first, stats.List, 0)
	do(second, stats.Stor, 1000)
	if !habits.get().leavesOpen || notes(habits, leavesUploadsOpen) != 1 {
		t.Errorf("known: %v, told %d times", habits.get().leavesOpen, notes(habits, leavesUploadsOpen))
	}
}

// TestOneAccidentIsNoHabit: FEAT has been answered, and once it has not.
func TestOneAccidentIsNoHabit(t *testing.T) {
	t.Parallel()
	bye := scripted.Reply{Raw: "421 Not now.\r\n", End: scripted.EndFIN}
	proper := scripted.Reply{Raw: "211-Features:\r\n SIZE\r\n211 End\r\n"}
	for _, c := range []struct {
		name    string
		replies []scripted.Reply
		asked   int // in four sessions
		noted   int
	}{
		{"answered, then not", []scripted.Reply{proper, bye}, 4, 0},
		{"never answered", []scripted.Reply{bye, bye, bye, bye, bye}, 1, 1},
	} {
		server := startScripted(t, stats.NewClock(time.Now()), repliesTo("FEAT", c.replies...))
		habits := new(Habits)
		for range 4 {
			openSharing(t, server, profiles.EPSV, habits)
		}
		if n := timesSaid(server, "FEAT"); n != c.asked {
			t.Errorf("%s: FEAT was asked %d times, want %d", c.name, n, c.asked)
		}
		if n := notes(habits, "does not answer FEAT"); n != c.noted {
			t.Errorf("%s: %q", c.name, habits.Notes())
		}
	}
}

// TestUnansweredEPRTIsWaitedForOnce, whether the first session to measure finds that
// out or preparation.
func TestUnansweredEPRTIsWaitedForOnce(t *testing.T) {
	t.Parallel()
	for _, learn := range []bool{false, true} {
		server := startScripted(t, stats.NewClock(time.Now()), scripted.Script{Replies: map[string]scripted.Reply{"EPRT": {Silent: true}}})
		habits := new(Habits)
		if learn {
			if err := openSharing(t, server, "", habits).Learn([]profiles.Mode{profiles.Active}); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			if s := openSharing(t, server, profiles.Active, habits); s.Mode() != stats.EPRT {
				t.Errorf("learn=%v: the mode is %v", learn, s.Mode())
			}
		}
		if n := timesSaid(server, "EPRT"); n != 1 {
			t.Errorf("learn=%v: EPRT was said %d times and waited for as often", learn, n)
		}
		if n := notes(habits, "does not answer EPRT"); n != 1 {
			t.Errorf("learn=%v: %q", learn, habits.Notes())
		}
	}
}

// TestFeaturesAreThoseOfTheirOwnReply: the log-in's second reply comes in its place.
func TestFeaturesAreThoseOfTheirOwnReply(t *testing.T) {
	t.Parallel()
	for _, second := range []string{"230 You are in.\r\n", "230-You\r\n are\r\n230 in.\r\n"} {
		server := startScripted(t, stats.NewClock(time.Now()), repliesTo("FEAT",
			scripted.Reply{Raw: second + "211-Features:\r\n SIZE\r\n REST STREAM\r\n211 End\r\n"}))
		s := openSharing(t, server, profiles.EPSV, nil)
		var got []string
		for _, line := range s.Features() {
			got = append(got, strings.TrimSpace(line))
		}
		if want := []string{"SIZE", "REST STREAM"}; !slices.Equal(got, want) {
			t.Errorf("behind %q: %q, want %q", second, got, want)
		}
	}
}

// TestTransientRefusalIsAskedAgain: one 425 does not decide for a whole run, but a
// server that keeps to its 4yz means it.
func TestTransientRefusalIsAskedAgain(t *testing.T) {
	t.Parallel()
	once := repliesTo("EPSV", scripted.NewReply(425, "Not now."))
	constant := scripted.Script{Replies: map[string]scripted.Reply{"EPSV": scripted.NewReply(451, "Not here.")}}
	for _, c := range []struct {
		script scripted.Script
		want   stats.Mode
	}{{once, stats.EPSV}, {constant, stats.PASV}} {
		server := startScripted(t, stats.NewClock(time.Now()), c.script)
		habits := new(Habits)
		for range 2 {
			if s := openSharing(t, server, profiles.Passive, habits); s.Mode() != c.want {
				t.Errorf("passive is %v, want %v", s.Mode(), c.want)
			}
		}
	}
}
