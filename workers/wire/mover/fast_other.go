//go:build !linux

package mover

import "net"

// memoryFile has nothing to hold where the portable movers do the work.
type memoryFile struct{}

func newMemoryFile([]byte) (memoryFile, error) { return memoryFile{}, nil }

func (memoryFile) Close() error { return nil }

func discardTCP(c *net.TCPConn, m Meter, o Options) (int64, error) {
	return discardRead(c, m, o)
}

func sendTCP(c *net.TCPConn, b *Block, offset, size int64, m Meter, o Options) (int64, error) {
	return sendWrite(c, b, offset, size, m, o)
}
