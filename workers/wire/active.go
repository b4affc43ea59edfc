package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// accepting is one active listener and the goroutine that waits on it. The
// server may connect before it answers PORT, before its preliminary reply or
// after it, so the accept runs beside the control connection and takes its own
// time.
type accepting struct {
	listener *net.TCPListener
	done     chan struct{} // closed when conn or err is set

	// Valid once done is closed.
	conn      *net.TCPConn
	err       error
	at        stats.Moment
	strangers int
}

// listen opens the listener of one active transfer: a fresh one for each, since
// a port that is used again collides with TIME_WAIT on the server's side.
//
// The ports come from a rotation of ours, never from the kernel if that can be
// helped: its search for a free port walks past every one in TIME_WAIT, and
// after some thousand transfers takes milliseconds that would be booked on
// active mode.
func (l *Link) listen() (net.Listener, error) {
	addr := l.cfg.ActiveAddress
	if !addr.IsValid() {
		addr = l.local
	}
	ports := l.cfg.ActivePorts
	if ports == nil {
		return listenAt(l.ctx, addr, 0, l.cfg.ReceiveBuffer)
	}
	var err error
	for range ports.tries() {
		var ln net.Listener
		if ln, err = listenAt(l.ctx, addr, ports.take(), l.cfg.ReceiveBuffer); err == nil {
			return ln, nil
		}
		if classOf(err) != stats.ClassLocal {
			return nil, err
		}
	}
	if ports.fallBack {
		return listenAt(l.ctx, addr, 0, l.cfg.ReceiveBuffer)
	}
	return nil, fmt.Errorf("none of the %d active ports is free: %w", ports.Count(), err)
}

// listenAt opens a plain TCP listener. Go's default is multipath TCP where the
// kernel has it, which costs more to open and gains nothing here. The sockets it
// accepts inherit its receive buffer.
func listenAt(ctx context.Context, addr netip.Addr, port uint16, receiveBuffer int) (net.Listener, error) {
	network := "tcp4"
	if addr.Is6() {
		network = "tcp6"
	}
	c := net.ListenConfig{KeepAlive: -1, Control: withReceiveBuffer(receiveBuffer, nil)}
	c.SetMultipathTCP(false)
	return c.Listen(ctx, network, netip.AddrPortFrom(addr, port).String())
}

// accept starts to wait for the server on the listener.
func (l *Link) accept(ln net.Listener) *accepting {
	a := &accepting{listener: ln.(*net.TCPListener), done: make(chan struct{})}
	// Until the transfer command is written the wait for the reply is what
	// bounds the negotiation; the accept's own time begins there.
	a.extend(l.cfg.Timeouts.Reply + l.cfg.Timeouts.Accept)
	go a.run(l.peer, l.cfg.Clock, l.control)
	return a
}

// extend pushes the deadline back.
func (a *accepting) extend(d time.Duration) { _ = a.listener.SetDeadline(time.Now().Add(d)) }

// run accepts until the server itself connects. Anybody else who does would be
// handed the file, or would feed us theirs: they are closed and counted.
func (a *accepting) run(peer netip.Addr, clock stats.Clock, c *control) {
	// One connection is all there will be.
	defer a.listener.Close()
	for {
		conn, err := a.listener.AcceptTCP()
		at := clock()
		if err != nil {
			a.err = err
			c.acceptEnded(a) // whoever waits for the go-ahead waits in vain
			return
		}
		if from := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap(); from.WithZone("") != peer.WithZone("") {
			_ = conn.Close()
			a.strangers++
			continue
		}
		a.conn, a.at = conn, at
		c.acceptEnded(a)
		return
	}
}

// finished reports whether the wait is over, one way or the other.
func (a *accepting) finished() bool {
	select {
	case <-a.done:
		return true
	default:
		return false
	}
}

// failed returns the fault of an accept that failed, or that is still pending
// though the time for it is up; nil otherwise.
func (a *accepting) failed(timeUp bool) *Fault {
	switch {
	case !a.finished():
		if timeUp {
			return a.timedOut()
		}
		return nil
	case a.err == nil:
		return nil
	case errors.Is(a.err, os.ErrDeadlineExceeded):
		return a.timedOut()
	default:
		return newFault(stats.DataReady, "accepting the server's data connection", a.err)
	}
}

// timedOut is the fault of a server that never came.
func (a *accepting) timedOut() *Fault {
	return &Fault{Phase: stats.DataReady, Class: stats.ClassAcceptTimeout,
		What: "the server did not open the active data connection in time"}
}

// stop ends the wait, whatever came of it.
func (a *accepting) stop() {
	_ = a.listener.Close()
	<-a.done
}
