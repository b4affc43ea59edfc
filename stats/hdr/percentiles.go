package hdr

import "math"

// SamplesFor returns how many samples percentile p, in [0, 100], needs before
// it is shown: 1 from p10 to p90, 200 for p95 (and p5), 500 for p99, 3,000 for
// p99.9, 30,000 for p99.99. In between it is a number divided by the part that
// lies beyond the percentile: 10 up to p95, 5 from p97.5 to p99 and 3 beyond; p0
// and p100 need 1.
func SamplesFor(p float64) int64 {
	beyond := int64(math.Round(min(p, 100-p) * 1e6)) // in millionths of a percent
	const whole = 100_000_000
	switch {
	case beyond >= whole/10 || beyond <= 0:
		return 1
	case beyond >= whole/20:
		return ceilDiv(10*whole, beyond)
	case beyond >= whole/100:
		return max(200, ceilDiv(5*whole, beyond))
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
	high := rank(p, h.count+min(others, math.MaxInt64-h.count))
	low := high - others
	return low < 1 || high > h.count || h.bucketAtRank(low) != h.bucketAtRank(high)
}

// Percentile returns percentile p, in [0, 100], nil if there are too few samples for it
// (see [SamplesFor]).
func (h *Histogram) Percentile(p float64) *int64 {
	if h.count < SamplesFor(p) {
		return nil
	}
	v := h.ValueAtPercentile(p)
	return &v
}
