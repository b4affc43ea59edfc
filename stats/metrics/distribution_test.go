package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ftpmark/ftpmark/stats/hdr"
)

// spread returns n latencies around median, in nanoseconds, sorted.
func spread(r *rand.Rand, n int, median, sigma float64) []int64 {
	values := make([]int64, n)
	for i := range values {
		values[i] = int64(median * math.Exp(r.NormFloat64()*sigma))
	}
	slices.Sort(values)
	return values
}

// latencies returns a distribution of nanoseconds, added in several parts.
func latencies(values []int64) *Distribution {
	d := newDistribution(seconds())
	for part := range slices.Chunk(values, 1+len(values)/3) {
		h := hdr.NewLatencyHistogram()
		for _, v := range part {
			h.Record(v)
		}
		d.add(h)
	}
	return d
}

// bounds are those of bucket i.
func (e Exponential) bounds(i int) (low, high float64) {
	return math.Exp2(math.Ldexp(float64(e.First+i), -e.Scale)), math.Exp2(math.Ldexp(float64(e.First+i+1), -e.Scale))
}

// quantile returns the bounds of the bucket that holds the value of a rank, from 1.
func (e Exponential) quantile(rank uint64) (low, high float64) {
	if rank <= e.Zero {
		return 0, ZeroThreshold
	}
	rank -= e.Zero
	for i, n := range e.Counts {
		if rank <= n {
			return e.bounds(i)
		}
		rank -= n
	}
	return math.Inf(1), math.Inf(1)
}

// TestExponentialHoldsEveryRank: the value of every rank lies in the bucket that
// holds that rank, but for half an HdrHistogram bucket.
func TestExponentialHoldsEveryRank(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		median, sigma float64
		scale         int
	}{
		{2e6, 0.2, 5}, {100e3, 0.5, 4}, {40e6, 1.5, 3}, {500e6, 2, 3}, {300, 1, 4},
	} {
		values := spread(r, 4000, c.median, c.sigma)
		d := latencies(values)
		e := d.Exponential()
		if e.Scale > c.scale || e.Scale < c.scale-1 || len(e.Counts) > MaxBuckets {
			t.Errorf("%+v: scale %d with %d buckets", c, e.Scale, len(e.Counts))
		}
		all := e.Zero
		for _, n := range e.Counts {
			all += n
		}
		if all != 4000 || d.Count() != 4000 || e.Counts[0] == 0 || e.Counts[len(e.Counts)-1] == 0 {
			t.Errorf("%+v: %d values in buckets, %d in all; %v", c, all, d.Count(), e.Counts)
		}
		var sum float64
		for i, ns := range values {
			v := float64(ns) / 1e9
			sum += v
			low, high := e.quantile(uint64(i + 1))
			if slack := max(v/2000, 32e-9); v < low-slack || v > high+slack {
				t.Errorf("%+v: rank %d is %g and its bucket %g to %g", c, i+1, v, low, high)
				break
			}
		}
		if got := d.Sum(); math.Abs(got-sum) > sum*1e-12 {
			t.Errorf("%+v: sum %g, want %g", c, got, sum)
		}
		if d.Min() != float64(values[0])*1e-9 || d.Max() != float64(values[len(values)-1])*1e-9 {
			t.Errorf("%+v: %g to %g", c, d.Min(), d.Max())
		}
	}
}

// TestExponentialScale: what the documentation says of how close quantiles are.
func TestExponentialScale(t *testing.T) {
	for powers, scale := range map[float64]int{1: 5, 4.9: 5, 9.9: 4, 19.9: 3} {
		d := latencies([]int64{1e6, int64(1e6 * math.Exp2(powers))})
		if e := d.Exponential(); e.Scale != scale {
			t.Errorf("%g powers of two: scale %d, want %d", powers, e.Scale, scale)
		}
	}
}

// TestClassicBuckets: each holds what is no larger than its bound, but for half an
// HdrHistogram bucket around it.
func TestClassicBuckets(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	values := append(spread(r, 5000, 3e6, 2), 0, 1, 63, 64, 50_000, 1e6, 1e9, 301e9)
	slices.Sort(values)
	d := latencies(values)
	most := func(v float64) uint64 {
		n, _ := slices.BinarySearch(values, int64(v*1e9)+1)
		return uint64(n)
	}
	bounds := 0
	d.Classic(func(bound float64, n uint64) {
		bounds++
		slack := max(bound/2000, 32e-9)
		if least := most(bound - slack); n < least || n > most(bound+slack) {
			t.Errorf("%d up to %g s, want %d to %d", n, bound, least, most(bound+slack))
		}
	})
	if bounds != 20 {
		t.Errorf("%d bounds", bounds)
	}
}

// TestDistributionEnds: zeros, what lies over the range, and nothing at all.
func TestDistributionEnds(t *testing.T) {
	d := latencies([]int64{0, 0, 5, int64(2 * 3600 * 1e9), int64(3 * 3600 * 1e9)})
	e := d.Exponential()
	last := uint64(0)
	d.Classic(func(_ float64, n uint64) { last = n })
	if e.Zero != 3 || last != 3 || d.Count() != 5 || d.Max() != 3*3600 || d.Min() != 0 {
		t.Errorf("%+v, %d up to the last bound, %d in all, %g to %g", e, last, d.Count(), d.Min(), d.Max())
	}
	if low, high := e.quantile(5); low >= 3*3600 || high < 3*3600 || e.Counts[0] != 1 || e.Counts[len(e.Counts)-1] != 1 {
		t.Errorf("what is over the range lies in %g to %g, %v", low, high, e.Counts)
	}
	empty := newDistribution(bytesPerSecond())
	empty.add(nil)
	empty.add(hdr.NewThroughputHistogram())
	if e := empty.Exponential(); empty.Count() != 0 || len(e.Counts) != 0 || e.Zero != 0 {
		t.Errorf("nothing came to %+v", e)
	}
}

// TestThroughputDistribution is in bytes per second.
func TestThroughputDistribution(t *testing.T) {
	h := hdr.NewThroughputHistogram()
	for _, v := range []int64{1, 65_000, 100 << 20, 1e12} {
		h.Record(v)
	}
	d := newDistribution(bytesPerSecond())
	d.add(h)
	var counts []uint64
	d.Classic(func(_ float64, n uint64) { counts = append(counts, n) })
	if want := []uint64{2, 2, 2, 2, 2, 2, 3, 3, 3, 3}; !slices.Equal(counts, want) {
		t.Errorf("%v, want %v", counts, want)
	}
	if want := 1 + 65_000 + float64(100<<20) + 1e12; d.Sum() != want {
		t.Errorf("sum %g, want %g", d.Sum(), want)
	}
}
