package wire

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"sync/atomic"

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

// sessionConfigs returns the configurations of one session's control and data
// connections. They share a cache of their own: a server may insist that the
// data connection resumes this very control connection's session.
func (t *TLS) sessionConfigs() (control, data *tls.Config) {
	control = t.Config.Clone()
	// Small first records help a page to render and nothing here.
	control.DynamicRecordSizingDisabled = true
	control.ClientSessionCache = new(sessionCache)
	data = control
	if t.Reuse == ReuseOff {
		data = control.Clone()
		data.ClientSessionCache = nil
	}
	return control, data
}

// sessionCache holds the TLS session that was negotiated last. Unlike the cache of
// package tls it does not throw it away when a handshake fails: one that a refused
// transfer has cut off says nothing about the session, which the next transfer may
// have to resume. It is safe for concurrent use.
type sessionCache struct {
	last atomic.Pointer[tls.ClientSessionState]
}

// Get implements [tls.ClientSessionCache].
func (c *sessionCache) Get(string) (*tls.ClientSessionState, bool) {
	s := c.last.Load()
	return s, s != nil
}

// Put implements [tls.ClientSessionCache].
func (c *sessionCache) Put(_ string, s *tls.ClientSessionState) {
	if s != nil {
		c.last.Store(s)
	}
}

// protected reports whether data connections are TLS.
func (l *Link) protected() bool {
	return l.cfg.TLS.Security != Plain && !l.cfg.TLS.ClearData
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
var ErrNotTLS = errors.New("the server does not use TLS there")
