package inference

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The bootstrap distribution of a median is known exactly (Efron 1979, section
// 3; Maritz & Jarrett 1978, J. Am. Statist. Assoc. 73): of the draws those from
// the first i values of the sorted sample are binomial. The drawn medians have
// to follow it, for odd and even samples.
func TestBootstrapMedianFollowsItsExactDistribution(t *testing.T) {
	const draws = 60_000
	for _, n := range []int{1, 2, 5, 6, 13, 20} {
		// Means of two of these values are all different.
		values := make([]float64, n)
		for i := range values {
			values[i] = math.Exp2(float64(i))
		}
		source, sample := newSource(uint64(n)), newResampled(values, arithmetic)
		drawn := map[float64]int{}
		for range draws {
			drawn[sample.median(source)]++
		}
		total := 0.0
		for i := range n {
			for j := i; j < n; j++ {
				p := bothMiddle(n, i, j)
				total += p
				got := float64(drawn[between(values[i], values[j], arithmetic)]) / draws
				if bound := 4.5 * math.Sqrt(p*(1-p)/draws); math.Abs(got-p) > bound+1.5/draws {
					t.Errorf("n = %d: median of values %d and %d in %v of the resamples, want %v", n, i, j, got, p)
				}
			}
		}
		if math.Abs(total-1) > 1e-9 {
			t.Errorf("n = %d: the exact probabilities add up to %v", n, total)
		}
	}
}

// bothMiddle returns the probability that the lower middle value of a resample
// is the i-th of the sample, and the upper the j-th.
func bothMiddle(n, i, j int) float64 {
	// upTo is P(lower ≤ i-th, upper ≤ j-th), i and j counted from 1: enough draws
	// from the first i values, and enough from the first j.
	upTo := func(i, j int) (p float64) {
		i = min(i, j)
		for a := (n + 1) / 2; a <= n; a++ {
			for b := max(a, n/2+1); b <= n; b++ {
				ways := math.Exp(logChoose(n, b) + logChoose(b, a))
				p += ways * math.Pow(float64(i)/float64(n), float64(a)) *
					math.Pow(float64(j-i)/float64(n), float64(b-a)) *
					math.Pow(float64(n-j)/float64(n), float64(n-b))
			}
		}
		return p
	}
	i, j = i+1, j+1
	return upTo(i, j) - upTo(i-1, j) - upTo(i, j-1) + upTo(i-1, j-1)
}

func logChoose(n, k int) float64 {
	return lgamma(n+1) - lgamma(k+1) - lgamma(n-k+1)
}

func lgamma(n int) float64 {
	v, _ := math.Lgamma(float64(n))
	return v
}

// With 13 values the 2.5% quantile of the bootstrap distribution is the 4th: the
// first three have 1.6%, the first four 7.1%.
func TestBootstrapMedianInterval(t *testing.T) {
	values := []float64{13, 1, 12, 2, 11, 3, 10, 4, 9, 5, 8, 6, 7}
	before := slices.Clone(values)
	for seed := range uint64(20) {
		if got := BootstrapMedian(values, 0.95, 2000, seed); got != (Interval{4, 10}) {
			t.Errorf("seed %d: %v, want 4 to 10", seed, got)
		}
		// 0.155% lie below the third, 1.6% with it.
		if got := BootstrapMedian(values, 0.985, 2000, seed); got != (Interval{3, 11}) {
			t.Errorf("seed %d: %v, want 3 to 11", seed, got)
		}
	}
	if !slices.Equal(values, before) {
		t.Error("the argument was changed")
	}
	slices.Sort(values)
	if BootstrapMedian(values, 0.9, 999, 5) != BootstrapMedian(before, 0.9, 999, 5) {
		t.Error("the order of the values matters")
	}
}

// The ends of an interval of two samples lie where the exact distribution of the
// difference, or ratio, of two bootstrap medians has α/2 on either side.
func TestBootstrapOfTwoSamples(t *testing.T) {
	a := []float64{3.1, 4.7, 5.2, 6.9, 8.3, 9.6, 11.4}
	b := []float64{6.2, 7.7, 10.1, 13.9, 15.3}
	difference := func(a, b float64) float64 { return b - a }
	ratio := func(a, b float64) float64 { return b / a }
	for _, test := range []struct {
		name string
		of   func(a, b float64) float64
		got  func(level float64, seed uint64) Interval
	}{
		{"difference", difference, func(level float64, seed uint64) Interval {
			return BootstrapDifferenceOfMedians(a, b, level, Resamples, seed)
		}},
		{"ratio", ratio, func(level float64, seed uint64) Interval {
			return BootstrapRatioOfMedians(a, b, level, Resamples, seed)
		}},
	} {
		below := func(limit float64) (p float64) { // P(value ≤ limit)
			for i := range a {
				for j := range b {
					if test.of(a[i], b[j]) <= limit {
						p += bothMiddle(len(a), i, i) * bothMiddle(len(b), j, j)
					}
				}
			}
			return p
		}
		for _, level := range []float64{0.8, 0.95, 0.99} {
			tail := (1 - level) / 2
			slack := 4.5 * math.Sqrt(tail*(1-tail)/Resamples)
			for seed := range uint64(3) {
				got := test.got(level, seed)
				just := math.Nextafter(got.Low, math.Inf(-1))
				if !(below(just) <= tail+slack && below(got.Low) >= tail-slack) {
					t.Errorf("%s, %v: %v of the distribution are below the low end, %v with it", test.name, level, below(just), below(got.Low))
				}
				just = math.Nextafter(got.High, math.Inf(-1))
				if !(below(just) <= 1-tail+slack && below(got.High) >= 1-tail-slack) {
					t.Errorf("%s, %v: %v of the distribution are below the high end, %v with it", test.name, level, below(just), below(got.High))
				}
			}
		}
	}
}

func TestBootstrapIsDeterministic(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 0))
	a, b := make([]float64, 9), make([]float64, 12)
	for i := range a {
		a[i] = 1 + r.Float64()
	}
	for i := range b {
		b[i] = 1 + r.Float64()
	}
	if BootstrapMedian(b, 0.95, 1000, 7) != BootstrapMedian(b, 0.95, 1000, 7) ||
		BootstrapRatioOfMedians(a, b, 0.95, 1000, 7) != BootstrapRatioOfMedians(a, b, 0.95, 1000, 7) {
		t.Error("one seed gives two intervals")
	}
	// Their quantiles have many steps, so that another seed moves them.
	if BootstrapRatioOfMedians(a, b, 0.95, 1000, 7) == BootstrapRatioOfMedians(a, b, 0.95, 1000, 8) {
		t.Error("two seeds give one interval")
	}
}

