package prom

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/metrics"
)

func listen(t *testing.T) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0", filled(t), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// asked returns the status, the type and the body of an answer.
func asked(t *testing.T, method, url, accept string) (int, string, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
	a, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, a.Header.Get("Content-Type"), string(b)
}

// TestServerAnswers what it is asked for, and nothing else.
func TestServerAnswers(t *testing.T) {
	t.Parallel()
	s := listen(t)
	root := strings.TrimSuffix(s.URL(), "metrics")
	const protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
	for _, c := range []struct {
		method, url, accept string
		status              int
		kind, holds         string
	}{
		{"GET", s.URL(), "", 200, "text/plain", `ftpmark_phase_duration_seconds_bucket{mode="epsv",op="retr",phase="service",variant="passive",le="0.5"} 101`},
		{"GET", s.URL(), "application/openmetrics-text;version=1.0.0", 200, "application/openmetrics-text", "# EOF"},
		{"GET", s.URL(), protobuf, 200, "application/vnd.google.protobuf", "ftpmark_phase_duration_seconds"},
		{"GET", s.URL(), "", 200, "text/plain", "go_sched_latencies_seconds_count"},
		{"GET", root, "", 200, "text/plain", "/metrics"},
		{"GET", root + "debug/pprof/", "", 404, "", ""},
		{"GET", root + "metrics/x", "", 404, "", ""},
		{"POST", s.URL(), "", 405, "", ""},
	} {
		status, kind, body := asked(t, c.method, c.url, c.accept)
		if status != c.status || !strings.HasPrefix(kind, c.kind) || !strings.Contains(body, c.holds) {
			t.Errorf("%s %s (%s): %d %s\n%s", c.method, c.url, c.accept, status, kind, body)
		}
	}
}

// TestListenRefuses what is no address, and one that is in use.
func TestListenRefuses(t *testing.T) {
	t.Parallel()
	s := listen(t)
	used := s.listener.Addr().String()
	for address, want := range map[string]string{
		used: "address already in use", "127.0.0.1": "want ADDRESS:PORT", "9464": "want ADDRESS:PORT",
		"http://127.0.0.1:9464": "want ADDRESS:PORT", "127.0.0.1:99999": "invalid port",
	} {
		other, err := Listen(address, metrics.New(metrics.Config{}), time.Now())
		if err == nil {
			_ = other.Close()
			t.Errorf("%s was taken", address)
		} else if !strings.Contains(err.Error(), want) && !strings.Contains(err.Error(), "Only one usage") {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
}

// TestCloseIsSoon also with clients that never end what they began.
func TestCloseIsSoon(t *testing.T) {
	t.Parallel()
	s := listen(t)
	for _, begun := range []string{"", "GET /metrics HTTP/1.1\r\nHost: x\r\n"} {
		c, err := net.Dial("tcp", s.listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, begun); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("closing took %v", took)
	}
	if c, err := net.Dial("tcp", s.listener.Addr().String()); err == nil {
		c.Close()
		t.Error("somebody still listens")
	}
}
