package inference

import (
	"math"
	"math/rand/v2"
	"testing"
)

// How often the rules are wrong, and how often they find what is there, over
// many comparisons of made-up trials: what the package promises is a rate.

// comparisons is how many are made for each rate.
const comparisons = 2000

// noise returns the error of one trial, on the log scale.
type noise func(r *rand.Rand) float64

func normalNoise(deviation float64) noise {
	return func(r *rand.Rand) float64 { return deviation * r.NormFloat64() }
}

// heavyNoise is mostly as quiet, but one trial in ten is disturbed and off by
// some ten times as much, to one side: something else ran on the machine.
func heavyNoise(deviation float64) noise {
	return func(r *rand.Rand) float64 {
		v := deviation * r.NormFloat64()
		if r.IntN(10) == 0 {
			v += 10 * deviation * r.ExpFloat64()
		}
		return v
	}
}

// trials makes pairs of trials of which the second's true value is ratio times
// the first's. The machine drifts by 2% from block to block and by 1% from one
// trial of a block to the next; which goes first is a toss-up.
func trials(r *rand.Rand, pairs int, ratio float64, of noise) (base, new []float64) {
	level := math.Log(250e6)
	for range pairs {
		level += 0.02 * r.NormFloat64()
		drift := 0.01 * r.NormFloat64()
		if r.IntN(2) == 0 {
			drift = -drift
		}
		base = append(base, math.Exp(level+of(r)))
		new = append(new, ratio*math.Exp(level+drift+of(r)))
	}
	return base, new
}

// once compares when all pairs are there.
func once(pairs int, effect float64, resamples int) []Rule {
	rules := make([]Rule, pairs+1)
	rules[pairs] = Rule{Effect: effect, Level: 0.95, Critical: 0.05, Resamples: resamples}
	return rules
}

// sequential has a rule for each number of pairs that is a look. Their many
// intervals are made from fewer resamples.
func sequential(first, most int, effect float64) []Rule {
	rules := make([]Rule, most+1)
	for _, look := range Looks(first, most, 0.05) {
		rules[look.Pairs] = Rule{Effect: effect, Level: 1 - look.Alpha, Critical: look.Alpha, Resamples: 1000}
	}
	return rules
}

// A possible tells quickly of most comparisons that they do not come to what is
// counted, so that no interval has to be made for them.
type possible func(rule Rule, base, new []float64) bool

func anything(Rule, []float64, []float64) bool { return true }

// aDifference has a small p.
func aDifference(rule Rule, base, new []float64) bool {
	logs := make([]float64, len(base))
	for i := range base {
		logs[i] = logRatio(base[i], new[i])
	}
	p, _ := SignedRank(logs)
	return p <= rule.Critical
}

// equivalence has so few pairs beyond the threshold that the medians of enough
// resamples are inside. Draws of theirs are binomial; where half are, so is the
// median. Thrice the share that the interval leaves out is far enough from it.
func equivalence(rule Rule, base, new []float64) bool {
	n, below, above := len(base), 0, 0
	for i := range base {
		switch ratio := new[i] / base[i]; {
		case ratio < 1-rule.Effect:
			below++
		case ratio > 1+rule.Effect:
			above++
		}
	}
	beyond := float64(max(below, above)) / float64(n)
	if beyond == 0 {
		return true
	}
	p := 0.0
	for k := n/2 + 1; k <= n; k++ {
		p += math.Exp(logChoose(n, k) + float64(k)*math.Log(beyond) + float64(n-k)*math.Log1p(-beyond))
	}
	return p < 3*(1-rule.Level)/2
}

// count returns how many of n comparisons came to each outcome at any of their
// looks, of those outcomes that can be.
func count(n int, seed uint64, rules []Rule, ratio float64, of noise, can possible) map[Outcome]int {
	counts := map[Outcome]int{}
	for i := range n {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		base, new := trials(r, len(rules)-1, ratio, of)
		seen := map[Outcome]bool{}
		for pairs, rule := range rules {
			if rule.Level == 0 || !can(rule, base[:pairs], new[:pairs]) {
				continue
			}
			rule.Seed = uint64(i)
			seen[rule.Paired(base[:pairs], new[:pairs]).Outcome] = true
		}
		for outcome := range seen {
			counts[outcome]++
		}
	}
	return counts
}

// atMost returns what a count with this rate stays within, 999 times in 1000.
func atMost(n int, rate float64) int {
	p, k := 0.0, 0
	for ; ; k++ {
		p += math.Exp(logChoose(n, k) + float64(k)*math.Log(rate) + float64(n-k)*math.Log1p(-rate))
		if p >= 0.999 {
			return k
		}
	}
}

