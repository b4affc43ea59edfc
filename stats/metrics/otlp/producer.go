package otlp

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/ftpmark/ftpmark/stats/metrics"
)

// scope names what the metrics are of.
const scope = "github.com/ftpmark/ftpmark"

// producer makes OpenTelemetry's data of a run's metrics. It is safe for
// concurrent use.
type producer struct {
	live    *metrics.Live
	version string
	start   time.Time // of everything that is counted
	now     func() time.Time
}

// Produce returns everything, cumulative.
func (p *producer) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	s := metricdata.ScopeMetrics{Scope: instrumentation.Scope{Name: scope, Version: p.version}}
	at := p.now()
	for _, f := range p.live.Families() {
		if len(f.Points) > 0 {
			s.Metrics = append(s.Metrics, metricdata.Metrics{Name: f.Name, Description: f.Help, Unit: f.Unit, Data: p.data(f, at)})
		}
	}
	return []metricdata.ScopeMetrics{s}, nil
}

// data returns a family's points.
func (p *producer) data(f *metrics.Family, at time.Time) metricdata.Aggregation {
	switch {
	case f.Kind == metrics.Histogram:
		return metricdata.ExponentialHistogram[float64]{Temporality: metricdata.CumulativeTemporality, DataPoints: p.distributions(f, at)}
	case f.Kind == metrics.Counter && f.Real:
		return metricdata.Sum[float64]{Temporality: metricdata.CumulativeTemporality, IsMonotonic: true, DataPoints: numbers[float64](f, p.start, at)}
	case f.Kind == metrics.Counter:
		return metricdata.Sum[int64]{Temporality: metricdata.CumulativeTemporality, IsMonotonic: true, DataPoints: numbers[int64](f, p.start, at)}
	case f.Real:
		return metricdata.Gauge[float64]{DataPoints: numbers[float64](f, p.start, at)}
	}
	return metricdata.Gauge[int64]{DataPoints: numbers[int64](f, p.start, at)}
}

func numbers[N int64 | float64](f *metrics.Family, start, at time.Time) []metricdata.DataPoint[N] {
	points := make([]metricdata.DataPoint[N], len(f.Points))
	for i, x := range f.Points {
		points[i] = metricdata.DataPoint[N]{Attributes: attributes(f, x), StartTime: start, Time: at, Value: N(x.Number)}
	}
	return points
}

func (p *producer) distributions(f *metrics.Family, at time.Time) []metricdata.ExponentialHistogramDataPoint[float64] {
	points := make([]metricdata.ExponentialHistogramDataPoint[float64], len(f.Points))
	for i, x := range f.Points {
		d := x.Distribution
		e := d.Exponential()
		points[i] = metricdata.ExponentialHistogramDataPoint[float64]{
			Attributes: attributes(f, x), StartTime: p.start, Time: at,
			Count: d.Count(), Sum: d.Sum(), Min: metricdata.NewExtrema(d.Min()), Max: metricdata.NewExtrema(d.Max()),
			Scale: int32(e.Scale), ZeroCount: e.Zero, ZeroThreshold: metrics.ZeroThreshold,
			PositiveBucket: metricdata.ExponentialBucket{Offset: int32(e.First), Counts: e.Counts},
		}
	}
	return points
}

// attributes are a point's labels.
func attributes(f *metrics.Family, x metrics.Point) attribute.Set {
	kv := make([]attribute.KeyValue, len(f.Labels))
	for i, l := range f.Labels {
		kv[i] = attribute.String(l, x.Values[i])
	}
	return attribute.NewSet(kv...)
}
