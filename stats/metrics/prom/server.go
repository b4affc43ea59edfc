package prom

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ftpmark/ftpmark/stats/metrics"
)

// The bounds of a scrape.
const (
	atOnce     = 4 // scrapes at one time
	readWithin = 5 * time.Second
	sendWithin = 10 * time.Second
	idleFor    = time.Minute
	headerSize = 16 << 10
	closeIn    = time.Second // for a scrape that is going on
)

// Server serves the metrics of a run over HTTP, at /metrics.
type Server struct {
	http     *http.Server
	listener net.Listener
	done     chan struct{}
}

// Listen serves what live counts at address, which is HOST:PORT; with port 0 the
// system chooses one. Beside the run's metrics there are those of this process:
// process_ and go_. The caller closes the server.
func Listen(address string, live *metrics.Live, now time.Time) (*Server, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, fmt.Errorf("%q: want ADDRESS:PORT, such as 127.0.0.1:9464", address)
	}
	registry := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{
		NewCollector(live, now),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(collectors.MetricsScheduler)),
	} {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{listener: listener, done: make(chan struct{})}
	s.http = &http.Server{
		Handler:           handler(registry),
		ReadHeaderTimeout: readWithin, ReadTimeout: readWithin, WriteTimeout: sendWithin, IdleTimeout: idleFor,
		MaxHeaderBytes: headerSize,
		ErrorLog:       nowhere(),
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(listener) // until it is closed
	}()
	return s, nil
}

// handler answers GET / and GET /metrics, and nothing else.
func handler(g prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(g, promhttp.HandlerOpts{
		MaxRequestsInFlight: atOnce, Timeout: sendWithin, EnableOpenMetrics: true,
	}))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, "ftpmark: this run's metrics are at /metrics")
	})
	return mux
}

// URL is where the metrics are.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() + "/metrics" }

// Close stops serving. A scrape that is going on has a second to end.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeIn)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	<-s.done
	return err
}
