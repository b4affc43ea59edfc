package mover

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls below do not block: the sockets and pipes are in that mode. So they
// are made without telling the scheduler, which would take a call of some tens
// of microseconds for one that waits, give its processor away and get it back,
// and that costs as much as the call.

// address returns where p begins.
func address(p []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(p))) }

func recv(fd int, p []byte, flags int) (int, syscall.Errno) {
	n, _, e := syscall.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), uintptr(flags|unix.MSG_DONTWAIT), 0, 0)
	return int(n), e
}

func send(fd int, p []byte) (int, syscall.Errno) {
	n, _, e := syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
	return int(n), e
}

// fill puts the pages of p into an empty pipe, without a copy (vmsplice(2)).
func (p *kernelPipe) fill(b []byte) (int, syscall.Errno) {
	v := unix.Iovec{Base: unsafe.SliceData(b)}
	v.SetLen(min(len(b), p.size))
	n, _, e := syscall.RawSyscall6(unix.SYS_VMSPLICE, uintptr(p.w), uintptr(unsafe.Pointer(&v)), 1, unix.SPLICE_F_NONBLOCK, 0, 0)
	return int(n), e
}

// drain hands what is in the pipe to a socket (splice(2)); more says that more
// follows at once.
func (p *kernelPipe) drain(socket, n int, more bool) (int, syscall.Errno) {
	flags := unix.SPLICE_F_NONBLOCK
	if more {
		flags |= unix.SPLICE_F_MORE
	}
	done, _, e := syscall.RawSyscall6(unix.SYS_SPLICE, uintptr(p.r), 0, uintptr(socket), 0, uintptr(n), uintptr(flags))
	return int(done), e
}
