package prom

import (
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/metrics"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// filled returns metrics of a hundred downloads that took from 1 to 100 ms, one
// that took 10 s, one that took no time, and a failure.
func filled(t *testing.T) *metrics.Live {
	t.Helper()
	live := metrics.New(metrics.Config{Tool: resultfile.ToolInfo{Version: "v1.2.3"}, CPUs: 2, CPUTime: func() time.Duration { return time.Second }})
	s := &resultfile.Series{Op: stats.Retr, Mode: stats.EPSV, Counters: resultfile.Counters{OK: 102, CompletedInside: 102, Failed: 1}}
	s.Errors = resultfile.ErrorCounts{{Phase: stats.Negotiate, Class: stats.ClassReply, Count: 1, Example: "421 \"too\" many"}}
	h := hdr.NewLatencyHistogram()
	for n := int64(1); n <= 100; n++ {
		h.Record(n * 1e6)
	}
	h.Record(10e9)
	h.Record(0)
	s.Latency[stats.Service] = h
	if err := live.Write(&resultfile.Interval{Variant: "passive", Stage: stats.Measured, Start: 1, End: 1e9 + 1, Window: stats.Window{Open: 1}, Series: resultfile.SeriesList{s}}); err != nil {
		t.Fatal(err)
	}
	return live
}

// gathered returns the families by name.
func gathered(t *testing.T, live *metrics.Live) map[string]*dto.MetricFamily {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(NewCollector(live, time.Unix(1000, 0)))
	all, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*dto.MetricFamily{}
	for _, f := range all {
		byName[f.GetName()] = f
	}
	return byName
}

// TestHistogramHasBothForms: the native buckets are those of the distribution,
// and the classic ones stand beside them.
func TestHistogramHasBothForms(t *testing.T) {
	t.Parallel()
	live := filled(t)
	var want metrics.Exponential
	for _, f := range live.Families() {
		if f.Name == "ftpmark.phase.duration" {
			want = f.Points[0].Distribution.Exponential()
		}
	}
	h := gathered(t, live)["ftpmark_phase_duration_seconds"].GetMetric()[0].GetHistogram()
	if h.GetSampleCount() != 102 || h.GetZeroCount() != 1 || h.GetSchema() != int32(want.Scale) || h.GetCreatedTimestamp().GetSeconds() != 1000 {
		t.Errorf("%v", h)
	}
	got := map[int]uint64{}
	at, count, deltas := 0, int64(0), h.GetPositiveDelta()
	for _, span := range h.GetPositiveSpan() {
		at += int(span.GetOffset())
		for range span.GetLength() {
			if count += deltas[0]; count > 0 {
				got[at] = uint64(count)
			}
			at++
			deltas = deltas[1:]
		}
	}
	if len(deltas) > 0 || len(h.GetPositiveSpan()) < 2 {
		t.Errorf("%d buckets too many, %d spans", len(deltas), len(h.GetPositiveSpan()))
	}
	n := 0
	for i, c := range want.Counts {
		if c == 0 {
			continue
		}
		n++
		if got[want.First+i+1] != c {
			t.Errorf("bucket %d holds %d, want %d", want.First+i+1, got[want.First+i+1], c)
		}
	}
	if n != len(got) {
		t.Errorf("%d buckets, want %d", len(got), n)
	}
	cumulative := map[float64]uint64{}
	for _, b := range h.GetBucket() {
		cumulative[b.GetUpperBound()] = b.GetCumulativeCount()
	}
	for bound, want := range map[float64]uint64{0.00005: 1, 0.0005: 1, 0.05: 51, 0.25: 101, 5: 101, 10: 102, 300: 102} {
		if n, ok := cumulative[bound]; !ok || n < want-1 || n > want {
			t.Errorf("%d up to %g s, want %d", n, bound, want)
		}
	}
}

// TestCollectorDescribesWhatItCollects: the registry, which is pedantic, agrees,
// and a run without any record has metrics too.
func TestCollectorDescribesWhatItCollects(t *testing.T) {
	t.Parallel()
	all := gathered(t, filled(t))
	for _, name := range []string{"ftpmark_operations_total", "ftpmark_failures_total", "ftpmark_build_info", "ftpmark_generator_cpus"} {
		if all[name] == nil {
			t.Errorf("no %s", name)
		}
	}
	f := all["ftpmark_failures_total"].GetMetric()[0]
	var labels []string
	for _, l := range f.GetLabel() {
		labels = append(labels, l.GetName()+"="+l.GetValue())
	}
	if want := []string{"class=reply", "mode=epsv", "op=retr", "phase=negotiate", "variant=passive"}; !slices.Equal(labels, want) || f.GetCounter().GetValue() != 1 {
		t.Errorf("%v %v", labels, f.GetCounter())
	}
	if none := gathered(t, metrics.New(metrics.Config{})); none["ftpmark_session_setups_total"] == nil {
		t.Errorf("before the first record: %v", none)
	}
}
