package mover

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

// pipe returns the two ends of a TCP connection over loopback.
func pipe(tb testing.TB) (client, server *net.TCPConn) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan net.Conn)
	go func() {
		c, err := l.Accept()
		if err != nil {
			tb.Error(err)
		}
		accepted <- c
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	s := <-accepted
	tb.Cleanup(func() { c.Close(); s.Close() })
	return c.(*net.TCPConn), s.(*net.TCPConn)
}

type sum int64

func (s *sum) Moved(n int) { *s += sum(n) }

func block(tb testing.TB, seed uint64, size int) *Block {
	tb.Helper()
	b, err := NewBlock(seed, size)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { b.Close() })
	return b
}

// TestSendAndDiscard moves payloads both ways by both movers: what arrives is
// the block's repetition from the offset, and every byte is metered.
func TestSendAndDiscard(t *testing.T) {
	b := block(t, 3, 1000)
	for _, portable := range []bool{false, true} {
		for _, size := range []int64{0, 1, 999, 1000, 1001, 3_000_000} {
			for _, offset := range []int64{0, 1, 999, 12345} {
				t.Run(fmt.Sprintf("portable=%v/%d/%d", portable, size, offset), func(t *testing.T) {
					client, server := pipe(t)
					got := make(chan []byte, 1)
					go func() { all, _ := io.ReadAll(server); got <- all }()
					var sent sum
					n, err := Send(client, b, offset, size, &sent, Options{Portable: portable})
					if err != nil || n != size || int64(sent) != size {
						t.Fatalf("sent %d, metered %d, %v", n, sent, err)
					}
					client.CloseWrite()
					all := <-got
					want := bytes.Repeat(b.data, int((offset+size)/b.Size())+1)[offset : offset+size]
					if !bytes.Equal(all, want) {
						t.Error("other bytes arrived")
					}

					go func() { server.Write(want); server.Close() }()
					var read sum
					n, err = Discard(client, &read, Options{Portable: portable})
					if err != nil || n != size || int64(read) != size {
						t.Fatalf("discarded %d, metered %d, %v", n, read, err)
					}
				})
			}
		}
	}
}

// TestResetIsNotTheEnd tells a reset from an orderly end.
func TestResetIsNotTheEnd(t *testing.T) {
	for _, portable := range []bool{false, true} {
		client, server := pipe(t)
		server.Write(make([]byte, 100))
		server.SetLinger(0)
		server.Close()
		var n sum
		if _, err := Discard(client, &n, Options{Portable: portable}); err == nil {
			t.Errorf("portable=%v: a reset was taken for the end of the file", portable)
		}
	}
}

func TestBlockDependsOnSeedAlone(t *testing.T) {
	a, again, other := block(t, 1, 64), block(t, 1, 64), block(t, 2, 64)
	if !bytes.Equal(a.data, again.data) {
		t.Error("one seed made two blocks")
	}
	if bytes.Equal(a.data, other.data) {
		t.Error("two seeds made one block")
	}
	if _, err := NewBlock(1, 0); err == nil {
		t.Error("an empty block was made")
	}
}

// unhurried is a pace that lets everything pass at once.
func unhurried(most int) (int, error) { return most, nil }

func BenchmarkDiscard(b *testing.B) {
	const size = 64 << 20
	blk := block(b, 1, BlockSize)
	for _, c := range []struct {
		name string
		o    Options
	}{
		{"portable=false", Options{}},
		{"portable=true", Options{Portable: true}},
		{"portable=false,compared", Options{Expect: &Expect{Block: blk, Size: size}}},
		{"portable=true,compared", Options{Portable: true, Expect: &Expect{Block: blk, Size: size}}},
		{"portable=false,paced", Options{Pace: unhurried}},
		{"portable=true,paced", Options{Portable: true, Pace: unhurried}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			before := processorTime()
			for b.Loop() {
				client, server := pipe(b)
				go func() {
					var n sum
					Send(server, blk, 0, size, &n, Options{})
					server.Close()
				}()
				var n sum
				if got, err := Discard(client, &n, c.o); err != nil || got != size {
					b.Fatal(got, err)
				}
			}
			reportProcessorTime(b, before, size)
		})
	}
}

func BenchmarkSend(b *testing.B) {
	const size = 64 << 20
	blk := block(b, 1, BlockSize)
	for _, c := range []struct {
		name   string
		o      Options
		offset int64
	}{
		{"portable=false", Options{}, 0},
		{"portable=true", Options{Portable: true}, 0},
		// A file begins anywhere in the block, not at the beginning of a page.
		{"portable=false,odd", Options{}, 12345},
		{"portable=true,odd", Options{Portable: true}, 12345},
		{"portable=false,paced", Options{Pace: unhurried}, 0},
		{"portable=true,paced", Options{Portable: true, Pace: unhurried}, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			before := processorTime()
			for b.Loop() {
				client, server := pipe(b)
				done := make(chan struct{})
				go func() { var n sum; Discard(server, &n, Options{}); close(done) }()
				var n sum
				if got, err := Send(client, blk, c.offset, size, &n, c.o); err != nil || got != size {
					b.Fatal(got, err)
				}
				client.CloseWrite()
				<-done
			}
			reportProcessorTime(b, before, size)
		})
	}
}

// reportProcessorTime reports what both ends of the transfers used together,
// where the system says.
func reportProcessorTime(b *testing.B, before time.Duration, size int64) {
	if used := processorTime() - before; used > 0 {
		b.ReportMetric(used.Seconds()/(float64(b.N)*float64(size)/(1<<30)), "cpu-s/GiB")
	}
}
