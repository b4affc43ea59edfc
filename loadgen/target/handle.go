package target

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"

	ftpserver "github.com/fclairamb/ftpserverlib"

	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

var errOffset = errors.New("restart offset outside the file")

// handle is one transfer of one file, used by one goroutine. The library moves
// bytes with io.Copy, which prefers WriteTo and ReadFrom: there they move in
// the kernel. Read and Write serve TYPE A, which converts line ends.
type handle struct {
	server    *Server
	node      *node
	upload    bool
	appending bool
	pos       int64 // where the next byte comes from or goes to
	end       int64 // downloads: the size when opened
	phase     int64 // downloads: where in the block's repetition the file begins
	closed    sync.Once
}

var (
	_ ftpserver.FileTransfer      = (*handle)(nil)
	_ ftpserver.FileTransferError = (*handle)(nil)
	_ io.WriterTo                 = (*handle)(nil)
	_ io.ReaderFrom               = (*handle)(nil)
	_ mover.Meter                 = (*handle)(nil)
)

// Moved counts payload as it moves, so that a file that is being uploaded, or
// whose upload broke off, is as long as what came.
func (h *handle) Moved(n int) {
	h.pos += int64(n)
	switch {
	case !h.upload:
		h.server.counters.bytesOut.Add(int64(n))
		return
	case h.appending:
		h.node.size.Add(int64(n))
	default:
		h.node.reach(h.pos)
	}
	h.server.counters.bytesIn.Add(int64(n))
}

// WriteTo is a download.
func (h *handle) WriteTo(w io.Writer) (int64, error) {
	c, ok := w.(net.Conn)
	if !ok {
		c = writerConn{w: w}
	}
	return mover.Send(c, h.server.block, h.phase+h.pos, h.end-h.pos, h, mover.Options{})
}

// ReadFrom is an upload.
func (h *handle) ReadFrom(r io.Reader) (int64, error) {
	if c, ok := r.(net.Conn); ok {
		return mover.Discard(c, h, mover.Options{Clock: h.server.clock, Waiting: func(brief bool) {
			var until time.Time // a server waits for ever
			if brief {
				until = time.Now().Add(mover.Brief)
			}
			_ = c.SetReadDeadline(until)
		}})
	}
	return io.Copy(struct{ io.Writer }{h}, r)
}

func (h *handle) Read(p []byte) (int, error) {
	n := min(int64(len(p)), h.end-h.pos)
	if n <= 0 {
		return 0, io.EOF
	}
	_, err := mover.Send(writerConn{w: &fill{p}}, h.server.block, h.phase+h.pos, n, h, mover.Options{})
	return int(n), err
}

func (h *handle) Write(p []byte) (int, error) {
	if len(p) > 0 {
		h.Moved(len(p))
	}
	return len(p), nil
}

// Seek takes the offset of a REST, from the start of the file. A download
// cannot start beyond the end; an upload that does leaves a hole.
func (h *handle) Seek(offset int64, whence int) (int64, error) {
	if whence != io.SeekStart || offset < 0 || (!h.upload && offset > h.end) {
		return h.pos, errOffset
	}
	h.pos = offset
	return h.pos, nil
}

// TransferError is the library's word that the transfer failed.
func (h *handle) TransferError(error) { h.server.counters.failed.Add(1) }

func (h *handle) Close() error {
	h.closed.Do(func() {
		if h.upload {
			h.node.touch(h.server.tree.now())
		}
		h.server.handles.remove(h)
	})
	return nil
}

// writerConn lets the mover write to what is no connection: its portable path
// calls Write alone.
type writerConn struct {
	net.Conn
	w io.Writer
}

func (c writerConn) Write(p []byte) (int, error) { return c.w.Write(p) }

// fill writes into a slice that is long enough.
type fill struct{ rest []byte }

func (f *fill) Write(p []byte) (int, error) {
	n := copy(f.rest, p)
	f.rest = f.rest[n:]
	return n, nil
}
