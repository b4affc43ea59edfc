package mover

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ftpmark/ftpmark/stats"
)

// Inflow receives from a TCP socket with as few wake-ups as the flow allows.
//
// A fast peer sends faster than it takes to wake a reader: woken for every
// segment, that would spend its time on being woken, several times what the
// bytes themselves cost. So once a flow has shown itself fast, the kernel is
// told to call only when a millisecond's worth lies there (SO_RCVLOWAT,
// socket(7)); the end of the flow wakes the reader at once in any case. The
// first bytes are never waited for, and a flow that becomes slow is noticed
// within [Brief].
//
// It belongs to one goroutine at a time.
type Inflow struct {
	raw     syscall.RawConn
	o       *Options
	receive func(fd uintptr) bool // f.once, made once: a method value allocates

	buf     []byte // of the receive under way,
	discard bool   // whether its bytes are thrown away in the kernel,
	got     int    // and what came of it
	err     error

	low   int          // SO_RCVLOWAT as it was set last, 0 if it never was
	since stats.Moment // when the flow was judged last,
	bytes int64        // and what has come since
	total int64        // what has come in all
	fresh bool         // something has come since the last wait
	again bool         // the wait to come is the last one, taken up again
}

// NewInflow returns the inflow of a socket. o must stay valid.
func NewInflow(c syscall.Conn, o *Options) (*Inflow, error) {
	raw, err := o.socket(c)
	if err != nil {
		return nil, err
	}
	f := &Inflow{raw: raw, o: o}
	f.receive = f.once
	return f, nil
}

// Read implements [io.Reader].
func (f *Inflow) Read(p []byte) (int, error) { return f.take(p, false) }

// take receives what there is, at most len(p) bytes; with discard the kernel
// throws them away instead (MSG_TRUNC, tcp(7)), and p says only how many.
func (f *Inflow) take(p []byte, discard bool) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	f.buf, f.discard = p, discard
	for {
		f.got, f.err = 0, nil
		err := f.raw.Read(f.receive)
		switch {
		case err == nil:
			f.buf = nil
			return f.got, f.err
		case f.fresh && errors.Is(err, os.ErrDeadlineExceeded):
			// The deadline is of a wait that is over: since then there always
			// was something.
			f.fresh = false
			f.o.waiting(false)
		case f.low > 1 && errors.Is(err, os.ErrDeadlineExceeded):
			// Less came than was waited for. Only the wait for that is over.
			f.lower()
			f.o.waiting(false)
		case f.o.goesOn(err):
			f.again = true
		default:
			f.buf = nil
			return 0, err
		}
	}
}

// once receives once, or returns false to be called again when there is
// something.
func (f *Inflow) once(fd uintptr) bool {
	flags := 0
	if f.discard {
		flags = syscall.MSG_TRUNC
	}
	for {
		n, e := recv(int(fd), f.buf, flags)
		switch {
		case e == syscall.EINTR:
			continue
		case e == syscall.EAGAIN:
			f.fresh = false
			if f.judge(fd); !f.again {
				f.o.waiting(f.low > 1)
			}
			f.again = false
			return false
		case e != 0:
			f.err = os.NewSyscallError("recv", e)
		case n == 0:
			f.err = io.EOF
		default:
			f.got, f.fresh, f.again = n, true, false
			f.bytes += int64(n)
			f.total += int64(n)
		}
		return true
	}
}

// The low-water mark is what a flow brings in worth of time, within bounds: a
// mark below least saves nothing, and one above piece makes the counters jump.
const (
	worth     = time.Millisecond
	leastMark = 16 << 10
	mostMark  = piece
	// judgeAfter is for how long a flow is watched before it is judged (again).
	judgeAfter = 500 * time.Microsecond
)

// judge sets the low-water mark by the rate of the flow since it did so last. It
// is called where the socket is empty and the reader will wait.
func (f *Inflow) judge(fd uintptr) {
	if f.o.Clock == nil {
		return
	}
	most := mostMark
	if n := f.o.AtLeast; n > 0 {
		if most = int(min(int64(most), max(n-f.total, 0))); f.low > most {
			f.set(fd, max(most, 1)) // the end is near
		}
	}
	now := f.o.Clock()
	if f.since == 0 || f.bytes == 0 { // what was waited for until now was the peer
		f.since, f.bytes = now, 0
		return
	}
	took := now.Sub(f.since)
	if took < judgeAfter {
		return
	}
	mark := int(min(float64(f.bytes)*float64(worth)/float64(took), float64(most)))
	f.since, f.bytes = now, 0
	if mark < leastMark {
		mark = 1
	}
	// Steps of two: a call for each change of the rate would be one too many.
	if f.low == 0 && mark == 1 || mark > f.low/2 && mark < 2*max(f.low, 1) {
		return
	}
	f.set(fd, mark)
}

// lower lets the next byte wake the reader again.
func (f *Inflow) lower() {
	_ = f.raw.Control(func(fd uintptr) { f.set(fd, 1) })
	f.since = 0
}

func (f *Inflow) set(fd uintptr, mark int) {
	// A kernel that does not know it wakes us more often, and that is all.
	if unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVLOWAT, mark) == nil {
		f.low = mark
	}
}
