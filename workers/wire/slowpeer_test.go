package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// untold is a socket of which the kernel does not tell what the peer has taken.
type untold struct{ syscall.RawConn }

// Control implements [syscall.RawConn].
func (untold) Control(func(fd uintptr)) error { return errors.New("not known here") }

// uploading is a link at the beginning of an upload, and the peer's end of its
// data connection. Between the two there is room for little.
func uploading(t *testing.T, stall time.Duration, portable, known bool) (*Link, *net.TCPConn) {
	t.Helper()
	ln, err := listenAt(t.Context(), netip.MustParseAddr("127.0.0.1"), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	start := time.Now()
	cfg := Config{
		Timeouts: Timeouts{Stall: stall}.orDefaults(), Mover: mover.Options{Portable: portable},
		Clock: func() stats.Moment { return stats.Moment(1 + time.Since(start)) },
	}
	conn, err := connect(context.Background(), &cfg, ln.Addr().(*net.TCPAddr).AddrPort(), -1)
	if err != nil {
		t.Fatal(err)
	}
	peer, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(); _ = peer.Close() })
	if err := errors.Join(conn.SetWriteBuffer(64<<10), peer.(*net.TCPConn).SetReadBuffer(64<<10)); err != nil {
		t.Fatal(err)
	}
	l := &Link{cfg: cfg, ctx: t.Context()}
	l.control = newControl(l, nil)
	l.trace = Trace{Op: stats.Stor}
	l.data = &dataConn{link: l}
	l.data.use(conn)
	if !known {
		l.data.socket = untold{l.data.socket}
	}
	return l, peer.(*net.TCPConn)
}

// TestUploadWaitsForASlowReader that pauses longer than a glance, and longer than
// the stall time in all, but takes something in between: whether or not TCP tells
// how much.
func TestUploadWaitsForASlowReader(t *testing.T) {
	t.Parallel()
	block, err := mover.NewBlock(1, mover.BlockSize)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = block.Close() })
	const stall, pause, pauses, piece = 1500 * time.Millisecond, 400 * time.Millisecond, 6, 256 << 10
	const size = pauses*piece + 1<<20
	for _, portable := range []bool{false, true} {
		for _, known := range []bool{true, false} {
			t.Run(fmt.Sprintf("portable=%v/known=%v", portable, known), func(t *testing.T) {
				t.Parallel()
				l, peer := uploading(t, stall, portable, known)
				read := make(chan int64, 1)
				go func() {
					b := make([]byte, piece)
					var n int64
					for range pauses {
						time.Sleep(pause) // it is what the test is about
						k, _ := io.ReadFull(peer, b)
						n += int64(k)
					}
					k, _ := io.Copy(io.Discard, peer)
					read <- n + k
				}()
				l.Send(&Upload{Block: block, Size: size, Meter: noMeter{}})
				if f := l.trace.Fault; f != nil {
					t.Fatalf("%+v after %d bytes", f, l.trace.Bytes)
				}
				if n := <-read; n != size || l.trace.Bytes != size {
					t.Errorf("%d bytes were sent, %d read, want %d", l.trace.Bytes, n, size)
				}
			})
		}
	}
}

// TestUploadToNobodyStalls at about the stall time.
func TestUploadToNobodyStalls(t *testing.T) {
	t.Parallel()
	block, err := mover.NewBlock(1, mover.BlockSize)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = block.Close() })
	const stall = 800 * time.Millisecond
	for _, portable := range []bool{false, true} {
		for _, known := range []bool{true, false} {
			t.Run(fmt.Sprintf("portable=%v/known=%v", portable, known), func(t *testing.T) {
				t.Parallel()
				l, peer := uploading(t, stall, portable, known)
				defer time.AfterFunc(10*time.Second, func() { _ = peer.Close() }).Stop() // else it might last for good
				begun := time.Now()
				l.Send(&Upload{Block: block, Size: 16 << 20, Meter: noMeter{}})
				took := time.Since(begun)
				if f := l.trace.Fault; f == nil || f.Class != stats.ClassStalled || f.Phase != stats.Payload {
					t.Fatalf("%+v", f)
				}
				if took < stall || took > stall+2*glance+2*time.Second {
					t.Errorf("it took %v", took)
				}
			})
		}
	}
}
