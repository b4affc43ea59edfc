package mover

import (
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// fast says that this system has shortcuts.
const fast = true

// memoryFile is the block as a file that sendfile can read.
type memoryFile struct{ f *os.File }

func newMemoryFile(data []byte) (memoryFile, error) {
	fd, err := unix.MemfdCreate("ftpmark-payload", unix.MFD_CLOEXEC)
	if err != nil {
		return memoryFile{}, err
	}
	f := os.NewFile(uintptr(fd), "ftpmark-payload")
	if _, err := f.Write(data); err != nil {
		_ = f.Close()
		return memoryFile{}, err
	}
	return memoryFile{f}, nil
}

func (m memoryFile) Close() error { return m.f.Close() }

// discardTCP throws a download away inside the kernel: with MSG_TRUNC a TCP
// receive consumes bytes without copying them (tcp(7)). It copies only what is
// to be compared.
func discardTCP(c syscall.Conn, m Meter, o Options) (int64, error) {
	from, err := NewInflow(c, &o)
	if err != nil {
		return 0, err
	}
	// With MSG_TRUNC the kernel does not write to the buffer; only its length
	// matters, and the buffer must be real because other systems' kernels are
	// imitated by ones that look at the pointer.
	buf := takeBuffer()
	defer giveBuffer(buf)
	d := newIntake(m, o, len(*buf))
	for {
		n, err := from.take((*buf)[:d.most], d.expect == nil)
		if n > 0 {
			// The socket is not held during a pause, so that whoever closes it
			// need not wait for us.
			err = d.received((*buf)[:n], len(*buf))
		}
		switch err {
		case nil:
			continue
		case io.EOF:
			err = nil
		}
		return d.total, d.verdict(err)
	}
}

// sendTCP sends straight from the memory file. Each transfer keeps its own
// offset, so one file serves every session.
func sendTCP(c syscall.Conn, b *Block, offset, size int64, m Meter, o Options) (int64, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	u := upload{
		outlet: outlet{o: o}, meter: m, block: b, src: int(b.file.f.Fd()),
		offset: offset, most: size,
	}
	send := u.send
	for {
		if o.Pace != nil && u.total < size {
			// As above: no socket is held during a pause.
			if u.most, err = u.next(min(size-u.total, piece)); err != nil {
				return u.total, err
			}
		}
		if err := raw.Write(send); err != nil {
			return u.total, err
		}
		if u.op != nil || u.total >= size {
			return u.total, u.op
		}
	}
}

// upload is one upload to a socket of the kernel's.
type upload struct {
	outlet
	meter  Meter
	block  *Block
	src    int // the block's file
	offset int64
	most   int64 // to send before whoever called is asked again
	total  int64
	op     error
}

// send sends what the socket has room for, and returns false to wait for more
// room.
func (u *upload) send(fd uintptr) bool {
	for u.most > 0 {
		size := u.block.Size()
		at := (u.offset + u.total) % size
		n, e := unix.Sendfile(int(fd), u.src, &at, int(min(u.most, size-at, piece)))
		if n > 0 {
			u.total += int64(n)
			u.most -= int64(n)
			u.used(n)
			u.meter.Moved(n)
		}
		switch {
		case e == nil && n == 0:
			u.op = io.ErrUnexpectedEOF
			return true
		case e == nil || e == syscall.EINTR:
			continue
		case e == syscall.EAGAIN:
			u.o.waiting(false)
			return false
		default:
			u.op = os.NewSyscallError("sendfile", e)
			return true
		}
	}
	return true
}
