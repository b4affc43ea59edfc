package main

import (
	"net"
	"syscall"
)

// discard reads to the end. With MSG_TRUNC the kernel throws the bytes away: it wants no
// buffer, only how much it may take at a time.
func discard(conn *net.TCPConn) (n int64, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var failed error
	err = raw.Read(func(fd uintptr) bool {
		for {
			got, _, errno := syscall.Syscall6(syscall.SYS_RECVFROM, fd, 0, 1<<20, syscall.MSG_TRUNC, 0, 0)
			switch {
			case errno == syscall.EINTR:
			case errno == syscall.EAGAIN:
				return false
			case errno != 0:
				failed = errno
				return true
			case got == 0:
				return true
			default:
				n += int64(got)
			}
		}
	})
	if err == nil {
		err = failed
	}
	return n, err
}
