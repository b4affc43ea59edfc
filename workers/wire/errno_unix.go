//go:build unix

package wire

import (
	"errors"
	"syscall"

	"github.com/ftpmark/ftpmark/stats"
)

// classOfErrno names the kind of a system error, empty if it is none we know.
func classOfErrno(err error) stats.Class {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return ""
	}
	switch no {
	case syscall.ECONNREFUSED:
		return stats.ClassRefused
	case syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, syscall.ENOTCONN:
		return stats.ClassReset
	case syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN:
		return stats.ClassUnreachable
	case syscall.EMFILE, syscall.ENFILE, syscall.EADDRINUSE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.ENOMEM:
		return stats.ClassLocal
	case syscall.ETIMEDOUT:
		return stats.ClassTimeout
	}
	return ""
}
