package wire

import (
	"fmt"
	"net"

	"golang.org/x/sys/unix"
)

// acknowledged returns nil if the peer has acknowledged all that was sent.
func acknowledged(c *net.TCPConn) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var left int
	var op error
	if err := raw.Control(func(fd uintptr) { left, op = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) }); err != nil {
		return err
	}
	if op != nil {
		return op
	}
	if left > 0 {
		return fmt.Errorf("%d bytes were never acknowledged", left)
	}
	return nil
}
