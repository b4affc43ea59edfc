package hdr

import (
	"math"
	"math/bits"
)

// Histogram is an HdrHistogram of three significant digits with the exact
// count, minimum, maximum and sum beside it. Latency histograms hold
// nanoseconds from 1 µs to 1 h (in steps of 64 ns below 131 µs), throughput
// histograms bytes per second from 1 to 10^12. Values below the range are kept
// in the lowest buckets; values above it are counted apart (see
// [Histogram.Over]), take part in count, maximum, sum and every rank, and are
// never dropped.
//
// Recording allocates only when a value falls where none has fallen before. A
// Histogram is not safe for concurrent use and must not be copied; make one
// with [NewLatencyHistogram] or [NewThroughputHistogram].
type Histogram struct {
	kind  Unit
	count int64
	over  int64
	min   int64 // valid if count > 0
	max   int64
	sum   uint64 // the low and the high word of the exact sum
	sumHi uint64
	// The buckets are in pages, of the scale's whole range, or compact; a
	// histogram without either has none.
	pages   []*page
	compact compactCounts
}

// NewLatencyHistogram returns an empty histogram of nanoseconds.
func NewLatencyHistogram() *Histogram { return &Histogram{kind: Nanoseconds} }

// NewThroughputHistogram returns an empty histogram of bytes per second.
func NewThroughputHistogram() *Histogram { return &Histogram{kind: BytesPerSecond} }

// Record adds one value. A negative value counts as zero.
func (h *Histogram) Record(v int64) {
	v = max(v, 0)
	if h.count == 0 || v < h.min {
		h.min = v
	}
	h.max = max(h.max, v)
	h.count++
	var carry uint64
	h.sum, carry = bits.Add64(h.sum, uint64(v), 0)
	h.sumHi += carry

	s := &scales[h.kind]
	if v > s.highest {
		h.over++
		return
	}
	i := s.index(v)
	if p := h.page(i); p != nil { // spelled out: add is not inlined
		p.add(i, 1)
		return
	}
	h.newPage(i).add(i, 1)
}

// add counts n more values in bucket i.
func (h *Histogram) add(i int, n int64) {
	p := h.page(i)
	if p == nil {
		p = h.newPage(i)
	}
	p.add(i, n)
}

// page returns the page of bucket i, nil if there is none.
func (h *Histogram) page(i int) *page {
	if at := uint(i) >> pageBits; at < uint(len(h.pages)) {
		return h.pages[at]
	}
	return nil
}

// newPage makes the page of bucket i, which is not there yet.
func (h *Histogram) newPage(i int) *page {
	h.expand()
	if h.page(i) == nil { // expanding may have made it
		h.pages[i>>pageBits] = new(page)
	}
	return h.page(i)
}

// Merge adds what o holds, without loss. Both must be of the same kind. A nil
// or empty o changes nothing.
func (h *Histogram) Merge(o *Histogram) {
	if o == nil || o.count == 0 {
		return
	}
	if h.kind != o.kind {
		panic("stats: merging histograms of different kinds")
	}
	if h.count == 0 || o.min < h.min {
		h.min = o.min
	}
	h.max = max(h.max, o.max)
	h.count += o.count
	h.over += o.over
	var carry uint64
	h.sum, carry = bits.Add64(h.sum, o.sum, 0)
	h.sumHi += o.sumHi + carry
	h.expand() // first: o may be h
	h.addCompact(o.compact)
	for i, p := range o.pages {
		if p == nil || p.total == 0 {
			continue
		}
		if h.pages[i] == nil {
			h.pages[i] = new(page)
		}
		h.pages[i].merge(p)
	}
}

// Reset empties h and keeps its memory for the values to come.
func (h *Histogram) Reset() {
	if h.count == 0 {
		return
	}
	h.count, h.over, h.min, h.max, h.sum, h.sumHi = 0, 0, 0, 0, 0, 0
	h.compact = ""
	for _, p := range h.pages {
		if p != nil && p.total > 0 {
			*p = page{}
		}
	}
}

