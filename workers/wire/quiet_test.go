//go:build unix

package wire

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// dialled is a link to a server that greets, and takes everything that it is told
// before it answers.
func dialled(t *testing.T, security *tls.Config, cfg Config) *Link {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		raw, err := ln.Accept()
		if err != nil {
			return
		}
		defer raw.Close()
		_ = raw.SetDeadline(time.Now().Add(20 * time.Second))
		conn, lines := raw, bufio.NewReader(raw)
		fmt.Fprint(conn, "220 ready\r\n")
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			switch {
			case strings.HasPrefix(line, "AUTH"):
				fmt.Fprint(conn, "234 go on\r\n")
				secured := tls.Server(raw, security)
				if secured.Handshake() != nil {
					return
				}
				conn, lines = secured, bufio.NewReader(secured)
			case strings.HasPrefix(line, "USER"):
				fmt.Fprint(conn, "230 in\r\n")
			default:
				fmt.Fprint(conn, "200 fine\r\n")
			}
		}
	}()
	start := time.Now()
	cfg.Target = ln.Addr().(*net.TCPAddr).AddrPort()
	cfg.Clock = func() stats.Moment { return stats.Moment(1 + time.Since(start)) }
	l, err := Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// TestQuietAllocatesNothing: it is asked before each measured operation.
func TestQuietAllocatesNothing(t *testing.T) {
	l := dialled(t, nil, Config{})
	if n := testing.AllocsPerRun(1000, func() {
		if !l.Quiet() {
			t.Fatal("the server seems to speak")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestTicketsAreQuiet: what TLS says by itself is not the server's word.
func TestTicketsAreQuiet(t *testing.T) {
	cert, roots := servers.SelfSigned(t)
	// A server that asks for a certificate sends its tickets behind the handshake,
	// as those of other makes do in any case.
	security := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13, ClientAuth: tls.RequestClientCert}
	l := dialled(t, security,
		Config{TLS: TLS{Security: Explicit, Config: &tls.Config{RootCAs: roots, ServerName: "localhost"}}})
	for end := time.Now().Add(10 * time.Second); !l.control.look.pending(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no session ticket came")
		}
	}
	for range 3 {
		if !l.Quiet() {
			t.Fatal("a session ticket is taken for a reply")
		}
	}
	if _, err := l.Login("u", "p", false); err != nil {
		t.Errorf("%v", err)
	}
	if !l.Quiet() {
		t.Error("not quiet behind the log-in")
	}
}
