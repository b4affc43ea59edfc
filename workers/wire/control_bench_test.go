package wire

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// played is a control connection in memory, to a server that answers each command at once: what
// is measured through it is the conversation alone, without system calls.
type played struct {
	net.Conn // nil: nothing else is called
	unread   []byte
}

var playedReplies = []struct{ verb, reply string }{
	{"EPSV", "229 Entering Extended Passive Mode (|||10123|)\r\n"},
	{"PASV", "227 Entering Passive Mode (127,0,0,1,39,139).\r\n"},
	{"RETR", "150 Opening BINARY mode data connection for file (1024 bytes).\r\n226 Transfer complete.\r\n"},
	{"NOOP", "200 NOOP ok.\r\n"},
}

func (p *played) Write(line []byte) (int, error) {
	for _, r := range playedReplies {
		if bytes.HasPrefix(line, []byte(r.verb)) {
			p.unread = append(p.unread, r.reply...)
			return len(line), nil
		}
	}
	return 0, io.ErrClosedPipe
}

func (p *played) Read(b []byte) (int, error) {
	if len(p.unread) == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(b, p.unread)
	p.unread = append(p.unread[:0], p.unread[n:]...)
	return n, nil
}

func (*played) Close() error                     { return nil }
func (*played) SetReadDeadline(time.Time) error  { return nil }
func (*played) SetWriteDeadline(time.Time) error { return nil }

// playedLink is a logged-in link over a connection in memory.
func playedLink(b *testing.B, mode stats.Mode) *Link {
	b.Helper()
	l := &Link{
		cfg: Config{Timeouts: DefaultTimeouts, Clock: stats.NewClock(time.Now())}, ctx: b.Context(),
		mode: mode, peer: netip.MustParseAddrPort("127.0.0.1:21"),
	}
	l.control = newControl(l, new(played))
	return l
}

// BenchmarkConversation is the control connection's part of one download, above the
// socket: three replies to two commands, all moments taken.
func BenchmarkConversation(b *testing.B) {
	for _, mode := range []stats.Mode{stats.EPSV, stats.PASV} {
		b.Run(mode.String(), func(b *testing.B) {
			l := playedLink(b, mode)
			b.ReportAllocs()
			for b.Loop() {
				l.Begin(stats.Retr)
				if !l.Negotiate() || !l.Transfer("RETR", "file") || !l.GoAhead() {
					b.Fatal(l.trace.Fault)
				}
				l.data = new(dataConn)
				l.Complete()
				l.data = nil
				if t := l.End(); t.Completed.Code != 226 || l.passiveTo != 10123 {
					b.Fatalf("completed with %v, port %d", t.Completed, l.passiveTo)
				}
			}
		})
	}
}

// BenchmarkExchange is one command and its reply.
func BenchmarkExchange(b *testing.B) {
	l := playedLink(b, stats.EPSV)
	b.ReportAllocs()
	for b.Loop() {
		l.Begin(stats.Noop)
		if l.Exchange("NOOP", ""); l.trace.Completed.Code != 200 {
			b.Fatal(l.trace.Fault)
		}
		l.End()
	}
}
