//go:build unix

package wire

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// looker looks at a socket without waiting and without allocating. The zero value
// sees nothing. It belongs to one goroutine.
type looker struct {
	socket syscall.RawConn
	there  bool
	poll   [1]unix.PollFd
	ask    func(fd uintptr)
}

// pending reports whether the socket has something to be read, or a connection to
// be accepted.
func (l *looker) pending() bool {
	if l.socket == nil {
		return false
	}
	if l.ask == nil {
		l.ask = l.once // made once: a method value allocates
	}
	l.there = false
	return l.socket.Control(l.ask) == nil && l.there
}

func (l *looker) once(fd uintptr) {
	l.poll[0] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
	n, err := unix.Poll(l.poll[:], 0)
	l.there = n > 0 && err == nil
}

// endOf reports, without waiting, whether the peer has closed its half of the
// connection; the error is that of a connection that it has reset. What the peer
// has said is thrown away.
func endOf(c syscall.RawConn) (ended bool, err error) {
	var scrap [512]byte
	e := c.Control(func(fd uintptr) {
		for {
			n, _, e := unix.Recvfrom(int(fd), scrap[:], unix.MSG_DONTWAIT)
			switch {
			case errors.Is(e, unix.EINTR):
			case errors.Is(e, unix.EAGAIN):
				return
			case e != nil:
				err = os.NewSyscallError("recv", e)
				return
			case n == 0:
				ended = true
				return
			}
		}
	})
	return ended, errors.Join(err, e)
}
