package metrics

import (
	"math/rand/v2"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// BenchmarkInterval is what a second of a run costs: one series with all phases
// of a transfer, each with ten thousand values.
func BenchmarkInterval(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	s := &resultfile.Series{Op: stats.Retr, Mode: stats.EPSV, Counters: resultfile.Counters{OK: 10_000}}
	for p := stats.Lag; p <= stats.Response; p++ {
		s.Latency[p] = hdr.NewLatencyHistogram()
		for _, v := range spread(r, 10_000, 2e6, 0.7) {
			s.Latency[p].Record(v)
		}
	}
	live := New(Config{})
	i := &resultfile.Interval{Variant: "passive", End: 1e9, Window: stats.Window{Open: 1}, Series: resultfile.SeriesList{s}}
	for b.Loop() {
		if err := live.Write(i); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFamilies is what a scrape costs before it is written.
func BenchmarkFamilies(b *testing.B) {
	live := New(Config{})
	s := &resultfile.Series{Op: stats.Retr, Mode: stats.EPSV, Counters: resultfile.Counters{OK: 1}}
	for p := stats.Lag; p <= stats.Response; p++ {
		s.Latency[p] = hdr.NewLatencyHistogram()
		s.Latency[p].Record(1e6)
		s.Latency[p].Record(1e8)
	}
	if err := live.Write(&resultfile.Interval{Variant: "passive", Series: resultfile.SeriesList{s}}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		live.Families()
	}
}
