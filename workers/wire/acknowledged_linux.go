package wire

import (
	"fmt"
	"net"

	"golang.org/x/sys/unix"
)

// acknowledged returns nil if the peer has acknowledged all that was sent.
func acknowledged(c *net.TCPConn) error {
	left, err := unacknowledged(c)
	if err != nil {
		return err
	}
	if left > 0 {
		return fmt.Errorf("%d bytes were never acknowledged", left)
	}
	return nil
}

// unacknowledged returns how many bytes the peer has not acknowledged yet.
func unacknowledged(c *net.TCPConn) (left int, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	if e := raw.Control(func(fd uintptr) { left, err = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) }); e != nil {
		return 0, e
	}
	return left, err
}
