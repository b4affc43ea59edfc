package scripted

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"strings"
	"time"
)

// TLS lets a [Server] speak TLS: explicitly, by AUTH, or implicitly.
// Data connections are protected once the client has said PROT P.
type TLS struct {
	// Config is the server's side, with its certificate.
	Config *tls.Config
	// Implicit begins with the handshake, before the greeting.
	Implicit bool
	// DataHandshake is when the server does its side of a data connection's
	// handshake, and DataDelay waits before that.
	DataHandshake Handshake
	DataDelay     time.Duration
	// NoCloseNotify ends data connections without TLS's own end.
	NoCloseNotify bool
}

// Handshake is when a server does a data connection's TLS handshake.
type Handshake int

const (
	// HandshakeAfterPreliminary follows the preliminary reply, as in vsftpd.
	HandshakeAfterPreliminary Handshake = iota
	// HandshakeBeforePreliminary comes before it, as in ftp-srv: the client gets
	// no reply until it has done its own side. With AfterPreliminary, and
	// with OneSegment, there is no connection yet, and it comes after.
	HandshakeBeforePreliminary
)

// secure puts TLS on the control connection.
func (s *scriptedSession) secure() error {
	conn := tls.Server(s.conn, s.srv.tls.Config)
	_ = s.conn.SetDeadline(time.Now().Add(scriptedPatience))
	if err := conn.Handshake(); err != nil {
		return err
	}
	s.secured, s.control, s.in = conn, conn, bufio.NewReader(conn)
	return nil
}

// auth plays AUTH, and returns the proper reply to it.
func (s *scriptedSession) auth(script *Script, arg string) string {
	switch {
	case s.srv.tls == nil || s.secured != nil:
		return s.unknown(script, "AUTH").Raw
	case !strings.HasPrefix(strings.ToUpper(arg), "TLS") && !strings.EqualFold(arg, "SSL"):
		return fmt.Sprintf("504 AUTH %s is not known.\r\n", arg)
	}
	return "234 Go on.\r\n"
}

// secureData puts TLS on the data connection, if it is to be there.
func (s *scriptedSession) secureData() error {
	d := &s.data
	if !s.private || d.conn == nil || d.secured != nil {
		return nil
	}
	s.srv.sleep(s.srv.tls.DataDelay)
	_ = d.conn.SetDeadline(time.Now().Add(scriptedPatience))
	conn := tls.Server(d.conn, s.srv.tls.Config)
	at := Span{Before: s.srv.clock()}
	if err := conn.Handshake(); err != nil {
		return fmt.Errorf("data connection: %w", err)
	}
	at.After = s.srv.clock()
	d.rec.with(func() { d.op.Secured = at })
	d.secured, d.stream = conn, conn
	return nil
}

// secureStep is the handshake as an event of the transfer.
func (t *scriptedTransfer) secureStep() bool {
	if err := t.secureData(); err != nil {
		t.data.drop()
		t.refuse(Reply{}, 425, err)
		return false
	}
	return true
}

// secureEarly is the handshake of a server that wants it before its preliminary
// reply.
func (t *scriptedTransfer) secureEarly() bool {
	if t.srv.tls == nil || t.srv.tls.DataHandshake != HandshakeBeforePreliminary {
		return true
	}
	return t.secureStep()
}
