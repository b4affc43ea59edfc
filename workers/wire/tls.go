package wire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// Security is when a session's connections become TLS (RFC 4217).
type Security uint8

// The kinds of security.
const (
	Plain    Security = iota
	Explicit          // AUTH TLS after the greeting
	Implicit          // TLS from the first byte
)

// Reuse is what a data connection does with the TLS session of its control
// connection.
type Reuse uint8

// The policies of session reuse.
const (
	ReuseAuto     Reuse = iota // offer it, take what the server makes of it
	ReuseRequired              // a data connection that was not resumed is a failure
	ReuseOff                   // a full handshake for each data connection
)

// TLS says how connections are secured. The zero value is plain FTP.
type TLS struct {
	Security Security
	// Config holds versions, roots, client certificate and ServerName, which
	// must be set: it is what the session cache goes by, since the port of a
	// data connection is another each time. Its cache is not used.
	Config *tls.Config
	Reuse  Reuse
	// ClearData leaves data connections in the clear (PROT C).
	ClearData bool
}

// Secured says what a session's TLS came to.
type Secured struct {
	Version, CipherSuite string
}

// errNotResumed says that the server made a full handshake of a data connection.
var errNotResumed = errors.New("the server did not resume the control connection's TLS session")

// sessionConfigs returns the configurations of one session's control and data
// connections. They share a cache of their own: a server may insist that the
// data connection resumes this very control connection's session.
func (t *TLS) sessionConfigs() (control, data *tls.Config) {
	control = t.Config.Clone()
	// Small first records help a page to render and nothing here.
	control.DynamicRecordSizingDisabled = true
	control.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	data = control
	if t.Reuse == ReuseOff {
		data = control.Clone()
		data.ClientSessionCache = nil
	}
	return control, data
}

// secure makes the control connection TLS: at once, or after AUTH TLS. The
// bytes of a reply that a man in the middle slipped in before the handshake are
// not taken for the server's (RFC 4217 §15.1 leaves the buffer to us).
func (l *Link) secure() error {
	c := l.control
	if l.cfg.TLS.Security == Explicit {
		if err := c.send([]byte("AUTH TLS\r\n"), l.cfg.Clock()); err != nil {
			return newFault(stats.TLS, "sending AUTH TLS", err)
		}
		raw, code, err := c.next(l.cfg.Timeouts.Reply)
		if err != nil {
			return newFault(stats.TLS, "waiting for the reply to AUTH TLS", err)
		}
		if code != 234 {
			return &Refusal{Phase: stats.TLS, Command: "AUTH TLS", Reply: Reply{Code: code, Text: replyText(raw)}}
		}
		if c.r != c.w {
			return &Fault{Phase: stats.TLS, Class: stats.ClassTLS, What: "the server sent more than its reply before the TLS handshake"}
		}
	}
	var control *tls.Config
	control, l.dataTLS = l.cfg.TLS.sessionConfigs()
	conn := tls.Client(c.conn, control)
	begun := l.cfg.Clock()
	if err := l.handshake(conn, l.cfg.Timeouts.Reply); err != nil {
		return tlsFault(stats.TLS, "the control connection's TLS handshake", err)
	}
	c.conn = conn
	state := conn.ConnectionState()
	l.secured = Secured{Version: tls.VersionName(state.Version), CipherSuite: tls.CipherSuiteName(state.CipherSuite)}
	l.tellTLS(conn, false, l.cfg.Clock().Sub(begun))
	return nil
}

// handshake runs a handshake, bounded in time and by the link's context.
func (l *Link) handshake(conn *tls.Conn, limit time.Duration) error {
	if err := conn.SetDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	if err := conn.HandshakeContext(l.ctx); err != nil {
		if l.ctx.Err() != nil {
			return context.Canceled
		}
		return err
	}
	return conn.SetDeadline(time.Time{})
}

// protect asks for protected data connections, or clear ones (RFC 4217 §9).
func (l *Link) protect() error {
	level := "PROT P"
	if l.cfg.TLS.ClearData {
		level = "PROT C"
	}
	for _, line := range []string{"PBSZ 0", level} {
		r, _, err := l.Command(line)
		if err != nil {
			return err
		}
		if r.Code != 200 {
			return &Refusal{Phase: stats.Setup, Command: line, Reply: r}
		}
	}
	return nil
}

// protected reports whether data connections are TLS.
func (l *Link) protected() bool {
	return l.cfg.TLS.Security != Plain && !l.cfg.TLS.ClearData
}

// Protect sends PBSZ and PROT on a secured session, once it is logged in.
func (l *Link) Protect() error {
	if l.cfg.TLS.Security == Plain {
		return nil
	}
	return l.protect()
}

// Secured says what the control connection's TLS came to; zero without TLS.
func (l *Link) Secured() Secured { return l.secured }

// tlsFault classifies what went wrong with TLS: a time-out or a reset is what it
// is, everything else is TLS.
func tlsFault(p stats.Phase, what string, err error) *Fault {
	f := newFault(p, what, err)
	var header tls.RecordHeaderError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	switch {
	case errors.As(err, &header):
		f.Class, f.Err = stats.ClassTLS, ErrNotTLS
	case errors.As(err, &unknown), errors.As(err, &host):
		f.Class = stats.ClassTLS
	case f.Class == stats.ClassOther, f.Class == stats.ClassClosed:
		f.Class = stats.ClassTLS
	}
	return f
}

// ErrNotTLS says that the server answered a TLS handshake with something else.
var ErrNotTLS = errors.New("the server does not speak TLS there")

// errTruncated says that a protected download ended without close_notify: it
// may have been cut off on its way (RFC 8446 §6.1).
var errTruncated = errors.New("the connection ended without TLS close_notify")

// truncated reports whether a protected download ended without close_notify.
func (d *dataConn) truncated() bool { return d.raw != nil && d.raw.ended }

// startTLS makes the open data connection TLS. It is called only when the
// server's go-ahead is there: vsftpd begins its handshake after it.
func (d *dataConn) startTLS() error {
	l := d.link
	t := &l.trace
	begun := l.cfg.Clock()
	d.raw = &tlsSocket{TCPConn: d.tcp, again: d.drained}
	conn := tls.Client(d.raw, l.dataTLS)
	if err := l.handshake(conn, l.cfg.Timeouts.Reply); err != nil {
		return d.tlsFailed(tlsFault(stats.DataTLS, "the data connection's TLS handshake", err))
	}
	t.Handshake = max(l.cfg.Clock().Sub(begun), 1)
	t.Resumed = conn.ConnectionState().DidResume
	l.tellTLS(conn, true, t.Handshake)
	d.conn = conn
	if l.cfg.TLS.Reuse == ReuseRequired && !t.Resumed {
		return d.tlsFailed(&Fault{Phase: stats.DataTLS, Class: stats.ClassTLS, What: "--tls-reuse required", Err: errNotResumed})
	}
	return nil
}

// tlsFailed keeps a fault of the data connection's TLS and closes it.
func (d *dataConn) tlsFailed(f *Fault) error {
	d.link.trace.fail(f)
	d.abandon()
	return f
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
