//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// metricsURL waits until a run has said where its metrics are.
func metricsURL(t *testing.T, p *ftpmarkProcess) string {
	t.Helper()
	said := regexp.MustCompile(`(?m)^metrics: (http://\S+)$`)
	if !eventually(func() bool { return said.MatchString(p.Stderr()) }) {
		t.Fatalf("no address of metrics in %q", p.Stderr())
	}
	return said.FindStringSubmatch(p.Stderr())[1]
}

// get returns the body of an answer that is fine.
func get(from string) (string, error) {
	client := &http.Client{Timeout: 10 * time.Second}
	a, err := client.Get(from)
	if err != nil {
		return "", err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", a.Status, b)
	}
	return string(b), err
}

// promtool runs a check of Prometheus's and returns what it says.
func promtool(t *testing.T, input string, args ...string) (string, error) {
	t.Helper()
	c := exec.Command(servers.Tool(t, "prometheus", "usr/bin/promtool"), args...)
	c.Stdin = strings.NewReader(input)
	said, err := c.CombinedOutput()
	return string(said), err
}

// TestMetricsPassPromtool: in a scrape during a run there is nothing that
// Prometheus's own check complains of, and with the run the scrapes end.
func TestMetricsPassPromtool(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.PureFTPd, servers.Options{})
	p := startFtpmark(t, "run", server.URL(), "--mode", "passive,active", "--op", "stor,size", "--size", "16KiB", "-c", "2",
		"-d", "2500ms", "--warmup", "200ms", "--metrics-listen", "127.0.0.1:0")
	from := metricsURL(t, p)
	var scrape string
	if !eventually(func() bool {
		time.Sleep(50 * time.Millisecond) // a scrape is work
		text, err := get(from)
		if err != nil {
			return false
		}
		scrape = text
		return strings.Contains(text, `variant="active"`) && strings.Contains(text, "ftpmark_generator_wakeup_lag_seconds_bucket")
	}) {
		t.Errorf("no metrics of the second mode in\n%s", scrape)
	}
	if said, err := promtool(t, scrape, "check", "metrics"); err != nil || said != "" {
		t.Errorf("promtool: %v\n%s\n%s", err, said, scrape)
	}
	if said, err := promtool(t, "ftpmark_seconds 1\n", "check", "metrics"); err == nil || said == "" {
		t.Error("promtool finds nothing wrong with a metric without help")
	}
	address := regexp.MustCompile(regexp.QuoteMeta(server.Addr.String()) + "|" + server.Pass)
	if address.MatchString(scrape) {
		t.Errorf("the server's address or password is in\n%s", scrape)
	}
	if code := p.Await(); code != exitFine {
		t.Errorf("exit %d, %s", code, p.Stderr())
	}
	if text, err := get(from); err == nil {
		t.Errorf("after the run there is still\n%s", text)
	}
}

// startPrometheus starts Prometheus, which scrapes target each second, and returns
// the address of its API.
func startPrometheus(t *testing.T, target string) string {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	text := "scrape_configs:\n- job_name: ftpmark\n  scrape_interval: 1s\n  scrape_timeout: 1s\n  static_configs:\n  - targets: ['" + target + "']\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	// An address of its own: any port of one that is shared may be in use a moment later.
	api := netip.AddrPortFrom(servers.FreshAddr(), 9090).String()
	said := &safeBuffer{}
	c := exec.Command(servers.Tool(t, "prometheus", "usr/bin/prometheus"), "--config.file="+config,
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+api, "--enable-feature=native-histograms", "--log.level=warn")
	c.Dir, c.Stdout, c.Stderr = dir, said, said
	c.WaitDelay = 5 * time.Second
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started, ended := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread() // the thread's end would be taken for ours
		defer runtime.UnlockOSThread()
		err := c.Start()
		started <- err
		if err == nil {
			_ = c.Wait()
			close(ended)
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
			<-ended
		}
		if t.Failed() {
			t.Logf("Prometheus said:\n%s", said.String())
		}
	})
	if !eventually(func() bool { _, err := get("http://" + api + "/-/ready"); return err == nil }) {
		t.Fatalf("Prometheus is not ready: %s", said.String())
	}
	return "http://" + api + "/api/v1/"
}