// Clone returns a copy that shares nothing with h.
func (h *Histogram) Clone() *Histogram {
	c := &Histogram{kind: h.kind}
	c.Merge(h)
	return c
}

// Unit returns what the values are in.
func (h *Histogram) Unit() Unit { return h.kind }

// Count returns how many values were recorded, those over the range included.
func (h *Histogram) Count() int64 { return h.count }

// Over returns how many values lay above the range.
func (h *Histogram) Over() int64 { return h.over }

// Min returns the exact minimum, 0 if h is empty.
func (h *Histogram) Min() int64 { return h.min }

// Max returns the exact maximum, 0 if h is empty.
func (h *Histogram) Max() int64 { return h.max }

// Mean returns the exact sum over the count, 0 if h is empty.
func (h *Histogram) Mean() float64 {
	if h.count == 0 {
		return 0
	}
	return (math.Ldexp(float64(h.sumHi), 64) + float64(h.sum)) / float64(h.count)
}

// ValueAtPercentile returns the value of the nearest rank, that is of the
// ceil(p/100 × count)-th smallest value. The first rank is the exact minimum,
// the last the exact maximum; in between it is the highest value of that
// value's bucket (at most 0.1% or 63 ns above it), no more than the maximum. The
// lowest bucket is read as 0, no less than the minimum: a latency below 64 ns is
// that of a span that was over when it began, and mostly an exact zero. p lies
// in [0, 100] and counts to a millionth. A rank among the values over the range
// gives the maximum, an upper bound. An empty histogram gives 0.
func (h *Histogram) ValueAtPercentile(p float64) int64 {
	if h.count == 0 {
		return 0
	}
	return h.valueAtRank(rank(p, h.count))
}

// Each calls f for every bucket that holds values, in ascending order: the
// lowest and highest value of the bucket and how many values it holds. Values
// over the range are not among them.
func (h *Histogram) Each(f func(low, high, count int64)) {
	s := &scales[h.kind]
	for i, c := range h.compact.all() {
		low, high := s.bounds(i)
		f(low, high, c)
	}
	for i, p := range h.pages {
		if p == nil || p.total == 0 {
			continue
		}
		for j, c := range &p.counts {
			if c > 0 {
				low, high := s.bounds(i<<pageBits + j)
				f(low, high, c)
			}
		}
	}
}

// rank returns the nearest rank of percentile p among n > 0 values, in
// [1, n]. It reckons in integers: 99.9% of 1,000 is 999, not a hair above it.
func rank(p float64, n int64) int64 {
	if !(p > 0) {
		return 1
	}
	const whole = 100_000_000 // 100% in millionths of a percent
	hi, lo := bits.Mul64(uint64(math.Round(min(p, 100)*1e6)), uint64(n))
	lo, carry := bits.Add64(lo, whole-1, 0)
	r, _ := bits.Div64(hi+carry, lo, whole)
	return min(max(int64(r), 1), n)
}

// bucketAtRank returns the bucket of the r-th smallest value, or -1 if that
// lies over the range.
func (h *Histogram) bucketAtRank(r int64) int {
	for i, c := range h.compact.all() {
		if r -= c; r <= 0 {
			return i
		}
	}
	for i, p := range h.pages {
		if p == nil {
			continue
		}
		if r > p.total {
			r -= p.total
			continue
		}
		for j, c := range &p.counts {
			if r -= c; r <= 0 {
				return i<<pageBits + j
			}
		}
	}
	return -1
}

func (h *Histogram) valueAtRank(r int64) int64 {
	i := h.bucketAtRank(r)
	switch {
	case r <= 1:
		return h.min
	case i < 0 || r >= h.count:
		return h.max
	case i == 0:
		return h.min // which is 0 or, in the same bucket, as near as is known
	}
	_, high := scales[h.kind].bounds(i)
	return min(high, h.max) // the minimum lies in this bucket or below it
}
