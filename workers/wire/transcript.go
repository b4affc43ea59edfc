package wire

import (
	"bytes"
	"crypto/tls"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// Transcript is told each step of a session's conversation, from the session's
// goroutine, with At on the clock of the [Config]. An active data connection is
// told of when the session notices it, and has happened before: the steps are
// not always in the order of their times. Texts come as the server sent them,
// of any length, but for the argument of PASS, which is never told.
type Transcript func(stats.ConversationStep)

// settle is called before the transfer command is written: in a recorded session
// a connection that the server has made already is taken first. Otherwise it
// would be noticed a moment later, and the server would seem to have waited for
// the command. What is measured does not wait.
func (l *Link) settle() {
	if l.cfg.Transcript == nil || l.accepting == nil {
		return
	}
	var look looker
	if look.socket, _ = l.accepting.listener.SyscallConn(); !look.pending() {
		return
	}
	select {
	case <-l.accepting.done:
	case <-time.After(lastCall): // a stranger's
	}
}

// tellCommand is called as a command line is about to be written. In a
// negotiation that is later than t1: the listener of active mode has been opened
// in between.
func (l *Link) tellCommand(verb, arg string) {
	if l.cfg.Transcript == nil {
		return
	}
	text := verb
	switch {
	case strings.EqualFold(verb, "PASS"):
		text += " ***"
	case arg != "":
		text += " " + arg
	}
	l.cfg.Transcript(stats.ConversationStep{At: l.cfg.Clock(), Kind: stats.StepCommand, Way: stats.ToServer, Text: text})
}

// tellReply is called with each whole reply.
func (l *Link) tellReply(raw []byte, at stats.Moment) {
	if l.cfg.Transcript == nil {
		return
	}
	lines := bytes.Split(bytes.TrimRight(raw, "\r\n"), []byte{'\n'})
	s := stats.ConversationStep{At: at, Kind: stats.StepReply, Way: stats.ToClient, Text: string(bytes.TrimRight(lines[0], "\r"))}
	if n := len(lines); n > 1 {
		s.Last, s.Lines = string(bytes.TrimRight(lines[n-1], "\r")), n
	}
	l.cfg.Transcript(s)
}

// tellConnect is called with a connection that this side opened; took is zero
// where that was not timed.
func (l *Link) tellConnect(conn net.Conn, data bool, at stats.Moment, took time.Duration) {
	if l.cfg.Transcript == nil {
		return
	}
	l.cfg.Transcript(stats.ConversationStep{At: at, Kind: stats.StepConnect, Way: stats.ToServer, Data: data, Took: took,
		From: addressOf(conn.LocalAddr()), To: addressOf(conn.RemoteAddr())})
}

// tellListen is called with the listener of active mode.
func (l *Link) tellListen(ln net.Listener) {
	if l.cfg.Transcript == nil {
		return
	}
	l.cfg.Transcript(stats.ConversationStep{At: l.cfg.Clock(), Kind: stats.StepListen, Way: stats.Local, Data: true, To: addressOf(ln.Addr())})
}

// tellAccept is called with the connection that the server opened.
func (l *Link) tellAccept(a *accepting) {
	if l.cfg.Transcript == nil {
		return
	}
	l.cfg.Transcript(stats.ConversationStep{At: a.at, Kind: stats.StepAccept, Way: stats.ToClient, Data: true,
		From: addressOf(a.conn.RemoteAddr()), To: addressOf(a.conn.LocalAddr())})
}

// tellTLS is called when a handshake is done.
func (l *Link) tellTLS(conn *tls.Conn, data bool, took time.Duration) {
	if l.cfg.Transcript == nil {
		return
	}
	state := conn.ConnectionState()
	l.cfg.Transcript(stats.ConversationStep{At: l.cfg.Clock(), Kind: stats.StepTLS, Way: stats.ToServer, Data: data,
		Text: tls.VersionName(state.Version), Resumed: state.DidResume, Took: took})
}

// tellFault is called when something has failed on this side, and again, at the
// latest, at the operation's end.
func (l *Link) tellFault() {
	if l.cfg.Transcript == nil || l.trace.Fault == nil || l.trace.Fault == l.told {
		return
	}
	l.told = l.trace.Fault
	l.cfg.Transcript(stats.ConversationStep{At: l.cfg.Clock(), Kind: stats.StepFault, Way: stats.Local, Text: l.told.Error()})
}

// tellPayload is called at the end of an operation: when its payload moved is in
// the trace.
func (l *Link) tellPayload() {
	if l.cfg.Transcript == nil {
		return
	}
	t := &l.trace
	step := stats.ConversationStep{Kind: stats.StepFirstByte, Way: stats.ToClient, Data: true}
	end := stats.StepEOF
	if t.Op.Uploads() {
		step.Way, end = stats.ToServer, stats.StepFIN
	}
	if step.At = t.Moments[stats.T6]; step.At != 0 && t.Bytes > 0 {
		l.cfg.Transcript(step)
	}
	if step.At = t.Moments[stats.T7]; step.At != 0 {
		step.Kind, step.Bytes = end, t.Bytes
		l.cfg.Transcript(step)
	}
}

// addressOf is an address as it is written, IPv4 as such.
func addressOf(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return ""
	}
	at := t.AddrPort()
	return net.JoinHostPort(at.Addr().Unmap().String(), strconv.Itoa(int(at.Port())))
}
