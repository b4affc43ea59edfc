package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// Times are the moments of a session's set-up.
type Times struct {
	Begun     stats.Moment // before the connect
	Connected stats.Moment // connect returned
	Greeted   stats.Moment // the 220 reply was read
	Secured   stats.Moment // the TLS handshake was done; zero without TLS
	LoggedIn  stats.Moment // the reply that lets the user in was read
}

// Link is the wires of one session: its control connection and, one at a time,
// its data connections. It belongs to the session's goroutine; only
// [Link.Abort] may be called from elsewhere.
type Link struct {
	cfg         Config
	ctx         context.Context
	stopWatch   func() bool
	control     *control
	peer        netip.AddrPort
	local       netip.Addr
	mode        stats.Mode
	times       Times
	banner      Reply
	secured     Secured
	dataTLS     *tls.Config
	leavesOpen  bool // the server leaves its half of uploads' connections open
	leftOpen    int  // how often in a row it has
	closes      bool // it has closed that of the operation under way
	authCommand string

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

// Dial connects to the target, reads its greeting and secures the connection.
// When ctx ends, now or later, every connection of the link is closed at once.
// Errors are [*Fault], or [*Refusal] where the server itself said no.
func Dial(ctx context.Context, cfg Config) (*Link, error) {
	cfg.Timeouts = cfg.Timeouts.orDefaults()
	l := &Link{cfg: cfg, ctx: ctx, leavesOpen: cfg.LeavesOpen}
	l.trace.setUp = stats.LoginDone
	l.times.Begun = cfg.Clock()
	conn, err := connectAny(ctx, &l.cfg)
	if err != nil {
		return nil, l.asAborted(err)
	}
	l.times.Connected = cfg.Clock()
	l.peer = conn.RemoteAddr().(*net.TCPAddr).AddrPort()
	l.peer = netip.AddrPortFrom(l.peer.Addr().Unmap(), l.peer.Port())
	l.local = conn.LocalAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
	l.control = newControl(l, conn)
	l.control.endsOtherwise = cfg.EndsOtherwise
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

// SetMode chooses how the session's next data connections are made.
func (l *Link) SetMode(m stats.Mode) { l.mode = m }

// Mode is the mode that was set last.
func (l *Link) Mode() stats.Mode { return l.mode }

// Commands is how many commands have been written since the connect or, after
// the first operation, since the last one began.
func (l *Link) Commands() int { return l.trace.Commands }

// Times returns the moments of the set-up.
func (l *Link) Times() Times { return l.times }

// Banner is the server's greeting.
func (l *Link) Banner() Reply { return l.banner }

// Peer is the server's control address.
func (l *Link) Peer() netip.AddrPort { return l.peer }

// ActiveAddress is the address that PORT and EPRT tell the server to connect to.
func (l *Link) ActiveAddress() netip.Addr {
	if l.cfg.ActiveAddress.IsValid() {
		return l.cfg.ActiveAddress
	}
	return l.local
}

// LeavesOpen reports whether the server has left its half of an upload's data
// connection open behind its completion reply, this time or before.
func (l *Link) LeavesOpen() bool { return l.leavesOpen }

// Closes reports whether the last operation was an upload, and the server was seen
// to close its half of the data connection.
func (l *Link) Closes() bool { return l.closes }

// EndsOtherwise reports whether the server has ended a multi-line reply with
// another code than it began with.
func (l *Link) EndsOtherwise() bool { return l.control.endsOtherwise }

// Quiet reports whether the server says nothing, which is as it must be between
// operations: a late second reply would answer the next command.
func (l *Link) Quiet() bool {
	c := l.control
	if c.look.pending() {
		if err := c.fill(time.Now().Add(time.Millisecond)); err != nil && classOf(err) != stats.ClassTimeout {
			return false
		}
	}
	return !c.surplus()
}

// Begin opens the trace of an operation.
func (l *Link) Begin(op stats.Op) {
	l.closes = false
	l.control.resume()
	l.control.wait = l.cfg.Timeouts.Reply
	l.trace = Trace{Op: op, Size: -1}
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
	t.Surplus = l.control.surplus()
	l.tellPayload()
	l.tellFault()
	return t
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
	if l.control.send("QUIT", "", l.cfg.Clock()) == nil {
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
