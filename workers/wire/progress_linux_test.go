package wire

import (
	"io"
	"testing"
	"time"
)

// TestProgress follows an upload whose peer reads nothing at first: what its
// kernel has taken is the most that the server can have, and at the end it has
// all.
func TestProgress(t *testing.T) {
	const size = 64 << 20
	for _, record := range []bool{false, true} {
		client, server := openPipe(t)
		if err := server.SetReadBuffer(64 << 10); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Write(make([]byte, 1000)); err != nil { // a handshake's
			t.Fatal(err)
		}
		if _, err := io.ReadFull(server, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		var p progress
		p.begin(rawOf(t, client), size, record)
		if least, most, ok := p.Received(); !ok || least != 0 || most != 0 {
			t.Errorf("ahead of the payload: %d to %d, %v", least, most, ok)
		}
		sent := make(chan error, 1)
		go func() {
			_, err := client.Write(make([]byte, size))
			if err == nil {
				err = client.CloseWrite()
			}
			sent <- err
		}()
		deadline := time.Now().Add(10 * time.Second)
		for {
			least, most, ok := p.Received()
			if !ok || least > most || most > 32<<20 || time.Now().After(deadline) {
				t.Fatalf("nothing was read: %d to %d, %v", least, most, ok)
			}
			if most > 0 {
				break
			}
		}
		const half = size / 2
		if _, err := io.CopyN(io.Discard, server, half); err != nil {
			t.Fatal(err)
		}
		if least, most, ok := p.Received(); !ok || most < half*99/100 || least > half {
			t.Errorf("half was read: %d to %d, %v", least, most, ok)
		}
		if _, err := io.Copy(io.Discard, server); err != nil {
			t.Fatal(err)
		}
		if err := <-sent; err != nil {
			t.Fatal(err)
		}
		want := int64(size)
		if record {
			want = int64(size) * plaintext / (plaintext + overhead)
		}
		for { // the last acknowledgement may still be on its way
			least, most, ok := p.Received()
			if ok && most >= want && most <= size && least >= most-aheadOfSlow {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("all was read: %d to %d, %v, want %d", least, most, ok, want)
			}
		}
		if n := testing.AllocsPerRun(100, func() { p.Received() }); n > 0 {
			t.Errorf("%.0f allocations", n)
		}
		_ = client.Close()
		if _, _, ok := p.Received(); ok {
			t.Error("a closed connection tells of an upload")
		}
	}
}

// BenchmarkProgress is what an interval pays for an upload under way.
func BenchmarkProgress(b *testing.B) {
	client, _ := openPipe(b)
	var p progress
	p.begin(rawOf(b, client), 1<<20, false)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, ok := p.Received(); !ok {
			b.Fatal("not known")
		}
	}
}