// Of A/A comparisons at most 5% come to a difference, even if every change,
// however small, were taken for one.
func TestFalseDifferences(t *testing.T) {
	for _, test := range []struct {
		name  string
		rules []Rule
		of    noise
	}{
		{"once, normal", once(10, 0.03, 1000), normalNoise(0.05)},
		{"once, heavy", once(10, 0.03, 1000), heavyNoise(0.05)},
		{"once, normal, no threshold", once(10, 1e-9, Resamples), normalNoise(0.05)},
		{"once, heavy, no threshold", once(10, 1e-9, 1000), heavyNoise(0.05)},
		{"sequential, normal", sequential(10, 40, 0.03), normalNoise(0.05)},
		{"sequential, normal, no threshold", sequential(10, 40, 1e-9), normalNoise(0.05)},
		{"sequential, heavy, no threshold", sequential(10, 40, 1e-9), heavyNoise(0.05)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			counts := count(comparisons, 11, test.rules, 1, test.of, aDifference)
			wrong := counts[More] + counts[Less]
			t.Logf("%.1f%% more or less", 100*float64(wrong)/comparisons)
			if most := atMost(comparisons, 0.05); wrong > most {
				t.Errorf("%d of %d, %d are the most", wrong, comparisons, most)
			}
		})
	}
}

// Of comparisons whose truth lies just on the threshold, at most 5% come to
// equivalence.
func TestFalseEquivalence(t *testing.T) {
	const effect = 0.03
	for _, test := range []struct {
		name  string
		rules []Rule
		ratio float64
		of    noise
	}{
		{"once, normal", once(10, effect, 2000), 1 + effect, normalNoise(0.01)},
		{"once, heavy, below", once(10, effect, 1000), 1 - effect, heavyNoise(0.005)},
		{"eight pairs", once(8, effect, 1000), 1 + effect, normalNoise(0.005)},
		{"sequential, normal", sequential(10, 40, effect), 1 + effect, normalNoise(0.01)},
		{"sequential, heavy", sequential(10, 40, effect), 1 + effect, heavyNoise(0.005)},
		{"sequential, from six, below", sequential(6, 40, effect), 1 - effect, normalNoise(0.005)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			counts := count(comparisons, 12, test.rules, test.ratio, test.of, equivalence)
			t.Logf("%.1f%% the same", 100*float64(counts[Same])/comparisons)
			if most := atMost(comparisons, 0.05); counts[Same] > most {
				t.Errorf("%d of %d, %d are the most", counts[Same], comparisons, most)
			}
		})
	}
}

// What is there is found, and found to be absent where it is.
func TestPower(t *testing.T) {
	for _, test := range []struct {
		name  string
		rules []Rule
		ratio float64
		of    noise
		want  Outcome
		least float64
	}{
		{"8% at 3%", once(10, 0.03, 1000), 1.08, normalNoise(0.03), More, 0.9},
		{"-8% at 3%", once(10, 0.03, 1000), 0.92, normalNoise(0.03), Less, 0.9},
		{"8% at 3%, heavy, 20 pairs", once(20, 0.03, 1000), 1.08, heavyNoise(0.03), More, 0.8},
		{"8% at 3%, sequential", sequential(10, 20, 0.03), 1.08, normalNoise(0.03), More, 0.95},
		{"no change at 1%", once(10, 0.03, 1000), 1, normalNoise(0.01), Same, 0.8},
		{"no change at 2%, sequential", sequential(10, 30, 0.03), 1, normalNoise(0.02), Same, 0.9},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			const n = comparisons / 10
			counts := count(n, 13, test.rules, test.ratio, test.of, anything)
			share := float64(counts[test.want]) / n
			t.Logf("%.1f%% %v: %v", 100*share, test.want, counts)
			if share < test.least {
				t.Errorf("%v of them, want %v", share, test.least)
			}
		})
	}
}

// What is left out of the counts would not have counted.
func TestPossible(t *testing.T) {
	left := 0
	for i := range 300 {
		r := rand.New(rand.NewPCG(14, uint64(i)))
		pairs := 8 + r.IntN(9)
		base, new := trials(r, pairs, 1.02, normalNoise(0.015))
		rule := Rule{Effect: 0.03, Level: 0.95, Critical: 0.05, Resamples: 500, Seed: uint64(i)}
		outcome := rule.Paired(base, new).Outcome
		if (outcome == More || outcome == Less) && !aDifference(rule, base, new) ||
			outcome == Same && !equivalence(rule, base, new) {
			t.Errorf("%v is left out", outcome)
		}
		if !aDifference(rule, base, new) && !equivalence(rule, base, new) {
			left++
		}
	}
	if left < 20 {
		t.Errorf("only %d of 300 are left out", left)
	}
}
