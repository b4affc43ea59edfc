package schedule

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

func all(a *Arrivals, most int) []Arrival {
	var got []Arrival
	for len(got) < most {
		next, ok := a.Next()
		if !ok {
			break
		}
		got = append(got, next)
	}
	return got
}

func TestConstant(t *testing.T) {
	for _, c := range []struct {
		name  string
		curve Curve
		count int
		dues  map[int]time.Duration
	}{
		{"nothing", nil, 0, nil},
		{"silence", Curve{{s1, 0, 0}}, 0, nil},
		{"endless silence", Curve{{s1, 2, 2}, {0, 0, 0}}, 2, map[int]time.Duration{0: 0, 1: 500 * ms}},
		{"steady", steady, 2000, map[int]time.Duration{0: 0, 1: 5 * ms, 1999: 9995 * ms}},
		{"one", Curve{{s1, 0.1, 0.1}}, 1, map[int]time.Duration{0: 0}},
		{"a broken number is rounded up", Curve{{s1, 2.5, 2.5}}, 3, map[int]time.Duration{2: 800 * ms}},
		{"steps", steps, 3000, map[int]time.Duration{999: 9990 * ms, 1000: 10 * s1, 1003: 10010 * ms, 2500: 15 * s1, 2999: 24980 * ms}},
		{"up", up, 1000, map[int]time.Duration{0: 0, 10: s1, 40: 2 * s1, 90: 3 * s1, 810: 9 * s1}},
		{"down", down, 1000, map[int]time.Duration{0: 0, 190: s1, 360: 2 * s1, 990: 9 * s1}},
		{"gap", gap, 2000, map[int]time.Duration{0: 5 * s1, 1: 5010 * ms, 999: 14990 * ms, 1000: 20 * s1, 1001: 20010 * ms, 1999: 29990 * ms}},
		{"fades", fades, 50, map[int]time.Duration{0: 0}},
		{"up and down with thirds", Curve{{3 * s1, 0, 1.0 / 3}, {3 * s1, 1.0 / 3, 0}}, 1, map[int]time.Duration{0: 0}},
	} {
		got := all(Constant(c.curve, Share{}), 10_000)
		if len(got) != c.count {
			t.Errorf("%s: %d arrivals, want %d", c.name, len(got), c.count)
			continue
		}
		for i, a := range got {
			if a.Index != int64(i) || c.curve.At(a.Due) == 0 && c.curve.At(a.Due+1) == 0 {
				t.Errorf("%s: arrival %d is %+v, where the level is %v", c.name, i, a, c.curve.At(a.Due))
			}
		}
		for i, want := range c.dues {
			if got[i].Due != want {
				t.Errorf("%s: arrival %d is due at %v, want %v", c.name, i, got[i].Due, want)
			}
		}
	}
}

func TestConstantIsAsDueAsItsSegmentSays(t *testing.T) {
	got := all(Constant(house, Share{}), 20_000)
	if len(got) != 20_000 {
		t.Fatalf("%d arrivals of an endless load", len(got))
	}
	for i, a := range got {
		if want, ok := when(house, float64(i)); !ok || a.Due != want {
			t.Fatalf("arrival %d is due at %v, when says %v, %v", i, a.Due, want, ok)
		}
	}
	// Far into an endless load.
	a := Constant(endless, Share{})
	a.next = 1e9
	if got, ok := a.Next(); !ok || got != (Arrival{1e9, 5_000_000 * s1}) {
		t.Errorf("arrival 1e9 is %+v, %v", got, ok)
	}
}

func TestLimit(t *testing.T) {
	for _, make := range []func() *Arrivals{
		func() *Arrivals { return Constant(steady, Share{}) },
		func() *Arrivals { return Poisson(steady, 1, Share{}) },
	} {
		free := all(make(), 10_000)
		for _, limit := range []int64{1, 7, 1000} {
			a := make()
			a.Limit(limit)
			if got := all(a, 10_000); !slices.Equal(got, free[:limit]) {
				t.Errorf("Limit(%d) left %d arrivals, or others", limit, len(got))
			}
		}
		a := make()
		a.Limit(0)
		if got := all(a, 10_000); len(got) != len(free) {
			t.Errorf("Limit(0) left %d of %d arrivals", len(got), len(free))
		}
	}
}

func TestTheCurveMayChangeAfterwards(t *testing.T) {
	c := slices.Clone(steady)
	a := Constant(c, Share{})
	c[0] = Segment{s1, 0, 0}
	if got := all(a, 10_000); len(got) != 2000 {
		t.Errorf("%d arrivals", len(got))
	}
}

func TestPoissonBySeed(t *testing.T) {
	// Known values: a result is to be made again by a later version.
	var dues []time.Duration
	for _, a := range all(Poisson(steady, 42, Share{}), 5) {
		dues = append(dues, a.Due)
	}
	want := []time.Duration{8449889, 17312573, 17930296, 17966871, 21149847}
	if !slices.Equal(dues, want) {
		t.Errorf("seed 42: due at %v, want %v", dues, want)
	}
	one, again, other := all(Poisson(house, 1, Share{}), 9000), all(Poisson(house, 1, Share{}), 9000), all(Poisson(house, 2, Share{}), 9000)
	if !slices.Equal(one, again) {
		t.Error("the same seed gave other arrivals")
	}
	same := 0
	for i := range one {
		if one[i].Due == other[i].Due {
			same++
		}
	}
	if same > 0 {
		t.Errorf("two seeds have %d of %d arrivals in common", same, len(one))
	}
}

