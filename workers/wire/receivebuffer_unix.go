//go:build unix

package wire

import (
	"os"
	"syscall"
)

// setReceiveBuffer asks for a receive buffer of size bytes. The kernel may give
// another: Linux keeps within net.core.rmem_max without a word.
func setReceiveBuffer(fd uintptr, size int) error {
	return os.NewSyscallError("setsockopt", syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, size))
}
