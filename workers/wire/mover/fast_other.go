//go:build !linux

package mover

import (
	"net"
	"syscall"
)

// fast says that this system has no shortcuts.
const fast = false

// memoryFile has nothing to hold where the portable movers do the work.
type memoryFile struct{}

func newMemoryFile([]byte) (memoryFile, error) { return memoryFile{}, nil }

func (memoryFile) Close() error { return nil }

func discardTCP(c syscall.Conn, m Meter, o Options) (int64, error) {
	return discardRead(c.(net.Conn), m, o)
}

func sendTCP(c syscall.Conn, b *Block, offset, size int64, m Meter, o Options) (int64, error) {
	return sendWrite(c.(net.Conn), b, offset, size, m, o)
}
