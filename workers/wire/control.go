package wire

import (
	"bytes"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// awaited is what the next reply answers.
type awaited uint8

const (
	answer       awaited = iota // any other command
	restart                     // REST: 350 or a refusal
	negotiation                 // EPSV, PASV, EPRT, PORT
	goAhead                     // a transfer command: 125, 150 or a refusal
	completion                  // the end of a transfer: 226, 250 or a refusal
	firstReplies = 512          // bytes of reply buffer that an idle session holds
)

// control is the tap on the control connection: the net.Conn that the library
// writes commands to and reads replies from. Only the session's goroutine uses
// it, but for acceptEnded.
type control struct {
	link *Link
	conn net.Conn

	buf    []byte       // read from the server, not yet split
	r, w   int          // buf[r:w] is unread
	readAt stats.Moment // when the bytes in buf were read
	out    []byte       // what the library has still to read
	own    []byte       // storage for commands and answers that we write
	answer []byte       // the whole reply to a command of our own

	awaits   awaited
	last     Reply         // the last reply outside of an operation,
	lastVerb string        // and what it answered
	wait     time.Duration // how long a reply may take
	writable stats.Moment  // the write deadline is good until then

	mu          sync.Mutex
	interrupted bool // a read must return at once
	watching    bool // the session waits for an accept, not for a reply
}

func newControl(l *Link, conn net.Conn) *control {
	return &control{link: l, conn: conn, buf: make([]byte, firstReplies), wait: l.cfg.Timeouts.Reply}
}

// Write sends one command of the library, or the one that stands for it.
func (c *control) Write(p []byte) (int, error) {
	now := c.link.cfg.Clock()
	t := &c.link.trace
	line := p
	switch verb := verbOf(p); verb {
	case "PASV":
		t.Moments[stats.T1] = now
		var err error
		if line, err = c.link.negotiate(); err != nil {
			return 0, err
		}
		c.awaits = negotiation
	case "RETR", "STOR":
		line = c.transferLine(p)
		now = c.link.transferCommand()
		t.Moments[stats.T4] = now
		c.awaits = goAhead
	case "REST":
		c.awaits = restart
	default:
		c.lastVerb = verb
		c.awaits = answer
	}
	if err := c.send(line, now); err != nil {
		return 0, c.fault("sending a command", err)
	}
	return len(p), nil
}

// transferLine returns the library's RETR or STOR with the verb that the
// operation has. For a listing the library would choose between MLSD and LIST
// itself, and parse what it reads; an APPE of no bytes it would send without the
// data connection's TLS handshake.
func (c *control) transferLine(p []byte) []byte {
	var verb string
	switch c.link.trace.Op {
	case stats.Appe:
		verb = "APPE"
	case stats.List:
		verb = "LIST"
	case stats.Mlsd:
		verb = "MLSD"
	case stats.Nlst:
		verb = "NLST"
	default:
		return p
	}
	c.own = append(c.own[:0], verb...)
	if rest := p[len(verb):]; len(rest) > len(" \r\n") {
		c.own = append(c.own, rest...)
	} else { // no name: the working directory
		c.own = append(c.own, "\r\n"...)
	}
	return c.own
}

// send writes one command line.
func (c *control) send(line []byte, now stats.Moment) error {
	// A command is a few dozen bytes and never blocks on a living server, so
	// the deadline is pushed back only now and then.
	if reply := c.link.cfg.Timeouts.Reply; now.Add(reply) > c.writable {
		c.writable = now.Add(2 * reply)
		if err := c.conn.SetWriteDeadline(time.Now().Add(2 * reply)); err != nil {
			return err
		}
	}
	c.link.trace.Commands++
	c.link.tellCommand(line)
	_, err := c.conn.Write(line)
	return err
}

// Read hands the library one reply at a time, so that it never holds one that
// has not been seen here.
func (c *control) Read(p []byte) (int, error) {
	if len(c.out) == 0 {
		raw, code, err := c.next(c.wait)
		for c.awaits == completion && errors.Is(err, os.ErrDeadlineExceeded) && c.link.uploadDraining() {
			raw, code, err = c.next(c.wait)
		}
		if err != nil {
			return 0, c.fault("waiting for a reply", err)
		}
		if c.out, err = c.link.replied(c.awaits, raw, code, c.readAt); err != nil {
			return 0, err
		}
		c.out = canonical(c.out)
		if c.awaits == goAhead && code < 200 {
			c.awaits = completion
		} else {
			c.awaits = answer
		}
	}
	n := copy(p, c.out)
	c.out = c.out[n:]
	return n, nil
}

// fault keeps what went wrong and returns it for the library to pass on.
func (c *control) fault(what string, err error) error {
	t := &c.link.trace
	if a := c.link.accepting; a != nil && c.couldConnect(a) {
		// The server was still on its way to us, and that is what failed.
		if f := a.failed(classOf(err) == stats.ClassTimeout); f != nil {
			t.fail(f)
			return t.Fault
		}
	}
	t.fail(newFault(t.Phase(), what, err))
	return t.Fault
}

// couldConnect reports whether the server's active connection, and not a reply,
// may be what the session waits for: from the transfer command on, or before it
// if the accept is over already.
func (c *control) couldConnect(a *accepting) bool {
	t := &c.link.trace
	switch t.Phase() {
	case stats.Command:
		return t.Moments[stats.T4] != 0 || a.finished()
	case stats.Negotiate:
		return a.finished()
	}
	return false
}

// next returns the next whole reply. raw is valid until the call after.
func (c *control) next(wait time.Duration) (raw []byte, code int, err error) {
	var deadline time.Time // of the whole reply: one that drips is late too
	for {
		n, code, err := scanReply(c.buf[c.r:c.w])
		if err != nil {
			return nil, 0, err
		}
		if n > 0 {
			raw = c.buf[c.r : c.r+n]
			c.r += n
			c.link.tellReply(raw, c.readAt)
			return raw, code, nil
		}
		if deadline.IsZero() {
			deadline = time.Now().Add(wait)
		}
		if err := c.fill(deadline); err != nil {
			return nil, 0, err
		}
	}
}

// peek returns the code of a whole reply that is already here, 0 if none is.
func (c *control) peek() int {
	_, code, _ := scanReply(c.buf[c.r:c.w])
	return code
}

// fill reads more bytes from the server, until the deadline or an interrupt.
func (c *control) fill(deadline time.Time) error {
	switch {
	case c.r == c.w:
		c.r, c.w = 0, 0
	case c.w == len(c.buf) && c.r > 0:
		c.w = copy(c.buf, c.buf[c.r:c.w])
		c.r = 0
	case c.w == len(c.buf):
		if len(c.buf) >= maxReply {
			return errMalformed
		}
		c.buf = append(c.buf, make([]byte, len(c.buf))...)
	}
	if err := c.arm(deadline); err != nil {
		return err
	}
	n, err := c.conn.Read(c.buf[c.w:])
	if n > 0 {
		c.w += n
		c.readAt = c.link.cfg.Clock()
		return nil
	}
	return err
}

// arm sets the read deadline, unless a read has been interrupted already.
func (c *control) arm(deadline time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.interrupted {
		return errInterrupted
	}
	return c.conn.SetReadDeadline(deadline)
}

// errInterrupted says that a read was ended because of something elsewhere.
var errInterrupted = errors.New("interrupted")

// acceptEnded says that an accept is over, and ends the read under way if that
// is what it waits for: the accept itself, or a go-ahead that cannot come. Both
// happen under one lock, so that no interrupt outlives its accept.
func (c *control) acceptEnded(a *accepting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(a.done)
	if a.err != nil || c.watching {
		c.interrupted = true
		_ = c.conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// resume takes an interrupt back.
func (c *control) resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.interrupted = false
}

// verbOf returns a command line's first word.
func verbOf(line []byte) string {
	end := bytes.IndexAny(line, " \r\n")
	if end < 0 {
		end = len(line)
	}
	return string(line[:end])
}

// Close, LocalAddr, RemoteAddr and the deadlines complete net.Conn. The library
// has no deadlines of its own: every wait is bounded here.

func (c *control) Close() error                     { return c.conn.Close() }
func (c *control) LocalAddr() net.Addr              { return c.conn.LocalAddr() }
func (c *control) RemoteAddr() net.Addr             { return c.conn.RemoteAddr() }
func (c *control) SetDeadline(time.Time) error      { return nil }
func (c *control) SetReadDeadline(time.Time) error  { return nil }
func (c *control) SetWriteDeadline(time.Time) error { return nil }

// watch says that the session waits here for an accept, which then interrupts.
func (c *control) watch(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watching = on
	c.interrupted = false
}
