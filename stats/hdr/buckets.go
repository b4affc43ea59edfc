package hdr

import "math/bits"

// HdrHistogram's geometry at three significant digits: 2,048 buckets of one
// unit each, then 1,024 buckets for each doubling. A value has the same index
// as in github.com/HdrHistogram/hdrhistogram-go, which encodes and decodes what
// is recorded here. The recording itself is not the library's: its dense
// histogram takes the whole array of counts, 220 KiB, for each of a dozen
// histograms of each series of each shard; its packed one finds a bucket by
// binary search, in some 90 ns where the pages below take 14. They are the same
// array, cut up, of which only those exist where values fell: 2 KiB each. A
// merge costs what was used.
const (
	subBuckets     = 2048
	subBucketBits  = 11
	halfBuckets    = 1024
	halfBucketBits = 10
	significant    = 3

	pageBits = 8
	pageSize = 1 << pageBits
)

// scale is the range of a histogram. Values below lowest are kept, in buckets
// of the scale's unit, which is 1 << unit.
type scale struct {
	lowest, highest int64
	unit            uint
}

type Unit uint8

const (
	Nanoseconds    Unit = iota // 1 µs to 1 h, the unit being 64 ns
	BytesPerSecond             // 1 to 10^12 B/s, the unit being 1 B/s
	numScales
)

// scales is never written to. The lowest latency is stated as 100 ns, not as
// 1 µs, so that three digits hold down to 64 µs and the unit is 64 ns below.
var scales = [numScales]scale{
	Nanoseconds:    {lowest: 100, highest: 3_600_000_000_000, unit: 6},
	BytesPerSecond: {lowest: 1, highest: 1_000_000_000_000, unit: 0},
}

// index returns the bucket of v, which must not be negative.
func (s *scale) index(v int64) int {
	width := bits.Len64(uint64(v) | (subBuckets-1)<<s.unit)
	doubling := uint(width) - s.unit - subBucketBits
	sub := int(v >> (doubling + s.unit))
	return int(doubling+1)<<halfBucketBits + sub - halfBuckets
}

// bounds returns the lowest and the highest value that share bucket i.
func (s *scale) bounds(i int) (low, high int64) {
	doubling := i>>halfBucketBits - 1
	sub := i&(halfBuckets-1) + halfBuckets
	if doubling < 0 {
		doubling, sub = 0, sub-halfBuckets
	}
	shift := uint(doubling) + s.unit
	low = int64(sub) << shift
	return low, low + 1<<shift - 1
}

// buckets returns how many buckets the scale has, as HdrHistogram sizes it.
func (s *scale) buckets() int {
	return (s.index(s.highest)>>halfBucketBits + 1) << halfBucketBits
}

// pages returns how many pages hold them; there is no rest.
func (s *scale) pages() int { return s.buckets() >> pageBits }

// page is a run of pageSize buckets and what they hold together.
type page struct {
	total  int64
	counts [pageSize]int64
}

func (p *page) add(i int, n int64) {
	p.total += n
	p.counts[i&(pageSize-1)] += n
}

func (p *page) merge(o *page) {
	p.total += o.total
	for i, c := range o.counts {
		p.counts[i] += c
	}
}
