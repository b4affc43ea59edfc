package wire

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"

	"github.com/ftpmark/ftpmark/stats"
)

// The steps of a transfer, in their order: [Link.Negotiate], [Link.Connect],
// [Link.Restart], [Link.Transfer], [Link.GoAhead], then [Link.Receive] or
// [Link.Send], and [Link.Complete]. Each but the last two reports whether the next
// may follow; what happened, and what went wrong, is in the trace.

// Negotiate agrees on a data connection in the session's mode. In active mode the
// listener is opened first: its cost lies behind t1, as the cost of a passive
// connect does.
func (l *Link) Negotiate() bool {
	t, c := &l.trace, l.control
	now := l.cfg.Clock()
	t.Moments[stats.T1] = now
	verb, arg, err := l.negotiation()
	if err != nil {
		t.fail(newFault(stats.Negotiate, "opening the active listener", err))
		return false
	}
	if l.mode.Active() {
		now = l.cfg.Clock()
	}
	if err := c.send(verb, arg, now); err != nil {
		l.fault("sending "+verb, err)
		return false
	}
	raw, code, err := c.next(c.wait)
	if err != nil {
		l.fault("waiting for the reply to "+verb, err)
		return false
	}
	t.Moments[stats.T2] = c.readAt
	t.Negotiated = keep(raw, code)
	if code >= 400 {
		return false
	}
	if l.passiveTo, err = l.dataPort(raw, code); err != nil {
		t.Negotiated.Text = replyText(raw)
		t.fail(newFault(stats.Negotiate, "the reply to "+verb+", "+quote(t.Negotiated.String()), err))
		return false
	}
	return true
}

// negotiation returns the command of the session's mode.
func (l *Link) negotiation() (verb, arg string, err error) {
	switch l.mode {
	case stats.EPSV:
		return "EPSV", "", nil
	case stats.PASV:
		return "PASV", "", nil
	}
	ln, err := l.listen()
	if err != nil {
		return "", "", err
	}
	l.own(listenerSocket, ln)
	l.accepting = l.accept(ln)
	l.tellListen(ln)
	at := ln.Addr().(*net.TCPAddr).AddrPort()
	at = netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
	if l.mode == stats.PORT {
		return "PORT", argPORT(at), nil
	}
	return "EPRT", argEPRT(at), nil
}

// dataPort reads the port of a positive answer; in active mode there is none to
// be read.
func (l *Link) dataPort(raw []byte, code int) (port uint16, err error) {
	switch {
	case code < 200 || code >= 300, code == 202: // "not implemented, superfluous at this site"
		return 0, errMalformed
	case l.mode.Active():
		return 0, nil
	case l.mode == stats.EPSV && code == 229:
		port, err = parse229(raw)
	case l.mode == stats.EPSV:
		return 0, errMalformed
	default:
		var at netip.AddrPort
		if at, err = parse227(raw); err == nil {
			port = at.Port()
			l.trace.ForeignHost = at.Addr() != l.peer.Addr()
			l.trace.Foreign = at.Addr()
			l.trace.ForeignObeyed = l.trace.ForeignHost && l.cfg.ObeyPASV
		} else if extended, e := parse229(raw); e == nil {
			port, err = extended, nil // a translator's answer (RFC 6384 §2)
		}
	}
	if r := l.cfg.PassivePorts; err == nil && r[1] != 0 && (port < r[0] || port > r[1]) {
		l.trace.StrayPort = true
	}
	return port, err
}

// Connect makes the data connection that was negotiated: in passive mode it
// connects, in active mode it is the server that does, in its own time.
func (l *Link) Connect() bool {
	d := &dataConn{link: l}
	l.data = d
	if l.accepting != nil {
		return true
	}
	to := netip.AddrPortFrom(l.passiveHost(), l.passiveTo)
	conn, err := connect(l.ctx, &l.cfg, to, -1)
	if err != nil {
		l.trace.fail(newFault(stats.DataReady, "connecting the passive data connection", err))
		return false
	}
	l.trace.Moments[stats.T3] = l.cfg.Clock()
	l.trace.Connects++
	l.tellConnect(conn, true, l.trace.Moments[stats.T3], 0)
	d.use(conn)
	return true
}

// passiveHost is where passive data connections go: to the server's address, as a reply
// to PASV may name one that is not reached from here, or a stranger's.
func (l *Link) passiveHost() netip.Addr {
	if l.trace.ForeignObeyed {
		return l.trace.Foreign
	}
	return l.peer.Addr()
}

// Restart has the transfer begin at an offset, if that is above 0 (REST, RFC 3659
// §5).
func (l *Link) Restart(from int64) bool {
	if from <= 0 {
		return true
	}
	c := l.control
	if err := c.send("REST", strconv.FormatInt(from, 10), l.cfg.Clock()); err != nil {
		l.fault("sending REST", err)
		return false
	}
	raw, code, err := c.next(c.wait)
	if err != nil {
		l.fault("waiting for the reply to REST", err)
		return false
	}
	l.trace.Restarted = keep(raw, code)
	return code/100 == 3
}

