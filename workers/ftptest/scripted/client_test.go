package scripted

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/textproto"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

var scriptedV4 = netip.MustParseAddr("127.0.0.1")

func scriptedClock() stats.Clock { return stats.NewClock(time.Now()) }

// scriptedClient is the barest FTP client that can show what a server does.
type scriptedClient struct {
	tb    testing.TB
	clock stats.Clock
	conn  *net.TCPConn
	text  *textproto.Conn
}

// dialScripted starts a server with that script and logs in to it.
func dialScripted(t *testing.T, script Script) (*Server, *scriptedClient) {
	t.Helper()
	srv := Start(t, scriptedClock(), scriptedV4, script)
	c := connectScripted(t, srv)
	c.login()
	return srv, c
}

func connectScripted(tb testing.TB, srv *Server) *scriptedClient {
	tb.Helper()
	conn, err := net.Dial("tcp", srv.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	return &scriptedClient{tb, srv.clock, conn.(*net.TCPConn), textproto.NewConn(conn)}
}

// over returns the client with its control connection inside another.
func (c *scriptedClient) over(conn net.Conn) *scriptedClient {
	return &scriptedClient{c.tb, c.clock, c.conn, textproto.NewConn(conn)}
}

func (c *scriptedClient) login() {
	c.tb.Helper()
	c.expect(220)
	c.cmd(331, "USER anonymous")
	c.cmd(230, "PASS x")
	c.cmd(200, "TYPE I")
}

func (c *scriptedClient) send(format string, args ...any) {
	c.tb.Helper()
	if err := c.text.PrintfLine(format, args...); err != nil {
		c.tb.Fatal(err)
	}
}

// expect reads a reply of that code.
func (c *scriptedClient) expect(code int) string {
	c.tb.Helper()
	got, text, err := c.text.ReadResponse(0)
	if err != nil || got != code {
		c.tb.Fatalf("reply %d %q, %v; want %d", got, text, err, code)
	}
	return text
}

// cmd sends a command and returns the text of its reply.
func (c *scriptedClient) cmd(code int, format string, args ...any) string {
	c.tb.Helper()
	c.send(format, args...)
	return c.expect(code)
}

// negotiate returns a function that hands out the data connection.
func (c *scriptedClient) negotiate(mode stats.Mode) func() *net.TCPConn {
	c.tb.Helper()
	verb := strings.ToUpper(mode.String())
	if !mode.Active() {
		at := c.passive(verb)
		conn, err := net.Dial("tcp", at)
		if err != nil {
			c.tb.Fatal(err)
		}
		return c.handout(conn.(*net.TCPConn))
	}
	l := c.listen()
	c.cmd(200, "%s %s", verb, scriptedArg(mode, scriptedAddr(l.Addr())))
	return func() *net.TCPConn {
		c.tb.Helper()
		conn, err := l.AcceptTCP()
		if err != nil {
			c.tb.Fatal(err)
		}
		return c.handout(conn)()
	}
}

func (c *scriptedClient) handout(conn *net.TCPConn) func() *net.TCPConn {
	c.tb.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	return func() *net.TCPConn { return conn }
}

// listen opens the listener of an active transfer.
func (c *scriptedClient) listen() *net.TCPListener {
	c.tb.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: c.conn.LocalAddr().(*net.TCPAddr).IP})
	if err != nil {
		c.tb.Fatal(err)
	}
	c.tb.Cleanup(func() { _ = l.Close() })
	_ = l.SetDeadline(time.Now().Add(10 * time.Second))
	return l
}

// passive returns the address that the server listens on.
func (c *scriptedClient) passive(verb string) string {
	c.tb.Helper()
	var port int
	if verb == "EPSV" {
		text := c.cmd(229, "EPSV")
		if _, err := fmt.Sscanf(text[strings.IndexByte(text, '('):], "(|||%d|)", &port); err != nil {
			c.tb.Fatalf("%q: %v", text, err)
		}
	} else {
		var h [4]int
		var p1, p2 int
		text := c.cmd(227, "PASV")
		if _, err := fmt.Sscanf(text[strings.IndexByte(text, '('):], "(%d,%d,%d,%d,%d,%d)",
			&h[0], &h[1], &h[2], &h[3], &p1, &p2); err != nil {
			c.tb.Fatalf("%q: %v", text, err)
		}
		port = p1<<8 | p2
	}
	host, _, _ := net.SplitHostPort(c.conn.RemoteAddr().String())
	return net.JoinHostPort(host, fmt.Sprint(port))
}

