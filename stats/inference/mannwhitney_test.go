package inference

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestMannWhitneyPublished(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b []float64
		p    float64
	}{
		{
			// Hollander & Wolfe (1973), p. 69f, permeability constants: the example
			// of R's ?wilcox.test has W = 35 and one-sided p = 0.1272, 382 of 3003.
			"permeability",
			[]float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46},
			[]float64{1.15, 0.88, 0.90, 0.74, 1.21},
			2 * 382. / 3003,
		},
		{
			// The example of scipy.stats.mannwhitneyu, ages at diagnosis of diabetes.
			"ages",
			[]float64{19, 22, 16, 29, 24},
			[]float64{20, 11, 17, 12},
			0.1111111111111111,
		},
	} {
		if p := MannWhitney(test.a, test.b); math.Abs(p-test.p) > 1e-12 {
			t.Errorf("%s: p = %v, want %v", test.name, p, test.p)
		}
	}
}

// The exact p against every way of choosing a from all values, with ties and
// samples of different sizes: there the distribution of U is not symmetric.
func TestMannWhitneyAgainstAllChoices(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 0))
	for range 300 {
		a, b := make([]float64, 1+r.IntN(6)), make([]float64, 1+r.IntN(6))
		values := 1 + r.IntN(12)
		for i := range a {
			a[i] = float64(r.IntN(values))
		}
		for i := range b {
			b[i] = float64(r.IntN(values))
		}
		beforeA, beforeB := slices.Clone(a), slices.Clone(b)
		p, want := MannWhitney(a, b), mannWhitneyByAllChoices(a, b)
		if math.Abs(p-want) > 1e-12 {
			t.Fatalf("%v against %v: p = %v, want %v", a, b, p, want)
		}
		if q := MannWhitney(b, a); math.Abs(q-p) > 1e-12 {
			t.Fatalf("%v against %v: p = %v, the other way round %v", a, b, p, q)
		}
		if !slices.Equal(a, beforeA) || !slices.Equal(b, beforeB) {
			t.Fatal("an argument was changed")
		}
	}
}

// More values than there is time to try all choices of; p was counted with whole
// numbers of any size, by another program.
func TestMannWhitneyOfMany(t *testing.T) {
	a, b := make([]float64, 20), make([]float64, 13)
	for i := range a {
		a[i] = float64(i * i % 17)
	}
	for i := range b {
		b[i] = float64(i*5%13 + 4)
	}
	if p := MannWhitney(a, b); math.Abs(p-0.12867908665413139) > 1e-12 {
		t.Errorf("p = %v", p)
	}
}

func mannWhitneyByAllChoices(a, b []float64) float64 {
	all := slices.Concat(a, b)
	u := func(chosen uint) (u float64) {
		for i := range all {
			for j := range all {
				if chosen>>i&1 == 1 && chosen>>j&1 == 0 {
					if all[i] > all[j] {
						u++
					} else if all[i] == all[j] {
						u += 0.5
					}
				}
			}
		}
		return u
	}
	observed := u(1<<len(a) - 1)
	below, above, choices := 0, 0, 0
	for chosen := range uint(1) << len(all) {
		if bits.OnesCount(chosen) != len(a) {
			continue
		}
		choices++
		v := u(chosen)
		if v <= observed {
			below++
		}
		if v >= observed {
			above++
		}
	}
	return min(1, 2*float64(min(below, above))/float64(choices))
}

func TestMannWhitneyEdges(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b []float64
		p    float64
	}{
		{"none", nil, nil, 1},
		{"none on one side", []float64{1, 2}, nil, 1},
		{"one each", []float64{1}, []float64{2}, 1},
		{"all the same", []float64{3, 3, 3, 3}, []float64{3, 3, 3, 3}, 1},
		{"very many of the same", make([]float64, 500), make([]float64, 500), 1},
		{"zeros of either sign", []float64{0, 0}, []float64{math.Copysign(0, -1)}, 1},
		{"identical samples", []float64{1, 2, 3, 4}, []float64{1, 2, 3, 4}, 1},
		{"apart, four each", []float64{1, 2, 3, 4}, []float64{5, 6, 7, 8}, 2. / 70},
		{"apart, with ties", []float64{1, 1, 1, 1}, []float64{2, 2, 2, 2}, 2. / 70},
		{"huge", []float64{1e308, 1.1e308, 1.2e308}, []float64{-1e308, -1.1e308, math.Inf(-1)}, 0.1},
	} {
		if p := MannWhitney(test.a, test.b); math.Abs(p-test.p) > 1e-12 {
			t.Errorf("%s: p = %v, want %v", test.name, p, test.p)
		}
	}
	if p := MannWhitney([]float64{1, math.NaN()}, []float64{1, 2}); !math.IsNaN(p) {
		t.Errorf("of a NaN: p = %v", p)
	}
}

// Where the normal approximation takes over, p hardly changes.
func TestMannWhitneyApproximation(t *testing.T) {
	for _, test := range []struct {
		name string
		more int // of each sample, one more than is exact
		ties bool
	}{
		{"without ties", 101, false},
		{"with ties", 31, true},
	} {
		r := rand.New(rand.NewPCG(3, 0))
		a, b := make([]float64, test.more), make([]float64, test.more)
		for i := range a {
			a[i], b[i] = r.Float64(), r.Float64()+0.8/math.Sqrt(float64(test.more))
			if test.ties {
				a[i], b[i] = math.Round(40*a[i]), math.Round(40*b[i])
			}
		}
		// One value of each, a middle one, makes the difference.
		slices.Sort(a)
		slices.Sort(b)
		middle := test.more / 2
		fewerA := slices.Delete(slices.Clone(a), middle, middle+1)
		fewerB := slices.Delete(slices.Clone(b), middle, middle+1)
		exact, normal := MannWhitney(fewerA, fewerB), MannWhitney(a, b)
		t.Logf("%s: p = %v exactly of %d, %v of %d", test.name, exact, test.more-1, normal, test.more)
		if math.Abs(exact-normal) > 0.01 {
			t.Errorf("%s: p = %v exactly of %d, %v of %d", test.name, exact, test.more-1, normal, test.more)
		}
	}
	// A few against many is exact.
	few, many := []float64{2001, 2002, 2003, 2003}, make([]float64, 1000)
	for i := range many {
		many[i] = float64(i / 2)
	}
	want := 2.0
	for i := range few {
		want *= float64(i+1) / float64(len(many)+i+1)
	}
	if p := MannWhitney(few, many); math.Abs(p/want-1) > 1e-9 {
		t.Errorf("4 above 1000: p = %v, want %v", p, want)
	}
}

func BenchmarkMannWhitney(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 0))
	x, y := make([]float64, 20), make([]float64, 20)
	for i := range x {
		x[i], y[i] = math.Round(100*r.Float64()), math.Round(100*r.Float64())
	}
	for b.Loop() {
		MannWhitney(x, y)
	}
}
