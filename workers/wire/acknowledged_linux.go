package wire

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// unacknowledged returns how many bytes that were handed to the kernel the peer
// has not acknowledged yet; ok is false where that cannot be known.
func unacknowledged(c syscall.RawConn) (left int64, ok bool) {
	var n int
	var err error
	if e := c.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) }); e != nil || err != nil {
		return 0, false
	}
	return int64(n), true
}
