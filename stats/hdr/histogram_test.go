package hdr

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// theirs returns HdrHistogram-go's histogram of the same scale.
func theirs(k Unit) *hdr.Histogram {
	return hdr.New(scales[k].lowest, scales[k].highest, significant)
}

func TestBucketsAreHdrHistograms(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for k := range scales {
		s, ref := &scales[k], theirs(Unit(k))
		if got, want := s.buckets(), len(ref.Export().Counts); got != want {
			t.Errorf("scale %d has %d buckets, HdrHistogram %d", k, got, want)
		}
		if rest := s.buckets() % pageSize; rest != 0 {
			t.Errorf("scale %d has %d buckets in no page", k, rest)
		}
		values := []int64{0, 1, 63, 64, 2047, 2048, 131071, 131072, s.highest - 1, s.highest}
		for range 400 {
			values = append(values, int64(math.Exp(r.Float64()*math.Log(float64(s.highest)))))
		}
		for _, v := range values {
			one := theirs(Unit(k))
			if err := one.RecordValue(v); err != nil {
				t.Fatal(err)
			}
			i := s.index(v)
			low, high := s.bounds(i)
			if v < low || v > high {
				t.Fatalf("scale %d: %d is not in its bucket %d..%d", k, v, low, high)
			}
			if v%5 == 0 || v < 3000 { // exporting is slow
				if one.Export().Counts[i] != 1 {
					t.Fatalf("scale %d: value %d is not in bucket %d there", k, v, i)
				}
			}
			if want := one.ValueAtPercentile(100); high != want {
				t.Fatalf("scale %d: bucket of %d ends at %d, there at %d", k, v, high, want)
			}
			if width := float64(high - low + 1); v >= int64(1000<<s.unit) && width > float64(v)/1000 {
				t.Fatalf("scale %d: bucket of %d is %g wide", k, v, width)
			}
		}
	}
}

func TestPercentilesAreThoseOfSortedSamples(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 2, 3, 10, 99, 100, 101, 1000, 4567} {
		h := NewLatencyHistogram()
		var sorted []int64
		var sum float64
		for range n {
			v := int64(r.ExpFloat64() * 3e6)
			h.Record(v)
			sorted = append(sorted, v)
			sum += float64(v)
		}
		slices.Sort(sorted)
		if h.Count() != int64(n) || h.Min() != sorted[0] || h.Max() != sorted[n-1] || h.Mean() != sum/float64(n) {
			t.Errorf("n=%d: count %d min %d max %d mean %g are not exact", n, h.Count(), h.Min(), h.Max(), h.Mean())
		}
		for _, p := range []float64{0, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100} {
			at := max(int(math.Ceil(float64(n)*p*1e3/1e5-1e-9)), 1)
			want := sorted[at-1]
			got := h.ValueAtPercentile(p)
			if got == 0 && want < 64 {
				continue // the lowest bucket
			}
			if off := float64(got - want); off < 0 || off > max(63, float64(want)/1000) {
				t.Errorf("n=%d p%g = %d, want %d", n, p, got, want)
			}
		}
		if h.ValueAtPercentile(0) != h.Min() || h.ValueAtPercentile(100) != h.Max() {
			t.Errorf("n=%d: p0 and p100 are not the minimum and the maximum", n)
		}
	}
}

func TestLowestBucketReadsAsZero(t *testing.T) {
	for _, c := range []struct {
		values        []int64
		p0, p50, p75  int64
		throughputs75 int64 // whose buckets are a unit wide
		what          string
	}{
		{[]int64{0}, 0, 0, 0, 0, "one zero"},
		{[]int64{0, 0, 0, 0}, 0, 0, 0, 0, "zeros"},
		{[]int64{0, 0, 0, 900_000}, 0, 0, 0, 0, "zeros and one that took time"},
		{[]int64{0, 5, 40, 63}, 0, 0, 0, 40, "below the resolution"},
		{[]int64{20, 30, 40, 63}, 20, 20, 20, 40, "not below the minimum"},
		{[]int64{0, 0, 64, 900_000}, 0, 0, 127, 64, "the bucket after it"},
		{[]int64{64, 64, 64, 100}, 64, 100, 100, 64, "not above the maximum"},
	} {
		h, r := NewLatencyHistogram(), NewThroughputHistogram()
		for _, v := range c.values {
			h.Record(v)
			r.Record(v)
		}
		if p0, p50, p75 := h.ValueAtPercentile(0), h.ValueAtPercentile(50), h.ValueAtPercentile(75); p0 != c.p0 || p50 != c.p50 || p75 != c.p75 {
			t.Errorf("%s: %d %d %d, want %d %d %d", c.what, p0, p50, p75, c.p0, c.p50, c.p75)
		}
		if p75 := r.ValueAtPercentile(75); p75 != c.throughputs75 {
			t.Errorf("%s: throughput p75 = %d, want %d", c.what, p75, c.throughputs75)
		}
	}
}

func TestPercentilesAreInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 2000 {
		h := NewLatencyHistogram()
		most := int64(1) << (1 + r.IntN(45))
		for range 1 + r.IntN(20) {
			h.Record(r.Int64N(most))
		}
		last := h.Min()
		for p := 0.0; p <= 100; p += 2.5 {
			v := h.ValueAtPercentile(p)
			if v < last || v > h.Max() {
				t.Fatalf("p%g = %d after %d, maximum %d", p, v, last, h.Max())
			}
			last = v
		}
	}
}

func TestRankIsExact(t *testing.T) {
	for _, c := range []struct {
		p    float64
		n    int64
		want int64
	}{
		{50, 1, 1}, {50, 2, 1}, {50, 3, 2}, {50, 4, 2},
		{90, 10, 9}, {90, 11, 10}, {90, 26, 24}, // rounding to nearest would give 23
		{99, 100, 99}, {99, 101, 100}, {99.9, 1000, 999}, {99.9, 1001, 1000},
		{99.99, 30000, 29997}, {99.9, 3000, 2997},
		{0, 5, 1}, {-1, 5, 1}, {math.NaN(), 5, 1}, {100, 5, 5}, {200, 5, 5},
		{100, math.MaxInt64, math.MaxInt64}, {50, math.MaxInt64, math.MaxInt64/2 + 1},
	} {
		if got := rank(c.p, c.n); got != c.want {
			t.Errorf("rank(%g, %d) = %d, want %d", c.p, c.n, got, c.want)
		}
	}
}

func TestValuesOverTheRangeAreCounted(t *testing.T) {
	h := NewLatencyHistogram()
	const hour = 3_600_000_000_000
	for range 6 {
		h.Record(1000)
	}
	h.Record(hour) // the last value in range
	h.Record(hour + 1)
	h.Record(2 * hour)
	h.Record(3 * hour)
	if h.Count() != 10 || h.Over() != 3 || h.Max() != 3*hour {
		t.Fatalf("count %d over %d max %d", h.Count(), h.Over(), h.Max())
	}
	if want := (6*1000 + hour + (hour + 1) + 2*hour + 3*hour) / 10.0; h.Mean() != want {
		t.Errorf("mean %g, want %g", h.Mean(), want)
	}
	if v := h.ValueAtPercentile(60); v != 1023 {
		t.Errorf("p60 = %d, want the bucket of 1000", v)
	}
	if v := h.ValueAtPercentile(70); v < hour || v > hour+hour/1000 {
		t.Errorf("p70 = %d, want an hour", v)
	}
	for _, p := range []float64{80, 90, 100} {
		if v := h.ValueAtPercentile(p); v != 3*hour {
			t.Errorf("p%g = %d, want the maximum", p, v)
		}
	}
	if h.Over() != 3 || h.Doubtful(50, 0) || !h.Doubtful(90, 0) {
		t.Errorf("over %d, p50 doubtful %v, p90 %v: want 3 and p90", h.Over(), h.Doubtful(50, 0), h.Doubtful(90, 0))
	}
}

func TestSumDoesNotOverflow(t *testing.T) {
	h := NewThroughputHistogram()
	for range 5 {
		h.Record(math.MaxInt64)
	}
	if got := h.Mean(); got != float64(math.MaxInt64) {
		t.Errorf("mean %g", got)
	}
	o := h.Clone()
	o.Merge(h)
	if got := o.Mean(); got != float64(math.MaxInt64) {
		t.Errorf("merged mean %g", got)
	}
}

func TestMergeLosesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	whole, a, b := NewThroughputHistogram(), NewThroughputHistogram(), NewThroughputHistogram()
	for i := range 10000 {
		v := int64(math.Exp(r.Float64() * 30))
		whole.Record(v)
		if i%3 == 0 {
			a.Record(v)
		} else {
			b.Record(v)
		}
	}
	m := a.Clone()
	m.Merge(b)
	m.Merge(NewThroughputHistogram())
	m.Merge(nil)
	same(t, m, whole)
	a.Reset()
	same(t, a, NewThroughputHistogram())
	a.Merge(whole)
	same(t, a, whole)
	if m.count == a.count-1 {
		t.Error("clone shares memory")
	}
}

func TestRecordingDoesNotAllocate(t *testing.T) {
	h := NewLatencyHistogram()
	h.Record(12345)
	if n := testing.AllocsPerRun(100, func() { h.Record(12345) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// same compares two histograms value by value.
func same(t *testing.T, got, want *Histogram) {
	t.Helper()
	if got == nil || want == nil {
		if got != want {
			t.Errorf("%v, want %v: one is nil", got, want)
		}
		return
	}
	type bucket struct{ low, high, n int64 }
	list := func(h *Histogram) (l []bucket) {
		h.Each(func(low, high, n int64) { l = append(l, bucket{low, high, n}) })
		return l
	}
	if got.kind != want.kind || got.count != want.count || got.over != want.over ||
		got.min != want.min || got.max != want.max || got.sum != want.sum || got.sumHi != want.sumHi {
		t.Errorf("figures differ: %d/%d/%d/%d, want %d/%d/%d/%d", got.count, got.over, got.min, got.max,
			want.count, want.over, want.min, want.max)
	}
	if !slices.Equal(list(got), list(want)) {
		t.Error("buckets differ")
	}
}
