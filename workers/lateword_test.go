package workers

import (
	"bufio"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// lateWords is a server that says something 20 ms behind its answers to DELE.
type lateWords struct {
	answers map[string]string // by file
	late    string
	said    chan struct{} // gets one for each time
}

func (s *lateWords) start(t *testing.T) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(20 * time.Second))
			go s.session(c)
		}
	}()
	return l.Addr().(*net.TCPAddr).AddrPort()
}

func (s *lateWords) session(c net.Conn) {
	defer c.Close()
	fmt.Fprint(c, "220 ready\r\n")
	lines := bufio.NewReader(c)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, arg, _ := strings.Cut(strings.TrimSpace(line), " "); verb {
		case "USER":
			fmt.Fprint(c, "230 in\r\n")
		case "FEAT":
			fmt.Fprint(c, "502 none\r\n")
		case "DELE":
			fmt.Fprint(c, s.answers[arg])
			time.Sleep(20 * time.Millisecond)
			fmt.Fprint(c, s.late)
			s.said <- struct{}{}
		default:
			fmt.Fprint(c, "200 fine\r\n")
		}
	}
}

// TestLateSecondReplyIsNoAnswer: it would answer the next command, so that a file
// which may not be deleted would count as deleted.
func TestLateSecondReplyIsNoAnswer(t *testing.T) {
	t.Parallel()
	for _, late := range []string{"250 Done.\r\n", "250-Done,\r\n really.\r\n250 Done.\r\n", "\r\n250 Done.\r\n", "250 Do"} {
		t.Run(fmt.Sprintf("%q", late), func(t *testing.T) {
			t.Parallel()
			server := &lateWords{late: late, said: make(chan struct{}, 2),
				answers: map[string]string{"one": "250 Done.\r\n", "two": "550 No.\r\n"}}
			s := openAt(t, server.start(t), stats.NewClock(time.Now()), "", shortTimeouts(), false)
			if f := s.Do(&Job{Op: stats.Dele, Path: "one"}).Failure; f != nil {
				t.Fatal(f)
			}
			<-server.said
			for end := time.Now().Add(2 * time.Second); s.Usable() && time.Now().Before(end); time.Sleep(time.Millisecond) {
			}
			if s.Usable() {
				f := s.Do(&Job{Op: stats.Dele, Path: "two"}).Failure
				t.Errorf("the session goes on, and what was refused comes to %v", f)
			}
		})
	}
}

// TestBlankLinesAreNoReplies, early or late.
func TestBlankLinesAreNoReplies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ behind, late string }{{"\r\n", ""}, {"", "\r\n"}, {"\r\n\r\n", "\n\r\n"}, {"", " \r\n"}, {"", "not a reply\r\n"}} {
		t.Run(fmt.Sprintf("%q", c), func(t *testing.T) {
			t.Parallel()
			server := &lateWords{late: c.late, said: make(chan struct{}, 8),
				answers: map[string]string{"one": "250 Done.\r\n" + c.behind, "two": "550 No.\r\n" + c.behind}}
			s := openAt(t, server.start(t), stats.NewClock(time.Now()), "", shortTimeouts(), false)
			for range 3 {
				for file, code := range map[string]int{"one": 0, "two": 550} {
					f := s.Do(&Job{Op: stats.Dele, Path: file}).Failure
					if code == 0 && f != nil || code != 0 && (f == nil || f.Code != code) {
						t.Fatalf("%s: %v", file, f)
					}
					<-server.said // over loopback it is here with that
					if !s.Usable() {
						t.Fatalf("%s: the session is no longer usable", file)
					}
				}
			}
		})
	}
}

// TestCompletionIsNoPreliminaryReply: what answers a transfer command with success
// before anything has moved answers another one, or speaks of nothing.
func TestCompletionIsNoPreliminaryReply(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"200 Fine.\r\n", "226 Done.\r\n", "250 Done.\r\n", "331 Who?\r\n"} {
		for _, op := range []stats.Op{stats.Retr, stats.Stor} {
			t.Run(op.String()+" "+raw[:3], func(t *testing.T) {
				t.Parallel()
				verb := strings.ToUpper(op.String())
				clock := stats.NewClock(time.Now())
				server := startScripted(t, clock, scripted.Script{Replies: map[string]scripted.Reply{verb: {Raw: raw}}})
				s := openAt(t, server.Addr(), clock, profiles.EPSV, shortTimeouts(), false)
				if sample, _ := transfer(s, op, 100, testBlock(t)); sample.Failure == nil || s.Usable() {
					t.Errorf("%v, usable: %v", sample.Failure, s.Usable())
				}
			})
		}
	}
}
