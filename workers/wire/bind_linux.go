package wire

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// bindLate makes a bind to an address without a port leave the port open until
// connect: it is then unique for the pair of addresses only, and a source has
// about 28,000 ports for each server port instead of for all of them together.
func bindLate(_, _ string, c syscall.RawConn) error {
	var err error
	if e := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
	}); e != nil {
		return e
	}
	return err
}
