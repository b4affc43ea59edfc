package wire

import (
	"net/netip"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// Tried is what came of [Link.TryMode].
type Tried struct {
	// Reply is the server's answer to the verb.
	Reply Reply
	// Taken says that it is the one that was asked for, and Reached that in
	// passive mode its port could be connected to as well.
	Taken, Reached bool
}

// tryTime bounds the connect to a port that is only tried.
const tryTime = 3 * time.Second

// TryMode asks the server for a data connection in the given mode and makes
// nothing of it. It is how an alias finds out, before anything is measured, which
// verb the server knows. In passive mode it connects to the port and closes again:
// some servers answer nothing else as long as nobody has. wait bounds the wait for
// the answer, 0 for as long as for any reply.
func (l *Link) TryMode(m stats.Mode, wait time.Duration) (tried Tried, err error) {
	l.mode = m
	verb, arg, err := l.negotiation()
	if err != nil {
		return tried, l.asAborted(newFault(stats.Setup, "opening the active listener", err))
	}
	if l.accepting != nil {
		defer l.discardAccept()
	}
	if tried.Reply, err = l.ask(stats.Setup, verb, arg, shorter(wait, l.cfg.Timeouts.Reply)); err != nil {
		return tried, err
	}
	port, bad := l.dataPort(l.control.answer, tried.Reply.Code)
	if tried.Taken = bad == nil; !tried.Taken || m.Active() {
		return tried, nil
	}
	brief := l.cfg
	brief.Timeouts.Connect = min(tryTime, brief.Timeouts.Connect)
	if conn, err := connect(l.ctx, &brief, netip.AddrPortFrom(l.peer.Addr(), port), -1); err == nil {
		tried.Reached = true
		_ = conn.Close()
	}
	return tried, nil
}

// shorter is the shorter of two waits, of which the first may be 0 for none.
func shorter(wait, most time.Duration) time.Duration {
	if wait <= 0 {
		return most
	}
	return min(wait, most)
}
