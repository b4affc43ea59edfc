package target

import (
	"net"
	"sync"
	"time"
)

// passiveLifetime is how long a passive listener waits for its transfer
// command. It bounds what a session leaks by EPSV followed by EPRT: the
// library then forgets the listener without closing it.
const passiveLifetime = time.Minute

// passiveListener is one EPSV's or PASV's listener; it serves one connection.
type passiveListener struct {
	*net.TCPListener
	server *Server
	expiry *time.Timer
	once   sync.Once
}

// listenPassive binds the server's own address, within its passive ports.
func (s *Server) listenPassive() (net.Listener, error) {
	own, err := s.ports.listen(s.addr.Addr())
	if err != nil {
		return nil, err
	}
	l := &passiveListener{TCPListener: own, server: s}
	// The timer is set before others can see the listener and close it.
	l.expiry = time.AfterFunc(passiveLifetime, func() { _ = l.Close() })
	if !s.passive.add(l) {
		_ = l.Close()
		return nil, net.ErrClosed
	}
	return l, nil
}

// Accept waits for the one connection, at most dataTimeout, and closes the
// listener: a transfer holds no more descriptors than it needs, and its port
// is free for the next. Whether the peer is the session's the library checks.
func (l *passiveListener) Accept() (net.Conn, error) {
	defer func() { _ = l.Close() }()
	if err := l.SetDeadline(time.Now().Add(dataTimeout)); err != nil {
		return nil, err
	}
	return l.TCPListener.Accept()
}

// Close may be called often.
func (l *passiveListener) Close() error {
	l.once.Do(func() {
		l.expiry.Stop()
		_ = l.TCPListener.Close()
		l.server.passive.remove(l)
	})
	return nil
}
