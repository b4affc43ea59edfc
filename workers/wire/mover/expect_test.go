package mover

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
)

// repetition is size bytes of the block's repetition from offset.
func repetition(b *Block, offset, size int64) []byte {
	out := make([]byte, 0, size)
	for int64(len(out)) < size {
		out = append(out, b.at(offset+int64(len(out)), size-int64(len(out)))...)
	}
	return out
}

// TestExpect compares downloads with what they should be: whole ones, parts of
// a file, and ones with a single bit that is another.
func TestExpect(t *testing.T) {
	const size = 1_000_000
	for _, portable := range []bool{false, true} {
		for _, length := range []int{1000, BlockSize} {
			b := block(t, 3, length)
			for _, offset := range []int64{0, 1, 999, 12345, int64(length) - 1} {
				for _, at := range []int64{-1, 0, 1, 65536, 262143, 262144, size - 1} {
					t.Run(fmt.Sprintf("portable=%v/%d/%d/%d", portable, length, offset, at), func(t *testing.T) {
						data := repetition(b, offset, size)
						if at >= 0 {
							data[at] ^= 1 << rand.IntN(8)
						}
						client, server := pipe(t)
						go func() { server.Write(data); server.Close() }()
						var n sum
						got, err := Discard(client, &n, Options{Portable: portable, Expect: &Expect{Block: b, Offset: offset, Size: -1}})
						if got != size || n != size {
							t.Errorf("%d bytes, metered %d", got, n)
						}
						if wrong, ok := errors.AsType[*ContentError](err); at >= 0 && (!ok || wrong.At != at) {
							t.Errorf("byte %d is another: %v", at, err)
						} else if at < 0 && err != nil {
							t.Error(err)
						}
					})
				}
			}
		}
	}
}

// TestExpectAndSize compares as far as the expected size: what comes beyond it
// is too much, but not wrong, and what is missing is not wrong either.
func TestExpectAndSize(t *testing.T) {
	b := block(t, 3, 1000)
	for _, portable := range []bool{false, true} {
		for _, c := range []struct {
			size, sent, wrong int64 // wrong is from where all is another, -1 nowhere
			want              int64
		}{
			{size: 5000, sent: 5000, wrong: -1, want: -1},
			{size: 5000, sent: 4000, wrong: -1, want: -1},
			{size: 5000, sent: 0, wrong: -1, want: -1},
			{size: 0, sent: 0, wrong: -1, want: -1},
			{size: 0, sent: 10, wrong: 0, want: -1},
			{size: 5000, sent: 800_000, wrong: 5000, want: -1},
			{size: 5000, sent: 800_000, wrong: 4999, want: 4999},
			{size: -1, sent: 800_000, wrong: 5000, want: 5000},
		} {
			data := repetition(b, 77, c.sent)
			for i := range data {
				if c.wrong >= 0 && int64(i) >= c.wrong {
					data[i] = ^data[i]
				}
			}
			client, server := pipe(t)
			go func() { server.Write(data); server.Close() }()
			var n sum
			got, err := Discard(client, &n, Options{Portable: portable, Expect: &Expect{Block: b, Offset: 77, Size: c.size}})
			wrong, _ := errors.AsType[*ContentError](err)
			switch {
			case got != c.sent:
				t.Errorf("portable=%v, %+v: %d bytes", portable, c, got)
			case c.want < 0 && err != nil, c.want >= 0 && (wrong == nil || wrong.At != c.want):
				t.Errorf("portable=%v, %+v: %v", portable, c, err)
			}
		}
	}
}

// TestWorseThanContent has downloads of other content that also fail: that they
// did is what matters more.
func TestWorseThanContent(t *testing.T) {
	b := block(t, 3, 1000)
	for _, portable := range []bool{false, true} {
		client, server := pipe(t)
		go func() { server.Write(make([]byte, 3_000_000)); server.Close() }()
		var n sum
		_, err := Discard(client, &n, Options{Portable: portable, Most: 1_000_000, Expect: &Expect{Block: b, Size: -1}})
		if !errors.Is(err, ErrTooLong) {
			t.Errorf("portable=%v, too long: %v", portable, err)
		}

		client, other := pipe(t)
		other.Write(make([]byte, 100))
		other.SetLinger(0)
		other.Close()
		_, err = Discard(client, &n, Options{Portable: portable, Expect: &Expect{Block: b, Size: -1}})
		if _, ok := errors.AsType[*ContentError](err); ok || err == nil {
			t.Errorf("portable=%v, reset: %v", portable, err)
		}
	}
}
