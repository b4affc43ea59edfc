package servers

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"time"
)

// startLimit bounds the wait for a server to come up.
const startLimit = 20 * time.Second

// errStranger is a port on which something else answers.
var errStranger = errors.New("another process listens on its port")

// awaitReady waits until the server greets, and returns the id of its listener's process.
func (s *Server) awaitReady(p *process) (listener int, err error) {
	limit := time.Now().Add(startLimit)
	pause := 5 * time.Millisecond
	for {
		if listener, err = s.greeted(p); err == nil {
			s.awaitIdle(p)
			return listener, nil
		}
		if time.Now().After(limit) {
			return 0, fmt.Errorf("no greeting from %s within %v: %w", s.Addr, startLimit, err)
		}
		select {
		case <-p.exited:
			return 0, fmt.Errorf("it ended before it greeted (%v)", p.state)
		case <-time.After(pause):
		}
		pause = min(pause*3/2, 100*time.Millisecond)
	}
}

// greeted connects, reads the greeting (RFC 959 §5.4: 220), and leaves politely.
func (s *Server) greeted(p *process) (listener int, err error) {
	conn, err := net.DialTimeout("tcp", s.Addr.String(), time.Second)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	// That somebody answers proves nothing: it has to be the server's own process. This
	// is looked up only now because it is costly on a machine with many connections.
	listener, ok := p.listener(s.Addr.Port())
	if !ok {
		return 0, errStranger
	}
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return 0, err
	}
	if s.TLS == Implicit {
		conn = tls.Client(conn, s.TLSConfig())
	}
	text := textproto.NewConn(conn)
	if _, _, err := text.ReadResponse(220); err != nil {
		return 0, err
	}
	if _, err := text.Cmd("QUIT"); err != nil {
		return 0, err
	}
	if _, _, err := text.ReadResponse(221); err != nil {
		return 0, err
	}
	// The end comes after the 221, and until then the server counts us as a client.
	if line, err := text.ReadLine(); err == nil {
		return 0, fmt.Errorf("it says %q after QUIT", line)
	}
	return listener, nil
}

// awaitIdle waits for our own session to be gone: a test with a limit of one client wants
// to be that one. Only the shell and the listener are left then.
func (s *Server) awaitIdle(p *process) {
	for range 100 {
		if len(p.members()) <= 2 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
