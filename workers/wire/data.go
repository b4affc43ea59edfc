package wire

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// Upload is the payload of a STOR or APPE: Size bytes of the block's repetition
// from Offset. It is an io.Reader only so that the library can be handed it;
// the data connection recognises it and sends it itself.
type Upload struct {
	Block        *mover.Block
	Offset, Size int64
	Meter        mover.Meter
}

// Read is never called by a data connection of this package.
func (*Upload) Read([]byte) (int, error) {
	return 0, errors.New("an upload can be sent over a data connection of its own session only")
}

// dataConn is the data connection as the library sees it.
type dataConn struct {
	link   *Link
	tcp    *net.TCPConn    // nil until the server has connected, in active mode
	conn   net.Conn        // tcp, or TLS over it once payload is to move
	raw    *tlsSocket      // the socket under TLS, else nil
	socket syscall.RawConn // tcp's, made once; nil without it
	closed bool
	halved bool         // we have sent our FIN and wait for the peer's
	until  stats.Moment // the deadline of the wait for payload, 0 for none
	queued int          // bytes of an upload not yet acknowledged, at the last wait

	tracker tracker // follows the upload under way, nil without one
}

// use takes a connected socket.
func (d *dataConn) use(conn *net.TCPConn) {
	d.tcp = conn
	d.socket, _ = conn.SyscallConn() // fails only where there is no connection
	d.link.own(dataSocket, conn)
}

// ready makes sure that payload can move: that there is a socket, and that it
// is protected if it is to be.
func (d *dataConn) ready() error {
	if d.conn != nil {
		return nil
	}
	if err := d.resolve(); err != nil {
		return err
	}
	if d.link.protected() {
		return d.startTLS()
	}
	d.conn = d.tcp
	return nil
}

// resolve makes sure that there is a socket.
func (d *dataConn) resolve() error {
	if d.tcp != nil {
		return nil
	}
	if f := d.link.awaitAccept(); f != nil {
		d.link.trace.fail(f)
		d.link.tellFault()
		d.link.control.wait = min(afterFault, d.link.cfg.Timeouts.Reply)
		return f
	}
	d.use(d.link.accepting.conn)
	return nil
}

// waiting sets the deadline for a wait for payload: a stall's, or a brief one.
// It is called before each wait, so it does so only when a good part of the time
// is gone: a transfer is stalled after 15/16 to 16/16 of the time that was asked
// for.
func (d *dataConn) waiting(brief bool) {
	if d.link.trace.Op.Uploads() {
		d.queued, _ = unacknowledged(d.tcp)
	}
	length := d.link.cfg.Timeouts.Stall
	slack := length / 16
	if brief {
		length = min(mover.Brief, length)
		slack = length / 2
	}
	now := d.link.cfg.Clock()
	if left := d.until.Sub(now); d.until == 0 || left > length || left < length-slack {
		d.until = now.Add(length)
		_ = d.tcp.SetDeadline(time.Now().Add(length))
	}
}

// draining reports whether the peer still takes what an upload has handed to the
// kernel: then a wait for room, or for the completion reply, is no stall.
func (d *dataConn) draining() bool {
	before := d.queued
	now, err := unacknowledged(d.tcp)
	d.queued = now
	return err == nil && now < before
}

// options are the mover's, with the stall deadline.
func (d *dataConn) options(pace func(most int) (int, error)) mover.Options {
	o := d.link.cfg.Mover
	o.Socket = d.socket
	o.Waiting = d.waiting
	if o.Pace = pace; pace == nil {
		o.Clock = d.link.cfg.Clock
	}
	return o
}

// tally stamps t6 at the first payload and passes the count on.
type tally struct {
	link  *Link
	meter mover.Meter
}

// Moved implements [mover.Meter].
func (t tally) Moved(n int) {
	t.link.arrived()
	t.meter.Moved(n)
}

// arrived stamps t6 at the first payload of a download.
func (l *Link) arrived() {
	if at := &l.trace.Moments[stats.T6]; *at == 0 {
		*at = l.cfg.Clock()
	}
}

