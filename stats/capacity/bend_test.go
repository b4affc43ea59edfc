package capacity

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/usl"
)

// TestNoBendContradictsALevel simulates 1,000 searches, of servers that scale in ways of their
// own and with noise of up to 15%: beyond a knee or a peak that is drawn no level carried more
// than what the model says of it, and than every level before it, by more than 5%.
func TestNoBendContradictsALevel(t *testing.T) {
	drawn, none, unfit := 0, 0, 0
	for seed := range uint64(1000) {
		r := simulatedSearch(seed)
		if r.model(); r.USL == nil {
			none++
			continue
		}
		if r.USL.Unfit != "" {
			unfit++
		}
		bend, at := r.USL.PeakN.Value, r.USL.At
		if r.Better == usl.BetterKnee {
			bend, at = r.USL.Knee.Load.Value, r.USL.Knee.At
		} else if r.USL.PeakExtrapolated {
			continue
		}
		if bend == nil {
			continue
		}
		drawn++
		before, _ := at(*bend)
		for _, p := range r.USL.Points {
			if p.Sessions <= *bend {
				before = max(before, p.OperationsPerSecond)
			}
		}
		for _, p := range r.USL.Points {
			if p.Sessions > *bend && p.OperationsPerSecond > 1.05*before {
				t.Errorf("search %d: %s at %.3g, where %.3g/s are carried, and %.3g/s at %g", seed, r.Better, *bend, before, p.OperationsPerSecond, p.Sessions)
			}
		}
	}
	t.Logf("%d bends drawn, %d models unfit, %d searches without a model", drawn, unfit, none)
	if drawn < 300 || unfit < 20 {
		t.Errorf("of 1,000 searches %d have a bend and %d a model that does not fit: the test looks at too few", drawn, unfit)
	}
}

// simulatedSearch doubles the sessions until a server is slow, and then halves the distance five
// times.
func simulatedSearch(seed uint64) *Result {
	random := rand.New(rand.NewPCG(seed, 16))
	gamma, limit := 5+95*random.Float64(), 20*math.Pow(50, random.Float64())
	alpha, beta := 0.1*random.Float64(), math.Pow(10, -3-4*random.Float64())
	knee, steps := limit*math.Pow(4, random.Float64()-0.75), random.IntN(2) == 0
	noise := 0.15 * random.Float64()
	curves := []func(n float64) float64{
		func(n float64) float64 { return gamma * n / (1 + alpha*(n-1) + beta*n*(n-1)) },
		func(n float64) float64 { return gamma * min(n, knee) },
		func(n float64) float64 { // a plateau, and another above it
			if steps && n > 2*knee {
				return 2 * gamma * knee
			}
			return gamma * min(n, knee)
		},
		func(n float64) float64 { return gamma * min(n, knee) * math.Pow(max(n/knee, 1), -0.5) },
		func(n float64) float64 { return gamma * math.Sqrt(n) },
	}
	curve := curves[random.IntN(len(curves))]
	r := &Result{Vary: resultfile.VarySessions}
	step := func(n float64) (held bool) {
		x := curve(n) * math.Exp(noise*random.NormFloat64())
		s := Step{OperationsPerSecond: &x}
		s.Trial, s.Level, s.Wanted, s.Opened, s.Purpose, s.Verdict = len(r.Steps)+1, n, int(n), int(n), resultfile.StepRamp, resultfile.StepHeld
		if held = n <= limit; !held {
			s.Verdict, s.Cause = resultfile.StepFailed, resultfile.CauseLatency
		}
		r.Steps = append(r.Steps, s)
		return held
	}
	low, high := 0.0, 1.0
	for step(high) {
		low, high = high, 2*high
	}
	for range 5 {
		middle := math.Floor((low + high) / 2)
		if middle <= low {
			break
		}
		if step(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return r
}
