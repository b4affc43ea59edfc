//go:build !linux

package main

import (
	"io"
	"net"
)

// discard reads to the end.
func discard(conn *net.TCPConn) (int64, error) {
	buf := make([]byte, 256<<10)
	return io.CopyBuffer(io.Discard, struct{ io.Reader }{conn}, buf)
}
