package otlp

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	pb "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/metrics"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// receiver is a collector of which the test sees what it got.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	got   []*collector.ExportMetricsServiceRequest
	wrong []error
	paths []string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.paths = append(r.paths, q.Method+" "+q.URL.Path+" "+q.Header.Get("X-Key"))
		body, err := io.ReadAll(q.Body)
		x := new(collector.ExportMetricsServiceRequest)
		if err = errors.Join(err, proto.Unmarshal(body, x)); err != nil {
			r.wrong = append(r.wrong, err)
		}
		r.got = append(r.got, x)
	}))
	t.Cleanup(r.Close)
	return r
}

// live returns metrics of one transfer that took 3 ms.
func live(t *testing.T) *metrics.Live {
	t.Helper()
	l := metrics.New(metrics.Config{Tool: resultfile.ToolInfo{Name: "ftpmark", Version: "v1"}, CPUs: 1.5})
	s := &resultfile.Series{Op: stats.Retr, Mode: stats.PORT, Counters: resultfile.Counters{OK: 1, CompletedInside: 1}}
	h := hdr.NewLatencyHistogram()
	h.Record(3e6)
	h.Record(0)
	s.Latency[stats.Service] = h
	if err := l.Write(&resultfile.Interval{Variant: "active", Stage: stats.Measured, End: 2e9, Window: stats.Window{Open: 5e8}, Series: resultfile.SeriesList{s}}); err != nil {
		t.Fatal(err)
	}
	return l
}

func none(string) (string, bool) { return "", false }

// TestPush: what a collector gets is what there is, with its kind, unit and labels.
func TestPush(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "X-Key=secret")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "team=transfer")
	r := newReceiver(t)
	began := time.Now()
	p, err := Start(Config{
		Endpoint: r.URL + "/", Live: live(t), Tool: resultfile.ToolInfo{Name: "ftpmark", Version: "v1"}, Instance: "one", Lookup: none,
		Warn: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.got) != 1 || len(r.wrong) > 0 || r.paths[0] != "POST /v1/metrics secret" {
		t.Fatalf("%d pushes to %v, %v", len(r.got), r.paths, r.wrong)
	}
	resource := map[string]string{}
	all := map[string]*pb.Metric{}
	for _, m := range r.got[0].ResourceMetrics {
		for _, a := range m.Resource.Attributes {
			resource[a.Key] = a.Value.GetStringValue()
		}
		for _, s := range m.ScopeMetrics {
			for _, x := range s.Metrics {
				all[x.Name] = x
			}
		}
	}
	for k, want := range map[string]string{"service.name": "ftpmark", "service.version": "v1", "service.instance.id": "one", "team": "transfer"} {
		if resource[k] != want {
			t.Errorf("%s is %q, want %q", k, resource[k], want)
		}
	}
	ops := all["ftpmark.operations"]
	if !ops.GetSum().GetIsMonotonic() || ops.GetSum().GetAggregationTemporality() != pb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE || ops.GetUnit() != "{operation}" {
		t.Errorf("%v", ops)
	}
	measured := all["ftpmark.window.duration"].GetSum().GetDataPoints()[0]
	if measured.GetAsDouble() != 1.5 || measured.StartTimeUnixNano < uint64(began.UnixNano()) || measured.TimeUnixNano < measured.StartTimeUnixNano {
		t.Errorf("%v", measured)
	}
	if all["ftpmark.generator.cpus"].GetGauge().GetDataPoints()[0].GetAsDouble() != 1.5 {
		t.Errorf("%v", all["ftpmark.generator.cpus"])
	}
	h := all["ftpmark.phase.duration"].GetExponentialHistogram().GetDataPoints()[0]
	// 3 ms lies between 2^(-269/32) and 2^(-268/32).
	if h.Count != 2 || h.ZeroCount != 1 || h.Scale != 5 || h.GetSum() != 0.003 || h.GetMax() != 0.003 || h.GetMin() != 0 ||
		len(h.Positive.BucketCounts) != 1 || h.Positive.Offset != -269 || h.ZeroThreshold != metrics.ZeroThreshold {
		t.Errorf("%v", h)
	}
}

// TestPushesInBetween as often as the environment says.
func TestPushesInBetween(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	p, err := Start(Config{Endpoint: r.URL, Live: live(t), Lookup: func(string) (string, bool) { return "100", true }, Warn: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		r.mu.Lock()
		n := len(r.got)
		r.mu.Unlock()
		if n >= 3 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d pushes", n)
		}
	}
}

// TestCollectorDown: a collector that refuses, answers with an error or not at
// all is one warning, and the end comes soon.
func TestCollectorDown(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // which is never accepted from
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<script>busy</script>\x1b[31m", http.StatusServiceUnavailable)
	}))
	t.Cleanup(busy.Close)
	for name, url := range map[string]string{"silent": "http://" + silent.Addr().String(), "gone": "http://127.0.0.1:1", "busy": busy.URL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var warned []error
			p, err := Start(Config{Endpoint: url, Live: live(t), Within: 500 * time.Millisecond,
				Lookup: func(string) (string, bool) { return "100", true },
				Warn:   func(err error) { mu.Lock(); warned = append(warned, err); mu.Unlock() },
			})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(1200 * time.Millisecond)
			began := time.Now()
			p.Close()
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("closing took %v", took)
			}
			mu.Lock()
			defer mu.Unlock()
			if len(warned) != 1 {
				t.Errorf("warnings: %v", warned)
			}
		})
	}
}

// TestEndpoints: where metrics are posted to.
func TestEndpoints(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"http://127.0.0.1:4318":             "http://127.0.0.1:4318/v1/metrics",
		"https://[::1]:4318/":               "https://[::1]:4318/v1/metrics",
		"https://example.com/otlp":          "https://example.com/otlp/v1/metrics",
		"http://127.0.0.1:4318/v1/metrics":  "http://127.0.0.1:4318/v1/metrics",
		"http://127.0.0.1:4318/v1/metrics/": "http://127.0.0.1:4318/v1/metrics",
	} {
		if got, err := metricsURL(endpoint); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", endpoint, got, err, want)
		}
	}
	for _, endpoint := range []string{"", "127.0.0.1:4318", "localhost:4317", "grpc://127.0.0.1:4317", "http://", "http:///v1/metrics", "http://u:hush@127.0.0.1/", "http://u:hush@127.0.0.1:x/", "http://127.0.0.1/?x=1"} {
		if got, err := metricsURL(endpoint); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %s, %v", endpoint, got, err)
		}
	}
	for text, want := range map[string]time.Duration{"": 10 * time.Second, "250": 250 * time.Millisecond, "60000": time.Minute, "x": 0, "5": 0, "10s": 0} {
		if got, err := interval(func(string) (string, bool) { return text, true }); got != want || (err != nil) != (want == 0) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}
