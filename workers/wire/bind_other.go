//go:build !linux

package wire

import "syscall"

// bindLate does nothing: only Linux can bind an address and leave the port.
func bindLate(_, _ string, _ syscall.RawConn) error { return nil }
