// Package otlp pushes the metrics of a run to an OpenTelemetry collector, by
// OTLP over HTTP.
package otlp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/ftpmark/ftpmark/stats/metrics"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

const (
	// every is how often metrics are pushed where the environment does not say.
	every = 10 * time.Second
	// within bounds each push.
	within = 5 * time.Second
	// signal is what an endpoint's path ends with.
	signal = "/v1/metrics"
)

// Config says where to push what.
type Config struct {
	// Endpoint is the collector's URL, with http or https: as in
	// OTEL_EXPORTER_OTLP_ENDPOINT, /v1/metrics is added where it is not there.
	Endpoint string
	// Live is what is pushed, Tool what counted it.
	Live *metrics.Live
	Tool resultfile.ToolInfo
	// Instance tells this run from others that push at the same time.
	Instance string
	// Lookup reads the environment: OTEL_METRIC_EXPORT_INTERVAL is how often to
	// push, in milliseconds. The libraries read OTEL_EXPORTER_OTLP_HEADERS,
	// _TIMEOUT, _CERTIFICATE, _COMPRESSION and the like, OTEL_SERVICE_NAME and
	// OTEL_RESOURCE_ATTRIBUTES for themselves.
	Lookup func(string) (string, bool)
	// Within bounds each push, the last one too: a collector that does not answer
	// keeps the end of a run waiting no longer. 0 is 5 s.
	Within time.Duration
	// Warn is told of the first push that fails, once.
	Warn func(error)
}

// Pusher pushes metrics until it is closed.
type Pusher struct {
	exporter *otlpmetrichttp.Exporter
	provider *sdk.MeterProvider
	reader   *sdk.ManualReader
	within   time.Duration
	warn     func(error)
	warned   bool
	stop     context.CancelFunc
	done     chan struct{}
}

// Start begins to push. An error means that the endpoint or the environment is not
// right; a collector that is not there only makes a warning.
func Start(c Config) (*Pusher, error) {
	endpoint, err := metricsURL(c.Endpoint)
	if err != nil {
		return nil, err
	}
	period, err := interval(c.Lookup)
	if err != nil {
		return nil, err
	}
	if c.Within == 0 {
		c.Within = within
	}
	ctx, stop := context.WithCancel(context.Background())
	res, err := resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithAttributes(
			attribute.String("service.name", c.Tool.Name),
			attribute.String("service.version", c.Tool.Version),
			attribute.String("service.instance.id", c.Instance),
		),
		resource.WithFromEnv(), // last: it counts before ours
	)
	if err != nil {
		stop()
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	// Each push has everything, so one that fails loses nothing unless it is the
	// last: it is tried again for as long as a push may take, and no longer.
	exporter, err := otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(endpoint), otlpmetrichttp.WithRetry(otlpmetrichttp.RetryConfig{
		Enabled: true, InitialInterval: 500 * time.Millisecond, MaxInterval: 2 * time.Second, MaxElapsedTime: c.Within,
	}))
	if err != nil {
		stop()
		return nil, err
	}
	reader := sdk.NewManualReader(sdk.WithProducer(&producer{live: c.Live, version: c.Tool.Version, start: time.Now(), now: time.Now}))
	p := &Pusher{
		exporter: exporter, reader: reader, provider: sdk.NewMeterProvider(sdk.WithReader(reader), sdk.WithResource(res)),
		within: c.Within, warn: c.Warn, stop: stop, done: make(chan struct{}),
	}
	go p.run(ctx, period)
	return p, nil
}

// run pushes now and then.
func (p *Pusher) run(ctx context.Context, period time.Duration) {
	defer close(p.done)
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := p.push(ctx); err != nil && ctx.Err() == nil {
				p.complain(err)
			}
		}
	}
}

// push sends everything once.
func (p *Pusher) push(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.within)
	defer cancel()
	var all metricdata.ResourceMetrics
	if err := p.reader.Collect(ctx, &all); err != nil {
		return err
	}
	return p.exporter.Export(ctx, &all)
}

// complain warns the first time.
func (p *Pusher) complain(err error) {
	if !p.warned && p.warn != nil {
		p.warn(err)
	}
	p.warned = true
}

// Close pushes what there is for the last time and ends, within a few seconds
// even if nobody answers. It must be called once.
func (p *Pusher) Close() {
	p.stop()
	<-p.done
	ctx := context.Background()
	if err := p.push(ctx); err != nil {
		p.complain(err)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_ = p.exporter.Shutdown(ctx) // it has nothing left to send
	_ = p.provider.Shutdown(ctx)
}

// metricsURL returns where metrics are posted to.
func metricsURL(endpoint string) (string, error) {
	const want = "want a URL such as http://127.0.0.1:4318"
	u, err := url.Parse(endpoint)
	switch {
	case err != nil:
		return "", errors.New(want) // the error may hold a password
	case u.User != nil:
		return "", errors.New("the URL has a user: set credentials in OTEL_EXPORTER_OTLP_HEADERS")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "":
		return "", fmt.Errorf("%q: %s", endpoint, want)
	case u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("%q: want a URL without ? and #", endpoint)
	}
	if u.Path = strings.TrimRight(u.Path, "/"); !strings.HasSuffix(u.Path, signal) {
		u.Path += signal
	}
	return u.String(), nil
}

// interval is how often to push.
func interval(lookup func(string) (string, bool)) (time.Duration, error) {
	const name = "OTEL_METRIC_EXPORT_INTERVAL"
	text, _ := lookup(name)
	if text == "" {
		return every, nil
	}
	ms, err := strconv.Atoi(text)
	if err != nil || ms < 100 || ms > 3_600_000 {
		return 0, fmt.Errorf("%s=%s: want a number of milliseconds from 100 to 3600000", name, text)
	}
	return time.Duration(ms) * time.Millisecond, nil
}
