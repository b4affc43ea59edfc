package rig

import (
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// TestLagThatLightensTheLoad: what objectives tolerate at p99 may still be much in the mean,
// beside operations that take no longer.
func TestLagThatLightensTheLoad(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		lag, took, tolerance time.Duration
		limits               bool
	}{
		{8 * ms, 216 * ms, 50 * ms, false}, {20 * ms, 216 * ms, 50 * ms, true},
		{1 * ms, 2 * ms, 50 * ms, true}, {1 * ms, 2 * ms, 0, false}, // without a search p99 decides alone
	} {
		lag, took := hdr.NewLatencyHistogram(), hdr.NewLatencyHistogram()
		lag.Record(int64(c.lag))
		took.Record(int64(c.took))
		x := &resultfile.Series{Op: stats.Noop}
		x.Latency[stats.Service] = took
		got := lighter(&resultfile.Generator{SchedLag: lag}, &resultfile.Trial{Series: resultfile.SeriesList{x}}, c.tolerance)
		if (got != "") != c.limits {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
