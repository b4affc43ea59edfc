package inference

import (
	"math"
	"slices"
	"testing"
)

func standard() Rule {
	return Rule{Effect: 0.03, Level: 0.95, Critical: 0.05, Resamples: 2000, Seed: 1}
}

// pairs returns pairs of these ratios, to the last bit.
func pairs(ratios ...float64) (base, new []float64) {
	return repeat(1, len(ratios)), ratios
}

func repeat(value float64, n int) []float64 { return slices.Repeat([]float64{value}, n) }

func TestPairedOnTheEdges(t *testing.T) {
	up := func(x float64) float64 { return math.Nextafter(x, math.Inf(1)) }
	down := func(x float64) float64 { return math.Nextafter(x, 0) }
	with := func(change func(*Rule)) Rule {
		r := standard()
		change(&r)
		return r
	}
	exact := with(func(r *Rule) { r.Effect = 0 })
	least := LeastSignedRankP(6)
	for _, test := range []struct {
		name    string
		rule    Rule
		ratios  []float64
		outcome Outcome
		reason  Reason
	}{
		{"at the upper threshold", standard(), repeat(1.03, 10), Same, Decided},
		{"just above", standard(), repeat(up(1.03), 10), More, Decided},
		{"at the lower threshold", standard(), repeat(0.97, 10), Same, Decided},
		{"just below", standard(), repeat(down(0.97), 10), Less, Decided},
		{"just more than no change", exact, repeat(up(1), 10), More, Decided},
		{"just less than no change", exact, repeat(down(1), 10), Less, Decided},
		{"no change", exact, repeat(1, 10), Same, Decided},

		{"the interval ends at no change", standard(),
			[]float64{1, 1, 1, 1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1}, Undecided, NoChangeInside},
		{"the interval ends just above", standard(),
			[]float64{up(1), up(1), up(1), up(1), 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1}, More, Decided},
		{"and the threshold is the end of equivalence", standard(),
			[]float64{1, 1, 1, 1, 1, 1, 1.03, 1.03, 1.03, 1.03, 1.03}, Same, Decided},
		{"and just above is not", standard(),
			[]float64{1, 1, 1, 1, 1, 1, up(1.03), up(1.03), up(1.03), up(1.03), up(1.03)}, Undecided, TooWide},

		{"p is the critical one", with(func(r *Rule) { r.Critical = least }), repeat(1.2, 6), More, Decided},
		{"the critical p is just less", with(func(r *Rule) { r.Critical = down(least) }), repeat(1.2, 6), Undecided, TooFew},
		{"the level is the highest", with(func(r *Rule) { r.Level = 1 - least }), repeat(1.2, 6), More, Decided},
		{"the level is just too high", with(func(r *Rule) { r.Level = up(1 - least) }), repeat(1.2, 6), Undecided, TooFew},
		{"so is it for equivalence", with(func(r *Rule) { r.Level = up(1 - least) }), repeat(1, 6), Undecided, TooFew},

		{"one pair, no change", standard(), []float64{1}, Undecided, TooFew},
		{"five pairs, a change", standard(), repeat(2, 5), Undecided, TooFew},
		{"six pairs, a change", standard(), repeat(2, 6), More, Decided},
		{"six pairs, no change", standard(), repeat(1, 6), Same, Decided},
		// One below does not move the interval, but has the largest rank.
		{"p is too large", standard(), append(repeat(1.07, 6), 0.5), Undecided, PTooLarge},
		{"huge ratios", standard(), repeat(1e300, 8), More, Decided},
		{"tiny ratios", standard(), repeat(1e-300, 8), Less, Decided},
	} {
		got := test.rule.Paired(pairs(test.ratios...))
		if got.Outcome != test.outcome || got.Reason != test.reason {
			t.Errorf("%s: %v (%v), want %v (%v); ratio %v, %v, p = %v of %d", test.name,
				got.Outcome, got.Reason, test.outcome, test.reason, got.Ratio, got.Interval, got.P, got.Used)
		}
	}
}

func TestPairedNumbers(t *testing.T) {
	base := []float64{100, 200, 300, 400, 500, 600, 700, 800}
	new := []float64{110, 220, 330, 440, 500, 720, 840, 960} // 1.1 ×4, 1, 1.2 ×3
	got := standard().Paired(base, new)
	if got.Ratio != 1.1 || got.Used != 7 || got.P != LeastSignedRankP(7) || got.Outcome != More {
		t.Errorf("%+v", got)
	}
	// The median of an even number is that of the logs: double and half cancel.
	if got := standard().Paired(pairs(0.5, 2)); got.Ratio != 1 || got.P != 1 || got.Used != 2 {
		t.Errorf("double and half: %+v", got)
	}
	// A ratio and its inverse tie, whatever is lost in dividing: of the 16 sums
	// of the ranks 1, 3, 3 and 3, five are at most 3.
	got = standard().Paired([]float64{100, 3, 1, 7}, []float64{101, 7, 7. / 3, 3})
	if got.P != 2*5./16 {
		t.Errorf("ties of inverse ratios: p = %v", got.P)
	}
}