// downPace is the pace of a download, nil if there is none. The mover asks it
// when payload has come and has yet to count: the wait is ours and lies behind
// t6.
func (l *Link) downPace() func(most int) (int, error) {
	pace := l.cfg.Pace.Down
	if pace == nil {
		return nil
	}
	return func(most int) (int, error) {
		l.arrived()
		return pace(most)
	}
}

// Discard reads the download under way to its end and throws it away. What went
// wrong, if anything, is in the trace.
//
// want is the expected size, or -1. A server that goes on for much longer is
// cut off: nothing else would end it. If expect is not nil, the content is
// compared with it; one that differs is a fault, but the download goes on to
// its end.
func (l *Link) Discard(m mover.Meter, want int64, expect *mover.Expect) {
	d, t := l.data, &l.trace
	if d == nil || d.ready() != nil {
		return
	}
	d.waiting(false)
	o := d.options(l.downPace())
	o.Expect = expect
	if want >= 0 {
		o.Most = want + tooMuch
	}
	if d.raw != nil && !o.Portable {
		defer d.raw.release()
		if err := d.raw.download(o, want); err != nil {
			_ = d.fault("receiving", err)
			return
		}
	}
	n, err := mover.Discard(d.conn, tally{l, m}, o)
	t.Bytes = n
	if wrong, ok := errors.AsType[*mover.ContentError](err); ok {
		// The connection itself did all that it should, so it ends in order.
		t.fail(&Fault{Phase: stats.Payload, Class: stats.ClassCorrupt, What: wrong.Error()})
		err = nil
	}
	d.ended(err)
}

// ended notes the end of a download.
func (d *dataConn) ended(err error) {
	t := &d.link.trace
	if err == nil && d.truncated() {
		err = errTruncated
	}
	if err != nil {
		_ = d.fault("receiving", err)
		return
	}
	t.Whole = true
	t.Moments[stats.T7] = d.link.cfg.Clock()
	if t.Bytes == 0 {
		t.Moments[stats.T6] = t.Moments[stats.T7]
	}
}

// ReadFrom sends an [*Upload]; io.Copy in the library calls it.
func (d *dataConn) ReadFrom(r io.Reader) (int64, error) {
	up, ok := r.(*Upload)
	if !ok {
		return 0, fmt.Errorf("cannot send a %T over this data connection", r)
	}
	if err := d.ready(); err != nil {
		return 0, err
	}
	t := &d.link.trace
	d.waiting(false)
	t.Moments[stats.T6] = d.link.cfg.Clock()
	d.track(up, t.Moments[stats.T6])
	n, err := d.send(up)
	t.Bytes = n
	if err != nil {
		return n, d.fault("sending", err)
	}
	if err := errors.Join(d.endTLS(), d.tcp.CloseWrite()); err != nil {
		// Every byte was handed over: what fails is the end of it.
		t.fail(newFault(stats.Finish, "ending the upload", err))
		return n, d.fault("ending the upload", err)
	}
	t.Moments[stats.T7] = d.link.cfg.Clock()
	if n == 0 {
		t.Moments[stats.T6] = t.Moments[stats.T7]
	}
	d.halved = true
	d.queued, _ = unacknowledged(d.tcp)
	// The server has still to read what lies in its own kernel.
	d.link.control.wait = d.link.cfg.Timeouts.Reply + d.link.cfg.Timeouts.Stall
	return n, nil
}

// send hands the payload to the kernel. Where the kernel has no room for long
// though the peer takes what it has, it goes on waiting.
func (d *dataConn) send(up *Upload) (sent int64, err error) {
	o := d.options(d.link.cfg.Pace.Up)
	meter := handed{d, up.Meter}
	if conn, ok := d.conn.(*tls.Conn); ok {
		d.raw.upload(o.Portable)
		defer d.raw.release()
		return mover.Send(tlsUpload{conn, d.raw}, up.Block, up.Offset, up.Size, meter, o)
	}
	for {
		n, err := mover.Send(d.conn, up.Block, up.Offset+sent, up.Size-sent, meter, o)
		sent += n
		if !errors.Is(err, os.ErrDeadlineExceeded) || !d.drained(0) {
			return sent, err
		}
	}
}

// handed counts what an upload hands to the kernel, where it is then queued.
type handed struct {
	conn  *dataConn
	meter mover.Meter
}

