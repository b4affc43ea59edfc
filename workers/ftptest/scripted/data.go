package scripted

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"
)

var errScriptedNoData = errors.New("no data connection was negotiated")

// scriptedData is a session's data connection: negotiated, open or neither.
type scriptedData struct {
	srv *Server
	rec *scriptedRecord
	op  *Op // that of conn, or of the transfer to come

	conn     *net.TCPConn
	stream   net.Conn       // what payload goes through: conn, or secured
	secured  *tls.Conn      // nil in the clear
	target   netip.AddrPort // active: where to connect to
	listener *net.TCPListener
	accepted chan scriptedAccepted // passive: gets one
}

type scriptedAccepted struct {
	conn *net.TCPConn
	at   Span
	err  error
}

// renew drops what there is and makes ready for another transfer.
func (d *scriptedData) renew(op *Op) {
	d.drop()
	d.op = op
}

// aim notes the client's listener.
func (d *scriptedData) aim(at netip.AddrPort) { d.target, d.op.DataAddr = at, at }

// listen listens and accepts in the background, as the kernel would connect a
// client whether or not we had come to accept it.
func (d *scriptedData) listen(addr netip.Addr) (netip.AddrPort, error) {
	l, err := d.srv.ports.listen(addr)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if !d.srv.track(l) {
		return netip.AddrPort{}, net.ErrClosed
	}
	_ = l.SetDeadline(time.Now().Add(scriptedPatience))
	accepted := make(chan scriptedAccepted, 1)
	d.srv.wg.Go(func() {
		a := scriptedAccepted{at: Span{Before: d.srv.clock()}}
		a.conn, a.err = l.AcceptTCP()
		a.at.After = d.srv.clock()
		d.srv.close(l)
		accepted <- a
	})
	d.listener, d.accepted = l, accepted
	d.op.DataAddr = scriptedAddr(l.Addr())
	return d.op.DataAddr, nil
}

// await takes the connection that the passive listener accepts.
func (d *scriptedData) await() error {
	a := <-d.accepted
	d.listener, d.accepted = nil, nil
	return d.take(a)
}

// dial opens the active connection from an address.
func (d *scriptedData) dial(source netip.Addr) error {
	from := net.TCPAddr{IP: source.AsSlice()}
	a := scriptedAccepted{at: Span{Before: d.srv.clock()}}
	a.conn, a.err = d.srv.dial(from, d.target)
	a.at.After = d.srv.clock()
	return d.take(a)
}

func (d *scriptedData) take(a scriptedAccepted) error {
	if a.err != nil {
		return a.err
	}
	if !d.srv.track(a.conn) {
		return net.ErrClosed
	}
	d.conn, d.stream, d.secured = a.conn, a.conn, nil
	d.rec.with(func() { d.op.Connected = a.at })
	return nil
}

// close ends the open connection, which may be the end of a download.
func (d *scriptedData) close(end End) {
	if end == EndRST {
		_ = d.conn.SetLinger(0)
	} else if d.secured != nil && !d.srv.tls.NoCloseNotify {
		_ = d.conn.SetWriteDeadline(time.Now().Add(scriptedPatience))
		_ = d.secured.CloseWrite()
	}
	d.rec.with(func() {
		at := Span{Before: d.srv.clock()}
		d.srv.close(d.conn)
		at.After = d.srv.clock()
		d.op.Closed = at
		if !scriptedUploads(d.op.Verb) {
			d.op.FIN = at
		}
	})
	d.conn, d.stream, d.secured = nil, nil, nil
}

// drop closes all there is.
func (d *scriptedData) drop() {
	if d.accepted != nil {
		d.srv.close(d.listener)
		_ = d.await() // it may have come just before
	}
	if d.conn != nil {
		d.close(EndFIN)
	}
	d.target = netip.AddrPort{}
}

// connect waits for the connect of an active transfer and makes it.
func (s *scriptedSession) connect(script *Script) error {
	s.srv.sleep(script.Delays.Connect)
	if script.ForeignFirst {
		s.stranger()
	}
	source := script.ActiveFrom
	if !source.IsValid() {
		source = scriptedAddr(s.conn.LocalAddr()).Addr()
	}
	return s.data.dial(source)
}

// stranger connects to the client's listener from another address.
func (s *scriptedSession) stranger() {
	op, rec := s.data.op, s.rec
	at := Span{Before: s.srv.clock()}
	conn, err := s.srv.dial(net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}, s.data.target)
	at.After = s.srv.clock()
	if err != nil {
		rec.with(func() { op.Foreign.Err = err })
		return
	}
	rec.with(func() { op.Foreign.Connected = at })
	s.srv.track(conn)
	s.strangers = append(s.strangers, conn)
	_ = conn.SetDeadline(time.Now().Add(scriptedPatience))
	_, _ = conn.Write(make([]byte, 4<<10))
	s.srv.wg.Go(func() {
		_, err := io.Copy(io.Discard, conn)
		gone := s.srv.clock()
		if err == nil || !errors.Is(err, net.ErrClosed) && !scriptedTimeout(err) {
			rec.with(func() { op.Foreign.Closed = gone })
		}
	})
}

func scriptedTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

func (s *Server) dial(from net.TCPAddr, to netip.AddrPort) (*net.TCPConn, error) {
	ctx, cancel := context.WithTimeout(s.ctx, scriptedPatience)
	defer cancel()
	d := net.Dialer{LocalAddr: &from}
	conn, err := d.DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, err
	}
	return conn.(*net.TCPConn), nil
}
