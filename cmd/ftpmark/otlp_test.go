package main

import (
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	pb "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"

	"github.com/ftpmark/ftpmark/stats/metrics"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// otlpReceiver is a collector that keeps the last that it got.
type otlpReceiver struct {
	*httptest.Server
	mu     sync.Mutex
	pushes int
	last   map[string]*pb.Metric
	wrong  []string
}

func newOTLPReceiver(t *testing.T) *otlpReceiver {
	r := &otlpReceiver{}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *otlpReceiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, err := io.ReadAll(q.Body)
	var x collector.ExportMetricsServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &x)
	}
	if err != nil || q.URL.Path != "/v1/metrics" || q.Method != http.MethodPost {
		r.wrong = append(r.wrong, q.Method+" "+q.URL.Path)
		return
	}
	r.pushes++
	r.last = map[string]*pb.Metric{}
	for _, m := range x.ResourceMetrics {
		for _, s := range m.ScopeMetrics {
			for _, one := range s.Metrics {
				r.last[one.Name] = one
			}
		}
	}
}

// points calls f for each point of a metric with its labels, as "name=value".
func (r *otlpReceiver) points(name string, f func(labels []string, number float64)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.last[name]
	labels := func(attributes []*common.KeyValue) (l []string) {
		for _, a := range attributes {
			l = append(l, a.Key+"="+a.Value.GetStringValue())
		}
		return l
	}
	for _, p := range slices.Concat(m.GetSum().GetDataPoints(), m.GetGauge().GetDataPoints()) {
		f(labels(p.Attributes), p.GetAsDouble()+float64(p.GetAsInt()))
	}
	for _, p := range m.GetExponentialHistogram().GetDataPoints() {
		f(labels(p.Attributes), float64(p.Count))
	}
}

// sum adds the points that have all of these labels.
func (r *otlpReceiver) sum(name string, labels ...string) (sum float64) {
	r.points(name, func(has []string, number float64) {
		for _, l := range labels {
			if !slices.Contains(has, l) {
				return
			}
		}
		sum += number
	})
	return sum
}

// agrees holds the last push against the summary of the result file.
func (r *otlpReceiver) agrees(t *testing.T, file string) {
	t.Helper()
	result, err := resultfile.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := summary.Of(result)
	if r.pushes == 0 || len(r.wrong) > 0 || len(s.Series) == 0 {
		t.Fatalf("%d pushes, and %v; %d series", r.pushes, r.wrong, len(s.Series))
	}
	is := func(want float64, name string, labels ...string) {
		t.Helper()
		if got := r.sum(name, labels...); math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%s %v is %v, want %v", name, labels, got, want)
		}
	}
	for _, x := range s.Series {
		of := []string{"variant=" + x.Variant, "op=" + x.Op.String(), "mode=" + x.Mode.String()}
		with := func(more ...string) []string { return slices.Concat(of, more) }
		is(float64(x.OK), "ftpmark.window.operations", with("outcome=ok")...)
		is(float64(x.Failed), "ftpmark.window.operations", with("outcome=failed")...)
		is(float64(x.Unfinished), "ftpmark.window.operations", with("outcome=unfinished")...)
		is(float64(x.Dropped), "ftpmark.window.operations", with("outcome=dropped")...)
		is(float64(x.Failed), "ftpmark.failures", of...)
		is(float64(x.Bytes), "ftpmark.window.payload", of...)
		seconds := r.sum("ftpmark.window.duration", of[0])
		is(x.OperationsPerSecond*seconds, "ftpmark.operations", with("stage=window", "outcome=ok")...)
		if got := r.sum("ftpmark.payload", of...) - r.sum("ftpmark.wasted", of...); math.Abs(got-x.GoodputBytesPerSecond*seconds) > 1 {
			t.Errorf("%v: %v bytes, want %v", of, got, x.GoodputBytesPerSecond*seconds)
		}
		// The window's end may be a moment before the last interval of it.
		if math.Abs(seconds-x.WindowSeconds) > 0.01*x.WindowSeconds {
			t.Errorf("%v: %v s measured, want %v", of, seconds, x.WindowSeconds)
		}
		for p, l := range x.Latency {
			is(float64(l.Count), "ftpmark.phase.duration", with("phase="+p.String())...)
		}
	}
	for _, x := range s.Totals {
		is(float64(x.Trials), "ftpmark.trials", "variant="+x.Variant)
	}
	is(float64(s.Sessions.Opened), "ftpmark.session.setups", "outcome=ok")
	is(float64(s.Sessions.Failed), "ftpmark.session.setups", "outcome=failed")
	is(1, "ftpmark.build.info")
}