// What is compared with what changes the sign of everything and nothing else,
// and neither the order of the pairs nor the unit matters.
func TestPairedIsEvenHanded(t *testing.T) {
	base := []float64{101, 97, 103, 99, 102, 104, 98, 100, 96, 105}
	new := []float64{118, 109, 111, 119, 104, 117, 107, 121, 95, 122}
	rule := standard()
	got, back := rule.Paired(base, new), rule.Paired(new, base)
	if got.Outcome != More || back.Outcome != Less || got.P != back.P {
		t.Errorf("%+v, and the other way round %+v", got, back)
	}
	if math.Abs(got.Ratio*back.Ratio-1) > 1e-12 {
		t.Errorf("a ratio of %v, and the other way round of %v", got.Ratio, back.Ratio)
	}
	scaledBase, scaledNew := make([]float64, len(base)), make([]float64, len(base))
	for i := range base {
		scaledBase[len(base)-1-i], scaledNew[len(base)-1-i] = base[i]*1024, new[i]*1024
	}
	if scaled := rule.Paired(scaledBase, scaledNew); scaled != got {
		t.Errorf("%+v, in another unit and order %+v", got, scaled)
	}
	rule.Resamples = Resamples
	byDefault := rule
	byDefault.Resamples = 0
	if rule.Paired(base, new) != byDefault.Paired(base, new) {
		t.Error("no resamples are not the default ones")
	}
}

func TestPairedOfNothing(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		name      string
		base, new []float64
	}{
		{"none", nil, nil},
		{"another length", repeat(1, 8), repeat(1, 9)},
		{"a zero below", append(repeat(1, 8), 0), repeat(1, 9)},
		{"a zero above", repeat(1, 9), append(repeat(1, 8), 0)},
		{"two zeros", append(repeat(1, 8), 0), append(repeat(1, 8), 0)},
		{"below zero", append(repeat(1, 8), -1), append(repeat(1, 8), -1)},
		{"not a number", repeat(1, 9), append(repeat(1, 8), nan)},
		{"infinite", repeat(1, 9), append(repeat(1, 8), inf)},
		{"a ratio too large", append(repeat(1, 8), 1e-300), append(repeat(1, 8), 1e300)},
	} {
		got := standard().Paired(test.base, test.new)
		if got.Outcome != Undecided || got.Reason != NoValues || got.Used != 0 ||
			!math.IsNaN(got.Ratio) || !math.IsNaN(got.P) || !math.IsNaN(got.Interval.Low) || !math.IsNaN(got.Interval.High) {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

func TestDifferences(t *testing.T) {
	for _, test := range []struct {
		name        string
		differences []float64
		limit       float64
		ratio       float64
		used        int
		outcome     Outcome
		reason      Reason
	}{
		{"no errors at all", make([]float64, 10), 0.001, 0, 0, Same, Decided},
		{"no errors, no limit", make([]float64, 10), 0, 0, 0, Same, Decided},
		{"errors now", repeat(0.02, 10), 0.01, 0.02, 10, More, Decided},
		{"errors before", repeat(-0.02, 10), 0.01, -0.02, 10, Less, Decided},
		{"at the limit", repeat(0.01, 10), 0.01, 0.01, 10, Same, Decided},
		{"just above", repeat(math.Nextafter(0.01, 1), 10), 0.01, math.Nextafter(0.01, 1), 10, More, Decided},
		{"at the lower limit", repeat(-0.01, 10), 0.01, -0.01, 10, Same, Decided},
		{"now and then", []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5}, 0.01, 0, 1, Same, Decided},
		{"as often as not", []float64{0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5}, 0.01, 0, 4, Undecided, TooWide},
		{"too few differ", []float64{0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5}, 0.01, 0.5, 5, Undecided, TooFew},
		{"the mean of the middle two", []float64{-1, 2, 3, 10}, 0, 2.5, 4, Undecided, TooFew},
		{"none", nil, 1, math.NaN(), 0, Undecided, NoValues},
		{"not a number", append(repeat(1, 9), math.NaN()), 1, math.NaN(), 0, Undecided, NoValues},
		{"infinite", append(repeat(1, 9), math.Inf(-1)), 1, math.NaN(), 0, Undecided, NoValues},
		{"huge", repeat(math.MaxFloat64, 10), 1, math.MaxFloat64, 10, More, Decided},
	} {
		before := slices.Clone(test.differences)
		got := standard().Differences(test.differences, test.limit)
		if !nearly(got.Ratio, test.ratio) || got.Used != test.used || got.Outcome != test.outcome || got.Reason != test.reason {
			t.Errorf("%s: %+v, want %v (%v)", test.name, got, test.outcome, test.reason)
		}
		if !slices.EqualFunc(test.differences, before, nearly) {
			t.Errorf("%s: the argument was changed", test.name)
		}
	}
}
