package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// Refusal is a negative or unexpected reply outside of an operation.
type Refusal struct {
	Phase   stats.Phase
	Command string // the verb that was refused, empty for the greeting
	Reply   Reply
	// Before is what was refused before it, as words for the message; empty where
	// that was nothing.
	Before string
}

// Error returns the server's own words.
func (r *Refusal) Error() string {
	if r.Command == "" {
		return "the server greeted with " + r.Reply.String()
	}
	return fmt.Sprintf("the server answered %s%s with %s", r.Before, r.Command, r.Reply)
}

// featTime bounds the wait for the reply to a command that a session can do without:
// FEAT, SYST.
const featTime = 5 * time.Second

// ErrNoFEAT says that a server did not answer FEAT, or hung up on it: it may let
// a session in that does not ask.
var ErrNoFEAT = errors.New("the server does not answer FEAT")

// open reads the greeting and secures the connection.
func (l *Link) open() error {
	if l.cfg.TLS.Security == Implicit {
		if err := l.secure(); err != nil {
			return err
		}
	}
	if err := l.greeting(); err != nil {
		return err
	}
	if l.cfg.TLS.Security == Explicit {
		if err := l.authTLS(); err != nil {
			return err
		}
		return l.secure()
	}
	return nil
}

// greeting reads the server's first reply. A server may first ask for patience
// with a 120 (RFC 959 §5.4).
func (l *Link) greeting() error {
	deadline := time.Now().Add(l.cfg.Timeouts.Reply)
	for {
		raw, code, err := l.control.next(time.Until(deadline))
		if err != nil {
			return newFault(stats.Greeting, "waiting for the greeting", err)
		}
		l.banner = replyOf(raw, code)
		switch {
		case code < 200:
			continue
		case code >= 300:
			return &Refusal{Phase: stats.Greeting, Reply: l.banner}
		}
		l.times.Greeted = l.control.readAt
		return nil
	}
}

// authTLS asks for TLS (RFC 4217 §4). AUTH SSL is an older name that some servers
// know alone.
func (l *Link) authTLS() error {
	var refusal *Refusal
	for _, mechanism := range [...]string{"TLS", "SSL"} {
		r, err := l.ask(stats.TLS, "AUTH", mechanism, l.cfg.Timeouts.Reply)
		if err != nil {
			return err
		}
		if r.Positive() || r.Code == 334 {
			if l.control.surplus() {
				// The bytes that a man in the middle slipped in before the
				// handshake are not taken for the server's.
				return &Fault{Phase: stats.TLS, Class: stats.ClassTLS, What: "the server sent extra data after its AUTH reply, before the TLS handshake"}
			}
			l.authCommand = fmt.Sprintf("AUTH %s with %s", mechanism, r)
			return nil
		}
		if refusal == nil {
			refusal = &Refusal{Phase: stats.TLS, Command: "AUTH TLS", Reply: r}
		}
		if !r.Unknown() {
			break
		}
	}
	return refusal
}

// Unknown reports whether a reply says that the server does not know a command,
// or not with this argument (RFC 959 §4.2.1, RFC 2428 §2).
func (r Reply) Unknown() bool {
	return r.Code >= 500 && r.Code <= 504 || r.Code == 522
}

// Login logs in and sets the session up: the user, the features unless those are
// not asked for, the type, and under TLS the protection of data connections. It
// returns the features, a line each. Errors are as [Dial]'s, or [ErrNoFEAT].
func (l *Link) Login(user, password string, askFEAT bool) (features []string, err error) {
	if err := l.logIn(user, password); err != nil {
		return nil, err
	}
	l.times.LoggedIn = l.control.readAt
	l.trace.setUp = stats.Setup
	if askFEAT {
		if features, err = l.features(); err != nil {
			return nil, err
		}
	}
	if err := l.must("TYPE", "I"); err != nil { // RFC 959 §3.1.1: the default is ASCII
		return nil, err
	}
	if l.cfg.TLS.Security == Plain {
		return features, nil
	}
	// RFC 4217 §9: the size of 0 has to be said, and says nothing. Servers refuse
	// it that take what matters.
	if _, err := l.ask(stats.Setup, "PBSZ", "0", l.cfg.Timeouts.Reply); err != nil {
		return nil, err
	}
	level := "P"
	if l.cfg.TLS.ClearData {
		level = "C"
	}
	return features, l.must("PROT", level)
}

// logIn sends USER and, if the server wants it, PASS.
func (l *Link) logIn(user, password string) error {
	r, err := l.ask(stats.LoginDone, "USER", user, l.cfg.Timeouts.Reply)
	if err == nil && r.Code == 220 {
		// Rather the rest of the greeting than an answer.
		if again, more := l.another(); more {
			r = again
		}
	}
	if err != nil {
		return err
	}
	command := "USER"
	if r.Code/100 == 3 && r.Code != 332 {
		command = "PASS"
		if r, err = l.ask(stats.LoginDone, "PASS", password, l.cfg.Timeouts.Reply); err != nil {
			return err
		}
	}
	if !r.Positive() {
		return &Refusal{Phase: stats.LoginDone, Command: command, Reply: r}
	}
	return nil
}

