package schedule

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// equal returns n equal shares.
func equal(n int) (shares []Share) {
	for i := range n {
		shares = append(shares, Share{Index: i, Of: n})
	}
	return shares
}

// weighed returns shares of these weights.
func weighed(weights ...float64) (shares []Share) {
	for i, w := range weights {
		shares = append(shares, Share{Index: i, Of: len(weights), Weight: w})
	}
	return shares
}

// TestEqualSharesMakeTheSameArrivals: none is missing, none is there twice, and none is a
// nanosecond off.
func TestEqualSharesMakeTheSameArrivals(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	curves := []Curve{steady, steps, up, down, gap, {{10 * s1, 200.0 / 3, 200.0 / 3}}}
	for range 60 {
		curves = append(curves, randomCurve(r, 40))
	}
	for _, c := range curves {
		const most = 5000
		for _, n := range []int{1, 2, 3, 49} {
			var got []time.Duration
			for _, share := range equal(n) {
				for _, a := range all(Constant(c, share), most) {
					got = append(got, a.Due)
				}
			}
			slices.Sort(got)
			want := all(Constant(c, Share{}), min(most, len(got)))
			for i, a := range want {
				if got[i] != a.Due {
					t.Fatalf("%v in %d shares: arrival %d is due at %v, want %v", c, n, i, got[i], a.Due)
				}
			}
			if _, ends := c.Length(); ends && len(got) != len(all(Constant(c, Share{}), n*most)) {
				t.Fatalf("%v in %d shares: %d arrivals", c, n, len(got))
			}
		}
	}
}

// TestEqualSharesMakeTheSameSessions holds who is wanted in the shares against the whole.
func TestEqualSharesMakeTheSameSessions(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		c := randomCurve(r, 40)
		for _, n := range []int{1, 2, 3, 7} {
			at := time.Duration(r.Int64N(int64(40 * s1)))
			var wanted int
			for _, share := range equal(n) {
				mine := 0
				for slot := range 50 {
					if c.Wanted(share, slot, at) {
						mine++
					}
					if global := slot*n + share.Index; c.Wanted(share, slot, at) != c.Wanted(Share{}, global, at) {
						t.Fatalf("%v, share %d of %d: slot %d is not as slot %d of the whole at %v", c, share.Index, n, slot, global, at)
					}
				}
				if got := share.Count(c.At(at)); got != int64(mine) {
					t.Fatalf("%v, share %d of %d: Count is %d of %v, and %d are wanted", c, share.Index, n, got, c.At(at), mine)
				}
				wanted += mine
			}
			if want := (Share{}).Count(c.At(at)); int64(wanted) != want {
				t.Fatalf("%v in %d shares: %d sessions at %v, want %d", c, n, wanted, at, want)
			}
		}
	}
}

// TestCountsAddUp to what all shares have together.
func TestCountsAddUp(t *testing.T) {
	for _, n := range []float64{0, 1, 2, 5, 24, 100, 1001, 200_000} {
		for _, of := range []int{1, 2, 3, 10, 1000} {
			var sum int64
			for _, s := range equal(of) {
				sum += s.Count(n)
			}
			if sum != int64(n) {
				t.Errorf("%v in %d shares are %d", n, of, sum)
			}
		}
	}
	for _, shares := range [][]Share{weighed(0.5, 0.25, 0.25), weighed(0.1, 0.2, 0.7), weighed(0.01, 0.99)} {
		for _, n := range []float64{100, 1000, 200_000} { // which the weights make whole
			for i, s := range shares {
				if got, want := s.Count(n), int64(math.Round(n*s.Weight)); got != want {
					t.Errorf("%v of %v: share %d of %+v has %d, want %d", s.Weight, n, i, shares, got, want)
				}
			}
		}
	}
}

// TestSharesOfOtherWeights have their part of the arrivals, at even distances.
func TestSharesOfOtherWeights(t *testing.T) {
	for _, share := range weighed(0.6, 0.3, 0.1) {
		got := all(Constant(Curve{{100 * s1, 50, 50}}, share), 1e6)
		want := 5000 * share.Weight
		if math.Abs(float64(len(got))-want) > 1 {
			t.Errorf("weight %v: %d arrivals, want %v", share.Weight, len(got), want)
		}
		each := time.Duration(float64(s1) / 50 / share.Weight)
		for i := range got[1:] {
			if d := got[i+1].Due - got[i].Due - each; d < -2 || d > 2 {
				t.Fatalf("weight %v: %v between arrivals %d and %d, want %v", share.Weight, got[i+1].Due-got[i].Due, i, i+1, each)
			}
		}
	}
}

