package workers

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jlaffaye/ftp"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// Entry is what a folder has: a file, a folder, or something else, such as a link.
type Entry struct {
	Name         string
	Folder, File bool
	Size         int64
	Time         time.Time // as far as the listing tells, without a zone
}

// ReadFolder lists a folder with MLSD or LIST, in whatever style the server has it.
// unread counts the lines that are no entry. It is read by github.com/jlaffaye/ftp,
// which knows many styles; the session changes to the folder first, because names
// may be taken for options. The session is not usable any more if it could not be
// brought back.
func (s *Session) ReadFolder(path string) (entries []Entry, unread int, err error) {
	home, plain := "", s.habits.get().plainNames
	if plain {
		if f := s.enter(placeOf(path)); f != nil {
			return nil, 0, f
		}
	} else if path != "" {
		var f *stats.Failure
		if home, f = s.home(); f != nil {
			return nil, 0, f
		}
		if f := s.must("CWD", path); f != nil {
			return nil, 0, f
		}
	}
	r := &folderReader{mlsd: s.hasMLSD(), fetch: s.listing}
	entries, err = r.list()
	if path != "" && !plain && !s.broken && (home == "" || s.must("CWD", home) != nil) {
		s.broken = true
	}
	return entries, r.lines - r.understood, err
}

// folderReader is the control connection that the library believes to have: what it
// asks while it logs in is answered from the session's own log-in, and its PASV is
// the session's own negotiation, in the session's mode. A listing of a session
// that is not measured is all that it is for.
type folderReader struct {
	mlsd       bool                                                 // the server has MLSD
	fetch      func(verb string) (content []byte, f *stats.Failure) // runs the transfer
	connected  bool
	answer     []byte         // to be read by the library
	failure    *stats.Failure // what went wrong on the wires
	data       *bytes.Reader  // the listing, once it is here
	lines      int            // lines of the listing that are not empty
	understood int
}

// mostListing bounds a listing, in bytes.
const mostListing = 64 << 20

// list has the library read the working directory.
func (r *folderReader) list() ([]Entry, error) {
	r.say(220, "")
	conn, err := ftp.Dial("the session", ftp.DialWithDialFunc(r.dial),
		ftp.DialWithDisabledEPSV(true), ftp.DialWithDisabledUTF8(true))
	if err == nil {
		err = conn.Login("", "")
	}
	var found []*ftp.Entry
	if err == nil {
		found, err = conn.List("")
	}
	if r.failure != nil {
		return nil, r.failure
	}
	if err != nil {
		return nil, &stats.Failure{Phase: stats.Payload, Class: stats.ClassOther, Text: "reading the listing: " + err.Error()}
	}
	var entries []Entry
	for _, e := range found {
		r.understood++
		if e.Name == "." || e.Name == ".." || e.Name == "" || strings.ContainsAny(e.Name, "/\r\n\x00") {
			continue
		}
		entries = append(entries, Entry{Name: e.Name, Folder: e.Type == ftp.EntryTypeFolder,
			File: e.Type == ftp.EntryTypeFile, Size: int64(e.Size), Time: e.Time})
	}
	return entries, nil
}

// dial is what the library asks for connections: first for its control connection,
// then for the data connection, which has been read to its end by then.
func (r *folderReader) dial(_, _ string) (net.Conn, error) {
	if !r.connected {
		r.connected = true
		return &folderConn{r}, nil
	}
	return &listingConn{r}, nil
}

// command answers what the library sends.
func (r *folderReader) command(line string) {
	verb, _, _ := strings.Cut(line, " ")
	switch verb {
	case "USER":
		r.say(230, "")
	case "FEAT":
		if r.mlsd {
			r.answer = append(r.answer, "211-\r\n MLST\r\n211 \r\n"...)
		} else {
			r.say(211, "")
		}
	case "TYPE":
		r.say(200, "")
	case "PASV":
		r.say(227, "(0,0,0,0,1,1)") // the transfer negotiates itself
	case "LIST", "MLSD":
		r.read(verb)
	default:
		r.say(502, "")
	}
}

func (r *folderReader) say(code int, words string) {
	r.answer = fmt.Appendf(r.answer, "%d %s\r\n", code, words)
}

// listing lists the working directory.
func (s *Session) listing(verb string) (content []byte, f *stats.Failure) {
	f = s.transfer(stats.List, -1, func(l *wire.Link) {
		if l.Negotiate() && l.Connect() && l.Transfer(verb, "") && l.GoAhead() {
			content = l.Read(mostListing)
			l.Complete()
		}
	})
	return content, f
}

// read fetches the listing.
func (r *folderReader) read(verb string) {
	content, f := r.fetch(verb)
	if r.failure = f; f != nil {
		r.say(550, "")
		return
	}
	for line := range bytes.Lines(content) {
		if len(bytes.TrimSpace(line)) > 0 && !bytes.HasPrefix(line, []byte("total ")) {
			r.lines++
		}
	}
	r.data = bytes.NewReader(content)
	r.say(150, "")
	r.say(226, "")
}

// hasMLSD reports whether the server says that it has MLSD: as MLST (RFC 3659 §7.8).
func (s *Session) hasMLSD() bool {
	for _, f := range s.features {
		name, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(f)), " ")
		if name == "MLST" || name == "MLSD" {
			return true
		}
	}
	return false
}

// folderConn is the library's control connection.
type folderConn struct{ r *folderReader }

// Read implements [net.Conn].
func (c *folderConn) Read(p []byte) (int, error) {
	if len(c.r.answer) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.r.answer)
	c.r.answer = c.r.answer[n:]
	return n, nil
}

// Write implements [net.Conn]: it takes whole lines, as the library sends them.
func (c *folderConn) Write(p []byte) (int, error) {
	c.r.command(strings.TrimRight(string(p), "\r\n"))
	return len(p), nil
}

func (c *folderConn) Close() error                     { return nil }
func (c *folderConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (c *folderConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (c *folderConn) SetDeadline(time.Time) error      { return nil }
func (c *folderConn) SetReadDeadline(time.Time) error  { return nil }
func (c *folderConn) SetWriteDeadline(time.Time) error { return nil }

// listingConn is the library's data connection: the listing, which is here.
type listingConn struct{ r *folderReader }

// Read implements [net.Conn].
func (c *listingConn) Read(p []byte) (int, error) { return c.r.data.Read(p) }

// Write implements [net.Conn].
func (c *listingConn) Write([]byte) (int, error)        { return 0, io.ErrClosedPipe }
func (c *listingConn) Close() error                     { return nil }
func (c *listingConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (c *listingConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (c *listingConn) SetDeadline(time.Time) error      { return nil }
func (c *listingConn) SetReadDeadline(time.Time) error  { return nil }
func (c *listingConn) SetWriteDeadline(time.Time) error { return nil }
