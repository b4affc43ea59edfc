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
// receive consumes bytes without copying them (tcp(7)).
func discardTCP(c syscall.Conn, m Meter, o Options) (total int64, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	// The kernel does not write to the buffer; only its length matters, and
	// the buffer must be real because other systems' kernels are imitated by
	// ones that look at the pointer.
	buf := takeBuffer()
	defer giveBuffer(buf)
	var op error
	err = raw.Read(func(fd uintptr) bool {
		for {
			n, e := recvTrunc(int(fd), *buf)
			switch {
			case e == syscall.EINTR:
				continue
			case e == syscall.EAGAIN:
				if o.Progressed != nil {
					o.Progressed()
				}
				return false
			case e != nil:
				op = os.NewSyscallError("recv", e)
				return true
			case n == 0:
				op = io.EOF
				return true
			}
			total += int64(n)
			m.Moved(n)
			if op = o.tooLong(total); op != nil {
				return true
			}
		}
	})
	if err == nil && op != io.EOF {
		err = op
	}
	return total, err
}

// recvTrunc receives with MSG_TRUNC and says how many bytes went.
func recvTrunc(fd int, buf []byte) (int, error) {
	n, _, err := syscall.Recvfrom(fd, buf, syscall.MSG_TRUNC|syscall.MSG_DONTWAIT)
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
	var op error
	err = raw.Write(func(fd uintptr) bool {
		for total < size {
			at := (offset + total) % b.Size()
			want := min(size-total, b.Size()-at, piece)
			n, e := unix.Sendfile(int(fd), src, &at, int(want))
			if n > 0 {
				total += int64(n)
				m.Moved(n)
			}
			switch {
			case e == nil && n == 0:
				op = io.ErrUnexpectedEOF
				return true
			case e == nil || e == syscall.EINTR:
				continue
			case e == syscall.EAGAIN:
				if o.Progressed != nil {
					o.Progressed()
				}
				return false
			default:
				op = os.NewSyscallError("sendfile", e)
				return true
			}
		}
		return true
	})
	if err == nil {
		err = op
	}
	return total, err
}
