//go:build linux

package servers

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"
)

// rawSession is a session spoken by hand, so that these tests stand on no FTP library.
type rawSession struct {
	tb   testing.TB
	s    *Server
	conn net.Conn
	text *textproto.Conn
	tls  *tls.Config // of the data connections; nil while they are plain
}

// dialRaw connects and returns the greeting's error, if any.
func dialRaw(tb testing.TB, s *Server) (*rawSession, error) {
	tb.Helper()
	conn, err := net.DialTimeout("tcp", s.Addr.String(), 5*time.Second)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	c := &rawSession{tb: tb, s: s, conn: conn}
	if s.TLS == Implicit {
		c.secure()
	}
	c.text = textproto.NewConn(c.conn)
	_, _, err = c.text.ReadResponse(220)
	return c, err
}

// loginRaw connects and logs in, over TLS if the server has it.
func loginRaw(tb testing.TB, s *Server) *rawSession {
	tb.Helper()
	c, err := dialRaw(tb, s)
	if err != nil {
		tb.Fatal(err)
	}
	if s.TLS == Explicit {
		c.cmd(234, "AUTH TLS")
		c.secure()
		c.text = textproto.NewConn(c.conn)
	}
	c.cmd(331, "USER %s", s.User)
	c.cmd(230, "PASS %s", s.Pass)
	if s.TLS != Off {
		c.cmd(200, "PBSZ 0")
		c.cmd(200, "PROT P")
	}
	c.cmd(200, "TYPE I")
	return c
}

// secure makes the handshake on the control connection.
func (c *rawSession) secure() {
	c.tb.Helper()
	c.tls = c.s.TLSConfig()
	c.tls.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	conn := tls.Client(c.conn, c.tls)
	if err := conn.Handshake(); err != nil {
		c.tb.Fatalf("handshake of the control connection: %v", err)
	}
	c.conn = conn
}

// cmd sends a command and wants that reply.
func (c *rawSession) cmd(want int, format string, args ...any) string {
	c.tb.Helper()
	if _, err := c.text.Cmd(format, args...); err != nil {
		c.tb.Fatalf("%s: %v", fmt.Sprintf(format, args...), err)
	}
	_, msg, err := c.text.ReadResponse(want)
	if err != nil {
		c.tb.Fatalf("%s: %v", fmt.Sprintf(format, args...), err)
	}
	return msg
}

// data opens a passive data connection and sends the transfer command.
func (c *rawSession) data(command string) net.Conn {
	c.tb.Helper()
	msg := c.cmd(229, "EPSV")
	open := strings.Index(msg, "(|||")
	end := strings.LastIndex(msg, "|)")
	if open < 0 || end < open {
		c.tb.Fatalf("EPSV: %q", msg)
	}
	port, err := strconv.ParseUint(msg[open+4:end], 10, 16)
	if err != nil {
		c.tb.Fatal(err)
	}
	if lo, hi := c.s.opts.PassivePorts[0], c.s.opts.PassivePorts[1]; port < uint64(lo) || port > uint64(hi) {
		c.tb.Errorf("passive port %d, not within %d to %d", port, lo, hi)
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(c.s.Addr.Addr().String(), fmt.Sprint(port)), 5*time.Second)
	if err != nil {
		c.tb.Fatal(err)
	}
	c.tb.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := c.text.Cmd("%s", command); err != nil {
		c.tb.Fatal(err)
	}
	if _, _, err := c.text.ReadResponse(1); err != nil {
		c.tb.Fatalf("%s: %v", command, err)
	}
	if c.tls == nil {
		return conn
	}
	secure := tls.Client(conn, c.tls)
	if err := secure.Handshake(); err != nil {
		c.tb.Fatalf("%s: handshake of the data connection: %v", command, err)
	}
	if c.s.opts.RequireReuse && !secure.ConnectionState().DidResume {
		c.tb.Errorf("%s: the data connection did not resume the session", command)
	}
	return secure
}

// upload stores content under name.
func (c *rawSession) upload(name, content string) {
	c.tb.Helper()
	conn := c.data("STOR " + name)
	if _, err := io.WriteString(conn, content); err != nil {
		c.tb.Fatal(err)
	}
	if t, ok := conn.(*tls.Conn); ok {
		// vsftpd's session tickets lie unread: a close now would be a reset, and the
		// upload a failure. So half-close first, and read to the end.
		t.CloseWrite()
		t.NetConn().(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, t)
	}
	conn.Close()
	c.reply(2)
}

// download returns what is stored under name.
func (c *rawSession) download(name string) string {
	c.tb.Helper()
	conn := c.data("RETR " + name)
	b, err := io.ReadAll(conn)
	if err != nil {
		c.tb.Fatal(err)
	}
	conn.Close()
	c.reply(2)
	return string(b)
}

// reply wants a reply that begins with the digits of want.
func (c *rawSession) reply(want int) {
	c.tb.Helper()
	if _, _, err := c.text.ReadResponse(want); err != nil {
		c.tb.Fatal(err)
	}
}