// errNoSeries says that a query is right and that there is nothing of it.
var errNoSeries = errors.New("no series")

// examples are the files for Prometheus and Grafana that ship.
var examples = filepath.Join("..", "..", "stats", "report", "examples")

// dashboardQueries returns the queries of the dashboard by panel, with its
// variables filled in.
func dashboardQueries(t *testing.T) map[string][]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(examples, "grafana-dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("$__rate_interval", "20s", "$instance", ".*", "$variant", ".*")
	queries := map[string][]string{}
	for _, p := range d.Panels {
		for _, x := range p.Targets {
			queries[p.Title] = append(queries[p.Title], fill.Replace(x.Expr))
		}
	}
	return queries
}

// manualQueries returns the queries of the topic metrics. A line that is indented goes
// on with the one before.
func manualQueries(t *testing.T) (queries []string) {
	t.Helper()
	_, text, ok := strings.Cut(manualFile(t, "stats/metrics/README.md"), "```promql\n")
	if text, _, _ = strings.Cut(text, "```"); !ok {
		t.Fatal("the topic has no queries")
	}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if strings.HasPrefix(line, " ") && len(queries) > 0 {
			queries[len(queries)-1] += line
		} else if strings.TrimSpace(line) != "" {
			queries = append(queries, line)
		}
	}
	return queries
}

// TestExampleConfigPassesPromtool: the scrape configuration that ships.
func TestExampleConfigPassesPromtool(t *testing.T) {
	t.Parallel()
	if said, err := promtool(t, "", "check", "config", filepath.Join(examples, "prometheus.yml")); err != nil || strings.Contains(said, "FAILED") {
		t.Errorf("%v\n%s", err, said)
	}
}