func TestPercentiles(t *testing.T) {
	for _, test := range []struct {
		n         int
		level     float64
		low, high float64
	}{
		{10_000, 0.95, 250, 9751}, // 10001·0.025 = 250.025
		{999, 0.95, 25, 975},
		{999, 0.9, 50, 950}, // 1-0.9 is not quite 0.1
		{100, 0.9875, 1, 100},
		{10, 0.999, 1, 10},
		{1, 0.95, 1, 1},
		{9, 0, 5, 5},
		{9, 1, 1, 9},
	} {
		values := make([]float64, test.n)
		for i := range values {
			values[i] = float64(test.n - i)
		}
		if got := percentiles(values, test.level); got != (Interval{test.low, test.high}) {
			t.Errorf("%d values, %v: %v, want %v to %v", test.n, test.level, got, test.low, test.high)
		}
	}
}

func TestBootstrapEdges(t *testing.T) {
	nan, huge := math.NaN(), math.MaxFloat64
	for _, test := range []struct {
		name   string
		values []float64
		want   Interval
	}{
		{"none", nil, Interval{nan, nan}},
		{"one", []float64{3}, Interval{3, 3}},
		{"all ties", []float64{0.1, 0.1, 0.1, 0.1}, Interval{0.1, 0.1}},
		{"all zeros", make([]float64, 10), Interval{0, 0}},
		{"huge", []float64{huge, huge, huge, huge, -huge}, Interval{-huge, huge}},
		{"a NaN", []float64{1, nan}, Interval{nan, nan}},
	} {
		got := BootstrapMedian(test.values, 0.999, 1000, 1)
		if !nearly(got.Low, test.want.Low) || !nearly(got.High, test.want.High) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	one, none := []float64{2}, []float64(nil)
	for name, got := range map[string]Interval{
		"no first":     BootstrapRatioOfMedians(none, one, 0.95, 100, 1),
		"no second":    BootstrapDifferenceOfMedians(one, none, 0.95, 100, 1),
		"no resamples": BootstrapMedian(one, 0.95, 0, 1),
		"a NaN":        BootstrapDifferenceOfMedians(one, []float64{nan}, 0.95, 100, 1),
	} {
		if !math.IsNaN(got.Low) || !math.IsNaN(got.High) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := BootstrapRatioOfMedians([]float64{4}, []float64{5}, 0.95, 100, 1); got != (Interval{1.25, 1.25}) {
		t.Errorf("5 against 4: %v", got)
	}
}

func TestBootstrapAllocatesNothingPerResample(t *testing.T) {
	values := []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3}
	few := testing.AllocsPerRun(5, func() { BootstrapMedian(values, 0.95, 100, 1) })
	many := testing.AllocsPerRun(5, func() { BootstrapMedian(values, 0.95, 10_000, 1) })
	if few != many {
		t.Errorf("%v allocations with 100 resamples, %v with 10000", few, many)
	}
}

func BenchmarkBootstrapMedian(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"10", 10}, {"30", 30}, {"1000", 1000}} {
		b.Run(size.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 0))
			values := make([]float64, size.n)
			for i := range values {
				values[i] = r.NormFloat64()
			}
			b.ReportAllocs()
			for b.Loop() {
				BootstrapMedian(values, 0.95, Resamples, 1)
			}
		})
	}
}
