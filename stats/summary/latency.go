package summary

import "github.com/ftpmark/ftpmark/stats/hdr"

// LatencyOf summarises a histogram of nanoseconds, nil if it is empty or nil. others
// is the number of operations that could have been in it and are not (see
// [hdr.Histogram.Doubtful]).
func LatencyOf(h *hdr.Histogram, others int64) *Latency {
	if h == nil || h.Count() == 0 {
		return nil
	}
	l := &Latency{
		Count: h.Count(), Min: h.Min(), Mean: h.Mean(), Max: h.Max(), Over: h.Over(),
		P50: h.ValueAtPercentile(50), P90: h.ValueAtPercentile(90),
		P95: h.Percentile(95), P99: h.Percentile(99), P999: h.Percentile(99.9), P9999: h.Percentile(99.99),
	}
	for _, x := range []struct {
		name string
		p    float64
		is   bool
	}{
		{"p50", 50, true},
		{"p90", 90, true},
		{"p95", 95, l.P95 != nil},
		{"p99", 99, l.P99 != nil},
		{"p99_9", 99.9, l.P999 != nil},
		{"p99_99", 99.99, l.P9999 != nil},
	} {
		if x.is && h.Doubtful(x.p, others) {
			l.Doubtful = append(l.Doubtful, x.name)
		}
	}
	return l
}

// ThroughputOf summarises a histogram of bytes per second, nil if it is empty or nil.
func ThroughputOf(h *hdr.Histogram) *Throughput {
	if h == nil || h.Count() == 0 {
		return nil
	}
	return &Throughput{
		Count: h.Count(), Min: h.Min(), Max: h.Max(), Over: h.Over(),
		P1: h.Percentile(1), P50: h.ValueAtPercentile(50), P99: h.Percentile(99),
	}
}

// Latency summarises a histogram of nanoseconds. Percentiles are null where
// there are too few samples for them (see [hdr.SamplesFor]); Doubtful names those
// that failed, unfinished or dropped operations could change (see
// [hdr.Histogram.Doubtful]). Over counts the values above one hour.
type Latency struct {
	Count    int64    `json:"count"`
	Min      int64    `json:"min"`
	Mean     float64  `json:"mean"`
	P50      int64    `json:"p50"`
	P90      int64    `json:"p90"`
	P95      *int64   `json:"p95,omitempty"`
	P99      *int64   `json:"p99"`
	P999     *int64   `json:"p99_9"`
	P9999    *int64   `json:"p99_99,omitempty"`
	Max      int64    `json:"max"`
	Over     int64    `json:"over_range,omitempty"`
	Doubtful []string `json:"doubtful,omitempty"`
}

// Throughput summarises a histogram of bytes per second. Low percentiles are
// the slow transfers.
type Throughput struct {
	Count int64  `json:"count"`
	Min   int64  `json:"min"`
	P1    *int64 `json:"p1"`
	P50   int64  `json:"p50"`
	P99   *int64 `json:"p99"`
	Max   int64  `json:"max"`
	Over  int64  `json:"over_range,omitempty"`
}