// Transfer sends the transfer command, of which arg may be empty. If the data
// connection is to be TLS and is there, its handshake begins: some servers want it
// before their go-ahead. A server never speaks first there, so one that begins
// later loses nothing.
func (l *Link) Transfer(verb, arg string) bool {
	l.settle()
	if l.accepting != nil && !l.accepting.finished() {
		// Most servers connect only now.
		l.accepting.extend(l.cfg.Timeouts.Accept)
	}
	t := &l.trace
	now := l.cfg.Clock()
	t.Moments[stats.T4] = now
	t.Verb = verb
	if err := l.control.send(verb, arg, now); err != nil {
		l.fault("sending "+verb, err)
		return false
	}
	if l.protected() {
		l.beginHandshake()
	}
	return true
}

// GoAhead reads the preliminary reply, after which payload may move.
func (l *Link) GoAhead() bool {
	t, c := &l.trace, l.control
	raw, code, err := c.next(c.wait)
	if err != nil {
		l.fault("waiting for the preliminary reply to "+t.Verb, err)
		return false
	}
	t.Preliminary = keep(raw, code)
	if code >= 200 {
		if code == 425 || code == 522 {
			l.data.awaitHandshake(lastCall) // which may be why
		}
		t.HandshakeFailed = l.data.handshakeFailed()
		return false
	}
	t.Moments[stats.T5] = c.readAt
	return true
}

// Complete reads the completion reply. It is to be called whenever the server has
// given its go-ahead, whatever became of the payload. An upload's wait is longer:
// the server has still to read what lies in its own kernel.
func (l *Link) Complete() {
	t, c := &l.trace, l.control
	raw, code, err := c.next(c.wait)
	for errors.Is(err, os.ErrDeadlineExceeded) && l.data.halved && l.data.progressed() {
		raw, code, err = c.next(c.wait)
	}
	if err != nil {
		l.fault("waiting for the completion reply to "+t.Verb, err)
		return
	}
	t.Completed = keep(raw, code)
	t.Moments[stats.T8] = c.readAt
}

// Asked reports whether the last [Link.Exchange] was answered by a question (3yz).
func (l *Link) Asked() bool { return l.trace.Completed.Code/100 == 3 }

// Exchange sends one command of an operation that has no data connection, and
// reads the reply, which is then in the trace, or what went wrong. arg may be
// empty. An operation may take more than one (RNFR, RNTO): it begins with the first
// command and ends with the last reply.
func (l *Link) Exchange(verb, arg string) {
	c, t := l.control, &l.trace
	t.Verb = verb
	t.Completed, t.Moments[stats.T8] = Reply{}, 0
	now := l.cfg.Clock()
	if t.Moments[stats.T1] == 0 {
		t.Moments[stats.T1] = now
	}
	if err := c.send(verb, arg, now); err != nil {
		t.fail(newFault(stats.Service, "sending "+verb, err))
		return
	}
	raw, code, err := c.next(c.wait)
	if err != nil {
		t.fail(newFault(stats.Service, "waiting for the reply to "+verb, err))
		return
	}
	t.Completed = keep(raw, code)
	t.Moments[stats.T8] = c.readAt
	if code == 213 {
		if n, ok := sizeIn(raw); ok {
			t.Size = n
		}
	}
}

// keep makes a Reply of raw; the words are kept only where somebody may have
// to read them, because a string for each good reply is work for nothing.
func keep(raw []byte, code int) Reply {
	r := Reply{Code: code}
	if code >= 300 && code != 350 || code == 202 {
		r.Text = replyText(raw)
	}
	return r
}

// fault keeps what went wrong on the control connection, unless something else
// explains it: the server was still on its way to us, or the handshake of the data
// connection had failed.
func (l *Link) fault(what string, err error) {
	t := &l.trace
	if f := l.data.handshakeFailed(); f != nil {
		t.fail(f)
		return
	}
	if a := l.accepting; a != nil && l.couldConnect(a) {
		if f := a.failed(classOf(err) == stats.ClassTimeout); f != nil {
			t.fail(f)
			return
		}
	}
	t.fail(newFault(t.Phase(), what, err))
}

// couldConnect reports whether the server's active connection, and not a reply,
// may be what the session waits for: from the transfer command on, or before it
// if the accept is over already.
func (l *Link) couldConnect(a *accepting) bool {
	t := &l.trace
	switch t.Phase() {
	case stats.Command:
		return t.Moments[stats.T4] != 0 || a.finished()
	case stats.Negotiate:
		return a.finished()
	}
	return false
}
