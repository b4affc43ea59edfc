//go:build linux || darwin

package wire

import (
	"net"

	"golang.org/x/sys/unix"
)

// pending reports whether a connection waits to be accepted.
func pending(ln *net.TCPListener) bool {
	raw, err := ln.SyscallConn()
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
