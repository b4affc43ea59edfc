package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/ftpmark/ftpmark/loadgen/selfwatch"
	"github.com/ftpmark/ftpmark/stats/metrics"
	"github.com/ftpmark/ftpmark/stats/metrics/otlp"
	"github.com/ftpmark/ftpmark/stats/metrics/prom"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// telemetryFlags say who is told of a run's metrics while it goes on.
type telemetryFlags struct {
	listen string
	otlp   string
}

// register defines the flags.
func (t *telemetryFlags) register(f *pflag.FlagSet) {
	f.StringVar(&t.listen, "metrics-listen", "", "serve Prometheus metrics at http://`ADDRESS`/metrics until the run ends, such as 127.0.0.1:9464")
	f.StringVar(&t.otlp, "otlp", "", "push the same metrics to an OpenTelemetry collector at `URL`, such as http://127.0.0.1:4318")
	for _, name := range []string{"metrics-listen", "otlp"} {
		inGroup(f.Lookup(name), "Metrics")
		f.Lookup(name).DefValue = ""
	}
}

// telemetry is where a run's metrics go.
type telemetry struct {
	live   *metrics.Live // nil where nobody asked for any
	server *prom.Server
	pusher *otlp.Pusher
}

// open begins to serve and to push what was asked for, before anything else is
// started: an address in use is told at once. warn is told of a collector that
// cannot be reached.
func (t *telemetryFlags) open(s streams, warn func(string)) (*telemetry, error) {
	open := new(telemetry)
	if t.listen == "" && t.otlp == "" {
		return open, nil
	}
	open.live = metrics.New(metrics.Config{Tool: version(), CPUs: selfwatch.Allowance(), CPUTime: selfwatch.ProcessTime})
	if t.listen != "" {
		server, err := prom.Listen(t.listen, open.live, time.Now())
		if err != nil {
			return nil, usageError(fmt.Errorf("--metrics-listen: %w", err))
		}
		open.server = server
	}
	if t.otlp != "" {
		pusher, err := otlp.Start(otlp.Config{
			Endpoint: t.otlp, Live: open.live, Tool: version(), Instance: rand.Text(), Lookup: os.LookupEnv,
			Warn: func(err error) {
				warn(fmt.Sprintf("--otlp: %.300s; the run continues; further errors are not shown", err.Error()))
			},
		})
		if err != nil {
			open.close()
			return nil, usageError(fmt.Errorf("--otlp: %w", err))
		}
		open.pusher = pusher
	}
	if open.server != nil {
		fmt.Fprintln(s.err, "metrics: "+open.server.URL())
	}
	return open, nil
}

// sink returns a sink for the run's records that feeds the metrics too.
func (t *telemetry) sink(next resultfile.Sink) resultfile.Sink {
	if t.live == nil {
		return next
	}
	return t.live.Before(next)
}

// close pushes what there is for the last time and stops serving. It may be
// called again.
func (t *telemetry) close() {
	if t.pusher != nil {
		t.pusher.Close()
		t.pusher = nil
	}
	if t.server != nil {
		_ = t.server.Close() // the run is over: nobody can do anything about it
		t.server = nil
	}
}