func scriptedArg(mode stats.Mode, at netip.AddrPort) string {
	if mode == stats.PORT {
		p1, p2, h := scriptedPASV(at)
		return h + "," + p1 + "," + p2
	}
	family := 1
	if at.Addr().Is6() {
		family = 2
	}
	return fmt.Sprintf("|%d|%s|%d|", family, at.Addr(), at.Port())
}

// scriptedSeen is what the client saw of a transfer.
type scriptedSeen struct {
	negotiated, connected, preliminary, firstByte, eof, completed stats.Moment
	bytes                                                         int64
	err                                                           error // of the data connection
}

// download plays a whole transfer that sends to us; the data connection is taken
// before the preliminary reply, which is the only order that works everywhere
// but with AfterPreliminary.
func (c *scriptedClient) download(mode stats.Mode, late bool, command string) (seen scriptedSeen) {
	c.tb.Helper()
	conn := c.start(mode, late, command, &seen)
	var all bytes.Buffer
	b := make([]byte, 64<<10)
	for seen.err == nil {
		var n int
		n, seen.err = conn.Read(b)
		if n > 0 && all.Len() == 0 {
			seen.firstByte = c.clock()
		}
		all.Write(b[:n])
	}
	seen.eof = c.clock()
	seen.bytes = int64(all.Len())
	if seen.err == io.EOF {
		seen.err = nil
	}
	if strings.HasPrefix(command, "RETR") && !bytes.Equal(all.Bytes(), Content(0, all.Len())) {
		c.tb.Error("not the scripted content")
	}
	return seen
}

// upload sends n bytes and closes.
func (c *scriptedClient) upload(mode stats.Mode, late bool, command string, n int) (seen scriptedSeen) {
	c.tb.Helper()
	conn := c.start(mode, late, command, &seen)
	seen.firstByte = c.clock()
	if n > 0 {
		var wrote int
		wrote, seen.err = conn.Write(make([]byte, n))
		seen.bytes = int64(wrote)
	}
	seen.eof = c.clock()
	if err := conn.CloseWrite(); seen.err == nil {
		seen.err = err
	}
	return seen
}

// start plays a transfer up to the preliminary reply.
func (c *scriptedClient) start(mode stats.Mode, late bool, command string, seen *scriptedSeen) (conn *net.TCPConn) {
	c.tb.Helper()
	ready := c.negotiate(mode)
	seen.negotiated = c.clock()
	c.send("%s", command)
	connect := func() {
		conn = ready()
		seen.connected = c.clock()
	}
	if !late {
		connect()
	}
	c.expect(150)
	seen.preliminary = c.clock()
	if late {
		connect()
	}
	return conn
}

func (c *scriptedClient) complete(code int, seen *scriptedSeen) {
	c.tb.Helper()
	c.expect(code)
	seen.completed = c.clock()
}

// onlyOp returns the server's only transfer.
func onlyOp(t *testing.T, srv *Server) Op {
	t.Helper()
	ops := srv.Settled(1)
	if len(ops) != 1 || !ops[0].Over {
		t.Fatalf("%d transfers in the log, want one that is over: %+v", len(ops), ops)
	}
	return ops[0]
}

// within reports whether the client's moment can follow from the server's call.
// The upper bound only tells clocks apart, for the test machine may be busy;
// TestScriptedMomentsAreClose has the narrow one.
func within(t *testing.T, what string, client stats.Moment, server Span) {
	t.Helper()
	if server.Before == 0 || client < server.Before {
		t.Errorf("%s: seen at %d, before the server did it at %+v", what, client, server)
	}
	if late := client.Sub(server.After); late > 5*time.Second {
		t.Errorf("%s: seen %v after the server did it", what, late)
	}
}

// inOrder checks that the moments do not run backwards and that all happened.
func inOrder(t *testing.T, moments ...stats.Moment) {
	t.Helper()
	for i, m := range moments {
		if m == 0 || i > 0 && m < moments[i-1] {
			_, _, line, _ := runtime.Caller(1)
			t.Errorf("line %d: moment %d of %v is missing or too early", line, i, moments)
		}
	}
}
