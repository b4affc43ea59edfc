package compare

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The golden comparison: downloads whose active connect takes 0.8 ms longer and
// which then move less, and listings too few for a p99. In microseconds, and
// bytes, by block.
var (
	passivePayload = []int{5020, 4950, 5110, 4980, 5070, 4900, 5040, 5010, 4960, 5090}
	activePayload  = []int{5060, 4990, 5030, 5100, 4940, 5080, 4970, 5000, 5120, 4930}
	activeReady    = []int{1810, 1790, 1830, 1770, 1850, 1800, 1820, 1760, 1840, 1780}
	passiveBytes   = []int64{1000, 1010, 990, 1005, 995, 1002, 998, 1007, 1001, 996}
	activeBytes    = []int64{952, 948, 961, 944, 957, 950, 949, 955, 1011, 940}
	passiveList    = []int{3000, 3100, 2900, 3050, 2950, 3020, 2980, 3070, 3010, 2960}
	activeList     = []int{3140, 3040, 3150, 2970, 3210, 3080, 3250, 3060, 2890, 3180}
)

func goldenTrials(n int) (passive, active []*resultfile.Trial) {
	us := func(n int) time.Duration { return time.Duration(n) * time.Microsecond }
	for i := range n {
		p, a := download("passive", i+1), download("active", i+1)
		p.payload, p.bytes = us(passivePayload[i]), passiveBytes[i]
		a.payload, a.bytes, a.ready, a.mode = us(activePayload[i]), activeBytes[i], us(activeReady[i]), stats.EPRT
		if i == 4 {
			a.failed = 2
		}
		list := spec{op: stats.List, n: 100, bytes: 10, negotiate: us(500), ready: us(500)}
		passive = append(passive, p.trialOf(list.with(func(s *spec) { s.mode, s.payload = stats.EPSV, us(passiveList[i]) })))
		active = append(active, a.trialOf(list.with(func(s *spec) { s.mode, s.payload = stats.EPRT, us(activeList[i]) })))
	}
	return passive, active
}

func goldenComparison(t *testing.T) *Comparison {
	passive, active := goldenTrials(10)
	var all []*resultfile.Trial
	for i := range passive {
		all = append(all, passive[i], active[i])
	}
	return of(t, result(planned(10), all...))
}

func goldenDiff(t *testing.T) *Diff {
	base, _ := goldenTrials(5)
	_, new := goldenTrials(6)
	for _, x := range new {
		x.Variant = "passive"
	}
	old, fresh := result(nil, base...), result(nil, new...)
	fresh.Variants = old.Variants
	fresh.Header.Tool.Version = "1.3.0"
	return diff(t, old, fresh, DiffOptions{BaseName: "old.jsonl", NewName: "new.jsonl", MaxRegression: 0.05, Seed: 7})
}

func golden(t *testing.T, name string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update rewrites it):\n%s", file, got)
	}
}

func TestGoldens(t *testing.T) {
	golden(t, "comparison.json", goldenComparison(t))
	golden(t, "diff.json", goldenDiff(t))
}

// expected is what a finding must be. The numbers were reckoned apart from this
// program, in Python's rationals where they are exact: the ratio as the geometric
// mean of the middle two paired ratios, p as the share of the 2^10 ways to sign
// the ranks whose sum is as far from its mean (Wilcoxon 1945), the ends of the
// interval as the 2% and the 3% quantile at either end of the exact distribution
// of a resample's median (Efron 1979), between which the 2.5% quantile of 10,000
// resamples must lie.
//
// For two results p is twice the smaller tail of the 462 ways to choose one
// side's trials (Mann & Whitney 1947), and the ratio that of the medians; its
// interval is of the exact distributions of both. Adjusted is by Holm's (1979)
// own words: the smallest p times the number of metrics, the next times one
// less, and none below the one before.
type expected struct {
	metric    string
	ratio, p  float64
	low, high [2]float64 // within these
	adjusted  float64    // 0 for none
	verdict   Verdict
}

