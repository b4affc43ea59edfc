package workers

import (
	"fmt"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// TestSlowUploadsAreNoFailures has the server take uploads so slowly that what
// the kernel holds outlasts every time-out, but steadily.
func TestSlowUploadsAreNoFailures(t *testing.T) {
	block := testBlock(t)
	for _, size := range []int64{1 << 20, 4 << 20} {
		for _, mode := range []profiles.Mode{profiles.EPSV, profiles.EPRT} {
			t.Run(fmt.Sprintf("%s/%d", mode, size), func(t *testing.T) {
				t.Parallel()
				clock := stats.NewClock(time.Now())
				server := startScripted(t, clock, scripted.Script{
					Upload: scripted.Upload{Pace: scripted.Pace{Chunk: 32 << 10, Pause: 25 * time.Millisecond}},
				})
				s := openAt(t, server.Addr(), clock, mode, shortTimeouts(), false)
				if sample, _ := transfer(s, stats.Stor, size, block); sample.Failure != nil {
					t.Errorf("%v", sample.Failure)
				}
			})
		}
	}
}

// TestDribbledRepliesHaveOneDeadline has a reply come byte by byte.
func TestDribbledRepliesHaveOneDeadline(t *testing.T) {
	clock := stats.NewClock(time.Now())
	server := startScripted(t, clock, scripted.Script{
		Completion: scripted.Reply{Raw: "226 a reply that takes its time\r\n", Dribble: 150 * time.Millisecond},
	})
	s := openAt(t, server.Addr(), clock, profiles.EPSV, shortTimeouts(), false)
	begun := time.Now()
	sample, _ := transfer(s, stats.Retr, 0, testBlock(t))
	if f := sample.Failure; f == nil || f.Phase != stats.Finish || f.Class != stats.ClassTimeout {
		t.Errorf("%+v", f)
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("took %v with a reply time-out of %v", took, shortTimeouts().Reply)
	}
}

// TestEndlessDownloadIsCutOff has the server send on and on.
func TestEndlessDownloadIsCutOff(t *testing.T) {
	for _, portable := range []bool{false, true} {
		clock := stats.NewClock(time.Now())
		server := startScripted(t, clock, scripted.Script{Download: scripted.Download{Size: 1024, Extra: 1 << 40}})
		s := openAt(t, server.Addr(), clock, profiles.EPSV, shortTimeouts(), portable)
		sample, _ := transfer(s, stats.Retr, 1024, testBlock(t))
		if f := sample.Failure; f == nil || f.Phase != stats.Payload || f.Class != stats.ClassLong {
			t.Errorf("%+v", f)
		}
		if sample.Bytes > 16<<20 {
			t.Errorf("%d bytes were read", sample.Bytes)
		}
	}
}

// TestOutOfStepSessionsAreDropped: when a reply is still to come, the next
// operation would take it for its own.
func TestOutOfStepSessionsAreDropped(t *testing.T) {
	for name, script := range map[string]scripted.Script{
		"a second preliminary reply": {Completion: scripted.Reply{Raw: "150 Once more.\r\n226 Done.\r\n"}},
		"120 before 150":             {Preliminary: scripted.Reply{Raw: "120 Soon.\r\n150 Now.\r\n"}},
	} {
		clock := stats.NewClock(time.Now())
		server := startScripted(t, clock, script)
		s := openAt(t, server.Addr(), clock, profiles.EPSV, shortTimeouts(), false)
		sample, _ := transfer(s, stats.Retr, 0, testBlock(t))
		if sample.Failure == nil || s.Usable() {
			t.Errorf("%s: %v, usable %v", name, sample.Failure, s.Usable())
		}
	}
}

// TestBareCodesAreReplies: no words behind the code, in one line or the last of
// many.
func TestBareCodesAreReplies(t *testing.T) {
	for _, raw := range []string{"226\r\n", "226-first\r\n226\r\n", "226\n"} {
		clock := stats.NewClock(time.Now())
		server := startScripted(t, clock, scripted.Script{
			Preliminary: scripted.Reply{Raw: "150\r\n"}, Completion: scripted.Reply{Raw: raw},
		})
		s := openAt(t, server.Addr(), clock, profiles.PORT, shortTimeouts(), false)
		for range 2 {
			if sample, _ := transfer(s, stats.Retr, 0, testBlock(t)); sample.Failure != nil {
				t.Errorf("%q: %v", raw, sample.Failure)
			}
		}
	}
}
