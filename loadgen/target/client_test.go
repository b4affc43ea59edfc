package target

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// start serves cfg until the test ends and fails the test if the end is not clean.
func start(t testing.TB, cfg Config) *Server {
	t.Helper()
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-served:
			if err != nil {
				t.Errorf("Serve: %v", err)
			}
		case <-time.After(2 * drainTimeout):
			t.Error("Serve did not return")
		}
		if n := s.Stats(); n.OpenSessions != 0 || n.OpenTransfers != 0 || s.passive.size() != 0 {
			t.Errorf("left open: %+v, %d passive listeners", n, s.passive.size())
		}
	})
	return s
}

// eventually waits for what another goroutine does.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("not within 5 s: %s", what)
}

// client is as little of an FTP client as the tests need, in both modes.
type client struct {
	t    testing.TB
	conn *net.TCPConn
	text *textproto.Reader
	// ports, if set, are those of active data connections. The system's choice
	// is slow where much is in TIME_WAIT: see newPortRange.
	ports *portRange
}

func dial(t testing.TB, addr netip.AddrPort) *client {
	t.Helper()
	conn, err := net.DialTCP("tcp", nil, net.TCPAddrFromAddrPort(addr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	c := &client{t: t, conn: conn, text: textproto.NewReader(bufio.NewReader(conn))}
	c.expect(220)
	return c
}

// enter dials and logs in with any name.
func enter(t testing.TB, addr netip.AddrPort) *client {
	t.Helper()
	c := dial(t, addr)
	c.do(331, "USER anyone")
	c.do(230, "PASS whatever")
	c.do(200, "TYPE I")
	return c
}

func (c *client) expect(code int) string {
	c.t.Helper()
	got, message, err := c.text.ReadResponse(0)
	if err != nil && got == 0 {
		c.t.Fatalf("want %d: %v", code, err)
	}
	if got != code {
		c.t.Fatalf("want %d, got %d %s", code, got, message)
	}
	return message
}

func (c *client) send(format string, args ...any) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.conn, format+"\r\n", args...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) do(code int, format string, args ...any) string {
	c.t.Helper()
	c.send(format, args...)
	return c.expect(code)
}

// negotiate makes the data connection of a mode ready; the function it returns
// gives the connection once the transfer command is sent.
func (c *client) negotiate(mode string) func() *net.TCPConn {
	c.t.Helper()
	switch mode {
	case "EPSV", "PASV":
		data := c.connect(c.passive(mode))
		return func() *net.TCPConn { return data }
	case "EPRT", "PORT":
		return c.active(mode)
	}
	c.t.Fatalf("no mode %s", mode)
	return nil
}

// passive asks for a passive listener and returns where it is.
func (c *client) passive(mode string) netip.AddrPort {
	c.t.Helper()
	control := c.conn.RemoteAddr().(*net.TCPAddr).AddrPort()
	if mode == "EPSV" {
		_, inside, _ := strings.Cut(c.do(229, "EPSV"), "(")
		var port uint16
		if _, err := fmt.Sscanf(inside, "|||%d|)", &port); err != nil {
			c.t.Fatal(err)
		}
		return netip.AddrPortFrom(control.Addr(), port)
	}
	_, inside, _ := strings.Cut(c.do(227, "PASV"), "(")
	var ip [4]byte
	var hi, lo uint16
	if _, err := fmt.Sscanf(inside, "%d,%d,%d,%d,%d,%d)", &ip[0], &ip[1], &ip[2], &ip[3], &hi, &lo); err != nil {
		c.t.Fatal(err)
	}
	return netip.AddrPortFrom(netip.AddrFrom4(ip), hi<<8|lo)
}

func (c *client) connect(addr netip.AddrPort) *net.TCPConn {
	c.t.Helper()
	data, err := net.DialTCP("tcp", nil, net.TCPAddrFromAddrPort(addr))
	if err != nil {
		c.t.Fatal(err)
	}
	return data
}

func (c *client) active(mode string) func() *net.TCPConn {
	c.t.Helper()
	local := c.conn.LocalAddr().(*net.TCPAddr)
	ports := c.ports
	if ports == nil {
		ports = &portRange{}
	}
	l, err := ports.listen(local.AddrPort().Addr().Unmap())
	if err != nil {
		c.t.Fatal(err)
	}
	at := l.Addr().(*net.TCPAddr).AddrPort()
	switch {
	case mode == "PORT":
		c.do(200, "PORT %s,%d,%d", strings.ReplaceAll(at.Addr().Unmap().String(), ".", ","), at.Port()>>8, at.Port()&255)
	case at.Addr().Is6() && !at.Addr().Is4In6():
		c.do(200, "EPRT |2|%s|%d|", at.Addr(), at.Port())
	default:
		c.do(200, "EPRT |1|%s|%d|", at.Addr().Unmap(), at.Port())
	}
	return func() *net.TCPConn {
		c.t.Helper()
		defer l.Close()
		_ = l.SetDeadline(time.Now().Add(5 * time.Second))
		data, err := l.AcceptTCP()
		if err != nil {
			c.t.Fatal(err)
		}
		return data
	}
}

// receive runs a command that sends data to us.
func (c *client) receive(mode, format string, args ...any) []byte {
	c.t.Helper()
	ready := c.negotiate(mode)
	c.send(format, args...)
	data := ready()
	defer data.Close()
	c.expect(150)
	all, err := io.ReadAll(data)
	if err != nil {
		c.t.Fatal(err)
	}
	c.expect(226)
	return all
}

// deliver runs a command that takes data from us.
func (c *client) deliver(mode string, payload []byte, format string, args ...any) {
	c.t.Helper()
	ready := c.negotiate(mode)
	c.send(format, args...)
	data := ready()
	c.expect(150)
	if _, err := data.Write(payload); err != nil {
		c.t.Fatal(err)
	}
	if err := data.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.expect(226)
}

// size is what SIZE says, in bytes.
func (c *client) size(name string) int {
	c.t.Helper()
	var n int
	if _, err := fmt.Sscan(c.do(213, "SIZE %s", name), &n); err != nil {
		c.t.Fatal(err)
	}
	return n
}
