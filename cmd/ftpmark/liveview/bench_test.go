package liveview

import (
	"io"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/rig"
)

// BenchmarkScreen is what a drawing takes, on a wide terminal. There are one or
// two in a second.
func BenchmarkScreen(b *testing.B) {
	now := start
	s := NewScreen(Terminal{Writer: io.Discard, Size: func() (int, int) { return 200, 50 }, Colour: true}, func() time.Time { return now }, []string{"passive", "active"})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		now = now.Add(time.Second)
		s.Observe(now, loadgen.Progress{
			Variant: "passive", Part: rig.PartWindow, Elapsed: time.Duration(i) * time.Second, Length: time.Hour, Up: 10_000, Wanted: 10_000,
			OperationsPerSec: wave(i), SoFar: tallied(float64(i+1), 10_000, 0, time.Millisecond), ThisTrial: tallied(float64(i+1), 10_000, 0, time.Millisecond),
		})
	}
}