// TestSharesArePoissonTogether merges the arrivals of all shares and holds the counts in
// bins against the Poisson distribution's equal mean and variance. Shares of one seed would come in bursts of as many as there
// are of them, with as many times the variance.
func TestSharesArePoissonTogether(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	for name, shares := range map[string][]Share{"4 equal": equal(4), "20 equal": equal(20), "weights": weighed(0.5, 0.3, 0.15, 0.05)} {
		for _, curve := range []Curve{{{500 * s1, 100, 100}}, {{500 * s1, 0, 200}, {100 * s1, 0, 0}}} {
			length, _ := curve.Length()
			mean := curve.Count(length)
			for seed := range uint64(5) {
				var merged []time.Duration
				for _, s := range shares {
					for _, a := range all(Poisson(curve, s.Seed(seed), s), 1e6) {
						merged = append(merged, a.Due)
					}
				}
				if d := math.Abs(float64(len(merged)) - mean); d > 4*math.Sqrt(mean) {
					t.Errorf("%s, seed %d: %d arrivals, want %v", name, seed, len(merged), mean)
				}
				for _, inBin := range []float64{1, 10, 100} {
					if index, z := dispersion(curve, merged, inBin); math.Abs(z) > 4 {
						t.Errorf("%s, %v, seed %d: index of dispersion %.3f in bins of %v, %.1f standard deviations off", name, curve, seed, index, inBin, z)
					}
				}
			}
		}
	}
	// The test itself sees what it is there for.
	var bursts []time.Duration
	curve := Curve{{500 * s1, 100, 100}}
	for _, s := range equal(4) {
		for _, a := range all(Poisson(curve, 1, s), 1e6) {
			bursts = append(bursts, a.Due)
		}
	}
	if index, z := dispersion(curve, bursts, 10); z < 20 {
		t.Errorf("shares of one seed: index of dispersion %.3f, %.1f standard deviations off: they should be found out", index, z)
	}
}

// dispersion returns the index of dispersion of the counts in bins of one expectation,
// and how many standard deviations that is from 1: (bins-1)·variance/mean is chi-squared
// with bins-1 degrees of freedom (Cox and Lewis, The Statistical Analysis of Series of
// Events, 1966, section 6.3), nearly normal here. The bins are of equal Count, so that
// slopes are tested with it.
func dispersion(curve Curve, dues []time.Duration, inBin float64) (index, z float64) {
	length, _ := curve.Length()
	bins := make([]float64, int(curve.Count(length)/inBin))
	for _, due := range dues {
		if bin := int(curve.Count(due) / inBin); bin < len(bins) {
			bins[bin]++
		}
	}
	n := float64(len(bins))
	var sum, squares float64
	for _, b := range bins {
		sum += b
	}
	for _, b := range bins {
		squares += (b - sum/n) * (b - sum/n)
	}
	chi2 := squares / (sum / n)
	return chi2 / (n - 1), (chi2 - (n - 1)) / math.Sqrt(2*(n-1))
}

// TestTheFirstShareIsAsItWas: alone it is the whole load, and its choices do not depend on
// how many others there are.
func TestTheFirstShareIsAsItWas(t *testing.T) {
	for _, s := range []Share{{}, {Of: 1}, {Index: 0, Of: 5}} {
		if got := s.Seed(42); got != 42 {
			t.Errorf("%+v draws from %d", s, got)
		}
	}
	seeds := map[uint64]string{}
	for _, seed := range []uint64{0, 1, 42, 1 << 63} {
		for i := range 1000 {
			got := Share{Index: i, Of: 1000}.Seed(seed)
			name := fmt.Sprintf("share %d of seed %d", i, seed)
			if other, there := seeds[got]; there {
				t.Errorf("%s draws from the same as %s", name, other)
			}
			seeds[got] = name
		}
	}
	if one, alone := all(Poisson(steady, 7, Share{}), 3000), all(Poisson(steady, 7, Share{Of: 1}), 3000); !slices.Equal(one, alone) {
		t.Error("number 0 of 1 is not all of the load")
	}
}
