package scripted

import (
	"context"
	"io"
	"net"
	"net/netip"
	"path"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// scriptedPatience bounds every wait of a scripted server for its client.
const scriptedPatience = 30 * time.Second

// Server is an FTP server for tests that does what its [Script] says
// and notes when it did, on the clock of the client under test: the ground
// truth for that client's moments. It speaks FTP over IPv4 or IPv6, takes
// any user and password, and keeps the sizes of uploads but not their bytes.
//
// Its methods are safe for concurrent use.
type Server struct {
	clock    stats.Clock
	listener *net.TCPListener
	script   atomic.Pointer[Script]
	stalled  atomic.Int64 // the moment until which nothing is answered

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu       sync.Mutex
	open     map[io.Closer]struct{}
	sessions []*scriptedRecord
	log      []scriptedEntry
	stored   map[string]int64 // sizes of uploaded files, without a tree

	tree   *scriptedTree // nil without one
	home   string        // where sessions begin
	tls    *TLS          // nil without it
	places scriptedPlaces
	ports  portRotation
}

// StartScripted starts a server on a free port of a loopback address, and has
// the test stop it.
func Start(tb testing.TB, clock stats.Clock, addr netip.Addr, script Script) *Server {
	tb.Helper()
	if !addr.IsLoopback() {
		tb.Fatalf("scripted server: %v is not a loopback address", addr)
	}
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(addr, 0)))
	if err != nil {
		tb.Fatalf("scripted server: %v", err)
	}
	s := &Server{
		clock:    clock,
		listener: l,
		open:     make(map[io.Closer]struct{}),
		stored:   make(map[string]int64),
		home:     "/",
		tls:      script.TLS,
	}
	if script.Tree != nil {
		s.tree, s.home = newScriptedTree(script.Tree), path.Join("/", script.Tree.Home)
	}
	s.ports.begin()
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.SetScript(script)
	s.track(l)
	s.wg.Go(s.accept)
	tb.Cleanup(s.Stop)
	return s
}

// Addr returns the control connection's address.
func (s *Server) Addr() netip.AddrPort {
	return scriptedAddr(s.listener.Addr())
}

// URL returns the server's address as a URL without a user.
func (s *Server) URL() string { return "ftp://" + s.Addr().String() }

// SetScript has the commands that are received from now on, and the greetings
// of sessions accepted from now on, played by another script.
func (s *Server) SetScript(script Script) { s.script.Store(&script) }

// Stall has the server answer nothing for the given time from now on, on any
// session: no reply, no payload, no active connect, no greeting. It still reads
// commands, and the kernel accepts for it. Then it goes on where it was, with all
// that has come meanwhile. Stall does not wait: it returns when the stall began
// and when it will end. What the server was about to write may still go out.
func (s *Server) Stall(d time.Duration) (from, until stats.Moment) {
	from = s.clock()
	until = from.Add(d)
	for {
		old := s.stalled.Load()
		if int64(until) <= old {
			return from, stats.Moment(old)
		}
		if s.stalled.CompareAndSwap(old, int64(until)) {
			return from, until
		}
	}
}

// Stop closes every connection and returns when the last goroutine has ended.
// It may be called more than once; the log stays readable.
func (s *Server) Stop() {
	s.cancel()
	s.mu.Lock()
	for c := range s.open {
		_ = c.Close()
	}
	clear(s.open)
	s.mu.Unlock()
	s.wg.Wait()
}

// Settled waits until at least n transfers are over, for a client may give up
// sooner than the server does, and returns the log. It gives up after 30 s.
func (s *Server) Settled(n int) []Op {
	for deadline := time.Now().Add(scriptedPatience); ; time.Sleep(time.Millisecond) {
		ops := s.Log()
		over := 0
		for _, op := range ops {
			if op.Over {
				over++
			}
		}
		if over >= n || time.Now().After(deadline) {
			return ops
		}
	}
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.AcceptTCP()
		if err != nil {
			return
		}
		accepted := s.clock()
		if !s.track(conn) {
			return
		}
		s.mu.Lock()
		rec := &scriptedRecord{session: SessionLog{
			ID: len(s.sessions) + 1, Peer: scriptedAddr(conn.RemoteAddr()), Accepted: accepted,
		}}
		s.sessions = append(s.sessions, rec)
		s.mu.Unlock()
		s.wg.Go(newScriptedSession(s, rec, conn).run)
	}
}

// track has Stop close c. Of a server that was stopped it closes c at once.
func (s *Server) track(c io.Closer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		_ = c.Close()
		return false
	}
	s.open[c] = struct{}{}
	return true
}

// close closes c, which was tracked, and forgets it.
func (s *Server) close(c io.Closer) {
	s.mu.Lock()
	delete(s.open, c)
	s.mu.Unlock()
	_ = c.Close()
}

// sleep waits, then for the end of a stall, but not beyond Stop. Whatever the
// server does has a sleep before it.
func (s *Server) sleep(d time.Duration) {
	s.pause(d)
	for s.ctx.Err() == nil {
		until := stats.Moment(s.stalled.Load())
		if until == 0 {
			return
		}
		left := until.Sub(s.clock())
		if left <= 0 {
			return
		}
		s.pause(left)
	}
}

// pause waits, but not beyond Stop.
func (s *Server) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.ctx.Done():
	}
}

// scriptedAddr returns a TCP address without the IPv4-in-IPv6 form that the
// net package gives some of them.
func scriptedAddr(a net.Addr) netip.AddrPort {
	ap := a.(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
