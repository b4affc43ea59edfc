package wire

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// Upload is the payload of a STOR or APPE: Size bytes of the block's repetition
// from Offset.
type Upload struct {
	Block        *mover.Block
	Offset, Size int64
	Meter        mover.Meter
}

// Send sends the payload of the upload under way and ends it with our FIN. What
// went wrong, if anything, is in the trace.
func (l *Link) Send(up *Upload) {
	l.upload(func(d *dataConn) (int64, error) {
		d.track(up, l.trace.Moments[stats.T6])
		return d.send(up)
	})
}

// Write sends a short text as the payload of the upload under way. It is not for
// what is measured.
func (l *Link) Write(content []byte) {
	l.upload(func(d *dataConn) (int64, error) {
		d.wait(l.cfg.Clock(), l.cfg.Timeouts.Stall)
		n, err := d.conn.Write(content)
		d.queued += int64(n)
		return int64(n), err
	})
}

// upload moves the payload of an upload and ends it.
func (l *Link) upload(move func(*dataConn) (int64, error)) {
	d, t := l.data, &l.trace
	if !d.ready() {
		return
	}
	d.waiting(false)
	t.Moments[stats.T6] = l.cfg.Clock()
	n, err := move(d)
	t.Bytes = n
	if err != nil {
		d.fault("sending", err)
		return
	}
	if err := errors.Join(d.endTLS(), d.tcp.CloseWrite()); err != nil {
		// Every byte was handed over: what fails is the end of it.
		t.fail(newFault(stats.Finish, "ending the upload", err))
		d.abandon()
		return
	}
	t.Moments[stats.T7] = l.cfg.Clock()
	if n == 0 {
		t.Moments[stats.T6] = t.Moments[stats.T7]
	}
	d.halved = true
	d.progressed()
	// The server has still to read what lies in its own kernel.
	l.control.wait = l.cfg.Timeouts.Reply + l.cfg.Timeouts.Stall
}

// send hands the payload to the kernel.
func (d *dataConn) send(up *Upload) (int64, error) {
	o := d.options(d.link.cfg.Pace.Up)
	meter := queuedMeter{d, up.Meter}
	if conn, ok := d.conn.(*tls.Conn); ok {
		d.raw.upload(o.Portable)
		defer d.raw.release()
		return mover.Send(tlsUpload{conn, d.raw}, up.Block, up.Offset, up.Size, meter, o)
	}
	return mover.Send(d.conn, up.Block, up.Offset, up.Size, meter, o)
}

// queuedMeter counts what an upload hands to the kernel, where it is then queued.
type queuedMeter struct {
	conn  *dataConn
	meter mover.Meter
}

// Moved implements [mover.Meter].
func (m queuedMeter) Moved(n int) {
	m.conn.queued += int64(n)
	m.meter.Moved(n)
}

// endTLS sends close_notify, so that the server can tell the end of the upload
// from a cut (RFC 8446 §6.1).
func (d *dataConn) endTLS() error {
	if conn, ok := d.conn.(*tls.Conn); ok {
		if err := conn.CloseWrite(); err != nil {
			return fmt.Errorf("sending close_notify: %w", err)
		}
	}
	return nil
}

// linger bounds the wait for the server to close an upload's data connection
// after its completion reply, and brief is how often it is looked at. It lies
// outside every span, so a server that leaves its half open is waited for once.
const linger, brief = 250 * time.Millisecond, time.Millisecond

// finish looks at an upload's other half and closes the socket. The peer's FIN
// in order is a whole upload; a reset is not, whatever the reply said; a peer
// that closes only later has at least acknowledged every byte.
func (d *dataConn) finish() {
	t := &d.link.trace
	if d.halved && t.Completed.Code != 0 && t.Fault == nil {
		switch err := d.peerClosed(); {
		case err == nil:
			t.Whole = true
		case classOf(err) == stats.ClassReset && d.link.cfg.Accept.ResetAfterComplete:
			t.Whole, t.Accepted = true, true
		default:
			t.fail(newFault(stats.Finish, "the server reset the upload", err))
		}
	}
	d.halved = false
	d.close()
}

// openUploads is after how many uploads in a row that a server has left its half
// open it is known to do so.
const openUploads = 3

// peerClosed waits, not for long, for the peer's end of the connection, until the
// server is known to leave it open. What the server says is
// of no interest but to TLS: session tickets, which the next transfer may need.
func (d *dataConn) peerClosed() error {
	secured := d.conn != d.tcp
	wait := linger
	switch {
	case d.link.leavesOpen && secured:
		wait = brief
	case d.link.leavesOpen:
		if ended, err := endOf(d.socket); ended || err != nil {
			d.link.closesAfterAll(ended)
			return err
		}
		return d.settled(time.Now().Add(linger))
	}
	_ = d.tcp.SetDeadline(time.Now().Add(wait))
	var scrap [512]byte
	for {
		_, err := d.conn.Read(scrap[:])
		switch {
		case err == nil:
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			// The server had nothing to send, so nothing of it was cut off,
			// with close_notify or without.
			d.link.closesAfterAll(true)
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			d.link.leftOpen++
			d.link.leavesOpen = d.link.leavesOpen || d.link.leftOpen >= openUploads
			return d.settled(time.Now().Add(linger))
		default:
			return err
		}
	}
}

// closesAfterAll takes back that the server leaves its half of uploads open.
func (l *Link) closesAfterAll(ended bool) {
	if ended {
		l.leavesOpen, l.leftOpen, l.closes = false, 0, true
	}
}

// settled waits until the peer has acknowledged all of an upload.
func (d *dataConn) settled(until time.Time) error {
	for {
		left, known := unacknowledged(d.socket)
		if !known || left <= 0 {
			return nil
		}
		if !time.Now().Before(until) {
			return fmt.Errorf("%d bytes were never acknowledged", left)
		}
		time.Sleep(brief)
	}
}
