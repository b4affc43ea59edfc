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

	commanded bool // the transfer command is written; guarded by control.mu

	// Valid once done is closed.
	conn      *net.TCPConn
	err       error
	at        stats.Moment
	handshake *handshake // that of conn, if it has begun
	strangers int
	stranger  netip.Addr // the last of them
}

// listen opens the listener of one active transfer: a fresh one for each, since
// a port that is used again collides with TIME_WAIT on the server's side.
//
// The ports come from a rotation of ours, never from the kernel if that can be
// helped: its search for a free port walks past every one in TIME_WAIT, and
// after some thousand transfers takes milliseconds that would be booked on
// active mode.
func (l *Link) listen() (net.Listener, error) {
	addr, ports := l.ActiveAddress(), l.cfg.ActivePorts
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
	return nil, &Fault{Phase: stats.Negotiate, Class: stats.ClassLocal,
		What: fmt.Sprintf("none of the %d active ports is free: %v", ports.Count(), bare(err))}
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
	go a.run(l)
	return a
}

// extend pushes the deadline back.
func (a *accepting) extend(d time.Duration) { _ = a.listener.SetDeadline(time.Now().Add(d)) }

// run accepts until the server itself connects. Anybody else who does would be
// handed the file, or would feed us theirs: they are closed and counted, unless
// they are to be taken.
func (a *accepting) run(l *Link) {
	a.take(l)
	// One connection is all there will be.
	_ = a.listener.Close()
	if a.conn != nil {
		l.own(dataSocket, a.conn)
	}
	l.control.acceptEnded(a)
	if a.handshake != nil {
		a.handshake.run()
	}
}

func (a *accepting) take(l *Link) {
	peer := l.peer.Addr().WithZone("")
	for {
		conn, err := a.listener.AcceptTCP()
		at := l.cfg.Clock()
		if err != nil {
			a.err = err
			return
		}
		if from := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap(); from.WithZone("") != peer {
			a.strangers++
			a.stranger = from
			if !l.cfg.ActivePeerAny {
				_ = conn.Close()
				continue
			}
		}
		a.conn, a.at = conn, at
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

// awaitAccept waits until the server has opened the active data connection. It
// listens to the control connection meanwhile: a server that said 150 and then
// fails to connect says so there.
func (l *Link) awaitAccept() *Fault {
	a, c := l.accepting, l.control
	if !a.finished() {
		c.watch(true)
		defer c.watch(false)
		deadline := time.Now().Add(l.cfg.Timeouts.Accept)
		for !a.finished() {
			if c.peek() != 0 {
				if c.peek() >= 400 {
					break
				}
				<-a.done // it has a deadline of its own
				break
			}
			if err := c.fill(deadline); err != nil && !a.finished() {
				if classOf(err) == stats.ClassTimeout {
					return a.timedOut()
				}
				return newFault(stats.DataReady, "waiting for the server's data connection", err)
			}
		}
	}
	if !a.finished() {
		// The refusal may speak of a transfer that was cut short: then the
		// connection came before it and only waits to be taken.
		a.extend(lastCall)
		<-a.done
		if a.err != nil {
			return &Fault{Phase: stats.DataReady, Class: stats.ClassReply, What: "the server did not open its data connection"}
		}
	}
	if f := a.failed(false); f != nil {
		return f
	}
	l.noteAccepted()
	return nil
}

// noteAccepted puts a finished accept into the trace.
func (l *Link) noteAccepted() {
	l.trace.Moments[stats.T3] = l.accepting.at
	l.trace.Connects++
	l.tellAccept(l.accepting)
}

// endAccept closes the active listener on every path, and a connection that
// came too late to be used.
func (l *Link) endAccept() {
	a, t := l.accepting, &l.trace
	a.stop()
	if a.conn != nil && t.Moments[stats.T3] == 0 {
		l.noteAccepted()
		a.discard()
	}
	t.Strangers += a.strangers
	t.Stranger = a.stranger
	l.forgetAccept()
}

// discardAccept closes a listener that was opened outside of an operation, and
// what came of it.
func (l *Link) discardAccept() {
	l.accepting.stop()
	l.accepting.discard()
	l.forgetAccept()
}

func (l *Link) forgetAccept() {
	l.disown(listenerSocket)
	l.disown(dataSocket)
	l.accepting = nil
	l.control.resume()
}

// stop ends the wait, whatever came of it.
func (a *accepting) stop() {
	_ = a.listener.Close()
	<-a.done
}

// discard closes what came of a finished wait.
func (a *accepting) discard() {
	if a.conn != nil {
		_ = a.conn.Close()
	}
	if a.handshake != nil {
		<-a.handshake.done
	}
}
