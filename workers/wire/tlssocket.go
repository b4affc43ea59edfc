package wire

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// tlsSocket is the TCP socket under a data connection's TLS. It notes the end of
// the stream: crypto/tls takes one at the border of a record for the end of the
// data, close_notify or not; but after a close_notify it does not read on, so
// that an end which was seen here came without one.
//
// crypto/tls reads and writes record by record, which is two system calls for 32
// KiB. While payload moves, several records are received at once and sent at
// once.
type tlsSocket struct {
	*net.TCPConn
	ended bool

	flow    *mover.Inflow // set while a download moves
	ahead   *[]byte       // lent: what flow received, of which
	r, w    int           // [r:w] has not been read yet
	pending *[]byte       // lent while an upload moves: what is to be sent
	filled  int           // so many bytes of it
	sending bool          // an upload moves
	// again reports whether a write that ran out of time is to go on.
	again func() bool
	clock stats.Clock
	heard stats.Moment // when the first bytes of the peer were read, 0 before
}

// records is how much is received or sent at once, in bytes: eight records of
// the largest size. More saves little, and a session with a transfer holds so
// much of it.
const records = 8 * (16<<10 + 64)

// readBefore is more than the handshake may have read of the payload.
const readBefore = 64 << 10

// recordBuffers lends tlsSockets their buffers, so that an idle session has none.
var recordBuffers = sync.Pool{New: func() any { b := make([]byte, records); return &b }}

// download begins to receive several records at once. want is the size of the
// payload, -1 if that is not known. Some servers wait for our close_notify and
// close only then (vsftpd, Pure-FTPd), so nothing but the payload is certain to
// come.
func (s *tlsSocket) download(o mover.Options, want int64) (err error) {
	if o.AtLeast = want - readBefore; o.AtLeast <= 0 {
		o.Clock = nil
	}
	s.flow, err = mover.NewInflow(s.TCPConn, &o)
	if err == nil {
		s.ahead = recordBuffers.Get().(*[]byte)
	}
	return err
}

// upload begins to send, unless it is to be done portably several records at
// once, until release.
func (s *tlsSocket) upload(portable bool) {
	if s.sending = true; !portable {
		s.pending = recordBuffers.Get().(*[]byte)
	}
}

// release gives the buffers back. What lies in them is lost.
func (s *tlsSocket) release() {
	for _, b := range []**[]byte{&s.ahead, &s.pending} {
		if *b != nil {
			recordBuffers.Put(*b)
			*b = nil
		}
	}
	s.flow, s.r, s.w, s.filled, s.sending = nil, 0, 0, 0, false
}

// Read implements [net.Conn].
func (s *tlsSocket) Read(p []byte) (int, error) {
	if s.r == s.w && s.flow == nil {
		n, err := s.TCPConn.Read(p)
		if n > 0 && s.heard == 0 {
			s.heard = s.clock()
		}
		s.noteEnd(err)
		return n, err
	}
	if s.r == s.w {
		n, err := s.flow.Read(*s.ahead)
		s.noteEnd(err)
		if n == 0 {
			return 0, err
		}
		s.r, s.w = 0, n
	}
	n := copy(p, (*s.ahead)[s.r:s.w])
	s.r += n
	return n, nil
}

func (s *tlsSocket) noteEnd(err error) {
	if errors.Is(err, io.EOF) {
		s.ended = true
	}
}

// Write implements [net.Conn]. While an upload moves, it keeps what there is
// room for; its error may then be that of an earlier write.
func (s *tlsSocket) Write(p []byte) (int, error) {
	switch {
	case !s.sending:
		return s.TCPConn.Write(p)
	case s.pending == nil:
		return s.write(p)
	}
	if s.filled+len(p) > len(*s.pending) {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	if len(p) > len(*s.pending) {
		return s.write(p) // no record is so large
	}
	s.filled += copy((*s.pending)[s.filled:], p)
	return len(p), nil
}

// flush sends what is pending. After an error what was not sent is still there.
func (s *tlsSocket) flush() error {
	if s.filled == 0 {
		return nil
	}
	n, err := s.write((*s.pending)[:s.filled])
	s.filled = copy(*s.pending, (*s.pending)[n:s.filled])
	return err
}

// write sends p. A write that runs out of time is taken up again here, below
// TLS, which cannot do so.
func (s *tlsSocket) write(p []byte) (sent int, err error) {
	for sent < len(p) {
		n, err := s.TCPConn.Write(p[sent:])
		sent += n
		if err != nil && !(errors.Is(err, os.ErrDeadlineExceeded) && s.again()) {
			return sent, err
		}
	}
	return sent, nil
}

// tlsUpload sends what is written to it as whole writes of several records.
type tlsUpload struct {
	*tls.Conn
	socket *tlsSocket
}

// Write implements [net.Conn]. After an error it leaves out of its count what
// never reached the kernel.
func (u tlsUpload) Write(p []byte) (int, error) {
	n, err := u.Conn.Write(p)
	if err == nil {
		err = u.socket.flush()
	}
	if err != nil {
		n = max(n-u.socket.filled, 0)
	}
	return n, err
}
