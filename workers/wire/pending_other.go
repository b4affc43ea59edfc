//go:build !linux && !darwin

package wire

import "net"

// pending is not known here.
func pending(*net.TCPListener) bool { return false }
