// Package mover moves the payload of data connections: a download that is
// counted and thrown away, and an upload from a block of memory that repeats.
//
// On Linux a download is discarded inside the kernel (MSG_TRUNC) and an upload
// is sent from a memory file (sendfile), so that no byte is copied to or from
// user space. Elsewhere, and over connections that are not plain TCP, ordinary
// reads and writes do the same work.
package mover

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// Meter is told of payload as it moves, once for each piece, by the goroutine
// that moves it. n is greater than zero.
type Meter interface {
	Moved(n int)
}

// piece is the most that one system call moves: small enough that counters
// follow a transfer closely, large enough that the calls do not matter.
const piece = 1 << 20

// portableBuffer is the size of the buffers of the portable movers.
const portableBuffer = 256 << 10

// Options choose how bytes move.
type Options struct {
	// Portable avoids the kernel's shortcuts, to compare with them.
	Portable bool
	// Progressed, if set, is called before each wait for the peer. It is
	// where a stall deadline is pushed back.
	Progressed func()
	// Most, if above 0, ends a Discard with [ErrTooLong] soon after so many
	// bytes.
	Most int64
}

// ErrTooLong says that a download went on beyond [Options].Most.
var ErrTooLong = errors.New("the download does not end")

// tooLong returns ErrTooLong once total is beyond the limit.
func (o *Options) tooLong(total int64) error {
	if o.Most > 0 && total > o.Most {
		return ErrTooLong
	}
	return nil
}

// Discard reads c to its end and throws the bytes away. It returns how many
// there were, and nil if the peer ended the connection in order.
func Discard(c net.Conn, m Meter, o Options) (int64, error) {
	if tc, ok := plainTCP(c); ok && !o.Portable {
		return discardTCP(tc, m, o)
	}
	return discardRead(c, m, o)
}

// Send writes size bytes of the block's endless repetition, from the given
// offset of it, to c and returns how many were handed over.
func Send(c net.Conn, b *Block, offset, size int64, m Meter, o Options) (int64, error) {
	if tc, ok := plainTCP(c); ok && !o.Portable {
		return sendTCP(tc, b, offset, size, m, o)
	}
	return sendWrite(c, b, offset, size, m, o)
}

// Shortcut reports whether the kernel's shortcuts can move c's payload.
func Shortcut(c net.Conn) bool {
	_, ok := plainTCP(c)
	return ok && fast
}

// plainTCP returns c as a TCP socket of the kernel's, which it is also where
// package net has wrapped it (io.Copy does), but not under TLS.
func plainTCP(c net.Conn) (syscall.Conn, bool) {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return nil, false
	}
	_, ok = c.LocalAddr().(*net.TCPAddr)
	return sc, ok
}

func discardRead(c net.Conn, m Meter, o Options) (total int64, err error) {
	buf := takeBuffer()
	defer giveBuffer(buf)
	for {
		if o.Progressed != nil {
			o.Progressed()
		}
		n, err := c.Read(*buf)
		if n > 0 {
			total += int64(n)
			m.Moved(n)
		}
		if err == nil {
			err = o.tooLong(total)
		}
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

func sendWrite(c net.Conn, b *Block, offset, size int64, m Meter, o Options) (total int64, err error) {
	for total < size {
		if o.Progressed != nil {
			o.Progressed()
		}
		part := b.at(offset+total, min(size-total, portableBuffer))
		n, err := c.Write(part)
		if n > 0 {
			total += int64(n)
			m.Moved(n)
		}
		if err != nil {
			return total, err
		}
	}
	return total, nil
}
