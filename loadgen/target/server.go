package target

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	ftpserver "github.com/fclairamb/ftpserverlib"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// drainTimeout bounds the wait for sessions that were cut to let go.
const drainTimeout = 5 * time.Second

// Server is one FTP server. Its methods are safe for concurrent use.
type Server struct {
	cfg      Config
	log      *slog.Logger
	clock    stats.Clock // of the flow of uploads
	tls      *tls.Config // nil without TLS
	listener net.Listener
	addr     netip.AddrPort
	library  *ftpserver.FtpServer
	block    *mover.Block
	tree     *tree
	counters counters
	served   atomic.Bool

	sessions *registry[*controlConn]
	passive  *registry[*passiveListener]
	handles  *registry[*handle]
	ports    *portRange
	decoys   *decoys
}

// New binds the address and makes the server ready; Serve must follow, for it
// is what gives the address back. The error is an [*ExposedError] if the
// address may be reached from elsewhere and no password is set.
func New(cfg Config) (*Server, error) {
	addr, err := cfg.address()
	if err != nil {
		return nil, err
	}
	secured, err := cfg.tlsConfig()
	if err != nil {
		return nil, err
	}
	log := cfg.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	decoys, err := newDecoys()
	if err != nil {
		return nil, err
	}
	block, err := mover.NewBlock(cfg.Seed, mover.BlockSize)
	if err != nil {
		return nil, err
	}
	listener, err := listenTCP(addr)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the embedded target: %w", err), block.Close())
	}
	s := &Server{
		cfg:      cfg,
		log:      log,
		clock:    stats.NewClock(time.Now()),
		tls:      secured,
		listener: listener,
		addr:     unmapped(listener.Addr()),
		block:    block,
		tree:     newTree(time.Now),
		sessions: newRegistry[*controlConn](),
		passive:  newRegistry[*passiveListener](),
		handles:  newRegistry[*handle](),
		ports:    newPortRange(cfg.PassivePorts),
		decoys:   decoys,
	}
	s.library = ftpserver.NewFtpServer(mainDriver{s})
	s.library.Logger = log
	if err := s.library.Listen(); err != nil {
		return nil, errors.Join(err, listener.Close(), block.Close())
	}
	return s, nil
}

// Addr is where the server listens, with the port that was found.
func (s *Server) Addr() netip.AddrPort { return s.addr }

// Serve answers clients until ctx is done, then closes the listener and every
// session, waits a bounded time for them to let go, and returns nil. It may be
// called once. Another error than nil means that accepting failed for good.
func (s *Server) Serve(ctx context.Context) error {
	if s.served.Swap(true) {
		return errors.New("the embedded target was served before: make a new one")
	}
	cut := make(chan struct{})
	forget := context.AfterFunc(ctx, func() { s.cut(); close(cut) })
	err := s.library.Serve()
	if forget() {
		s.cut()
	} else {
		// An accept returns a moment before the listener is really closed.
		<-cut
	}
	s.drain()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// cut closes everything that a session could wait on. It does so under the
// library: its own way (ClientContext.Close) waits for a lock that a transfer
// holds until its data connection has come or timed out.
func (s *Server) cut() {
	_ = s.library.Stop() // the listener and the decoys
	s.sessions.end(func(c *controlConn) { _ = c.Conn.Close() })
	s.passive.end(func(l *passiveListener) { _ = l.Close() })
	// Data connections are closed by the library when it sees its control
	// connection gone; the handles are only waited for.
	s.handles.end(func(*handle) {})
}

// drain waits until sessions and transfers have ended and gives the memory of
// the block back. A transfer that outlives the wait keeps it, with its pipes: to
// close one under a splice could send another's content.
func (s *Server) drain() {
	late := time.NewTimer(drainTimeout)
	defer late.Stop()
	for _, empty := range []<-chan struct{}{s.sessions.empty, s.handles.empty} {
		select {
		case <-empty:
		case <-late.C:
			s.log.Warn("sessions outlived the end of the server",
				"sessions", s.sessions.size(), "transfers", s.handles.size())
			return
		}
	}
	if err := s.block.Close(); err != nil {
		s.log.Warn("payload block not given back", "err", err)
	}
}

func unmapped(a net.Addr) netip.AddrPort {
	ap := a.(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
