package wire

import (
	"crypto/tls"
	"errors"
	"net"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// handshake is the TLS handshake of a data connection under way. It runs beside
// the wait for the server's go-ahead: some servers want it before that, some begin
// it behind it, and only who reads both connections at once can tell when each
// thing happened.
type handshake struct {
	clock stats.Clock
	raw   *tlsSocket
	conn  *tls.Conn
	begun stats.Moment
	done  chan struct{} // closed when what follows is set

	ended stats.Moment
	err   error
}

// newHandshake prepares the handshake of a connection, which [handshake.run] runs.
func (l *Link) newHandshake(tcp *net.TCPConn) *handshake {
	h := &handshake{clock: l.cfg.Clock, done: make(chan struct{}), begun: l.cfg.Clock()}
	h.raw = &tlsSocket{TCPConn: tcp, clock: l.cfg.Clock}
	h.conn = tls.Client(h.raw, l.dataTLS)
	// A server that begins behind its go-ahead has the time for both.
	_ = tcp.SetDeadline(time.Now().Add(2 * l.cfg.Timeouts.Reply))
	return h
}

// run runs the handshake. After one that failed the connection is closed: the
// server must learn of it.
func (h *handshake) run() {
	defer close(h.done)
	h.err = h.conn.Handshake()
	h.ended = h.clock()
	if h.err != nil {
		_ = h.raw.Close()
	}
}

// over reports whether the handshake has ended.
func (h *handshake) over() bool {
	select {
	case <-h.done:
		return true
	default:
		return false
	}
}

// beginHandshake begins the handshake if the data connection is there. In active
// mode one that comes later begins its own.
func (l *Link) beginHandshake() {
	d := l.data
	if a := l.accepting; a != nil {
		if !l.control.commanded(a) || a.conn == nil {
			return
		}
		d.handshake = l.newHandshake(a.conn)
	} else {
		d.handshake = l.newHandshake(d.tcp)
	}
	go d.handshake.run()
}

// underWay returns the handshake, nil if none has begun.
func (d *dataConn) underWay() *handshake {
	if d.handshake == nil && d.link.accepting != nil && d.link.accepting.finished() {
		d.handshake = d.link.accepting.handshake
	}
	return d.handshake
}

// awaitHandshake waits, not for long, for the handshake to end.
func (d *dataConn) awaitHandshake(limit time.Duration) {
	if h := d.underWay(); h != nil && !h.over() {
		_ = h.raw.SetDeadline(time.Now().Add(limit))
		<-h.done
	}
}

// handshakeFailed returns why the handshake has failed, nil if it has not, or if
// the connection was merely closed before the server had said anything there.
func (d *dataConn) handshakeFailed() *Fault {
	if d == nil {
		return nil
	}
	h := d.underWay()
	if h == nil || !h.over() || h.err == nil {
		return nil
	}
	f := h.fault()
	if h.raw.heard == 0 && f.Class != stats.ClassTLS {
		return nil
	}
	return f
}

func (h *handshake) fault() *Fault {
	return tlsFault(stats.DataTLS, "the data connection's TLS handshake", h.err)
}

// secured waits for the handshake and notes what came of it.
func (d *dataConn) secured() bool {
	l, t, h := d.link, &d.link.trace, d.underWay()
	if !h.over() {
		_ = d.tcp.SetDeadline(time.Now().Add(l.cfg.Timeouts.Reply))
		<-h.done
	}
	if h.err != nil {
		t.fail(h.fault())
		d.abandon()
		return false
	}
	_ = d.tcp.SetDeadline(time.Time{})
	// A server that begins behind its go-ahead says nothing before it: what lies
	// between our first word and its go-ahead is its command.
	begun := h.begun
	if h.raw.heard > t.Moments[stats.T5] {
		begun = max(begun, t.Moments[stats.T5])
	}
	t.Handshake = max(h.ended.Sub(begun), 1)
	t.HandshakeBehind = max(h.ended.Sub(max(begun, t.Moments[stats.T5])), 0)
	t.Resumed = h.conn.ConnectionState().DidResume
	l.tellTLS(h.conn, true, t.Handshake)
	d.raw, d.conn = h.raw, h.conn
	h.raw.again = d.expired
	if l.cfg.TLS.Reuse == ReuseRequired && !t.Resumed {
		t.fail(&Fault{Phase: stats.DataTLS, Class: stats.ClassTLS, What: "--tls-reuse required", Err: errNotResumed})
		d.abandon()
		return false
	}
	return true
}

// errTruncated says that a protected download ended without close_notify: it
// may have been cut off on its way (RFC 8446 §6.1).
var errTruncated = errors.New("the connection ended without TLS close_notify")

// errNotResumed says that the server made a full handshake of a data connection.
var errNotResumed = errors.New("the server did not resume the control connection's TLS session")

// truncated reports whether a protected download ended without close_notify.
func (d *dataConn) truncated() bool { return d.raw != nil && d.raw.ended }
