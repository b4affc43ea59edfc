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

// keepUnsentSmall lets no more than a little of an upload wait unsent in the
// kernel, so that a slow peer wakes the sender as it takes it, and not only when
// a third of megabytes is gone.
func keepUnsentSmall(c *net.TCPConn) {
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, 128<<10)
	})
}
