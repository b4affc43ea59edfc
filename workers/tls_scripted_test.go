package workers

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// tlsScript is an FTP server under explicit TLS with one habit.
type tlsScript struct {
	config    *tls.Config // nil takes AUTH and then speaks no TLS
	clearData bool        // does not encrypt data connections
	size      int
	truncate  bool       // end downloads by FIN without close_notify
	ended     chan error // how each upload ended: io.EOF with close_notify
	// read reads an upload, nil for at once to its end.
	read func(io.Reader) error
}

// start serves one session after another on a free port until the test ends.
func (s *tlsScript) start(t *testing.T) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
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

func (s *tlsScript) session(raw net.Conn) {
	defer raw.Close()
	conn := raw
	lines := bufio.NewReader(conn)
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	say("220 ready")
	var data net.Listener
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.TrimSpace(line), " "); verb {
		case "AUTH":
			say("234 go on")
			if s.config == nil {
				_, _ = lines.ReadByte()
				say("500 what?")
				return
			}
			conn = tls.Server(raw, s.config)
			lines = bufio.NewReader(conn)
		case "USER":
			say("331 and the password")
		case "PASS":
			say("230 in")
		case "FEAT":
			say("502 none")
		case "EPSV":
			if data, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
				return
			}
			say("229 (|||%d|)", data.Addr().(*net.TCPAddr).Port)
		case "RETR", "STOR":
			c, err := data.Accept()
			data.Close()
			if err != nil {
				return
			}
			say("150 go")
			s.transfer(c, verb)
			say("226 done")
		default:
			say("200 fine")
		}
	}
}

func (s *tlsScript) transfer(raw net.Conn, verb string) {
	defer raw.Close()
	_ = raw.SetDeadline(time.Now().Add(20 * time.Second))
	c := raw
	if !s.clearData {
		c = tls.Server(raw, s.config)
	}
	if verb == "STOR" {
		var err error
		if s.read != nil {
			if secured, ok := c.(*tls.Conn); ok {
				err = secured.Handshake()
			}
			if err == nil {
				err = s.read(plainReader{c})
			}
		} else {
			_, err = io.Copy(io.Discard, plainReader{c})
		}
		if err == nil {
			err = io.EOF
		}
		s.ended <- err
		_ = c.Close()
		return
	}
	_, _ = c.Write(make([]byte, s.size))
	if !s.truncate {
		_ = c.Close()
	}
}

// plainReader hides a connection's other methods from io.Copy.
type plainReader struct{ io.Reader }

// scriptedTLS returns a certificate's server side and the roots that trust it.
func scriptedTLS(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	cert, pool := servers.SelfSigned(t)
	return &tls.Config{Certificates: []tls.Certificate{cert}}, pool
}

func openTLS(at netip.AddrPort, roots *x509.CertPool, name string, security wire.Security) (*Session, error) {
	return Open(context.Background(), Config{
		Wire: wire.Config{
			Target: at, Clock: stats.NewClock(time.Now()), Timeouts: shortTimeouts(),
			TLS: wire.TLS{Security: security, Config: &tls.Config{RootCAs: roots, ServerName: name}},
		},
		Credentials: profiles.Credentials{User: "u", Password: "p"},
		Mode:        profiles.EPSV,
	})
}

// TestTruncationIsAFailure ends a whole protected download without close_notify,
// as somebody on the way could end half of one.
func TestTruncationIsAFailure(t *testing.T) {
	config, roots := scriptedTLS(t)
	for _, truncate := range []bool{false, true} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			c := config.Clone()
			c.MaxVersion = version
			script := &tlsScript{config: c, size: 100_000, truncate: truncate, ended: make(chan error, 1)}
			s, err := openTLS(script.start(t), roots, "localhost", wire.Explicit)
			if err != nil {
				t.Fatal(err)
			}
			var n byteMeter
			f := s.Do(jobOf(stats.Retr, "x", 100_000, nil, &n)).Failure
			if !truncate && f != nil {
				t.Errorf("with close_notify: %v", f)
			}
			if truncate && (f == nil || f.Phase != stats.Payload || f.Class != stats.ClassTLS || f.Code != 226) {
				t.Errorf("without close_notify: %+v", f)
			}
			if truncate && s.Usable() {
				t.Error("the session goes on after a truncation")
			}
			s.Close()
		}
	}
}