// asked asks Prometheus for a query's values: of one series, over time.
func asked(api, method string, query url.Values) (values []float64, err error) {
	text, err := get(api + method + "?" + query.Encode())
	if err != nil {
		return nil, err
	}
	var answer struct {
		Data struct {
			Result []struct {
				Value  [2]any   `json:"value"`
				Values [][2]any `json:"values"`
			} `json:"result"`
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		return nil, err
	}
	if n := len(answer.Data.Result); n == 0 {
		return nil, errNoSeries
	} else if n != 1 {
		return nil, fmt.Errorf("%d series in %s", n, text)
	}
	one := answer.Data.Result[0]
	if one.Values == nil {
		one.Values = [][2]any{one.Value}
	}
	for _, v := range one.Values {
		word, _ := v[1].(string)
		x, wrong := strconv.ParseFloat(word, 64)
		err = errors.Join(err, wrong)
		values = append(values, x)
	}
	return values, err
}

// TestPrometheusSeesTheRate: a real Prometheus that scraped a run for half a
// minute answers with the run's own numbers.
func TestPrometheusSeesTheRate(t *testing.T) {
	t.Parallel()
	p := startFtpmark(t, "run", "--mode", "passive", "--op", "retr", "--size", "4KiB", "--rate", "50/s", "-c", "4",
		"-d", "34s", "--warmup", "3s", "--format", "json", "--metrics-listen", "127.0.0.1:0")
	at, err := url.Parse(metricsURL(t, p))
	if err != nil {
		t.Fatal(err)
	}
	api := startPrometheus(t, at.Host)
	const ok = `ftpmark_operations_total{stage="window",outcome="ok"}`
	var now time.Time
	for wait := time.Now().Add(50 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		now = time.Now()
		if _, err = asked(api, "query", url.Values{"query": {"ftpmark_window_duration_seconds_total >= 32"}}); err == nil {
			break
		}
		if now.After(wait) {
			t.Fatalf("half a minute of a window does not come: %v, and ftpmark said %s", err, p.Stderr())
		}
	}
	moment := func(d time.Duration) string {
		return strconv.FormatFloat(float64(now.Add(d).UnixMilli())/1000, 'f', 3, 64)
	}
	query := func(text string) float64 {
		t.Helper()
		values, err := asked(api, "query", url.Values{"query": {text}, "time": {moment(0)}})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return values[0]
	}
	// As in the manual: what happened in the window over how long it was open.
	exact := query(`sum(rate(` + ok + `[30s])) / sum(rate(ftpmark_window_duration_seconds_total[30s]))`)
	// And alone. Scrapes and intervals are both a second apart, so now and then a
	// scrape sees two intervals or none: a single answer may be off by one of 24.
	plain, err := asked(api, "query_range", url.Values{"query": {`sum(rate(` + ok + `[25s]))`}, "start": {moment(-6 * time.Second)}, "end": {moment(0)}, "step": {"1"}})
	if err != nil || len(plain) < 5 {
		t.Fatalf("%v %v", plain, err)
	}
	slices.Sort(plain)
	median := plain[len(plain)/2]
	goodput := query(`sum(rate(ftpmark_payload_bytes_total[30s]) - rate(ftpmark_wasted_bytes_total[30s])) / sum(rate(ftpmark_window_duration_seconds_total[30s]))`)
	p50 := query(`histogram_quantile(0.5, ftpmark_phase_duration_seconds{phase="service"})`)
	counted := query(`histogram_count(ftpmark_phase_duration_seconds{phase="service"})`)
	done := query(`ftpmark_window_operations_total{outcome="ok"}`)
	sessions := query(`ftpmark_sessions`)
	panels := 0
	for title, exprs := range dashboardQueries(t) {
		for _, expr := range exprs {
			panels++
			values, err := asked(api, "query", url.Values{"query": {"count(" + expr + ")"}, "time": {moment(0)}})
			rare := regexp.MustCompile("failures|capacity|limited|wakeup").MatchString(expr) // of which this run has none
			if empty := errors.Is(err, errNoSeries); err != nil && !(rare && empty) {
				t.Errorf("%s: %v: %s", title, err, expr)
			} else if !empty && values[0] < 1 {
				t.Errorf("%s: nothing of %s", title, expr)
			}
		}
	}
	for _, expr := range manualQueries(t) {
		if _, err := asked(api, "query", url.Values{"query": {"count(" + expr + ")"}, "time": {moment(0)}}); err != nil && !(errors.Is(err, errNoSeries) && strings.Contains(expr, "_bucket")) {
			t.Errorf("the manual's %s: %v", expr, err)
		}
	}
	if panels < 15 {
		t.Errorf("the dashboard asks %d questions", panels)
	}
	cpu := query(`rate(ftpmark_generator_cpu_seconds_total[20s]) / ftpmark_generator_cpus`)

	if code := p.Await(); code != exitFine {
		t.Fatalf("exit %d, %s", code, p.Stderr())
	}
	var s summary.Summary
	if err := json.Unmarshal([]byte(p.Stdout()), &s); err != nil {
		t.Fatal(err)
	}
	x := s.Series[0]
	within := func(what string, got, want, share float64) {
		t.Helper()
		if !(math.Abs(got-want) <= share*want) {
			t.Errorf("%s is %g by Prometheus and %g by the report", what, got, want)
		}
		t.Logf("%s: %g by Prometheus, %g by the report", what, got, want)
	}
	within("operations per second", exact, x.OperationsPerSecond, 0.02)
	within("operations per second, alone", median, x.OperationsPerSecond, 0.02)
	within("goodput", goodput, x.GoodputBytesPerSecond, 0.02)
	within("service p50", p50*1e9, float64(x.Latency[stats.Service].P50), 0.15)
	if counted != done || done < 1500 {
		t.Errorf("%g service times of %g operations", counted, done)
	}
	if sessions < 1 || sessions > 4 || !(cpu > 0 && cpu < 1) {
		t.Errorf("%g sessions, %g of the processors", sessions, cpu)
	}
}
