package wire

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// dataConn is the data connection of one transfer.
type dataConn struct {
	link      *Link
	tcp       *net.TCPConn    // nil until the server has connected, in active mode
	conn      net.Conn        // tcp, or TLS over it once payload is to move
	raw       *tlsSocket      // the socket under TLS, else nil
	handshake *handshake      // begun with the transfer command; nil without TLS
	socket    syscall.RawConn // tcp's, made once; nil without it
	closed    bool
	halved    bool         // we have sent our FIN and wait for the peer's
	until     stats.Moment // the deadline of the wait for payload, 0 for none
	stalled   stats.Moment // when the wait for payload is a stall
	givenUp   bool         // the server has given the transfer up, or hung up
	queued    int64        // payload of an upload that the kernel has
	taken     int64        // how much of it the peer had taken at the last look
	tracker   tracker      // follows the upload under way, nil without one
}

// use takes a connected socket.
func (d *dataConn) use(conn *net.TCPConn) {
	d.tcp = conn
	d.socket, _ = conn.SyscallConn() // fails only where there is no connection
	d.link.own(dataSocket, conn)
}

// ready makes sure that payload can move: that there is a socket, and that it
// is protected if it is to be.
func (d *dataConn) ready() bool {
	if d.tcp == nil {
		if f := d.link.awaitAccept(); f != nil {
			d.link.trace.fail(f)
			d.abandon()
			return false
		}
		d.use(d.link.accepting.conn)
	}
	if d.link.protected() {
		return d.secured()
	}
	d.conn = d.tcp
	return true
}

// glance is how long payload may stand still before a look at the control
// connection: a server that has given the transfer up says so there.
const glance = 250 * time.Millisecond

// waiting is called before each wait for payload. It sets the deadline of that
// wait, which is a brief one's or a glance away, but only when a good part of the
// time is gone: it is a system call.
func (d *dataConn) waiting(brief bool) {
	length := min(glance, d.link.cfg.Timeouts.Stall)
	if brief {
		length = min(mover.Brief, length)
	}
	now := d.link.cfg.Clock()
	d.stalled = now.Add(d.link.cfg.Timeouts.Stall)
	if left := d.until.Sub(now); d.until == 0 || left > length || left < length/2 {
		d.wait(now, length)
	}
}

func (d *dataConn) wait(now stats.Moment, length time.Duration) {
	d.until = now.Add(length)
	_ = d.tcp.SetDeadline(time.Now().Add(length))
}

// expired is called when a wait for payload has run out of time, and reports
// whether it is to go on: neither has it lasted too long, nor has the server given
// the transfer up. For an upload of which the peer takes what there is, time begins
// anew.
func (d *dataConn) expired() bool {
	l := d.link
	if d.progressed() {
		d.stalled = l.cfg.Clock().Add(l.cfg.Timeouts.Stall)
	}
	if d.givenUp = l.control.refused(); d.givenUp {
		return false
	}
	now := l.cfg.Clock()
	left := d.stalled.Sub(now)
	if left <= 0 {
		return false
	}
	d.wait(now, min(left, glance))
	return true
}

// progressed reports whether the peer has taken more of an upload since it was
// asked last.
func (d *dataConn) progressed() bool {
	if !d.link.trace.Op.Uploads() {
		return false
	}
	left, ok := unacknowledged(d.socket)
	if !ok {
		left = 0 // what the kernel takes is all that there is to go by
	}
	before := d.taken
	d.taken = d.queued - left
	return d.taken > before
}

// options are the mover's, with the stall deadline.
func (d *dataConn) options(pace func(most int) (int, error)) mover.Options {
	o := d.link.cfg.Mover
	o.Socket = d.socket
	o.Waiting, o.Expired = d.waiting, d.expired
	if o.Pace = pace; pace == nil {
		o.Clock = d.link.cfg.Clock
	}
	return o
}

// fault keeps what went wrong with the payload, and closes the connection: the
// server must learn of it, or it would wait for us as we for it.
func (d *dataConn) fault(what string, err error) {
	l := d.link
	f := newFault(stats.Payload, what, err)
	if d.conn != d.tcp {
		f = tlsFault(stats.Payload, what, err)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			f.Err = errTruncated
		}
	}
	if errors.Is(err, mover.ErrTooLong) {
		f.Class = stats.ClassLong
	}
	_ = l.asAborted(f) // the end of a context can look like a time-out
	switch {
	case f.Class != stats.ClassTimeout:
	case d.givenUp && l.control.peek() >= 400:
		f.Class, f.Err = stats.ClassReply, nil // the reply that is to be read next says it
	case d.givenUp:
		f.Class, f.Err = stats.ClassClosed, nil
		f.What = "the server closed the control connection while " + what
	default:
		f.Class = stats.ClassStalled
		f.What = "the transfer stalled while " + what
	}
	l.trace.fail(f)
	d.abandon()
}

// abandon closes the connection of a transfer that has failed, and lets the
// server have its word on it, but not for long.
func (d *dataConn) abandon() {
	d.link.control.wait = min(afterFault, d.link.cfg.Timeouts.Reply)
	d.link.tellFault()
	d.halved = false
	if d.tcp != nil {
		_ = d.tcp.Close() // no close_notify: the transfer is not whole
	}
	d.close()
}

// close ends the connection. After an upload the socket stays open for reading
// until the completion reply is there: only then is it known whether the server
// took it all, or reset it.
func (d *dataConn) close() {
	if d.halved || d.closed || d.tcp == nil {
		return
	}
	d.closed = true
	d.untrack()
	d.notePath()
	if conn, ok := d.conn.(*tls.Conn); ok {
		_ = conn.Close() // with close_notify, which some servers insist on
		return
	}
	_ = d.tcp.Close()
	if d.handshake != nil {
		<-d.handshake.done
	}
}

// notePath asks TCP what it knows of the path of a transfer that ended in order.
// It is the last thing done with an open socket. An upload's is asked about behind
// t8; a download's behind t7, while the reply is on its way, for it must be closed
// before the reply is waited for. So finish holds that one call, about 1 µs.
func (d *dataConn) notePath() {
	t := &d.link.trace
	if !t.Whole || t.Fault != nil {
		return
	}
	var sent int64
	if t.Op.Uploads() {
		sent = t.Bytes
	}
	t.Path = d.link.path.read(d.socket, sent)
	if sent == 0 {
		t.Path.DeliveryRate = 0
	}
}