// TestOTLPTotalsAreTheReports: what a collector gets last are the run's totals.
func TestOTLPTotalsAreTheReports(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Setenv("OTEL_METRIC_EXPORT_INTERVAL", "300")
	r := newOTLPReceiver(t)
	s, file, o := measured(t, "", "--otlp", r.URL, "--mode", "passive,active", "--op", "retr=3,noop=1", "--size", "16KiB",
		"-c", "3", "-d", "1500ms", "--warmup", "300ms")
	if o.code != exitFine || o.stderr != "result file: "+file+"\n" {
		t.Errorf("exit %d, stderr\n%s", o.code, o.stderr)
	}
	r.agrees(t, file)
	if r.pushes < 4 {
		t.Errorf("%d pushes", r.pushes)
	}
	var ok int64
	for _, x := range s.Totals {
		ok += x.OK
	}
	if got := r.sum("ftpmark.window.operations", "outcome=ok"); got != float64(ok) || ok == 0 {
		t.Errorf("%v operations, want %d", got, ok)
	}
}

// TestOTLPTotalsOfAComparison: trials in turns, and no label for each of them.
func TestOTLPTotalsOfAComparison(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	r := newOTLPReceiver(t)
	file := filepath.Join(t.TempDir(), "result.jsonl")
	o := executed("compare", "--quiet", "-o", file, "--otlp", r.URL+"/v1/metrics", "--pairs", "6", "--trial", "200ms", "--warmup", "50ms",
		"--cooldown", "0s", "--size", "4KiB", "-c", "2", "--variant", "a:mode=epsv", "--variant", "b:mode=eprt")
	if o.code != exitFine {
		t.Fatalf("exit %d, %s", o.code, o.stderr)
	}
	r.agrees(t, file)
	variants := 0
	r.points("ftpmark.trials", func([]string, float64) { variants++ })
	if variants != 2 {
		t.Errorf("%d variants", variants)
	}
}

// TestOTLPTotalsOfASearch: steps are counted, and share their variant's series.
func TestOTLPTotalsOfASearch(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	r := newOTLPReceiver(t)
	file := filepath.Join(t.TempDir(), "result.jsonl")
	o := executed("capacity", "--quiet", "-o", file, "--otlp", r.URL, "--mode", "passive", "--size", "4KiB", "--most", "2",
		"--step-min", "500ms", "--step-max", "500ms", "--warmup", "50ms")
	if o.code != exitFine && o.code != exitUnjudged {
		t.Fatalf("exit %d, %s", o.code, o.stderr)
	}
	r.agrees(t, file)
	result, err := resultfile.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.sum("ftpmark.capacity.steps"); got != float64(len(result.Steps)) || got < 2 {
		t.Errorf("%v steps, want %d", got, len(result.Steps))
	}
	if got := r.sum("ftpmark.capacity.level", "vary=sessions"); got != result.Steps[len(result.Steps)-1].Level {
		t.Errorf("level %v", got)
	}
}

// TestOTLPCollectorDown: it is one line, and the run goes on.
func TestOTLPCollectorDown(t *testing.T) {
	t.Setenv("OTEL_METRIC_EXPORT_INTERVAL", "100")
	s, _, o := measured(t, "", "--otlp", "http://"+closedPort, "--mode", "passive", "--size", "4KiB", "-c", "1", "-d", "600ms", "--warmup", "0s")
	lines := strings.Split(strings.TrimSpace(o.stderr), "\n")
	if o.code != exitFine || len(lines) != 2 || !strings.HasPrefix(lines[0], "ftpmark: --otlp: ") || s.Totals[0].OK == 0 {
		t.Errorf("exit %d, stderr\n%s", o.code, o.stderr)
	}
}

// TestMetricsBadInput is told before anything is started.
func TestMetricsBadInput(t *testing.T) {
	t.Parallel()
	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = used.Close() })
	for _, c := range []badInput{
		{"used", []string{"run", "--metrics-listen", used.Addr().String()}, exitUsage, []string{"--metrics-listen", used.Addr().String(), "in use"}},
		{"no port", []string{"compare", "--metrics-listen", "127.0.0.1"}, exitUsage, []string{"--metrics-listen", "127.0.0.1:9464"}},
		{"no scheme", []string{"capacity", "--otlp", "127.0.0.1:4318"}, exitUsage, []string{"--otlp", "http://127.0.0.1:4318"}},
		{"gRPC", []string{"run", "--otlp", "grpc://127.0.0.1:4317"}, exitUsage, []string{"--otlp", "http://127.0.0.1:4318"}},
		{"password", []string{"run", "--otlp", "http://u:" + secret + "@127.0.0.1:4318"}, exitUsage, []string{"--otlp", "OTEL_EXPORTER_OTLP_HEADERS"}},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.run(t) })
	}
}

// TestMetricsDocumented: the manual names every metric.
func TestMetricsDocumented(t *testing.T) {
	t.Parallel()
	text := manualFile(t, "stats/metrics/README.md")
	for _, f := range metrics.New(metrics.Config{}).Families() {
		if name := f.PrometheusName(); !strings.Contains(text, name) {
			t.Errorf("the topic does not have %s", name)
		}
	}
}
