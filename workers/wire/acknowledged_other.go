//go:build !linux

package wire

import "syscall"

// unacknowledged cannot be known here.
func unacknowledged(syscall.RawConn) (left int64, ok bool) { return 0, false }