func TestPoissonCounts(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	for _, curve := range []Curve{
		steady, steps, up, down, gap,
		{{1000 * s1, 1, 1}},
		{{10 * s1, 20_000, 20_000}},
		{{100 * s1, 0.5, 700}, {50 * s1, 0, 0}, {30 * s1, 700, 3}},
	} {
		length, _ := curve.Length()
		mean := curve.Count(length)
		for seed := range uint64(20) {
			got := all(Poisson(curve, seed, Share{}), 1e6)
			if d := math.Abs(float64(len(got)) - mean); d > 4*math.Sqrt(mean) {
				t.Errorf("%v, seed %d: %d arrivals, want %v ± %.0f", curve, seed, len(got), mean, 4*math.Sqrt(mean))
			}
			for i, a := range got {
				if a.Index != int64(i) || a.Due < 0 || a.Due >= length || i > 0 && a.Due < got[i-1].Due {
					t.Fatalf("%v, seed %d: arrival %d is %+v", curve, seed, i, a)
				}
				if curve.At(a.Due) == 0 && curve.At(a.Due-1) == 0 {
					t.Fatalf("%v, seed %d: arrival %+v where nothing is to come", curve, seed, a)
				}
			}
		}
	}
}

// TestPoissonDisperses holds the counts in bins against the Poisson distribution's equal
// mean and variance.
func TestPoissonDisperses(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	for _, curve := range []Curve{{{1000 * s1, 100, 100}}, {{500 * s1, 0, 300}, {500 * s1, 100, 0}}} {
		for _, inBin := range []float64{1, 10, 100} {
			for seed := range uint64(5) {
				var dues []time.Duration
				for _, a := range all(Poisson(curve, seed, Share{}), 1e6) {
					dues = append(dues, a.Due)
				}
				if index, z := dispersion(curve, dues, inBin); math.Abs(z) > 4 {
					t.Errorf("%v, seed %d: index of dispersion %.3f in bins of %v, %.1f standard deviations off", curve, seed, index, inBin, z)
				}
			}
		}
	}
}

// TestPoissonGaps holds the gaps, in the time of Count, against the exponential
// distribution by the statistic of Kolmogorov and Smirnov, whose 0.1% point is
// 1.95/√n, and each gap against the one before it.
func TestPoissonGaps(t *testing.T) {
	for _, curve := range []Curve{{{500 * s1, 100, 100}}, {{500 * s1, 0, 200}}, {{500 * s1, 200, 0}}, gap} {
		for seed := range uint64(8) {
			var gaps []float64
			last := 0.0
			for _, a := range all(Poisson(curve, seed, Share{}), 1e6) {
				at := curve.Count(a.Due)
				gaps = append(gaps, at-last)
				last = at
			}
			n := float64(len(gaps))
			var serial float64
			for i := range gaps[1:] {
				serial += (gaps[i] - 1) * (gaps[i+1] - 1)
			}
			if z := serial / math.Sqrt(n); math.Abs(z) > 4 {
				t.Errorf("%v, seed %d: gaps are correlated, z = %.1f", curve, seed, z)
			}
			slices.Sort(gaps)
			var distance float64
			for i, g := range gaps {
				p := -math.Expm1(-g)
				distance = max(distance, float64(i+1)/n-p, p-float64(i)/n)
			}
			if distance > 1.95/math.Sqrt(n) {
				t.Errorf("%v, seed %d: distance %.5f from the exponential, at most %.5f", curve, seed, distance, 1.95/math.Sqrt(n))
			}
		}
	}
}

func TestPoissonFollowsTheCurve(t *testing.T) {
	curve := Curve{{100 * s1, 0, 1000}, {50 * s1, 200, 200}, {100 * s1, 1000, 0}}
	got := all(Poisson(curve, 3, Share{}), 1e6)
	for from := time.Duration(0); from < 250*s1; from += 5 * s1 {
		n := 0.0
		for _, a := range got {
			if a.Due >= from && a.Due < from+5*s1 {
				n++
			}
		}
		if mean := curve.Count(from+5*s1) - curve.Count(from); math.Abs(n-mean) > 4*math.Sqrt(mean) {
			t.Errorf("%v arrivals from %v on, want %v", n, from, mean)
		}
	}
}

// A gap is as precise after 2^40 arrivals as at the beginning: nothing of it is
// lost in the sum.
func TestPoissonLongRun(t *testing.T) {
	fresh, old := Poisson(Curve{{0, 1e6, 1e6}}, 9, Share{}), Poisson(Curve{{0, 1e6, 1e6}}, 9, Share{})
	old.whole = 1 << 40
	for range 100_000 {
		fresh.place()
		old.place()
	}
	if old.fraction != fresh.fraction || old.whole-1<<40 != fresh.whole {
		t.Errorf("%d + %v after a long run, %d + %v without", old.whole-1<<40, old.fraction, fresh.whole, fresh.fraction)
	}
}

func BenchmarkNext(b *testing.B) {
	for _, c := range []struct {
		name  string
		curve Curve
	}{{"steady", endless}, {"up", Curve{{1e6 * s1, 0, 1000}}}, {"down", Curve{{1e6 * s1, 1000, 0}}}} {
		for _, kind := range []string{"constant", "poisson"} {
			b.Run(fmt.Sprintf("%s/%s", kind, c.name), func(b *testing.B) {
				make := func() *Arrivals {
					if kind == "poisson" {
						return Poisson(c.curve, 1, Share{})
					}
					return Constant(c.curve, Share{})
				}
				a := make()
				b.ReportAllocs()
				for b.Loop() {
					if _, ok := a.Next(); !ok {
						b.Fatal("no more")
					}
				}
			})
		}
	}
}