// Moved implements [mover.Meter].
func (h handed) Moved(n int) {
	h.conn.queued += n
	h.meter.Moved(n)
}

// drained reports whether a wait for room that ran out of time is to go on,
// because the peer took something meanwhile, and sets its deadline. So many bytes
// were handed over in that time that have not been counted yet.
func (d *dataConn) drained(sent int) bool {
	d.queued += sent
	if !d.draining() {
		return false
	}
	d.until = 0
	d.waiting(false)
	return true
}

// fault keeps what went wrong with the payload, and closes the connection: the
// server must learn of it, or it would wait for us as we for it.
func (d *dataConn) fault(what string, err error) error {
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
	_ = d.link.asAborted(f) // the end of a context can look like a time-out
	if f.Class == stats.ClassTimeout {
		f.Class = stats.ClassStalled
		f.What = "the transfer stalled while " + what
	}
	d.link.trace.fail(f)
	d.abandon()
	return f
}

// abandon closes the connection of a transfer that has failed, and lets the
// server have its word on it, but not for long.
func (d *dataConn) abandon() {
	d.link.control.wait = min(afterFault, d.link.cfg.Timeouts.Reply)
	d.link.tellFault()
	d.halved = false
	_ = d.Close()
}

// Close ends the connection for the library. After an upload the socket stays
// open for reading until the completion reply is there: only then is it known
// whether the server took it all, or reset it.
func (d *dataConn) Close() error {
	if d.halved || d.closed || d.tcp == nil {
		return nil
	}
	d.closed = true
	d.untrack()
	d.notePath()
	if conn, ok := d.conn.(*tls.Conn); ok {
		return conn.Close() // with close_notify, which some servers insist on
	}
	return d.tcp.Close()
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

// finish looks at an upload's other half and closes the socket. The peer's FIN
// in order is a whole upload; a reset is not, whatever the reply said; a peer
// that closes only later has at least acknowledged every byte.
func (d *dataConn) finish() {
	t := &d.link.trace
	if d.halved && t.Completed.Code != 0 && t.Fault == nil {
		switch err := d.peerClosed(); {
		case err == nil:
			t.Whole = true
		default:
			t.fail(newFault(stats.Finish, "the server reset the upload", err))
		}
	}
	d.halved = false
	_ = d.Close()
}

// peerClosed waits, not for long, for the peer's end of the connection.
func (d *dataConn) peerClosed() error {
	_ = d.conn.SetReadDeadline(time.Now().Add(linger))
	var scrap [512]byte
	for {
		_, err := d.conn.Read(scrap[:])
		switch {
		case err == nil:
			continue // an upload's peer has nothing to say, but may (RFC 959 is silent)
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			// The server had nothing to send, so nothing of it was cut off,
			// with close_notify or without.
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			return acknowledged(d.tcp)
		default:
			return err
		}
	}
}

// Read is for listings, which the library reads itself.
func (d *dataConn) Read(p []byte) (int, error) {
	if err := d.ready(); err != nil {
		return 0, err
	}
	t := &d.link.trace
	d.waiting(false)
	n, err := d.conn.Read(p)
	if n > 0 {
		if t.Bytes == 0 {
			t.Moments[stats.T6] = d.link.cfg.Clock()
		}
		t.Bytes += int64(n)
	}
	switch {
	case errors.Is(err, io.EOF):
		if d.ended(nil); d.link.trace.Fault != nil {
			return n, d.link.trace.Fault
		}
		return n, io.EOF
	case err != nil:
		return n, d.fault("receiving", err)
	}
	return n, nil
}

// Write is not used: uploads go by ReadFrom.
func (d *dataConn) Write([]byte) (int, error) {
	return 0, errors.New("uploads go by ReadFrom")
}

// The rest of net.Conn: the deadlines are ours alone.

func (d *dataConn) LocalAddr() net.Addr              { return d.link.control.LocalAddr() }
func (d *dataConn) RemoteAddr() net.Addr             { return d.link.control.RemoteAddr() }
func (d *dataConn) SetDeadline(time.Time) error      { return nil }
func (d *dataConn) SetReadDeadline(time.Time) error  { return nil }
func (d *dataConn) SetWriteDeadline(time.Time) error { return nil }
