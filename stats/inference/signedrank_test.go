package inference

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSignedRankPublished(t *testing.T) {
	for _, test := range []struct {
		name        string
		differences []float64
		p           float64
	}{
		{
			// Hollander & Wolfe (1973), p. 29, the depression scale: the example of
			// R's ?wilcox.test has V = 40 and one-sided p = 0.01953, 10 of 2^9.
			"depression",
			subtract([]float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30},
				[]float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}),
			20. / 512,
		},
		{
			// Darwin's maize, the example of Wilcoxon (1945), who has 0.041 for
			// W = 24, and of scipy.stats.wilcoxon.
			"maize",
			[]float64{6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75},
			0.041259765625,
		},
	} {
		if p, used := SignedRank(test.differences); p != test.p || used != len(test.differences) {
			t.Errorf("%s: p = %v of %d, want %v of %d", test.name, p, used, test.p, len(test.differences))
		}
	}
}

// The exact p against every assignment of signs, with ties and zeros.
func TestSignedRankAgainstAllSigns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	for range 300 {
		differences := make([]float64, r.IntN(12))
		values := 2 + r.IntN(20)
		for i := range differences {
			differences[i] = float64(r.IntN(values) - values/3)
		}
		before := slices.Clone(differences)
		p, used := SignedRank(differences)
		wantP, wantUsed := signedRankByAllSigns(differences)
		if p != wantP || used != wantUsed {
			t.Fatalf("%v: p = %v of %d, want %v of %d", differences, p, used, wantP, wantUsed)
		}
		if !slices.Equal(differences, before) {
			t.Fatal("the argument was changed")
		}
		for i := range differences {
			differences[i] *= -0.25
		}
		if q, _ := SignedRank(differences); q != p {
			t.Fatalf("turned round and scaled, p = %v became %v", p, q)
		}
	}
}

// More differences than there is time to try all signs of; p was counted with
// whole numbers of any size, by another program.
func TestSignedRankOfMany(t *testing.T) {
	differences := make([]float64, 60)
	for i := range differences {
		differences[i] = float64(i*37%23 - 8)
	}
	p, used := SignedRank(differences)
	if math.Abs(p-0.00271896203975755) > 1e-15 || used != 58 {
		t.Errorf("p = %v of %d", p, used)
	}
}

func signedRankByAllSigns(differences []float64) (p float64, used int) {
	var left []float64
	for _, d := range differences {
		if d != 0 {
			left = append(left, d)
		}
	}
	ranks := make([]float64, len(left))
	observed := 0.0
	for i, d := range left {
		for _, other := range left {
			if math.Abs(other) < math.Abs(d) {
				ranks[i]++
			} else if math.Abs(other) == math.Abs(d) {
				ranks[i] += 0.5
			}
		}
		ranks[i] += 0.5
		if d > 0 {
			observed += ranks[i]
		}
	}
	below, above, all := 0, 0, 1<<len(left)
	for signs := range all {
		w := 0.0
		for i, rank := range ranks {
			if signs>>i&1 == 1 {
				w += rank
			}
		}
		if w <= observed {
			below++
		}
		if w >= observed {
			above++
		}
	}
	return min(1, 2*float64(min(below, above))/float64(all)), len(left)
}

func TestSignedRankEdges(t *testing.T) {
	inf := math.Inf(1)
	for _, test := range []struct {
		name        string
		differences []float64
		p           float64
		used        int
	}{
		{"none", nil, 1, 0},
		{"one", []float64{3}, 1, 1},
		{"zeros", []float64{0, math.Copysign(0, -1), 0}, 1, 0},
		{"zeros and one", []float64{0, 0, -1}, 1, 1},
		{"all ties, one side", []float64{-2, -2, -2, -2, -2, -2}, 2. / 64, 6},
		{"all ties, both sides", []float64{2, -2, 2, -2}, 1, 4},
		// W of one of five ties: 2·(1+5)/32.
		{"all ties, one against", []float64{2, 2, -2, 2, 2}, 0.375, 5},
		{"huge", []float64{math.MaxFloat64, math.MaxFloat64 / 2, math.SmallestNonzeroFloat64}, 0.25, 3},
		{"infinite", []float64{inf, inf, 1}, 0.25, 3},
	} {
		if p, used := SignedRank(test.differences); p != test.p || used != test.used {
			t.Errorf("%s: p = %v of %d, want %v of %d", test.name, p, used, test.p, test.used)
		}
	}
	if p, used := SignedRank([]float64{1, math.NaN(), 2}); !math.IsNaN(p) || used != 0 {
		t.Errorf("of a NaN: p = %v of %d", p, used)
	}
}

func TestLeastSignedRankP(t *testing.T) {
	var differences []float64
	for n := range exactSignedRank + 1 {
		if p, _ := SignedRank(differences); p != LeastSignedRankP(n) {
			t.Errorf("%d on one side: p = %v, the least is said to be %v", n, p, LeastSignedRankP(n))
		}
		differences = append(differences, float64(n+1))
	}
	if p := LeastSignedRankP(5); p != 0.0625 {
		t.Errorf("the least p of 5 is %v", p)
	}
	if p := LeastSignedRankP(6); p != 0.03125 {
		t.Errorf("the least p of 6 is %v", p)
	}
	if p := LeastSignedRankP(1 << 40); p != 0 {
		t.Errorf("the least p of very many is %v", p)
	}
}

// Where the normal approximation takes over it hardly differs from the exact
// distribution, with ties and without.
func TestSignedRankApproximation(t *testing.T) {
	for _, size := range []int{1, 24} { // of the groups of ties
		sorted := make([]float64, exactSignedRank)
		for i := range sorted {
			sorted[i] = float64(i / size)
		}
		ranks, _ := midranks(sorted)
		middle := exactSignedRank * (exactSignedRank + 1) / 2
		for _, share := range []float64{0.91} {
			w := int(share*float64(middle)) / ranks[0] * ranks[0] // a sum that ties can make
			exact, normal := 2*exactTail(ranks, w), 2*normalTail(ranks, w)
			if math.Abs(exact-normal) > 0.001 {
				t.Errorf("ties of %d, w = %d: the normal p = %v, the exact one %v", size, w, normal, exact)
			}
		}
	}
	differences := make([]float64, 1000)
	for i := range differences {
		differences[i] = float64(i%7) - 2.9
	}
	if p, used := SignedRank(differences); !(p > 0 && p < 1) || used != 1000 {
		t.Errorf("of 1000: p = %v of %d", p, used)
	}
	for i := range differences {
		differences[i] = math.Copysign(float64(i/2+1), float64(i%2)-0.5)
	}
	if p, _ := SignedRank(differences); p != 1 {
		t.Errorf("of 1000 that balance: p = %v", p)
	}
}

func subtract(a, b []float64) []float64 {
	differences := make([]float64, len(a))
	for i := range a {
		differences[i] = a[i] - b[i]
	}
	return differences
}

func BenchmarkSignedRank(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"10", 10}, {"30", 30}, {"500", 500}, {"1000", 1000}} {
		b.Run(size.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 0))
			differences := make([]float64, size.n)
			for i := range differences {
				differences[i] = r.NormFloat64()
			}
			b.ReportAllocs()
			for b.Loop() {
				SignedRank(differences)
			}
		})
	}
}
