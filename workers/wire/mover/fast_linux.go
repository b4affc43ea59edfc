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
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	// With MSG_TRUNC the kernel does not write to the buffer; only its length
	// matters, and the buffer must be real because other systems' kernels are
	// imitated by ones that look at the pointer.
	buf := takeBuffer()
	defer giveBuffer(buf)
	in := newIntake(m, &o, len(*buf))
	var got int
	var op error
	receive := func(fd uintptr) bool {
		for {
			n, e := recv(int(fd), (*buf)[:in.most], in.expect == nil)
			switch {
			case e == syscall.EINTR:
				continue
			case e == syscall.EAGAIN:
				o.progressed()
				return false
			case e != nil:
				op = os.NewSyscallError("recv", e)
				return true
			case n == 0:
				op = io.EOF
				return true
			}
			if o.Pace != nil {
				got = n
				return true
			}
			if op = in.received((*buf)[:n], len(*buf)); op != nil {
				return true
			}
		}
	}
	for {
		got = 0
		if err := raw.Read(receive); err != nil {
			return in.total, err
		}
		if got > 0 {
			// The socket is not held during a pause, so that whoever closes it
			// need not wait for us.
			op = in.received((*buf)[:got], len(*buf))
		}
		switch op {
		case nil:
			continue
		case io.EOF:
			op = nil
		}
		return in.total, in.verdict(op)
	}
}

// recv receives what is there, or throws it away and says how much it was.
func recv(fd int, buf []byte, discard bool) (int, error) {
	flags := syscall.MSG_DONTWAIT
	if discard {
		flags |= syscall.MSG_TRUNC
	}
	n, _, err := syscall.Recvfrom(fd, buf, flags)
	return n, err
}

// sendTCP sends straight from the memory file. Each transfer keeps its own
// offset, so one file serves every session.
func sendTCP(c syscall.Conn, b *Block, offset, size int64, m Meter, o Options) (total int64, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	src := int(b.file.f.Fd())
	out := outlet{o: &o}
	most := size // for the next turn at the socket
	var op error
	send := func(fd uintptr) bool {
		for end := total + most; total < end; {
			at := (offset + total) % b.Size()
			want := min(end-total, b.Size()-at, piece)
			n, e := unix.Sendfile(int(fd), src, &at, int(want))
			if n > 0 {
				total += int64(n)
				most -= int64(n)
				out.used(n)
				m.Moved(n)
			}
			switch {
			case e == nil && n == 0:
				op = io.ErrUnexpectedEOF
				return true
			case e == nil || e == syscall.EINTR:
				continue
			case e == syscall.EAGAIN:
				o.progressed()
				return false
			default:
				op = os.NewSyscallError("sendfile", e)
				return true
			}
		}
		return true
	}
	for {
		if o.Pace != nil && total < size {
			// As above: no socket is held during a pause.
			if most, err = out.next(min(size-total, piece)); err != nil {
				return total, err
			}
		}
		if err := raw.Write(send); err != nil {
			return total, err
		}
		if op != nil || total >= size {
			return total, op
		}
	}
}
