package metrics

import (
	"math"
	"slices"

	"github.com/ftpmark/ftpmark/stats/hdr"
)

const (
	// finest is the scale that is kept: 2^finest buckets for each power of two.
	finest = 5
	// MaxBuckets bounds the exponential buckets of a distribution, as
	// OpenTelemetry's SDKs do by default.
	MaxBuckets = 160
	// ZeroThreshold is the width of the bucket around zero. It is just below the
	// 64 ns under which an HdrHistogram of ours does not tell values apart.
	ZeroThreshold = 1.0 / (1 << 24)
)

// quantity is what a distribution is of.
type quantity struct {
	unit   float64   // of a histogram's values
	bounds []float64 // upper bounds of the classic buckets, ascending
}

// seconds are the quantity of histograms of nanoseconds.
func seconds() *quantity {
	return &quantity{unit: 1e-9, bounds: []float64{
		0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
		0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
	}}
}

// bytesPerSecond are the quantity of histograms of throughput: from 64 KiB/s to
// 16 GiB/s.
func bytesPerSecond() *quantity {
	q := &quantity{unit: 1}
	for b := float64(64 << 10); b <= 16<<30; b *= 4 {
		q.bounds = append(q.bounds, b)
	}
	return q
}

// Distribution is a cumulative histogram in the buckets that metrics have.
type Distribution struct {
	of       *quantity
	count    uint64
	sum      float64
	min, max float64
	classic  []uint64 // by bound, the last beyond all of them
	zero     uint64
	first    int // the index, at scale finest, of what buckets begins with
	buckets  []uint64
}

func newDistribution(of *quantity) *Distribution {
	return &Distribution{of: of, classic: make([]uint64, len(of.bounds)+1)}
}

// add adds what a histogram holds.
func (d *Distribution) add(h *hdr.Histogram) {
	if h == nil || h.Count() == 0 {
		return
	}
	low, high := float64(h.Min())*d.of.unit, float64(h.Max())*d.of.unit
	if d.count == 0 || low < d.min {
		d.min = low
	}
	d.max = max(d.max, high)
	d.count += uint64(h.Count())
	d.sum += h.Mean() * float64(h.Count()) * d.of.unit
	at := filler{d: d}
	h.Each(func(low, high, n int64) {
		if low == 0 {
			d.zero += uint64(n)
			d.classic[0] += uint64(n)
			return
		}
		low, high = max(low, h.Min()), min(high, h.Max())
		at.put((float64(low)+float64(high))/2*d.of.unit, uint64(n))
	})
	if over := h.Over(); over > 0 {
		at.put(high, uint64(over)) // no more is known of them than the largest
	}
}

// filler puts values into the buckets, in ascending order: most fall where the
// last one did, and need no logarithm.
type filler struct {
	d       *Distribution
	classic int      // the bucket of the last value
	bucket  []uint64 // its exponential one, and those after it
	upper   float64  // the bound of that
}

// put counts n times the value v > 0.
func (f *filler) put(v float64, n uint64) {
	for f.classic < len(f.d.of.bounds) && v > f.d.of.bounds[f.classic] {
		f.classic++
	}
	f.d.classic[f.classic] += n
	if v > f.upper {
		i := indexOf(v)
		f.bucket, f.upper = f.d.grow(i), math.Exp2(float64(i+1)/(1<<finest))
	}
	f.bucket[0] += n
}

// indexOf returns the index i at scale finest: 2^(i/32) < v <= 2^((i+1)/32).
func indexOf(v float64) int {
	return int(math.Ceil(math.Log2(v)*(1<<finest))) - 1
}

// grow makes room for a bucket and returns the buckets from it on.
func (d *Distribution) grow(i int) []uint64 {
	switch {
	case len(d.buckets) == 0:
		d.first, d.buckets = i, make([]uint64, 1)
	case i < d.first:
		d.buckets = append(make([]uint64, d.first-i), d.buckets...)
		d.first = i
	case i >= d.first+len(d.buckets):
		d.buckets = append(d.buckets, make([]uint64, i-d.first-len(d.buckets)+1)...)
	}
	return d.buckets[i-d.first:]
}

func (d *Distribution) clone() *Distribution {
	c := *d
	c.classic, c.buckets = slices.Clone(d.classic), slices.Clone(d.buckets)
	return &c
}

// Count returns how many values there were.
func (d *Distribution) Count() uint64 { return d.count }

// Sum returns their sum, in seconds or bytes per second.
func (d *Distribution) Sum() float64 { return d.sum }

// Min and Max return the smallest and the largest value, 0 without any.
func (d *Distribution) Min() float64 { return d.min }

// Max returns the largest value.
func (d *Distribution) Max() float64 { return d.max }

// Classic calls f for each classic bucket but that without a bound, with its upper
// bound and how many values are no larger.
func (d *Distribution) Classic(f func(bound float64, cumulative uint64)) {
	var sum uint64
	for i, b := range d.of.bounds {
		sum += d.classic[i]
		f(b, sum)
	}
}

// Exponential is a distribution in exponential buckets.
type Exponential struct {
	// Scale is the finest at which MaxBuckets are enough. Bucket i holds values
	// from 2^(i/2^Scale), exclusive, to 2^((i+1)/2^Scale).
	Scale int
	// Zero counts the values no larger than ZeroThreshold.
	Zero uint64
	// First is the index of Counts[0].
	First  int
	Counts []uint64
}

// Exponential returns the exponential buckets.
func (d *Distribution) Exponential() Exponential {
	e := Exponential{Scale: finest, Zero: d.zero, First: d.first, Counts: slices.Clone(d.buckets)}
	for len(e.Counts) > MaxBuckets {
		e = e.coarser()
	}
	return e
}

// coarser joins pairs of buckets.
func (e Exponential) coarser() Exponential {
	first, last := e.First>>1, (e.First+len(e.Counts)-1)>>1
	joined := make([]uint64, last-first+1)
	for i, n := range e.Counts {
		joined[(e.First+i)>>1-first] += n
	}
	return Exponential{Scale: e.Scale - 1, Zero: e.Zero, First: first, Counts: joined}
}
