package workers

import (
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"sync"

	"github.com/jlaffaye/ftp"

	"github.com/ftpmark/ftpmark/workers/wire"
)

// Library lends sessions what jlaffaye/ftp needs of memory, some 10 KiB for
// each connection. Between two transfers that connection remembers nothing: so
// thousands of sessions that are idle need none, and those that transfer share
// as many as there are transfers at a time. The zero value is ready; it is safe
// for concurrent use.
type Library struct{ idle sync.Pool }

// reader is a connection of the library that one session has at a time, and the
// control connection that the library believes to be its own.
type reader struct {
	net.Conn // the session's, as the wires show it
	conn     *ftp.ServerConn
	link     *wire.Link
	greeted  bool
}

// lend returns a connection of the library that works over the given wires, on
// which the greeting has been read.
func (l *Library) lend(link *wire.Link) (*reader, error) {
	r, ok := l.idle.Get().(*reader)
	if !ok {
		r = new(reader)
	}
	r.link, r.Conn = link, link.Control()
	if ok {
		return r, nil
	}
	var err error
	r.conn, err = ftp.Dial(link.Peer().String(),
		ftp.DialWithDialFunc(r.dial),
		ftp.DialWithDisabledEPSV(true), // the wires choose the verb
		// Some servers advertise UTF8 and refuse OPTS UTF8 ON (ProFTPD
		// without an encoding), which the library takes for a failed log-in;
		// names go as the bytes they are in either case.
		ftp.DialWithDisabledUTF8(true))
	if err != nil {
		return nil, fmt.Errorf("the FTP library: %w", err)
	}
	return r, nil
}

// takeBack ends a loan after which the library said err. Only a connection of
// which it is certain that it has read all of its last reply is lent again.
func (l *Library) takeBack(r *reader, err error) {
	var refused *textproto.Error
	clean := r.link.Fault() == nil && (err == nil || errors.As(err, &refused))
	r.link, r.Conn = nil, nil
	if clean {
		l.idle.Put(r)
	}
}

// dial is what the library asks for connections: first for its control
// connection, then for each data connection. The address it names is not used.
func (r *reader) dial(_, _ string) (net.Conn, error) {
	if r.conn == nil {
		return r, nil
	}
	return r.link.Data()
}

// Read reads the replies, but first a greeting: the server's own has been read
// by the wires, once for each session.
func (r *reader) Read(p []byte) (int, error) {
	if !r.greeted {
		r.greeted = true
		return copy(p, "220 \r\n"), nil
	}
	return r.Conn.Read(p)
}
