package wire

import (
	"os"
	"syscall"
)

// setReceiveBuffer asks for a receive buffer of size bytes.
func setReceiveBuffer(fd uintptr, size int) error {
	return os.NewSyscallError("setsockopt", syscall.SetsockoptInt(syscall.Handle(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, size))
}
