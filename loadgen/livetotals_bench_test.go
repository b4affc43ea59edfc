package loadgen

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// BenchmarkTally is what the sums for progress take each second: of an interval
// with 10,000 operations, spread as widely as latencies are.
func BenchmarkTally(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	i := &resultfile.Interval{Variant: "epsv", Trial: 1, Window: stats.Window{Open: 1}, Start: 1, End: 1 + stats.Moment(time.Second)}
	s := &resultfile.Series{Op: stats.Retr, Mode: stats.EPSV}
	s.OK, s.CompletedInside = 10_000, 10_000
	s.Latency[stats.Service] = hdr.NewLatencyHistogram()
	for range s.OK {
		s.Latency[stats.Service].Record(int64(5e6 * (1 + r.ExpFloat64())))
	}
	i.Series = resultfile.SeriesList{s}
	p := profiles.Default()
	t := &trialOutput{variant: "epsv", order: rig.Order{Trial: 1}, profile: &p}
	var ts variantTotals
	b.ReportAllocs()
	for b.Loop() {
		ts.add(t, i)
		ts.of("epsv")
	}
}
