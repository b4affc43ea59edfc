package target

import (
	"fmt"
	"testing"

	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

type noMeter struct{}

func (noMeter) Moved(int) {}

// fetch downloads and discards a file of the given size.
func (c *client) fetch(mode, name string, want int64) {
	ready := c.negotiate(mode)
	c.send("RETR %s", name)
	data := ready()
	c.expect(150)
	n, err := mover.Discard(data, noMeter{}, mover.Options{})
	_ = data.Close()
	if err != nil || n != want {
		c.t.Fatalf("got %d bytes of %d: %v", n, want, err)
	}
	c.expect(226)
}

// store uploads size bytes of a block.
func (c *client) store(mode, name string, block *mover.Block, size int64) {
	ready := c.negotiate(mode)
	c.send("STOR %s", name)
	data := ready()
	c.expect(150)
	if _, err := mover.Send(data, block, 0, size, noMeter{}, mover.Options{}); err != nil {
		c.t.Fatal(err)
	}
	_ = data.Close()
	c.expect(226)
}

// BenchmarkTransfer has client and server in one process: the figures are of
// both together, a floor for what the server can do.
func BenchmarkTransfer(b *testing.B) {
	block, err := mover.NewBlock(1, mover.BlockSize)
	if err != nil {
		b.Fatal(err)
	}
	defer block.Close()
	for _, size := range []int64{1 << 10, 256 << 20} {
		for _, mode := range []string{"EPSV", "EPRT"} {
			b.Run(fmt.Sprintf("RETR/%d/%s", size, mode), func(b *testing.B) {
				s := start(b, Config{})
				c := enter(b, s.Addr())
				c.store(mode, "/file", block, size)
				b.SetBytes(size)
				parallel(b, s, size, func(c *client) { c.fetch(mode, "/file", size) })
			})
			b.Run(fmt.Sprintf("STOR/%d/%s", size, mode), func(b *testing.B) {
				s := start(b, Config{})
				b.SetBytes(size)
				parallel(b, s, size, func(c *client) { c.store(mode, fmt.Sprintf("/%p", c), block, size) })
			})
		}
	}
}

// parallel runs small transfers on several sessions, large ones on one.
func parallel(b *testing.B, s *Server, size int64, one func(*client)) {
	ports := newPortRange([2]uint16{10000, 19999})
	if size > 1<<20 {
		c := enter(b, s.Addr())
		c.ports = ports
		for b.Loop() {
			one(c)
		}
		return
	}
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		c := enter(b, s.Addr())
		c.ports = ports
		for pb.Next() {
			one(c)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
}