// TestUploadEndsWithCloseNotify has the server look at how uploads end.
func TestUploadEndsWithCloseNotify(t *testing.T) {
	config, roots := scriptedTLS(t)
	block := testBlock(t)
	for _, size := range []int64{0, 1, 1 << 20} {
		script := &tlsScript{config: config, ended: make(chan error, 1)}
		s, err := openTLS(script.start(t), roots, "localhost", wire.Explicit)
		if err != nil {
			t.Fatal(err)
		}
		var n byteMeter
		if f := s.Do(jobOf(stats.Stor, "x", size, block, &n)).Failure; f != nil {
			t.Fatalf("%d bytes: %v", size, f)
		}
		if err := <-script.ended; !errors.Is(err, io.EOF) {
			t.Errorf("%d bytes: the server saw %v", size, err)
		}
		s.Close()
	}
}

// TestHandshakeIsTimed delays the server's side of the data handshake. The server
// knows when it was over; that it took long is seen by its log, as the go-ahead may
// be read late on a busy machine.
func TestHandshakeIsTimed(t *testing.T) {
	config, roots := scriptedTLS(t)
	const delay = 40 * time.Millisecond
	clock := stats.NewClock(time.Now())
	server := startScripted(t, clock, scripted.Script{
		TLS: &scripted.TLS{Config: config, DataDelay: delay}, Download: scripted.Download{Size: 1000},
	})
	s, err := Open(context.Background(), Config{
		Wire: wire.Config{
			Target: server.Addr(), Clock: clock,
			TLS: wire.TLS{Security: wire.Explicit, Config: &tls.Config{RootCAs: roots, ServerName: "localhost"}},
		},
		Credentials: profiles.Credentials{User: "u", Password: "p"}, Mode: profiles.EPSV,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var n byteMeter
	sample := s.Do(jobOf(stats.Retr, "x", 1000, nil, &n))
	if sample.Failure != nil {
		t.Fatal(sample.Failure)
	}
	op := server.Settled(1)[0]
	m := &sample.Moments
	d, ok := sample.Span(stats.DataTLS)
	// The client's side ends behind the server's first word there, and before
	// payload comes.
	ended := m[stats.T5].Add(sample.HandshakeBehind)
	if !ok || op.Secured.Before.Sub(op.PreliminarySent.Before) < delay || ended < op.Secured.Before || ended > m[stats.T6] ||
		d < sample.HandshakeBehind || d > m[stats.T6].Sub(m[stats.T4]) {
		t.Errorf("data_tls is %v, %v, of that %v behind t5: it ended %v after the server had begun and %v before t6",
			d, ok, sample.HandshakeBehind, ended.Sub(op.Secured.Before), m[stats.T6].Sub(ended))
	}
	if first, _ := sample.Span(stats.TTFB); first < d {
		t.Errorf("ttfb of %v leaves out the handshake of %v", first, d)
	}
	if u := s.SetUp(); u.TLS <= 0 || u.Greeting <= 0 || u.Login <= 0 {
		t.Errorf("set-up: %+v", u)
	}
}

// TestUntrustedServersAreRefused with a hint that names the flag.
func TestUntrustedServersAreRefused(t *testing.T) {
	config, roots := scriptedTLS(t)
	at := (&tlsScript{config: config}).start(t)
	_, others := servers.SelfSigned(t)
	plain := startScripted(t, stats.NewClock(time.Now()), scripted.Script{
		Replies: map[string]scripted.Reply{"AUTH": scripted.NewReply(502, "No TLS here.")}})
	for _, c := range []struct {
		name     string
		at       netip.AddrPort
		roots    *x509.CertPool
		host     string
		security wire.Security
		code     int
		hint     string
	}{
		{"unknown authority", at, others, "localhost", wire.Explicit, 0, "--tls-ca"},
		{"wrong name", at, roots, "other.example", wire.Explicit, 0, "--tls-server-name"},
		{"no TLS offered", plain.Addr(), roots, "localhost", wire.Explicit, 502, "--tls off"},
		{"plaintext where TLS was to be", plain.Addr(), roots, "localhost", wire.Implicit, 0, "--tls off"},
	} {
		_, err := openTLS(c.at, c.roots, c.host, c.security)
		var f *stats.Failure
		if !errors.As(err, &f) || f.Phase != stats.TLS || f.Code != c.code || !strings.Contains(f.Error(), c.hint) || strings.Contains(f.Error(), "\n") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
