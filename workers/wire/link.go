package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// Times are the moments of a session's set-up that the wires see.
type Times struct {
	Begun     stats.Moment // before the connect
	Connected stats.Moment // connect returned
	Greeted   stats.Moment // the 220 reply was read
	Secured   stats.Moment // the TLS handshake was done; zero without TLS
	LoggedIn  stats.Moment // the 230 reply was read
}

// Link is the wires of one session: its control connection and, one at a time,
// its data connections. It belongs to the session's goroutine; only
// [Link.Abort] may be called from elsewhere.
type Link struct {
	cfg         Config
	ctx         context.Context
	stopWatch   func() bool
	control     *control
	peer, local netip.Addr
	mode        stats.Mode
	times       Times
	banner      Reply
	secured     Secured
	dataTLS     *tls.Config

	trace     Trace
	passiveTo uint16 // the port of the last 227 or 229
	accepting *accepting
	data      *dataConn
	path      pathReader
	progress  progress
	told      *Fault // the last that the transcript was told of

	mu      sync.Mutex
	sockets [3]interface{ Close() error } // control, data, listener: for Abort
	aborted bool
}

// The places in Link.sockets.
const (
	controlSocket = iota
	dataSocket
	listenerSocket
)

// Dial connects to the target and reads its greeting. When ctx ends, now or
// later, every connection of the link is closed at once. Errors are [*Fault],
// or [*Refusal] where the server itself said no.
func Dial(ctx context.Context, cfg Config) (*Link, error) {
	cfg.Timeouts = cfg.Timeouts.orDefaults()
	l := &Link{cfg: cfg, ctx: ctx}
	l.trace.setUp = stats.LoginDone
	l.times.Begun = cfg.Clock()
	conn, err := connect(ctx, &l.cfg, cfg.Target, 0)
	if err != nil {
		return nil, l.asAborted(newFault(stats.Connect, "connecting to "+cfg.Target.String(), err))
	}
	l.times.Connected = cfg.Clock()
	l.peer = addrOf(conn.RemoteAddr())
	l.local = addrOf(conn.LocalAddr())
	l.control = newControl(l, conn)
	l.own(controlSocket, conn)
	l.tellConnect(conn, false, l.times.Connected, l.times.Connected.Sub(l.times.Begun))
	l.stopWatch = context.AfterFunc(ctx, l.Abort)
	if err := l.open(); err != nil {
		err = l.asAborted(err) // before Close, which aborts too
		_ = l.Close()
		return nil, err
	}
	return l, nil
}

// open brings the connection to where the library begins: secured, with the
// greeting read.
func (l *Link) open() error {
	if l.cfg.TLS.Security == Implicit {
		if err := l.secure(); err != nil {
			return err
		}
		l.times.Secured = l.cfg.Clock()
	}
	if err := l.greeting(); err != nil {
		return err
	}
	if l.cfg.TLS.Security == Explicit {
		if err := l.secure(); err != nil {
			return err
		}
		l.times.Secured = l.cfg.Clock()
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
			return l.asAborted(newFault(stats.Greeting, "waiting for the greeting", err))
		}
		l.banner = Reply{Code: code, Text: replyText(raw)}
		switch {
		case code == 120:
			continue
		case code != 220:
			return &Refusal{Phase: stats.Greeting, Reply: l.banner}
		}
		l.times.Greeted = l.control.readAt
		return nil
	}
}

// Refusal is a negative or unexpected reply outside of an operation.
type Refusal struct {
	Phase   stats.Phase
	Command string // the verb that was refused, empty for the greeting
	Reply   Reply
}

// Error returns the server's own words.
func (r *Refusal) Error() string {
	if r.Command == "" {
		return "the server said " + r.Reply.String()
	}
	return fmt.Sprintf("the server answered %s with %s", r.Command, r.Reply)
}

// Control is the control connection as the library is to see it, from behind the
// greeting on.
func (l *Link) Control() net.Conn { return l.control }

// Data is what the library gets when it opens the data connection that it has
// just negotiated.
func (l *Link) Data() (net.Conn, error) { return l.openData() }

// SetMode chooses how the session's next data connections are made.
func (l *Link) SetMode(m stats.Mode) { l.mode = m }

// Mode is the mode that was set last.
func (l *Link) Mode() stats.Mode { return l.mode }

// Commands is how many commands have been written since the connect or, after
// the first operation, since the last one began.
func (l *Link) Commands() int { return l.trace.Commands }

// Times returns the moments of the set-up.
func (l *Link) Times() Times { return l.times }

// Refused returns the reply that ended the library's log-in or set-up, with
// the command that it answered.
func (l *Link) Refused() *Refusal {
	return &Refusal{Phase: l.trace.setUp, Command: l.control.lastVerb, Reply: l.control.last}
}

