package wire

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

type noMeter struct{}

func (noMeter) Moved(int) {}

// downloading is a link in the middle of a download of data, which the peer
// ends in order.
func downloading(t *testing.T, ctx context.Context, cfg Config, data []byte) *Link {
	t.Helper()
	ln, err := listenAt(ctx, netip.MustParseAddr("127.0.0.1"), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	cfg.Timeouts = cfg.Timeouts.orDefaults()
	start := time.Now()
	cfg.Clock = func() stats.Moment { return stats.Moment(1 + time.Since(start)) }
	conn, err := connect(ctx, &cfg, ln.Addr().(*net.TCPAddr).AddrPort(), -1)
	if err != nil {
		t.Fatal(err)
	}
	server, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = server.Write(data); _ = server.Close() }()
	l := &Link{cfg: cfg, ctx: ctx}
	l.control = newControl(l, nil)
	l.trace = Trace{Op: stats.Retr}
	l.data = &dataConn{link: l}
	l.data.use(conn)
	t.Cleanup(func() { _ = conn.Close(); _ = server.Close() })
	return l
}

// TestReceiveOfOtherContent reads downloads that are and are not what they
// should be: both end in order, and one is corrupt.
func TestReceiveOfOtherContent(t *testing.T) {
	block, err := mover.NewBlock(1, 1000)
	if err != nil {
		t.Fatal(err)
	}
	defer block.Close()
	expect := &mover.Expect{Block: block, Size: -1}
	for _, c := range []struct {
		name   string
		data   []byte
		expect *mover.Expect
		class  stats.Class
		text   string
	}{
		{name: "nothing expected", data: make([]byte, 100_000)},
		{name: "nothing came", expect: expect},
		{name: "other", data: make([]byte, 100_000), expect: expect, class: stats.ClassCorrupt,
			text: "the content differs from what was written, first at byte 0"},
	} {
		l := downloading(t, t.Context(), Config{}, c.data)
		l.Receive(noMeter{}, int64(len(c.data)), c.expect)
		tr := &l.trace
		if !tr.Whole || tr.Bytes != int64(len(c.data)) || tr.Moments[stats.T7] == 0 {
			t.Errorf("%s: whole %v, %d bytes, t7 %v", c.name, tr.Whole, tr.Bytes, tr.Moments[stats.T7])
		}
		switch f := tr.Fault; {
		case c.class == "" && f != nil:
			t.Errorf("%s: %v", c.name, f)
		case c.class != "" && (f == nil || f.Class != c.class || f.Phase != stats.Payload || f.Error() != c.text):
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

// TestPauseIsNotTTFB lets the pace take its time over the first byte: t6 is when
// that was there.
func TestPauseIsNotTTFB(t *testing.T) {
	var link *Link
	var came stats.Moment
	cfg := Config{Pace: Pace{Down: func(most int) (int, error) {
		if came == 0 {
			came = link.trace.Moments[stats.T6]
			time.Sleep(time.Millisecond)
		}
		return most, nil
	}}}
	link = downloading(t, t.Context(), cfg, make([]byte, 100_000))
	link.Receive(noMeter{}, 100_000, nil)
	if f := link.trace.Fault; f != nil {
		t.Fatal(f)
	}
	if came == 0 || link.trace.Moments[stats.T6] != came {
		t.Errorf("t6 is %v, the first byte was there at %v", link.trace.Moments[stats.T6], came)
	}
}

// TestPauseEndsWithTheContext ends a download that waits for its pace: it is
// aborted, even where the context ran out of time.
func TestPauseEndsWithTheContext(t *testing.T) {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		ctx, cancel := context.WithCancel(t.Context())
		if errors.Is(end, context.DeadlineExceeded) {
			cancel()
			ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
		}
		cfg := Config{Pace: Pace{Down: func(int) (int, error) {
			if errors.Is(end, context.Canceled) {
				cancel()
			}
			<-ctx.Done()
			return 0, ctx.Err()
		}}}
		l := downloading(t, ctx, cfg, make([]byte, 100_000))
		l.Receive(noMeter{}, 100_000, nil)
		if f := l.trace.Fault; f == nil || f.Class != stats.ClassAborted {
			t.Errorf("%v: %+v", end, f)
		}
		if l.trace.Bytes != 0 {
			t.Errorf("%v: %d bytes count though none was granted", end, l.trace.Bytes)
		}
		cancel()
	}
}
