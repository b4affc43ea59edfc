//go:build !linux

package wire

import (
	"errors"
	"net"
)

// acknowledged cannot be asked here; the completion reply must do.
func acknowledged(*net.TCPConn) error { return nil }

// unacknowledged cannot be asked here.
func unacknowledged(*net.TCPConn) (int, error) { return 0, errors.ErrUnsupported }
