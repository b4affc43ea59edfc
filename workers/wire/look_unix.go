//go:build unix

package wire

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// pending reports, without waiting, whether a socket has something to be read or
// a connection to be accepted.
func pending(c syscall.Conn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	there := false
	err = raw.Control(func(fd uintptr) {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
		there = n > 0 && err == nil
	})
	return there && err == nil
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
