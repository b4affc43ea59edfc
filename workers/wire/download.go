package wire

import (
	"errors"
	"io"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// tooMuch is how many bytes beyond the expected size are read in the hope of
// seeing the end of a download.
const tooMuch = 1 << 20

// firstByteMeter stamps t6 at the first payload and passes the count on.
type firstByteMeter struct {
	link  *Link
	meter mover.Meter
}

// Moved implements [mover.Meter].
func (t firstByteMeter) Moved(n int) {
	t.link.arrived()
	t.meter.Moved(n)
}

// arrived stamps t6 at the first payload of a download.
func (l *Link) arrived() {
	if at := &l.trace.Moments[stats.T6]; *at == 0 {
		*at = l.cfg.Clock()
	}
}

// downPace is the pace of a download, nil if there is none. The mover asks it
// when payload has come and has yet to count: the wait is ours and lies behind
// t6.
func (l *Link) downPace() func(most int) (int, error) {
	pace := l.cfg.Pace.Down
	if pace == nil {
		return nil
	}
	return func(most int) (int, error) {
		l.arrived()
		return pace(most)
	}
}

// Receive reads the download under way to its end, throws it away and closes the
// data connection. What went wrong, if anything, is in the trace.
//
// want is the expected size, or -1. A server that goes on for much longer is
// cut off: nothing else would end it. If expect is not nil, the content is
// compared with it; one that differs is a fault, but the download goes on to
// its end.
func (l *Link) Receive(m mover.Meter, want int64, expect *mover.Expect) {
	d, t := l.data, &l.trace
	if !d.ready() {
		return
	}
	d.waiting(false)
	o := d.options(l.downPace())
	o.Expect = expect
	if want >= 0 {
		o.Most = want + tooMuch
	}
	if d.raw != nil && !o.Portable {
		defer d.raw.release()
		if err := d.raw.download(o, want); err != nil {
			d.fault("receiving", err)
			return
		}
	}
	n, err := mover.Discard(d.conn, firstByteMeter{l, m}, o)
	t.Bytes = n
	if wrong, ok := errors.AsType[*mover.ContentError](err); ok {
		// The connection itself did all that it should, so it ends in order.
		t.fail(&Fault{Phase: stats.Payload, Class: stats.ClassCorrupt, What: wrong.Error()})
		err = nil
	}
	d.ended(err)
}

// Read reads the download under way to its end into memory, at most so many bytes
// of it, and closes the data connection. It is not for what is measured.
func (l *Link) Read(most int64) []byte {
	d := l.data
	if !d.ready() {
		return nil
	}
	d.wait(l.cfg.Clock(), l.cfg.Timeouts.Stall)
	b, err := io.ReadAll(io.LimitReader(d.conn, most+1))
	l.trace.Bytes = int64(len(b))
	if err == nil && int64(len(b)) > most {
		err = mover.ErrTooLong
	}
	d.ended(err)
	return b
}

// ended notes the end of a download and closes the connection.
func (d *dataConn) ended(err error) {
	t := &d.link.trace
	if err == nil && d.truncated() {
		if err = errTruncated; d.link.cfg.Accept.NoCloseNotify {
			err = nil
			t.Accepted = true
		}
	}
	if err != nil {
		d.fault("receiving", err)
		return
	}
	t.Whole = true
	t.Moments[stats.T7] = d.link.cfg.Clock()
	if t.Bytes == 0 {
		t.Moments[stats.T6] = t.Moments[stats.T7]
	}
	d.close()
}
