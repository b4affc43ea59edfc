// Package prom hands the metrics of a run to Prometheus: as a collector for
// client_golang, and over HTTP.
//
// Histograms have both forms. A scraper that asks for protobuf gets the
// exponential buckets of native histograms with the classic ones beside them, one
// that asks for text the classic ones alone.
package prom

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ftpmark/ftpmark/stats/metrics"
)

// Collector is a [prometheus.Collector] of a run's metrics. It is safe for
// concurrent use.
type Collector struct {
	live    *metrics.Live
	created *timestamppb.Timestamp
	descs   map[string]*prometheus.Desc
}

// NewCollector returns a collector of what live counts. created is when it was
// made: before that all counters were zero.
func NewCollector(live *metrics.Live, created time.Time) *Collector {
	c := &Collector{live: live, created: timestamppb.New(created), descs: map[string]*prometheus.Desc{}}
	for _, f := range live.Families() {
		c.descs[f.Name] = prometheus.NewDesc(f.PrometheusName(), f.Help, f.Labels, nil)
	}
	return c
}

// Describe sends what metrics there are.
func (c *Collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range c.descs {
		to <- d
	}
}

// Collect sends the metrics as they are.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	for _, f := range c.live.Families() {
		for i := range f.Points {
			to <- &metric{desc: c.descs[f.Name], kind: f.Kind, point: &f.Points[i], created: c.created}
		}
	}
}

// metric is one point. client_golang's own constant metrics are either a native
// histogram or a classic one; this is both.
type metric struct {
	desc    *prometheus.Desc
	kind    metrics.Kind
	point   *metrics.Point
	created *timestamppb.Timestamp
}

// Desc returns what it is a metric of.
func (m *metric) Desc() *prometheus.Desc { return m.desc }

// Write fills out.
func (m *metric) Write(out *dto.Metric) error {
	out.Label = prometheus.MakeLabelPairs(m.desc, m.point.Values)
	switch m.kind {
	case metrics.Counter:
		out.Counter = &dto.Counter{Value: proto.Float64(m.point.Number), CreatedTimestamp: m.created}
	case metrics.Gauge:
		out.Gauge = &dto.Gauge{Value: proto.Float64(m.point.Number)}
	case metrics.Histogram:
		out.Histogram = histogram(m.point.Distribution)
		out.Histogram.CreatedTimestamp = m.created
	}
	return nil
}

// histogram returns a distribution in both forms.
func histogram(d *metrics.Distribution) *dto.Histogram {
	e := d.Exponential()
	h := &dto.Histogram{
		SampleCount: proto.Uint64(d.Count()), SampleSum: proto.Float64(d.Sum()),
		Schema: proto.Int32(int32(e.Scale)), ZeroThreshold: proto.Float64(metrics.ZeroThreshold), ZeroCount: proto.Uint64(e.Zero),
	}
	h.PositiveSpan, h.PositiveDelta = spans(e)
	d.Classic(func(bound float64, cumulative uint64) {
		h.Bucket = append(h.Bucket, &dto.Bucket{UpperBound: proto.Float64(bound), CumulativeCount: proto.Uint64(cumulative)})
	})
	return h
}

// spans returns the buckets as Prometheus writes them: runs without long gaps,
// and each count as the difference from the one before. Prometheus's index i is
// that of the upper bound, one more than OpenTelemetry's.
func spans(e metrics.Exponential) (spans []*dto.BucketSpan, deltas []int64) {
	next, before := 0, int64(0) // the index after the last span; the last count
	for i, n := range e.Counts {
		if n == 0 {
			continue
		}
		at := e.First + i + 1
		gap := at - next
		if len(spans) == 0 || gap > 2 {
			spans = append(spans, &dto.BucketSpan{Offset: proto.Int32(int32(gap)), Length: proto.Uint32(0)})
			gap = 0
		}
		last := spans[len(spans)-1]
		for range gap { // a short gap costs less than a span
			deltas = append(deltas, -before)
			before = 0
		}
		deltas = append(deltas, int64(n)-before)
		*last.Length += uint32(gap) + 1
		next, before = at+1, int64(n)
	}
	return spans, deltas
}