func pairedTable() []expected {
	return []expected{
		{"goodput", 0.949714380778, 0.00390625, [2]float64{0.943786747927, 0.943869027731}, [2]float64{0.961872909699, 0.961872909699}, 0, Slower},
		{"retr.service.p99", 1.07916272718, 0.001953125, [2]float64{1.07309915528, 1.07321092245}, [2]float64{1.09117571146, 1.0918871668}, 0, Slower},
		{"operations", 1, 1, [2]float64{1, 1}, [2]float64{1, 1}, 1, Equivalent},
		{"errors.rate", 0, 1, [2]float64{0, 0}, [2]float64{0, 0}, 1, Equivalent},
		{"retr.service.p50", 1.07916272718, 0.001953125, [2]float64{1.07309915528, 1.07321092245}, [2]float64{1.09117571146, 1.0918871668}, 0.013671875, Slower},
		{"retr.data_ready.p50", 1.40249777183, 0.001953125, [2]float64{1.38999100717, 1.39}, [2]float64{1.415, 1.415}, 0.013671875, Slower},
		{"list.service.p50", 1.0249135384, 0.130859375, [2]float64{0.985365853659, 0.985365853659}, [2]float64{1.0641025641, 1.0641025641}, 0.5234375, Inconclusive},
		{"list.data_ready.p50", 1, 1, [2]float64{1, 1}, [2]float64{1, 1}, 1, Equivalent},
	}
}

func unpairedTable() []expected {
	return []expected{
		{"goodput", 0.951081530782, 0.004329004329, [2]float64{0.940691927512, 0.941390728477}, [2]float64{0.961872909699, 0.963879598662}, 0, Slower},
		{"retr.service.p99", 1.08433133733, 0.004329004329, [2]float64{1.07100297915, 1.07149950348}, [2]float64{1.09195979899, 1.09246231156}, 0, Slower},
		{"operations", 1, 1, [2]float64{1, 1}, [2]float64{1, 1}, 1, Equivalent},
		{"errors.rate", 0, 1, [2]float64{0, 0}, [2]float64{0.0014245014245, 0.0014245014245}, 1, Inconclusive},
		{"retr.service.p50", 1.08433133733, 0.004329004329, [2]float64{1.07100297915, 1.07149950348}, [2]float64{1.09195979899, 1.09246231156}, 0.030303030303, Slower},
		{"retr.data_ready.p50", 1.4025, 0.004329004329, [2]float64{1.39, 1.39}, [2]float64{1.42, 1.42}, 0.030303030303, Slower},
		{"list.service.p50", 1.0275, 0.125541125541, [2]float64{0.990243902439, 0.993827160494}, [2]float64{1.05696202532, 1.06153846154}, 0.502164502165, Inconclusive},
		{"list.data_ready.p50", 1, 1, [2]float64{1, 1}, [2]float64{1, 1}, 1, Equivalent},
	}
}

func TestGoldenComparisonAgainstOtherReckoning(t *testing.T) {
	c := goldenComparison(t)
	found := c.Against[0].Findings
	if len(found) != len(pairedTable())+3 {
		t.Errorf("%d findings", len(found))
	}
	for _, want := range pairedTable() {
		f := finding(t, found, want.metric)
		want.check(t, f)
		base, new := floats(f.BaseValues), floats(f.NewValues)
		// Once more, from the values and by force.
		changes, logs := make([]float64, len(base)), make([]float64, len(base))
		for i := range base {
			if changes[i] = new[i] - base[i]; f.Difference {
				logs[i] = changes[i]
				continue
			}
			changes[i] = new[i] / base[i]
			logs[i] = math.Log(changes[i])
		}
		if p := signedRankByForce(logs); !near(*f.P, p) {
			t.Errorf("%s: p %g, by force %g", f.Metric, *f.P, p)
		}
	}
	f := finding(t, found, "list.service.p99")
	if f.Verdict != Inconclusive || f.P != nil || f.Why != "trial 1 of passive: p99 needs 500 samples, it has 100 (and 19 more trials)" {
		t.Errorf("%s", shown(f))
	}
}

