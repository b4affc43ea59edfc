package threshold

import (
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

func TestWhatTookLonger(t *testing.T) {
	times := hdr.NewLatencyHistogram()
	for ms := range int64(100) {
		times.Record((ms + 1) * int64(time.Millisecond))
	}
	s := &resultfile.Series{Op: stats.Retr, Mode: stats.EPSV}
	s.Latency[stats.Service] = times
	for _, c := range []struct {
		text       string
		longer, of int64
		part       float64
	}{
		{"service.p99 < 90ms", 11, 100, 0.01},
		{"retr.service.p50 <= 200ms", 0, 100, 0.5},
		{"retr.service.p99.9 < 100us", 100, 100, 0.001},
		{"service.max < 90ms", 11, 100, 0},
		{"service.p90 > 90ms", 0, 0, 0},
		{"stor.service.p90 < 90ms", 0, 0, 0.1},
		{"ttfb.p90 < 90ms", 0, 0, 0.1},
		{"errors.rate < 1%", 0, 0, 0},
	} {
		x, err := Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		part, ok := x.MayTakeLonger()
		if longer, of := x.TookLonger(s); longer != c.longer || of != c.of || ok != (c.part > 0) || part-c.part > 1e-9 || c.part-part > 1e-9 {
			t.Errorf("%s: %d of %d took longer, want %d of %d; %g may (%v), want %g", c.text, longer, of, c.longer, c.of, part, ok, c.part)
		}
	}
}
