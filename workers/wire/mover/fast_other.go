//go:build !linux

package mover

import (
	"net"
	"syscall"
)

// pipes are Linux's.
type pipes struct{}

func (*pipes) close() error { return nil }

// allocate makes the block's memory.
func (b *Block) allocate(size int) error {
	b.data = make([]byte, size)
	return nil
}

func discardTCP(c syscall.Conn, m Meter, o Options) (int64, error) {
	return discardRead(c.(net.Conn), m, o)
}

func sendTCP(c syscall.Conn, b *Block, offset, size int64, m Meter, o Options) (int64, error) {
	return sendWrite(c.(net.Conn), b, offset, size, m, o)
}
