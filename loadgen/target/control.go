package target

import (
	"crypto/tls"
	"net"
	"sync"
)

// controlListener keeps the book of control connections.
type controlListener struct {
	net.Listener
	server *Server
}

func (l controlListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if l.server.cfg.Security == Implicit {
		// The library secures only a listener that it opened itself.
		c = tls.Server(c, l.server.tls)
	}
	cc := &controlConn{Conn: c, server: l.server}
	if !l.server.sessions.add(cc) {
		_ = c.Close()
		return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
	}
	l.server.counters.sessions.Add(1)
	return cc, nil
}

// controlConn is a session's control connection. The server may close the Conn
// inside at any time; Close is the library's, and its call means that the
// session has ended and closed its data connection.
type controlConn struct {
	net.Conn
	server *Server
	once   sync.Once
}

func (c *controlConn) Close() error {
	c.once.Do(func() {
		_ = c.Conn.Close()
		c.server.sessions.remove(c)
	})
	return nil
}
