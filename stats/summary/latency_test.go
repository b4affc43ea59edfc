package summary

import (
	"slices"
	"testing"

	"github.com/ftpmark/ftpmark/stats/hdr"
)

func TestPercentilesNeedSamples(t *testing.T) {
	for _, c := range []struct {
		p    float64
		want int64
	}{
		{0, 1}, {10, 1}, {50, 1}, {90, 1}, {100, 1},
		{91, 112}, {95, 200}, {5, 200}, {97, 200}, {98, 250}, {99, 500}, {1, 500}, {99.5, 600}, {99.9, 3000}, {0.1, 3000}, {99.99, 30000},
	} {
		if got := hdr.SamplesFor(c.p); got != c.want {
			t.Errorf("SamplesFor(%g) = %d, want %d", c.p, got, c.want)
		}
	}
	for _, c := range []struct {
		n                     int
		p95, p99, p999, p9999 bool
	}{
		{1, false, false, false, false}, {199, false, false, false, false}, {200, true, false, false, false},
		{499, true, false, false, false}, {500, true, true, false, false},
		{2999, true, true, false, false}, {3000, true, true, true, false},
		{29999, true, true, true, false}, {30000, true, true, true, true},
	} {
		h, r := hdr.NewLatencyHistogram(), hdr.NewThroughputHistogram()
		for range c.n {
			h.Record(1e6)
			r.Record(1e6)
		}
		l := LatencyOf(h, 0)
		if l.P50 != 1e6 || l.P90 != 1e6 || (l.P95 != nil) != c.p95 || (l.P99 != nil) != c.p99 || (l.P999 != nil) != c.p999 || (l.P9999 != nil) != c.p9999 {
			t.Errorf("n=%d: %+v", c.n, l)
		}
		if x := ThroughputOf(r); (x.P1 != nil) != c.p99 || (x.P99 != nil) != c.p99 {
			t.Errorf("n=%d: %+v", c.n, x)
		}
	}
	h := hdr.NewLatencyHistogram()
	for v := range int64(100) {
		h.Record(v * 1e6)
	}
	if l := LatencyOf(h, 1); !slices.Equal(l.Doubtful, []string{"p50", "p90"}) {
		t.Errorf("doubtful %v; p99 has too few samples to be shown, let alone doubted", l.Doubtful)
	}
	if LatencyOf(hdr.NewLatencyHistogram(), 3) != nil || ThroughputOf(hdr.NewThroughputHistogram()) != nil {
		t.Error("an empty histogram has a summary")
	}
}
