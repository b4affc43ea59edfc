package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

const (
	// firstReplies is how many bytes of reply buffer an idle session holds, and
	// mostReplies how many it may hold on to.
	firstReplies, mostReplies = 512, 8 << 10
	// otherEnd is how long a multi-line reply that may have ended with another
	// code is waited for, until the server has once shown that it ends them so.
	otherEnd = time.Second
)

// control is the control connection: commands go out, whole replies come in. Only
// the session's goroutine uses it, but for acceptEnded.
type control struct {
	link *Link
	conn net.Conn // TCP, or TLS over it
	look looker   // of the socket

	buf    []byte       // read from the server, not yet taken
	r, w   int          // buf[r:w] is unread
	held   int          // bytes behind w: the beginning of a Telnet command
	scan   replyScan    // of buf[r:w]
	readAt stats.Moment // when the bytes in buf were read
	out    []byte       // storage for commands

	sent     string        // the verb of the last command
	answer   []byte        // the whole last reply outside of an operation
	wait     time.Duration // how long a reply may take
	writable stats.Moment  // the write deadline is good until then
	// endsOtherwise says that this server ends multi-line replies with another code.
	endsOtherwise bool

	mu          sync.Mutex
	interrupted bool // a read must return at once
	watching    bool // the session waits for an accept, not for a reply
}

func newControl(l *Link, conn net.Conn) *control {
	c := &control{link: l, conn: conn, buf: make([]byte, firstReplies), wait: l.cfg.Timeouts.Reply}
	if tcp, ok := conn.(*net.TCPConn); ok {
		c.look.socket, _ = tcp.SyscallConn() // fails only where there is no connection
	}
	return c
}

// send writes one command; arg may be empty. now is the present moment.
func (c *control) send(verb, arg string, now stats.Moment) error {
	// A command is a few dozen bytes and never blocks on a living server, so
	// the deadline is pushed back only now and then.
	if reply := c.link.cfg.Timeouts.Reply; now.Add(reply) > c.writable {
		c.writable = now.Add(2 * reply)
		if err := c.conn.SetWriteDeadline(time.Now().Add(2 * reply)); err != nil {
			return err
		}
	}
	c.out = append(c.out[:0], verb...)
	if arg != "" {
		c.out = append(append(c.out, ' '), arg...)
	}
	c.out = append(c.out, "\r\n"...)
	c.sent = verb
	c.link.trace.Commands++
	c.link.tellCommand(verb, arg)
	_, err := c.conn.Write(c.out)
	return err
}

// next returns the next whole reply. raw is valid until the call after.
func (c *control) next(wait time.Duration) (raw []byte, code int, err error) {
	var deadline time.Time // of the whole reply: one that drips is late too
	for {
		unread := c.buf[c.r:c.w]
		end, err := c.scan.scan(unread)
		if err != nil {
			return nil, 0, c.notFTP(err)
		}
		code := c.scan.code
		perhaps := end == 0 && c.scan.other != 0
		if perhaps && c.endsOtherwise {
			end, code = c.scan.other, c.scan.otherCode
		}
		if end > 0 {
			raw = unread[c.scan.begin:end]
			c.r += end
			c.scan = replyScan{}
			c.link.tellReply(raw, c.readAt)
			return raw, code, nil
		}
		if deadline.IsZero() {
			deadline = time.Now().Add(wait)
		}
		until := deadline
		if perhaps {
			if soon := time.Now().Add(otherEnd); soon.Before(until) {
				until = soon
			}
		}
		if err := c.fill(until); err != nil {
			if perhaps && classOf(err) == stats.ClassTimeout {
				c.endsOtherwise = true
				continue
			}
			return nil, 0, c.notFTP(err)
		}
	}
}

// notFTP says what came in place of a reply, where that explains the error
// better: lines without a code.
func (c *control) notFTP(err error) error {
	gone := classOf(err) == stats.ClassTimeout || errors.Is(err, io.EOF)
	line, _, whole := cutLine(bytes.TrimLeft(c.buf[c.r:c.w], "\r\n"))
	_, _, reply := replyHead(line)
	if c.scan.code != 0 || reply || !whole && len(line) < 4 || len(bytes.TrimSpace(line)) == 0 || !gone && !errors.Is(err, errMalformed) {
		return err
	}
	return fmt.Errorf("%s is %w", quote(strings.ToValidUTF8(string(line), "\uFFFD")), errMalformed)
}

// peek returns the code of a whole reply that is already here, 0 if none is.
func (c *control) peek() int {
	s := c.scan
	if end, err := s.scan(c.buf[c.r:c.w]); end == 0 || err != nil {
		return 0
	}
	return s.code
}

// refused looks, without waiting, whether the server has said that a transfer is
// over and has failed, or has hung up.
func (c *control) refused() bool {
	if c.peek() == 0 && c.look.pending() {
		if err := c.fill(time.Now().Add(time.Millisecond)); err != nil {
			return classOf(err) != stats.ClassTimeout
		}
	}
	return c.peek() >= 400
}

// drop forgets what came before the next command: it cannot be an answer to that.
func (c *control) drop() { c.r, c.scan = c.w, replyScan{} }

// surplus reports whether more of the server's words are here than blank lines and
// others without a code: whatever is sent next would be answered by them.
func (c *control) surplus() bool {
	for c.r < c.w {
		line, _, whole := cutLine(c.buf[c.r:c.w])
		if _, _, ok := replyHead(line); ok || !whole {
			return len(line) > 0
		}
		c.r += bytes.IndexByte(c.buf[c.r:c.w], '\n') + 1
		c.scan = replyScan{}
	}
	return false
}

// fill reads more bytes from the server, until the deadline or an interrupt.
func (c *control) fill(deadline time.Time) error {
	if err := c.makeRoom(); err != nil {
		return err
	}
	if err := c.arm(deadline); err != nil {
		return err
	}
	n, err := c.conn.Read(c.buf[c.w+c.held:])
	if n <= 0 {
		return err
	}
	c.readAt = c.link.cfg.Clock()
	fresh := c.buf[c.w : c.w+c.held+n]
	clean, rest := withoutTelnet(fresh)
	c.w += len(clean) - rest
	c.held = rest
	return nil
}

// makeRoom makes sure that there is room to read into.
func (c *control) makeRoom() error {
	if c.r == c.w && c.held == 0 {
		c.r, c.w, c.scan = 0, 0, replyScan{}
		if len(c.buf) > mostReplies {
			c.buf = make([]byte, firstReplies)
		}
		return nil
	}
	if c.w+c.held < len(c.buf) {
		return nil
	}
	if c.r > 0 {
		n := copy(c.buf, c.buf[c.r:c.w+c.held])
		c.r, c.w = 0, n-c.held
		return nil
	}
	if len(c.buf) >= maxReply {
		return errMalformed
	}
	c.buf = append(c.buf, make([]byte, len(c.buf))...)
	return nil
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
	if a.conn != nil && a.commanded && c.link.protected() {
		a.handshake = c.link.newHandshake(a.conn)
	}
	close(a.done)
	if a.err != nil || c.watching {
		c.interrupted = true
		_ = c.conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// commanded says that the transfer command is written: from now on a connection
// that the server makes begins its TLS handshake at once. It reports whether one
// was there before.
func (c *control) commanded(a *accepting) (there bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a.commanded = true
	return a.finished()
}

// resume takes an interrupt back.
func (c *control) resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.interrupted = false
}

// watch says that the session waits here for an accept, which then interrupts.
func (c *control) watch(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watching = on
	c.interrupted = false
}
