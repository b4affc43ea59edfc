package wire

import (
	"bytes"
	"net"
	"net/netip"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// negotiate returns the command that the session's mode has in place of the
// library's PASV. In active mode the listener is opened first: its cost lies
// behind t1, as the cost of a passive connect does.
func (l *Link) negotiate() ([]byte, error) {
	c := l.control
	c.own = c.own[:0]
	switch l.mode {
	case stats.EPSV:
		c.own = append(c.own, "EPSV\r\n"...)
	case stats.PASV:
		c.own = append(c.own, "PASV\r\n"...)
	default:
		ln, err := l.listen()
		if err != nil {
			f := newFault(stats.Negotiate, "opening the active listener", err)
			l.trace.fail(f)
			return nil, f
		}
		l.own(listenerSocket, ln)
		l.accepting = l.accept(ln)
		l.tellListen(ln)
		at := ln.Addr().(*net.TCPAddr).AddrPort()
		at = netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
		if l.mode == stats.PORT {
			c.own = appendPORT(c.own, at)
		} else {
			c.own = appendEPRT(c.own, at)
		}
	}
	return c.own, nil
}

// replied puts a reply into the trace and returns what the library is to read
// in its place.
func (l *Link) replied(to awaited, raw []byte, code int, at stats.Moment) ([]byte, error) {
	t := &l.trace
	switch to {
	case negotiation:
		return l.negotiated(raw, code, at)
	case goAhead:
		t.Preliminary = keep(raw, code)
		if code < 200 {
			t.Moments[stats.T5] = at
		}
	case completion:
		t.Completed = keep(raw, code)
		t.Moments[stats.T8] = at
	case restart:
		t.Restarted = keep(raw, code)
	case answer:
		if t.setUp != 0 {
			l.setUpReply(raw, code, at)
			if l.control.lastVerb == "FEAT" {
				return withoutPRET(raw), nil
			}
		}
	}
	return raw, nil
}

// setUpReply follows the log-in: with 230 (or 232, RFC 2228 §5.7) it is done.
func (l *Link) setUpReply(raw []byte, code int, at stats.Moment) {
	l.control.last = Reply{Code: code, Text: replyText(raw)}
	if l.trace.setUp == stats.LoginDone && (code == 230 || code == 232) {
		l.times.LoggedIn = at
		l.trace.setUp = stats.Setup
	}
}

// withoutPRET hides PRET from the library, which would send it before each
// negotiation where it is advertised (Pure-FTPd does): a round trip before t1
// that hardly any other client makes, since it is meant for servers that are
// spread over several machines (draft-dd-pret).
func withoutPRET(feat []byte) []byte {
	return bytes.ReplaceAll(feat, []byte("\n PRET"), []byte("\n X-PRET"))
}

// keep makes a Reply of raw; the words are kept only where somebody may have
// to read them, because a string for each good reply is work for nothing.
func keep(raw []byte, code int) Reply {
	r := Reply{Code: code}
	if code >= 300 && code != 350 {
		r.Text = replyText(raw)
	}
	return r
}

// negotiated reads the server's answer to EPSV, PASV, EPRT or PORT and makes
// the library's of it.
func (l *Link) negotiated(raw []byte, code int, at stats.Moment) ([]byte, error) {
	t := &l.trace
	t.Moments[stats.T2] = at
	t.Negotiated = keep(raw, code)
	if code >= 400 {
		return raw, nil
	}
	port, err := l.dataPort(raw, code)
	if err != nil {
		t.Negotiated.Text = replyText(raw)
		f := newFault(stats.Negotiate, "the reply "+quote(t.Negotiated.String()), err)
		t.fail(f)
		return nil, f
	}
	l.passiveTo = port
	if r := l.cfg.PassivePorts; r[1] != 0 && !l.mode.Active() && (port < r[0] || port > r[1]) {
		t.StrayPort = true
	}
	l.control.own = append227(l.control.own[:0], port)
	return l.control.own, nil
}

// dataPort reads the port of a positive answer.
func (l *Link) dataPort(raw []byte, code int) (uint16, error) {
	switch {
	case l.mode == stats.EPSV && code == 229:
		return parse229(raw)
	case l.mode == stats.PASV && code == 227:
		at, err := parse227(raw)
		if err == nil && at.Addr() != l.peer {
			l.trace.ForeignHost = true
		}
		return at.Port(), err
	case l.mode.Active() && code >= 200 && code < 300:
		return 1, nil // any: the library hands it back and it is not looked at
	}
	return 0, errMalformed
}

// transferCommand is called as the transfer command is about to be written,
// and returns that moment.
func (l *Link) transferCommand() stats.Moment {
	l.settle()
	if l.accepting != nil && !l.accepting.finished() {
		// Most servers connect only now.
		l.accepting.extend(l.cfg.Timeouts.Accept)
	}
	return l.cfg.Clock()
}

// openData makes the data connection that was negotiated: in passive mode it
// connects, in active mode it returns one that waits for the server when it is
// first used.
func (l *Link) openData() (net.Conn, error) {
	d := &dataConn{link: l}
	if l.accepting == nil {
		to := netip.AddrPortFrom(l.peer, l.passiveTo)
		conn, err := connect(l.ctx, &l.cfg, to, -1)
		if err != nil {
			f := newFault(stats.DataReady, "connecting the passive data connection", err)
			l.trace.fail(f)
			return nil, f
		}
		l.trace.Moments[stats.T3] = l.cfg.Clock()
		l.trace.Connects++
		l.tellConnect(conn, true, l.trace.Moments[stats.T3], 0)
		d.use(conn)
	}
	l.data = d
	return d, nil
}

// uploadDraining reports whether the server still takes an upload that has been
// handed to this machine's kernel whole.
func (l *Link) uploadDraining() bool {
	return l.data != nil && l.data.halved && l.data.draining()
}

// awaitAccept waits until the server has opened the active data connection. It
// listens to the control connection meanwhile: a server that said 150 and then
// fails to connect says so there.
func (l *Link) awaitAccept() *Fault {
	a, c := l.accepting, l.control
	if !a.finished() {
		c.watch(true)
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
		c.watch(false)
	}
	if !a.finished() {
		// The refusal may speak of a transfer that was cut short: then the
		// connection came before it and only waits to be taken.
		a.extend(lastCall)
		<-a.done
		if a.err != nil {
			return &Fault{Phase: stats.DataReady, Class: stats.ClassReply, What: "the server gave up its data connection"}
		}
	}
	if f := a.failed(false); f != nil {
		return f
	}
	l.noteAccepted()
	return nil
}

// TryMode asks the server for a data connection in the given mode, makes none
// of it, and returns the server's answer. It is how an alias finds out, before
// anything is measured, which verb the server knows.
func (l *Link) TryMode(m stats.Mode) (Reply, error) {
	l.mode = m
	line, err := l.negotiate()
	if err != nil {
		return Reply{}, l.Fault()
	}
	defer func() {
		if l.accepting != nil {
			l.discardAccept()
		}
	}()
	r, err := l.command(line)
	if err == nil && r.Code < 300 {
		if _, bad := l.dataPort(l.control.answer, r.Code); bad != nil {
			return r, newFault(stats.Setup, "the reply "+quote(r.String()), bad)
		}
	}
	return r, err
}
