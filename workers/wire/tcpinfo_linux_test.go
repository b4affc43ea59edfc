package wire

import (
	"io"
	"net"
	"syscall"
	"testing"
	"time"
)

// openPipe returns both ends of a connection over loopback.
func openPipe(tb testing.TB) (client, server *net.TCPConn) {
	tb.Helper()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer ln.Close()
	c, err := net.Dial("tcp4", ln.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	_ = ln.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Second))
	s, err := ln.Accept()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return c.(*net.TCPConn), s.(*net.TCPConn)
}

func rawOf(tb testing.TB, c *net.TCPConn) syscall.RawConn {
	tb.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// TestPath asks either end of a connection over which 8 MiB went, before and
// after it has ended.
func TestPath(t *testing.T) {
	client, server := openPipe(t)
	const size = 8 << 20
	took := make(chan error, 1)
	go func() {
		n, err := io.Copy(io.Discard, server)
		if err == nil && n != size {
			err = io.ErrUnexpectedEOF
		}
		_ = server.CloseWrite()
		took <- err
	}()
	begun := time.Now()
	if _, err := client.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if err := client.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if err := <-took; err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, client); err != nil {
		t.Fatal(err)
	}
	mean := size / time.Since(begun).Seconds()

	var r pathReader
	sender, receiver := r.read(rawOf(t, client), size), r.read(rawOf(t, server), 0)
	t.Logf("%.3g bytes/s; sender %+v; receiver %+v", mean, sender, receiver)
	for what, p := range map[string]struct{ known, rtt bool }{
		"sender":   {sender.Known, sender.RTT > 0 && sender.RTT < time.Second},
		"receiver": {receiver.Known, receiver.RTT > 0 && receiver.RTT < time.Second},
	} {
		if !p.known || !p.rtt {
			t.Errorf("%s: sender %+v, receiver %+v", what, sender, receiver)
		}
	}
	// Over loopback too a sender of much sends some again, where the receiver is
	// slow; who only receives has nothing to.
	if sender.Retransmits > size/16_384 || receiver.Retransmits != 0 {
		t.Errorf("retransmits: sender %+v, receiver %+v", sender, receiver)
	}
	if sender.DeliveryRate <= 0 || receiver.DeliveryRate != 0 {
		t.Errorf("delivery rate: sender %+v, receiver %+v", sender, receiver)
	}
	// What is but a few segments has no rate.
	if p := r.read(rawOf(t, client), 1000); !p.Known || p.DeliveryRate != 0 {
		t.Errorf("of 1000 bytes: %+v", p)
	}
	// A closed socket is not known, and says nothing of the one before.
	raw := rawOf(t, client)
	_ = client.Close()
	if p := r.read(raw, size); p.Known || p.RTT != 0 {
		t.Errorf("closed: %+v", p)
	}
	if p := r.read(nil, size); p.Known {
		t.Errorf("no socket: %+v", p)
	}
}

// BenchmarkPath is what one operation pays for it.
func BenchmarkPath(b *testing.B) {
	client, _ := openPipe(b)
	raw := rawOf(b, client)
	var r pathReader
	b.ReportAllocs()
	for b.Loop() {
		if !r.read(raw, 0).Known {
			b.Fatal("not known")
		}
	}
}
