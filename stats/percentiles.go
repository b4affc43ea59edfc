package stats

import "math"

// SamplesFor returns how many samples percentile p, in [0, 100], needs before
// it is shown: 1 from p10 to p90, 500 for p99 (and p1), 3,000 for p99.9,
// 30,000 for p99.99. In between it is 5 divided by the part that lies beyond
// the percentile, and 3 divided by it beyond p99; p0 and p100 need 1.
func SamplesFor(p float64) int64 {
	beyond := int64(math.Round(min(p, 100-p) * 1e6)) // in millionths of a percent
	const whole = 100_000_000
	switch {
	case beyond >= whole/10 || beyond <= 0:
		return 1
	case beyond >= whole/100:
		return ceilDiv(5*whole, beyond)
	default:
		return max(500, ceilDiv(3*whole, beyond))
	}
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }

// Doubtful reports whether percentile p could be another than
// [Histogram.ValueAtPercentile] says because of others, operations that are not
// in h: they failed, did not finish or never began, and so could have had any
// value.
//
// With n values in h and f others the percentile of all n+f is at rank
// R = ceil(p/100 × (n+f)). If all others lay below, that is rank R-f of h; if
// all lay above, rank R of h. The rank shown, ceil(p/100 × n), lies between
// these two, and so does the true one wherever the others lie. p is doubtful
// unless both exist and lie in one bucket of the histogram, that is, differ by
// no more than its resolution. A rank among the values over the range is
// doubtful too, unless it is the last: those values are not known apart.
func (h *Histogram) Doubtful(p float64, others int64) bool {
	if h.count == 0 {
		return others > 0
	}
	if r := rank(p, h.count); r < h.count && h.bucketAtRank(r) < 0 {
		return true
	}
	if others <= 0 {
		return false
	}
	high := rank(p, addClamped(h.count, others))
	low := high - others
	return low < 1 || high > h.count || h.bucketAtRank(low) != h.bucketAtRank(high)
}

// Latency summarises a histogram of nanoseconds, nil if it is empty. others is
// the number of operations that could have been in it and are not (see
// [Histogram.Doubtful]).
func (h *Histogram) Latency(others int64) *Latency {
	if h == nil || h.count == 0 {
		return nil
	}
	l := &Latency{
		Count: h.count, Min: h.min, Mean: h.Mean(), Max: h.max, Over: h.over,
		P50: h.ValueAtPercentile(50), P90: h.ValueAtPercentile(90),
		P99: h.shown(99), P999: h.shown(99.9), P9999: h.shown(99.99),
	}
	for _, x := range []struct {
		name string
		p    float64
		is   bool
	}{
		{"p50", 50, true},
		{"p90", 90, true},
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

// Rates summarises a histogram of bytes per second, nil if it is empty.
func (h *Histogram) Rates() *Throughput {
	if h == nil || h.count == 0 {
		return nil
	}
	return &Throughput{
		Count: h.count, Min: h.min, Max: h.max, Over: h.over,
		P1: h.shown(1), P50: h.ValueAtPercentile(50), P99: h.shown(99),
	}
}

// shown returns a percentile, nil if there are too few samples for it.
func (h *Histogram) shown(p float64) *int64 {
	if h.count < SamplesFor(p) {
		return nil
	}
	v := h.ValueAtPercentile(p)
	return &v
}
