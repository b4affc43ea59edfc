package wire

import (
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"
)

// receiveBuffer asks the kernel, which keeps twice what it was asked for: half
// is for its own books (socket(7)).
func receiveBuffer(t *testing.T, c syscall.Conn) (size int) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if e := raw.Control(func(fd uintptr) {
		size, err = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF)
	}); e != nil || err != nil {
		t.Fatal(e, err)
	}
	return size / 2
}

// TestReceiveBuffer opens data connections by both modes, with a source address
// and without: the buffer is as asked for, and the system's if nothing is asked.
func TestReceiveBuffer(t *testing.T) {
	const asked = 20_000
	lo := netip.MustParseAddr("127.0.0.1")
	for _, want := range []int{0, asked} {
		ln, err := listenAt(t.Context(), lo, 0, want)
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		for _, source := range []netip.Addr{{}, lo} {
			cfg := Config{Timeouts: DefaultTimeouts, Source: source, ReceiveBuffer: want}
			passive, err := connect(t.Context(), &cfg, ln.Addr().(*net.TCPAddr).AddrPort(), -1)
			if err != nil {
				t.Fatal(err)
			}
			defer passive.Close()
			_ = ln.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Second))
			active, err := ln.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer active.Close()
			for what, c := range map[string]syscall.Conn{"connected": passive, "accepted": active.(*net.TCPConn)} {
				if got := receiveBuffer(t, c); (got == asked) != (want == asked) {
					t.Errorf("%s from %v: the buffer is %d bytes, asked for %d", what, source, got, want)
				}
			}
		}
	}
}