// Fault returns what went wrong with the connections, nil if nothing did.
func (l *Link) Fault() *Fault {
	if l.trace.Fault != nil {
		_ = l.asAborted(l.trace.Fault)
	}
	return l.trace.Fault
}

// Banner is the server's greeting.
func (l *Link) Banner() Reply { return l.banner }

// Peer is the server's address.
func (l *Link) Peer() netip.Addr { return l.peer }

// Command sends one command outside of the library and returns the reply and
// the words of each of its lines. A refusal is no error. It must not be called
// while the library waits for a reply.
func (l *Link) Command(line string) (Reply, []string, error) {
	r, err := l.command([]byte(line + "\r\n"))
	if err != nil {
		return r, nil, err
	}
	return r, replyLines(l.control.answer), nil
}

// command sends a whole command line and reads the reply into control.answer.
func (l *Link) command(line []byte) (Reply, error) {
	c, verb := l.control, verbOf(line)
	if err := c.send(line, l.cfg.Clock()); err != nil {
		return Reply{}, l.asAborted(newFault(stats.Setup, "sending "+verb, err))
	}
	raw, code, err := c.next(l.cfg.Timeouts.Reply)
	if err != nil {
		return Reply{}, l.asAborted(newFault(stats.Setup, "waiting for the reply to "+verb, err))
	}
	c.answer = raw
	return Reply{Code: code, Text: replyText(raw)}, nil
}

// Begin opens the trace of an operation.
func (l *Link) Begin(op stats.Op) {
	l.control.resume()
	l.control.wait = l.cfg.Timeouts.Reply
	l.trace = Trace{Op: op}
	if op.Transfers() {
		l.trace.Mode, l.trace.Protected = l.mode, l.protected()
	}
}

// End closes what the operation left open and returns what happened in it.
func (l *Link) End() *Trace {
	t := &l.trace
	if l.data != nil {
		l.data.finish()
		l.disown(dataSocket)
		l.data = nil
	}
	if l.accepting != nil {
		l.endAccept()
	}
	if t.Op.Transfers() && t.Completed.Code != 0 {
		t.Moments[stats.T8] = max(t.Moments[stats.T8], t.Moments[stats.T7])
	}
	if t.Fault != nil {
		t.Fault = l.asAborted(t.Fault).(*Fault)
	}
	t.Surplus = l.control.r != l.control.w
	l.tellPayload()
	l.tellFault()
	return t
}

// endAccept closes the active listener on every path, and a connection that
// came too late to be used.
func (l *Link) endAccept() {
	a := l.accepting
	a.stop()
	if a.conn != nil && l.trace.Moments[stats.T3] == 0 {
		l.noteAccepted()
		_ = a.conn.Close()
	}
	l.trace.Strangers += a.strangers
	l.forgetAccept()
}

// discardAccept closes a listener that was opened outside of an operation, and
// what came of it.
func (l *Link) discardAccept() {
	l.accepting.stop()
	if c := l.accepting.conn; c != nil {
		_ = c.Close()
	}
	l.forgetAccept()
}

func (l *Link) forgetAccept() {
	l.disown(listenerSocket)
	l.accepting = nil
	l.control.resume()
}

// noteAccepted puts a finished accept into the trace.
func (l *Link) noteAccepted() {
	l.trace.Moments[stats.T3] = l.accepting.at
	l.trace.Connects++
	l.tellAccept(l.accepting)
}

// asAborted turns an error into an aborted one if the session was cut from
// outside: whatever the sockets say then is our own doing.
func (l *Link) asAborted(err error) error {
	var f *Fault
	if !errors.As(err, &f) {
		return err
	}
	l.mu.Lock()
	cut := l.aborted
	l.mu.Unlock()
	if cut || l.ctx.Err() != nil {
		f.Class = stats.ClassAborted
	}
	return f
}

// own notes a socket for Abort; it is closed at once if the link has already
// been aborted.
func (l *Link) own(place int, s interface{ Close() error }) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sockets[place] = s
	if l.aborted {
		_ = s.Close()
	}
}

func (l *Link) disown(place int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sockets[place] = nil
}

// Abort closes every connection at once; whoever waits on one is woken. It is
// safe to call at any time, from any goroutine.
func (l *Link) Abort() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.aborted = true
	for _, s := range l.sockets {
		if s != nil {
			_ = s.Close()
		}
	}
}

// Quit says good-bye and closes the link. It waits for the reply, but not for
// long: a server that does not answer keeps its session open no longer for it.
func (l *Link) Quit() {
	if l.control.send([]byte("QUIT\r\n"), l.cfg.Clock()) == nil {
		_, _, _ = l.control.next(time.Second)
	}
	_ = l.Close()
}

// Close closes the link without a word.
func (l *Link) Close() error {
	l.stopWatch()
	l.Abort()
	return nil
}

func addrOf(a net.Addr) netip.Addr {
	if t, ok := a.(*net.TCPAddr); ok {
		return t.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}