// soon is how long a reply is waited for that may not come.
const soon = time.Second

// another returns a reply that follows on the last one, if one does soon.
func (l *Link) another() (Reply, bool) {
	raw, code, err := l.control.next(min(soon, l.cfg.Timeouts.Reply))
	if err != nil {
		return Reply{}, false
	}
	l.control.answer = raw
	return replyOf(raw, code), true
}

// features asks for the features (RFC 2389 §3).
func (l *Link) features() (lines []string, err error) {
	r, err := l.ask(stats.Setup, "FEAT", "", min(featTime, l.cfg.Timeouts.Reply))
	for err == nil && r.Code == 230 { // the log-in's second reply
		again, more := l.another()
		if !more {
			break
		}
		r = again
	}
	var f *Fault
	switch {
	case errors.As(err, &f) && (f.Class == stats.ClassTimeout || f.Class == stats.ClassClosed || f.Class == stats.ClassReset),
		err == nil && (r.Code == 221 || r.Code == 421):
		if l.ctx.Err() != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", ErrNoFEAT, errors.Join(err, refusedFEAT(r)))
	case err != nil:
		return nil, err
	case r.Code == 211:
		lines = replyLines(l.control.answer)
		return lines[min(1, len(lines)):max(len(lines)-1, min(1, len(lines)))], nil
	}
	return nil, nil
}

// refusedFEAT is the refusal that an answer to FEAT is, nil where none came.
func refusedFEAT(r Reply) error {
	if r.Code == 0 {
		return nil
	}
	return &Refusal{Phase: stats.Setup, Command: "FEAT", Reply: r}
}

// must sends a command of the set-up that has to be carried out.
func (l *Link) must(verb, arg string) error {
	r, err := l.ask(stats.Setup, verb, arg, l.cfg.Timeouts.Reply)
	if err == nil && !r.Positive() {
		return &Refusal{Phase: stats.Setup, Command: verb + " " + arg, Reply: r}
	}
	return err
}

// ask sends one command outside of an operation and returns the reply; its raw
// text is in control.answer. A refusal is no error.
func (l *Link) ask(p stats.Phase, verb, arg string, wait time.Duration) (Reply, error) {
	c := l.control
	c.drop() // it cannot be an answer to what is not yet asked
	what := verb
	if verb == "AUTH" || verb == "PROT" || verb == "PBSZ" || verb == "TYPE" {
		what += " " + arg
	}
	if err := c.send(verb, arg, l.cfg.Clock()); err != nil {
		return Reply{}, l.asAborted(newFault(p, "sending "+what, err))
	}
	raw, code, err := c.next(wait)
	if err != nil {
		return Reply{}, l.asAborted(newFault(p, "waiting for the reply to "+what, err))
	}
	c.answer = raw
	return replyOf(raw, code), nil
}

// Command sends one command that is no part of a measured operation and returns
// the reply. A refusal is no error.
func (l *Link) Command(verb, arg string) (Reply, error) {
	return l.ask(stats.Setup, verb, arg, l.cfg.Timeouts.Reply)
}

// Optional sends a command without an argument that a session can do without: its
// reply is waited for less long.
func (l *Link) Optional(verb string) (Reply, error) {
	return l.ask(stats.Setup, verb, "", min(featTime, l.cfg.Timeouts.Reply))
}

// Size reads the number in the reply to a SIZE that [Link.Command] has just
// sent; ok is false if there is none.
func (l *Link) Size() (n int64, ok bool) { return sizeIn(l.control.answer) }

// secure makes the control connection TLS.
func (l *Link) secure() error {
	var control *tls.Config
	control, l.dataTLS = l.cfg.TLS.sessionConfigs()
	c := l.control
	conn := tls.Client(c.conn, control)
	begun := l.cfg.Clock()
	if err := l.handshake(conn, l.cfg.Timeouts.Reply); err != nil {
		what := "the control connection's TLS handshake"
		if l.authCommand != "" {
			what += ", after the server answered " + l.authCommand
		}
		return tlsFault(stats.TLS, what, err)
	}
	c.conn = conn
	c.writable = 0 // the handshake's deadline is gone, and with it this one
	state := conn.ConnectionState()
	l.secured = Secured{Version: tls.VersionName(state.Version), CipherSuite: tls.CipherSuiteName(state.CipherSuite)}
	l.times.Secured = l.cfg.Clock()
	l.tellTLS(conn, false, l.times.Secured.Sub(begun))
	return nil
}

// handshake runs the control connection's handshake, bounded in time and by the
// link's context.
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
