package mover

import (
	"io"
	"os"
	"runtime"
	"syscall"
)

// discardTCP throws a download away inside the kernel: with MSG_TRUNC a TCP
// receive consumes bytes without copying them (tcp(7)). It copies only what is
// to be compared.
func discardTCP(c syscall.Conn, m Meter, o Options) (int64, error) {
	from, err := NewInflow(c, &o)
	if err != nil {
		return 0, err
	}
	// With MSG_TRUNC the kernel does not write to the buffer; only its length
	// matters, and the buffer must be real because other systems' kernels are
	// imitated by ones that look at the pointer.
	buf := takeBuffer()
	defer giveBuffer(buf)
	d := newIntake(m, o, len(*buf))
	for {
		n, err := from.take((*buf)[:d.most], d.expect == nil)
		if n > 0 {
			// The socket is not held during a pause, so that whoever closes it
			// need not wait for us.
			err = d.received((*buf)[:n], len(*buf))
		}
		switch err {
		case nil:
			continue
		case io.EOF:
			err = nil
		}
		return d.total, d.verdict(err)
	}
}

// splicedFrom is the size from which on an upload is worth a pipe.
const splicedFrom = 128 << 10

// sendTCP hands the block's own pages to the socket, through a pipe (vmsplice,
// splice): nothing is copied. Short uploads, and those for which there is no
// pipe, are copied by the kernel.
func sendTCP(c syscall.Conn, b *Block, offset, size int64, m Meter, o Options) (int64, error) {
	raw, err := o.socket(c)
	if err != nil {
		return 0, err
	}
	u := upload{outlet: outlet{o: o}, meter: m, block: b, offset: offset, most: size}
	if size >= splicedFrom {
		if u.pipe = b.pipes.take(); u.pipe != nil {
			defer func() { b.pipes.give(u.pipe, u.piped) }()
		}
	}
	defer runtime.KeepAlive(b)
	send := u.send
	for {
		if o.Pace != nil && u.total < size {
			// As above: no socket is held during a pause.
			if u.most, err = u.next(min(size-u.total, piece)); err != nil {
				return u.total, err
			}
		}
		if err := raw.Write(send); err != nil {
			if u.again = o.goesOn(err); u.again {
				continue
			}
			return u.total, err
		}
		if u.op != nil || u.total >= size {
			return u.total, u.op
		}
	}
}

// upload is one upload to a socket of the kernel's.
type upload struct {
	outlet
	meter  Meter
	block  *Block
	pipe   *kernelPipe // nil where bytes are copied
	piped  int         // bytes in it, of most
	copies bool        // the pipe is of no use
	offset int64
	most   int64 // to send before whoever called is asked again
	total  int64
	again  bool // the wait to come is the last one, taken up again
	op     error
}

// send sends what the socket has room for, and returns false to wait for more
// room.
func (u *upload) send(fd uintptr) bool {
	for u.most > 0 {
		n, e := u.push(int(fd))
		switch {
		case e == 0 && n == 0:
			u.op = io.ErrUnexpectedEOF
			return true
		case e == 0:
			u.again = false
			u.total += int64(n)
			u.most -= int64(n)
			u.used(n)
			u.meter.Moved(n)
		case e == syscall.EINTR:
		case e == syscall.EAGAIN:
			if !u.again {
				u.o.waiting(false)
			}
			u.again = false
			return false
		default:
			u.op = os.NewSyscallError("send", e)
			return true
		}
	}
	return true
}

// push sends the next bytes, as many as one call does.
func (u *upload) push(fd int) (int, syscall.Errno) {
	if u.pipe != nil && !u.copies {
		if u.piped == 0 {
			n, e := u.pipe.fill(u.block.at(u.offset+u.total, min(u.most, piece)))
			if e == syscall.EINTR {
				return 0, e
			}
			// Where it is forbidden or unknown, copies will do.
			u.piped, u.copies = max(n, 0), e != 0
		}
		if !u.copies {
			n, e := u.pipe.drain(fd, u.piped, u.most > int64(u.piped) && u.o.Pace == nil)
			switch e {
			case syscall.ENOSYS, syscall.EPERM, syscall.EINVAL:
				u.copies = true // what is in the pipe stays there
			default:
				if e == 0 {
					u.piped -= n
				}
				return n, e
			}
		}
	}
	return send(fd, u.block.at(u.offset+u.total, min(u.most, portableBuffer)))
}
