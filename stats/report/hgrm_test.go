package report

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/report/export"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

func TestPercentileDistributions(t *testing.T) {
	r, _ := trialRun{variants: []string{"passive", "active \x1b"}, trials: 2, failing: true, open: true}.record(t)
	golden(t, "hgrm", rendered(t, &Report{Result: r}, HGRM, Options{Series: "passive"}))
	one := rendered(t, &Report{Result: r}, HGRM, Options{Series: "active%20%1B.retr.eprt.ttfb"})
	golden(t, "hgrm-phase", one)
	all := rendered(t, &Report{Result: r}, HGRM, Options{})
	if n := bytes.Count(all, []byte("TotalCount")); n != 8 {
		t.Errorf("%d sections, want service and response of four series", n)
	}
	golden(t, "hgrm-empty", rendered(t, &Report{Result: &resultfile.Result{}}, HGRM, Options{}))
}

// point is a line as plotters read it.
type point struct {
	value, percentile float64
	count             int64
}

func pointsOf(t *testing.T, out string) (all []point) {
	t.Helper()
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		if strings.HasPrefix(line, "#") || len(f) < 3 {
			continue
		}
		value, err := strconv.ParseFloat(f[0], 64)
		if err != nil {
			continue // the heads
		}
		percentile, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, point{value, percentile, n})
	}
	return all
}

// The lines are those that HdrHistogram itself prints of the same values, but
// for the extremes, which ours knows exactly.
func TestPercentilesAreHdrHistograms(t *testing.T) {
	r, _ := trialRun{variants: []string{"passive"}, trials: 3}.record(t)
	for _, p := range []stats.Phase{stats.Service, stats.Finish} {
		h := run.Merged(r)[0].Latency[p]
		lib := hdrhistogram.New(100, 3_600_000_000_000, 3)
		packed, err := h.Packed()
		if err != nil {
			t.Fatal(err)
		}
		packed.MergeInto(lib)
		var theirs bytes.Buffer
		if _, err := lib.PercentilesPrint(&theirs, 5, 1e6); err != nil {
			t.Fatal(err)
		}
		ours := rendered(t, &Report{Result: r}, HGRM, Options{Series: "passive.retr.epsv." + p.String()})
		got, want := pointsOf(t, string(ours)), pointsOf(t, theirs.String())
		if len(got) != len(want) || len(got) < 40 {
			t.Fatalf("%s: %d lines, want %d", p, len(got), len(want))
		}
		for i, g := range got {
			w := want[i]
			exact := min(w.value, float64(h.Max())/1e6)
			if math.Abs(g.value-exact) > 0.0006 || math.Abs(g.percentile-w.percentile) > 1e-6 || g.count != w.count {
				t.Errorf("%s, line %d: %v, want %v", p, i, g, w)
			}
		}
		for _, foot := range []string{
			fmt.Sprintf("#[Mean    = %12.6f, StdDeviation   = ", h.Mean()/1e6),
			fmt.Sprintf("#[Max     = %12.6f, Total count    = %12d]", float64(h.Max())/1e6, h.Count()),
			"#[Buckets =           26, SubBuckets     =         2048]",
		} {
			if !strings.Contains(string(ours), foot) {
				t.Errorf("no %q in\n%s", foot, ours)
			}
		}
		if !strings.Contains(theirs.String(), "#[Buckets =           26, SubBuckets     =         2048]") {
			t.Errorf("another shape:\n%s", &theirs)
		}
		if d := export.StandardDeviation(h); math.Abs(d/lib.StdDev()-1) > 1e-3 {
			t.Errorf("deviation %v, want %v", d, lib.StdDev())
		}
	}
}

// Counts as large as a file can state end the iteration all the same.
func TestPercentilesOfHugeCounts(t *testing.T) {
	h := hdr.NewLatencyHistogram()
	h.Record(1e6)
	for range 61 {
		h.Merge(h.Clone())
	}
	h.Record(2e6)
	lines := 0
	export.EachPercentile(h, func(percent float64, value, upTo int64) {
		if lines++; percent >= 100 || upTo > h.Count() {
			t.Fatal(percent, upTo)
		}
	})
	if lines > 500 {
		t.Errorf("%d lines", lines)
	}
}
