package recorder

import (
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/statstest"
)

// samples returns ok downloads with plausible, differing phases.
func samples(n int) []stats.Sample {
	r := rand.New(rand.NewPCG(11, 12))
	list := make([]stats.Sample, n)
	for i := range list {
		at := stats.Moment(10 * statstest.Millisecond)
		m := &list[i].Moments
		for k := range m {
			m[k] = at
			at += stats.Moment(20_000 + r.ExpFloat64()*200_000)
		}
		list[i] = stats.Sample{Op: stats.Retr, Mode: stats.EPSV, Moments: *m, Handshake: 100_000, Commands: 2, Connects: 1}
	}
	return list
}

func record(b *testing.B, goroutines int) {
	r := NewRecorder("v", 1, goroutines, 1)
	r.OpenWindow(1)
	list := samples(1024)
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for g := range goroutines {
		wg.Go(func() {
			shard := r.Shard(g)
			m := shard.NewMeter()
			var s stats.Sample
			for i := range b.N / goroutines {
				s = list[i&1023]
				m.Begin(stats.Retr, stats.EPSV)
				m.Moved(1 << 20)
				shard.Record(m, &s)
			}
		})
	}
	wg.Wait()
}

// One finished download: all phases, throughput, counters.
func BenchmarkRecord(b *testing.B)             { record(b, 1) }
func BenchmarkRecord16Goroutines(b *testing.B) { record(b, 16) }

func BenchmarkMeterMoved(b *testing.B) {
	r := NewRecorder("v", 1, 1, 1)
	r.OpenWindow(1)
	m := r.Shard(0).NewMeter()
	for b.Loop() {
		m.Moved(1 << 18)
	}
}

// One second's interval of 16 shards with a series each, taken and written.
func BenchmarkTakeAndWrite(b *testing.B) {
	r := NewRecorder("v", 1, 16, 1)
	r.OpenWindow(1)
	list := samples(8192)
	w := resultfile.NewWriter("none", discard{})
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for i := range list {
			r.Shard(i).Record(nil, &list[i])
		}
		b.StartTimer()
		if err := w.Write(r.Take(2)); err != nil {
			b.Fatal(err)
		}
	}
}

// The sums of 1,000 generators, in memory, merged into one: all phases of two
// series each. What it takes to read them from files comes on top (see merge).
func BenchmarkMerge1000Sums(b *testing.B) {
	var sums [16]*resultfile.Trial
	list := samples(16 * 512)
	for i := range sums {
		r := NewRecorder("v", 1, 1, 1)
		r.OpenWindow(1)
		for k := range 512 {
			s := list[i*512+k]
			if k%2 == 1 {
				s.Mode = stats.EPRT
			}
			r.Shard(0).Record(nil, &s)
		}
		r.CloseWindow(stats.Moment(3600 * 1000 * statstest.Millisecond))
		_, sums[i] = r.Finish(stats.Moment(3600*1000*statstest.Millisecond), true)
	}
	b.ReportAllocs()
	for b.Loop() {
		var all resultfile.SeriesSet
		for i := range 1000 {
			for _, s := range sums[i%len(sums)].Series {
				all.At(resultfile.KeyOf(s.Op, s.Mode)).Merge(s)
			}
		}
		if n := all.At(resultfile.KeyOf(stats.Retr, stats.EPSV)).OK; n != 1000*256 {
			b.Fatalf("%d operations", n)
		}
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return io.Discard.Write(b) }
func (discard) Close() error                { return nil }
