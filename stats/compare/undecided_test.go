package compare

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/inference"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// TestUndecidedHoldsTheErrorRate goes the whole way of --until verdict, from
// trials to what is said in the end, with two primary metrics that have some of
// their noise in common, on a machine that gets slower all the time. The variants
// are the same, and the threshold is too small to hide behind: each metric tells
// them apart in 5% of the runs at most, at whichever look, though the run goes on
// for the other's sake.
func TestUndecidedHoldsTheErrorRate(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	const runs, most = 2000, 20
	const resamples = 241 // few, but the second from either end is as far out as a look asks
	plan := &resultfile.ComparePlan{Pairs: 8, MaxPairs: most, UntilVerdict: true, Primary: []string{"goodput", "service.p50"}, ThresholdEffect: 1e-4}
	var looks []int
	for _, l := range looksOf(plan) {
		looks = append(looks, l.Pairs)
	}
	if len(looks) < 3 {
		t.Fatalf("looks at %v", looks)
	}
	wrong, ended := map[string]int{}, map[int]int{}
	for run := range runs {
		random := rand.New(rand.NewPCG(11, uint64(run)))
		r := result(plan)
		r.Header.Planned, r.Header.Seed = []string{"passive", "active"}, uint64(run)
		apart := map[string]bool{}
		look := func(r *resultfile.Result) (*Comparison, error) {
			c, err := compareWith(r, resamples)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range c.Against[0].Findings {
				if f.Primary && f.P == nil {
					t.Fatal(shown(&f))
				}
				if f.Primary && (f.Verdict == Faster || f.Verdict == Slower) {
					apart[f.Metric] = true
				}
			}
			return c, err
		}
		blocks, moment := 0, 0
		for more := true; more; {
			blocks++
			for _, i := range random.Perm(2) {
				moment++
				r.Trials = append(r.Trials, drifting(random, r.Header.Planned[i], blocks, moment))
			}
			more = blocks < plan.Pairs || undecided(r, blocks, look)
		}
		ended[blocks]++
		if !slices.Contains(looks, blocks) {
			t.Fatalf("run %d ended after %d blocks, between looks at %v", run, blocks, looks)
		}
		if _, err := look(r); err != nil {
			t.Fatal(err)
		}
		for metric := range apart {
			wrong[metric]++
		}
	}
	t.Logf("told apart of %d: %v; ended after %v", runs, wrong, ended)
	// 5%, and three standard errors of it. So few that something is not tested
	// at all would be as wrong.
	limit := int(runs*Alpha + 3*math.Sqrt(runs*Alpha*(1-Alpha)))
	for _, metric := range []string{"goodput", "retr.service.p50"} {
		if n := wrong[metric]; n > limit || n < runs/100 {
			t.Errorf("%s: %d of %d runs told the same apart, of at most %d", metric, n, runs, limit)
		}
	}
}

// drifting is a trial at a moment of a run whose every trial takes 1% longer than
// the one before; it is off by some 5% of its own, and one in ten by far more.
func drifting(random *rand.Rand, variant string, number, moment int) *resultfile.Trial {
	level := 0.01*float64(moment) + 0.03*random.NormFloat64()
	if random.IntN(10) == 0 {
		level += 0.2 * random.ExpFloat64()
	}
	const open = 1000 * ms
	x := &resultfile.Series{Op: stats.Retr, Mode: stats.EPSV}
	x.OK = 10
	x.CompletedInside = x.OK
	x.MovedInside = int64(1e9 * math.Exp(-level+0.04*random.NormFloat64()))
	h := hdr.NewLatencyHistogram()
	took := int64(10e6 * math.Exp(level+0.04*random.NormFloat64()))
	for range x.OK {
		h.Record(took)
	}
	x.Latency[stats.Service] = h
	return &resultfile.Trial{
		Variant: variant, Trial: number, Complete: true, Series: resultfile.SeriesList{x},
		Start: open, End: 12 * open, Window: stats.Window{Open: open, Close: 11 * open},
	}
}

func TestUndecided(t *testing.T) {
	plan := *planned(10)
	plan.MaxPairs, plan.UntilVerdict = 40, true
	looks := inference.Looks(10, 40, Alpha)
	same := func(i int, p, a *spec) { a.payload += noise(i) * 50 }
	clear := func(i int, p, a *spec) { a.payload *= 2 }
	for _, c := range []struct {
		blocks int
		change func(int, *spec, *spec)
		want   bool
	}{
		{9, clear, true}, {looks[0].Pairs, clear, false}, {looks[0].Pairs, same, true},
		{looks[0].Pairs + 1, clear, true}, // not looked at
		{looks[1].Pairs, clear, false}, {looks[1].Pairs, same, true},
		{39, same, true}, {40, same, false}, {41, same, false},
	} {
		if got := Undecided(result(&plan, pairs(c.blocks, c.change)...), c.blocks); got != c.want {
			t.Errorf("after %d blocks: %v", c.blocks, got)
		}
	}
	if Undecided(result(nil), 10) || Undecided(result(planned(10), pairs(10, same)...), 10) {
		t.Error("more blocks than were planned")
	}
}