func TestGoldenDiffAgainstOtherReckoning(t *testing.T) {
	found := goldenDiff(t).Variants[0].Findings
	if len(found) != len(unpairedTable())+3 {
		t.Errorf("%d findings", len(found))
	}
	for _, want := range unpairedTable() {
		f := finding(t, found, want.metric)
		want.check(t, f)
		if p := mannWhitneyByForce(floats(f.BaseValues), floats(f.NewValues)); !near(*f.P, p) {
			t.Errorf("%s: p %g, by force %g", f.Metric, *f.P, p)
		}
	}
}

func (want expected) check(t *testing.T, f *Finding) {
	t.Helper()
	same := func(what string, got *float64, want float64) {
		t.Helper()
		if got == nil || math.Abs(*got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%s of %s is not %.12g", what, shown(f), want)
		}
	}
	within := func(what string, got *float64, want [2]float64) {
		t.Helper()
		const hair = 1e-9 // of rounding
		if got == nil || *got < want[0]-hair || *got > want[1]+hair {
			t.Errorf("%s of %s is not within %v", what, shown(f), want)
		}
	}
	same("ratio", f.Ratio, want.ratio)
	same("p", f.P, want.p)
	within("low", f.Low, want.low)
	within("high", f.High, want.high)
	if want.adjusted == 0 {
		if f.PAdjusted != nil {
			t.Errorf("%s is adjusted", shown(f))
		}
	} else {
		same("adjusted p", f.PAdjusted, want.adjusted)
	}
	if f.Verdict != want.verdict {
		t.Errorf("%s is not %s", shown(f), want.verdict)
	}
}

// signedRankByForce goes through all ways to sign the ranks.
func signedRankByForce(d []float64) float64 {
	d = slices.DeleteFunc(slices.Clone(d), func(x float64) bool { return x == 0 })
	ranks := make([]float64, len(d))
	for i, x := range d {
		for _, y := range d {
			switch {
			case math.Abs(y) < math.Abs(x)*(1-1e-12):
				ranks[i]++
			case math.Abs(y) < math.Abs(x)*(1+1e-12):
				ranks[i] += 0.5
			}
		}
		ranks[i] += 0.5
	}
	far := func(positive uint) float64 {
		sum := 0.0
		for i, r := range ranks {
			if positive>>i&1 == 1 {
				sum += r
			} else {
				sum -= r
			}
		}
		return math.Abs(sum)
	}
	var seen uint
	for i, x := range d {
		if x > 0 {
			seen |= 1 << i
		}
	}
	n := 0
	for m := range uint(1) << len(d) {
		if far(m) >= far(seen)-1e-9 {
			n++
		}
	}
	return float64(n) / float64(uint(1)<<len(d))
}

// mannWhitneyByForce goes through all ways to choose one sample from both. With
// ties the tails may differ: p is twice the smaller.
func mannWhitneyByForce(a, b []float64) float64 {
	all := slices.Concat(a, b)
	u := func(chosen uint) (u float64) {
		for i, x := range all {
			for j, y := range all {
				if chosen>>i&1 == 0 || chosen>>j&1 == 1 {
					continue
				}
				if x > y {
					u++
				} else if x == y {
					u += 0.5
				}
			}
		}
		return u
	}
	seen := u(1<<len(a) - 1)
	low, high, ways := 0, 0, 0
	for m := range uint(1) << len(all) {
		if bits.OnesCount(m) != len(a) {
			continue
		}
		ways++
		if x := u(m); x <= seen {
			low++
		}
		if x := u(m); x >= seen {
			high++
		}
	}
	return min(1, 2*float64(min(low, high))/float64(ways))
}
