// Package mover moves the payload of data connections: a download that is
// counted and thrown away, and an upload from a block of memory that repeats.
//
// On Linux a download is discarded inside the kernel (MSG_TRUNC) and a large
// upload hands its own pages to the socket (vmsplice, splice), so that no byte is
// copied to or from user space. Elsewhere, and over connections that are not plain TCP, ordinary
// reads and writes do the same work. A download whose content is to be compared
// must be copied to user space in any case.
package mover

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/ftpmark/ftpmark/stats"
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
	// Waiting, if set, is called before each wait for the peer. It is where a
	// stall deadline is pushed back. If brief is true, the deadline must be
	// about [Brief] away, and the wait is taken up again after it.
	Waiting func(brief bool)
	// Expired, if set, is called when a wait has run out of time. If it returns
	// true, it has set another deadline, and the wait goes on, without another
	// call of Waiting; else that ends the transfer.
	Expired func() bool
	// Clock, if set, lets a fast download be received with fewer wake-ups (see
	// [Inflow]); Waiting must then be set too, and Pace must not: a flow that is
	// held back here says nothing about the peer.
	Clock stats.Clock
	// AtLeast, if above 0, is how many bytes will come for certain: a wait is
	// never for more than that. It is for connections whose peer may wait for
	// an answer at the end, instead of closing, which would wake the reader.
	AtLeast int64
	// Most, if above 0, ends a Discard with [ErrTooLong] soon after so many
	// bytes.
	Most int64
	// Expect, if set, makes Discard compare what it reads. If it differs, the
	// download is still read to its end; the error is then a [*ContentError],
	// unless a worse one came.
	Expect *Expect
	// Pace, if set, is asked before payload counts as moved: for a piece of an
	// upload before it is sent, for one of a download when it is there, so
	// that whoever sets the pace also learns when the first bytes came. It
	// waits until payload may move and returns how many bytes may, 1 to most.
	// Its error ends the transfer.
	Pace func(most int) (int, error)
	// Socket, if set, is the connection's own: it is not asked for another one.
	Socket syscall.RawConn
}

// socket returns c's raw connection.
func (o *Options) socket(c syscall.Conn) (syscall.RawConn, error) {
	if o.Socket != nil {
		return o.Socket, nil
	}
	return c.SyscallConn()
}

// Brief is how long a reader that waits for more than a byte waits for it.
const Brief = 20 * time.Millisecond

// waiting calls Waiting if there is one.
func (o *Options) waiting(brief bool) {
	if o.Waiting != nil {
		o.Waiting(brief)
	}
}

// goesOn reports whether a wait that ended with err is to be taken up again.
func (o *Options) goesOn(err error) bool {
	return err != nil && o.Expired != nil && errors.Is(err, os.ErrDeadlineExceeded) && o.Expired()
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

func discardRead(c net.Conn, m Meter, o Options) (int64, error) {
	buf := takeBuffer()
	defer giveBuffer(buf)
	in := newIntake(m, o, len(*buf))
	for {
		in.o.waiting(false)
		n, err := c.Read((*buf)[:in.most])
		for n == 0 && in.o.goesOn(err) {
			n, err = c.Read((*buf)[:in.most])
		}
		if n > 0 {
			if e := in.received((*buf)[:n], len(*buf)); e != nil {
				err = e
			}
		}
		if errors.Is(err, io.EOF) {
			err = nil
		} else if err == nil {
			continue
		}
		return in.total, in.verdict(err)
	}
}

func sendWrite(c net.Conn, b *Block, offset, size int64, m Meter, o Options) (total int64, err error) {
	out := outlet{o: o}
	again := false // the wait to come is the last one, taken up again
	for total < size {
		most, err := out.next(min(size-total, portableBuffer))
		if err != nil {
			return total, err
		}
		if !again {
			out.o.waiting(false)
		}
		n, err := c.Write(b.at(offset+total, most))
		if n > 0 {
			total += int64(n)
			out.used(n)
			m.Moved(n)
		}
		again = n == 0 && err != nil
		if err != nil && !out.o.goesOn(err) {
			return total, err
		}
	}
	return total, nil
}
