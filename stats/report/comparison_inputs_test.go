package report

import (
	"math"
	"slices"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// The comparisons below are made up, but hang together: medians, ratios and
// intervals are of the trials' values beside them.

func number(v float64) *float64 { return &v }

func many(n int) *int { return &n }

// sorted returns a sorted copy.
func sorted(v []float64) []float64 { return slices.Sorted(slices.Values(v)) }

// middleOf returns the median.
func middleOf(v []float64) float64 {
	s := sorted(v)
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}

// wobble is how the base's trials scatter.
var wobble = []float64{1, 1.004, 0.996, 1.011, 0.989, 1.002, 0.998, 1.007, 0.993, 1.001}

// finding returns a metric whose pairs have the given ratios; the interval
// leaves out the outermost pair on either side.
func finding(metric string, unit compare.Unit, base float64, ratios []float64) compare.Finding {
	f := compare.Finding{Metric: metric, Unit: unit, Higher: unit == compare.BytesPerSecond || unit == compare.PerSecond}
	var bases, news []float64
	for i, r := range ratios {
		b := base * wobble[i%len(wobble)]
		bases, news = append(bases, b), append(news, b*r)
		f.BaseValues, f.NewValues = append(f.BaseValues, number(b)), append(f.NewValues, number(b*r))
	}
	s := sorted(ratios)
	f.Base, f.New = number(middleOf(bases)), number(middleOf(news))
	f.Ratio, f.Low, f.High = number(middleOf(ratios)), number(s[1]), number(s[len(s)-2])
	return f
}

func (f findingOf) is(v compare.Verdict, p float64) compare.Finding {
	f.Verdict, f.P = v, number(p)
	return compare.Finding(f)
}

type findingOf compare.Finding

func primaryOf(f compare.Finding, v compare.Verdict, p float64) compare.Finding {
	f.Primary = true
	return findingOf(f).is(v, p)
}

func otherOf(f compare.Finding, v compare.Verdict, p, adjusted float64) compare.Finding {
	f.PAdjusted = number(adjusted)
	return findingOf(f).is(v, p)
}

func errorsRate(base, other []float64) compare.Finding {
	f := compare.Finding{Metric: "errors.rate", Unit: compare.Share, Difference: true}
	var d []float64
	for i := range base {
		f.BaseValues, f.NewValues = append(f.BaseValues, number(base[i])), append(f.NewValues, number(other[i]))
		d = append(d, other[i]-base[i])
	}
	s := sorted(d)
	f.Base, f.New = number(middleOf(base)), number(middleOf(other))
	f.Ratio, f.Low, f.High = number(middleOf(d)), number(s[1]), number(s[len(s)-2])
	return f
}

func around(r float64, by ...float64) []float64 {
	out := make([]float64, len(by))
	for i, b := range by {
		out[i] = r + b/100
	}
	return out
}

// near are ten changes in percent that lie around none.
var near = []float64{-0.9, 0.7, -0.2, 0.4, -0.5, 0.1, 1.1, -0.1, 0.3, -0.7}

func shift(p stats.Phase, base, other, low, high float64) compare.PhaseShift {
	return compare.PhaseShift{
		Phase: p, Base: number(base * 1e6), New: number(other * 1e6),
		Shift: number((other - base) * 1e6), Low: number(low * 1e6), High: number(high * 1e6),
	}
}

// passiveActive is passive against active where the server connects 5 ms late.
func passiveActive() *compare.Comparison {
	slower := around(0.918, near...)
	longer := around(2.63, -4, 6, -1, 3, -5, 1, 9, -2, 2, -8)
	return &compare.Comparison{
		Schema: compare.Schema, Run: summary.Run{Status: summary.Complete, Tool: resultfile.ToolInfo{Name: "ftpmark", Version: "v0.4.0", Go: "go1.26.0", OS: "linux", Arch: "amd64"}, Started: time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC), Seed: 42, Target: resultfile.TargetInfo{
			URL: "ftp://bench@192.0.2.10:2121/pub", Banner: "220 (vsFTPd 3.0.5)", Syst: "UNIX Type: L8",
		}, Generator: summary.GeneratorSummary{
			CPUSeconds: 31.2, CPUs: 4, PeakRSSBytes: 47_400_000, SchedLag: latency(90_000, 0.06),
		}},

		Load: &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 8, Operations: "retr", Size: "1MiB", Files: 16},
		Plan: resultfile.ComparePlan{
			Pairs: 10, MaxPairs: 10, Primary: []string{"goodput", "service.p99"}, ThresholdEffect: 0.03,
		},
		Method: method(),
		Variants: []compare.Variant{
			{Name: "passive", Settings: map[string]string{"mode": "passive"}, Modes: []string{"epsv"}, Trials: 10, Attempts: 224_290, OK: 224_210, Unfinished: 80, Bytes: 224_210 << 20},
			{Name: "active", Settings: map[string]string{"mode": "active"}, Modes: []string{"eprt"}, Trials: 10, Attempts: 205_840, OK: 205_760, Unfinished: 80, Bytes: 205_760 << 20},
		},
		Against: []compare.Against{{
			Variant: "active", Base: "passive", Pairs: 10,
			Findings: []compare.Finding{
				primaryOf(finding("goodput", compare.BytesPerSecond, 2.19*(1<<30), slower), compare.Slower, 0.00195),
				primaryOf(finding("retr.service.p99", compare.Nanoseconds, 10.1e6, around(1.141, near...)), compare.Slower, 0.00195),
				otherOf(finding("operations", compare.PerSecond, 2242, slower), compare.Slower, 0.00195, 0.00782),
				otherOf(errorsRate(make([]float64, 10), make([]float64, 10)), compare.Equivalent, 1, 1),
				otherOf(finding("retr.service.p50", compare.Nanoseconds, 3.24e6, longer), compare.Slower, 0.00195, 0.00782),
				otherOf(finding("retr.data_ready.p50", compare.Nanoseconds, 0.278e6, around(19.4, -4, 6, -1, 3, -5, 1, 9, -2, 2, -8)), compare.Slower, 0.00195, 0.00782),
			},
			Operations: []compare.Operation{{
				Op: "retr", Differs: "startup", RoundTrips: [2]float64{2, 2}, Connects: [2]float64{1, 1}, LateConnect: true,
				Mean: &[2]compare.Makeup{
					{RoundTrip: 31e3, Wire: 93e3, Payload: 2.871e6, Server: 0.604e6},
					{RoundTrip: 33e3, Wire: 99e3, Payload: 2.902e6, Server: 5.835e6},
				},
				Cause: &compare.PartShift{Phase: stats.Startup, Shift: 5.113e6, Low: 5.081e6, High: 5.162e6, ServiceShift: 5.268e6, Share: 5.113 / 5.268},
				Phases: []compare.PhaseShift{
					shift(stats.Negotiate, 0.193, 0.158, -0.041, -0.029),
					shift(stats.DataReady, 0.278, 5.39, 5.062, 5.161),
					shift(stats.Startup, 0.397, 5.41, 4.961, 5.061),
					shift(stats.TTFB, 0.586, 5.60, 4.955, 5.069),
					shift(stats.Command, 0.119, 5.21, 5.030, 5.152),
					shift(stats.Payload, 2.61, 2.64, -0.012, 0.071),
					shift(stats.Finish, 0.0473, 0.0464, -0.0021, 0.0004),
					shift(stats.Service, 3.24, 8.52, 5.199, 5.361),
				},
			}},
		}},
	}
}

func method() compare.Method {
	return compare.Method{
		Alpha: 0.05, Level: 0.95, Critical: 0.05, Looks: 1, Resamples: 10_000, Seed: 42,
		Interval:   "BCa bootstrap of the median of the paired log-ratios (Efron 1987)",
		Test:       "exact two-sided Wilcoxon signed-rank test of the paired log-ratios (Wilcoxon 1945)",
		Correction: "Holm's step-down over all metrics that are not primary (Holm 1979)",
	}
}

// primaries returns the findings of the first comparison.
func primaries(c *compare.Comparison) []compare.Finding { return c.Against[0].Findings }

// alike returns two builds of a server that do not differ.
func alike() *compare.Comparison {
	c := passiveActive()
	rename(c, "v1", "v2")
	c.Variants[0].Settings = map[string]string{"target": "ftp://192.0.2.10/"}
	c.Variants[1].Settings = map[string]string{"target": "ftp://192.0.2.11/"}
	c.Variants[1].Modes = []string{"epsv"}
	f := primaries(c)
	f[0] = primaryOf(finding("goodput", compare.BytesPerSecond, 2.19*(1<<30), around(1.0003, near...)), compare.Equivalent, 0.695)
	f[1] = primaryOf(finding("retr.service.p99", compare.Nanoseconds, 10.1e6, around(0.996, near...)), compare.Equivalent, 0.0488)
	f[2] = otherOf(finding("operations", compare.PerSecond, 2242, around(1.0003, near...)), compare.Equivalent, 0.695, 1)
	f[4] = otherOf(finding("retr.service.p50", compare.Nanoseconds, 3.24e6, around(1.00004, near...)), compare.Equivalent, 0.922, 1)
	f[5] = otherOf(finding("retr.data_ready.p50", compare.Nanoseconds, 0.278e6, around(1.021, near...)), compare.Inconclusive, 0.0645, 0.258)
	f[5].Why = "the interval reaches beyond the practical threshold"
	f[5].PairsNeeded = many(19)
	o := &c.Against[0].Operations[0]
	o.Differs, o.Cause, o.Mean, o.LateConnect = "", nil, nil, false
	for i := range o.Phases {
		p := &o.Phases[i]
		p.New, p.Shift = number(*p.Base*1.001), number(*p.Base*0.001)
		p.Low, p.High = number(*p.Base*-0.004), number(*p.Base*0.005)
	}
	return c
}

func rename(c *compare.Comparison, base, other string) {
	c.Variants[0].Name, c.Variants[1].Name = base, other
	c.Against[0].Base, c.Against[0].Variant = base, other
}

// unsettled is a comparison that its pairs do not settle.
func unsettled() *compare.Comparison {
	c := alike()
	f := primaries(c)
	f[0] = primaryOf(finding("goodput", compare.BytesPerSecond, 2.19*(1<<30), around(0.979, -3.9, 3.2, -1.2, 2.4, -2.5, 0.6, 4.1, -0.6, 1.3, -1.7)), compare.Inconclusive, 0.16)
	f[0].Why = "the interval includes zero change and reaches beyond the practical threshold of 3%"
	f[0].PairsNeeded = many(24)
	f[1] = compare.Finding{
		Metric: "retr.service.p99", Unit: compare.Nanoseconds, Primary: true, Verdict: compare.Inconclusive,
		Why:        "a trial has 212 samples, and p99 needs 500: longer trials would settle it",
		BaseValues: make([]*float64, 10), NewValues: make([]*float64, 10),
	}
	c.Against[0].Operations[0].Phases[6].New, c.Against[0].Operations[0].Phases[6].Shift = nil, nil
	c.Against[0].Operations[0].Phases[6].Low, c.Against[0].Operations[0].Phases[6].High = nil, nil
	return c
}

// vetoed is faster because it fails more.
func vetoed() *compare.Comparison {
	c := passiveActive()
	v := &c.Variants[1]
	v.Failed, v.OK = 2_510, v.OK-2_510
	f := primaries(c)
	f[0] = primaryOf(finding("goodput", compare.BytesPerSecond, 2.19*(1<<30), around(1.12, near...)), compare.Inconclusive, 0.00195)
	f[0].Why = "faster, but more operations failed (errors.rate), which is never a win"
	f[1] = primaryOf(finding("retr.service.p99", compare.Nanoseconds, 10.1e6, around(0.81, near...)), compare.Inconclusive, 0.00195)
	f[1].Why = f[0].Why
	for i := range c.Against[0].Operations[0].Phases {
		c.Against[0].Operations[0].Phases[i].Doubtful = i > 5
	}
	f[3] = otherOf(errorsRate(make([]float64, 10),
		[]float64{0.0119, 0.0121, 0.0124, 0.0131, 0.0117, 0.0122, 0.0120, 0.0128, 0.0123, 0.0118}), compare.Slower, 0.00195, 0.00782)
	return c
}

// cutShort is a comparison that was interrupted.
func cutShort() *compare.Comparison {
	c := unsettled()
	c.Status = summary.Partial
	c.Missing = []string{"the pairs 5 to 10: the run was interrupted"}
	c.Generator = summary.GeneratorSummary{}
	a := &c.Against[0]
	a.Pairs = 4
	for i := range a.Findings {
		f := &a.Findings[i]
		f.BaseValues, f.NewValues = f.BaseValues[:4], f.NewValues[:4]
		f.Verdict, f.PairsNeeded, f.P, f.PAdjusted = compare.Inconclusive, nil, number(0.125), nil
		f.Why = "4 pairs are too few: below 6 no p can be 0.05 or less"
	}
	c.Variants[0].Trials, c.Variants[1].Trials = 5, 4
	return c
}

// cutAtOnce is a comparison that was interrupted in its first trial.
func cutAtOnce() *compare.Comparison {
	c := cutShort()
	c.Missing = []string{"the run was interrupted", "variant passive, trial 1, ended early: it stops 0.2 s into its window",
		"variant passive has 0 whole trials of 10", "variant active did not run"}
	a := &c.Against[0]
	a.Variant, a.Base, a.Pairs, a.Operations = "active", "passive", 0, nil
	for i := range a.Findings {
		f := &a.Findings[i]
		*f = compare.Finding{
			Metric: f.Metric, Op: f.Op, Unit: f.Unit, Higher: f.Higher, Primary: f.Primary, Difference: f.Difference,
			Verdict: compare.Inconclusive, Why: "no whole pair: no verdict can come of fewer than 6",
		}
	}
	c.Variants = []compare.Variant{
		{Name: "passive", Settings: map[string]string{"mode": "passive"}},
		{Name: "active", Settings: map[string]string{}},
	}
	return c
}

// heldBack is a comparison whose generator was the limit.
func heldBack() *compare.Comparison {
	c := passiveActive()
	c.Generator.Limited = true
	c.Generator.Reasons = []string{"cpu: the generator's process used 99.9% of its allowance of 4 CPUs (90% is the limit)"}
	c.Warnings = []string{"the answers may be of the generator and not of the server: use a faster machine, or fewer sessions"}
	return c
}

// noisy is an A/A run on a machine that cannot see the threshold.
func noisy() *compare.Comparison {
	c := alike()
	rename(c, "passive", "passive-again")
	c.Variants[0].Settings, c.Variants[1].Settings = map[string]string{}, map[string]string{}
	c.Plan.AA = true
	f := primaries(c)
	f[1] = primaryOf(finding("retr.service.p99", compare.Nanoseconds, 10.1e6, around(1.081, -3.9, 3.2, -1.2, 2.4, -2.5, 0.6, 4.1, -0.6, 1.3, -1.7)), compare.Slower, 0.0371)
	c.Noise = &compare.Noise{TooMuch: true, Metrics: []compare.MetricNoise{
		{Metric: "goodput", Spread: number(0.0064), Resolution: number(0.0071)},
		{Metric: "retr.service.p99", Spread: number(0.0621), Resolution: number(0.0444), PairsNeeded: many(38)},
	}}
	return c
}

// threeVariants compares two further variants, until there was a verdict.
func threeVariants() *compare.Comparison {
	c := passiveActive()
	second := alike().Against[0]
	second.Variant, second.Base = "passive-tls-explicit-resumed", "passive"
	second.Operations[0].RoundTrips, second.Operations[0].Connects = [2]float64{2, 2.004}, [2]float64{1, 1}
	c.Against = append(c.Against, second)
	c.Variants = append(c.Variants, compare.Variant{
		Name: "passive-tls-explicit-resumed", Settings: map[string]string{"mode": "passive", "tls": "explicit"},
		Modes: []string{"epsv", "pasv"}, Trials: 10, Attempts: 224_100, OK: 224_020, Unfinished: 80,
	})
	c.Plan.UntilVerdict, c.Plan.Pairs, c.Plan.MaxPairs = true, 6, 40
	c.Method.Looks, c.Method.Level, c.Method.Critical = 2, 0.9712, 0.0288
	c.Method.Stopping = "looks at 6, 10, 16, 26 and 40 pairs with alpha spent as Pocock's boundary spends it (Lan and DeMets 1983)"
	return c
}

// forged holds what no run gives and a report must survive.
func forged() *compare.Comparison {
	c := passiveActive()
	const evil = "\x1b[2Jevil|`<b>@all\r\n=1+1\u202e"
	rename(c, hostileText, evil)
	c.Status = evil
	c.Variants[1].Settings = map[string]string{evil: hostileText}
	c.Variants[1].Modes = []string{evil}
	c.Variants[1].Attempts, c.Variants[1].OK, c.Variants[1].Failed = math.MaxInt64, -5, math.MaxInt64-1
	c.Missing, c.Warnings, c.Notes = []string{evil}, []string{hostileText}, []string{evil}
	c.Target.URL, c.Target.Banner = hostileText, evil
	f := primaries(c)
	f[0].Ratio, f[0].Low, f[0].High = number(math.Inf(1)), number(math.NaN()), number(-1)
	f[0].Base, f[0].New = number(math.NaN()), number(math.Inf(-1))
	f[0].Why, f[0].Verdict = evil, compare.Verdict(evil)
	f[1].Metric, f[1].Ratio, f[1].Low, f[1].High = hostileText, number(1e300), number(1e-300), number(math.MaxFloat64)
	f[1].Base, f[1].New, f[1].P = number(1e300), number(-1e300), number(7)
	f[1].NewValues[3] = number(1e290)
	f[2].Ratio, f[2].Low, f[2].High, f[2].Unit = number(0.4), number(0), number(0.4000001), compare.Unit(evil)
	f[3].Ratio, f[3].Low, f[3].High = number(1e18), number(-1e18), number(1e19)
	f[4].PairsNeeded = many(-3)
	f[5].PairsNeeded, f[5].Verdict = many(math.MaxInt), compare.Inconclusive
	o := &c.Against[0].Operations[0]
	o.Op, o.Differs = evil, hostileText
	o.RoundTrips = [2]float64{math.NaN(), math.Inf(1)}
	o.Phases[0].Phase = stats.Phase(200)
	o.Phases[1].Base, o.Phases[1].Shift = number(1e300), number(-1e300)
	c.Method.Level, c.Method.Critical, c.Method.Alpha = math.NaN(), -1, math.Inf(1)
	c.Method.Interval, c.Method.Stopping = hostileText, evil
	c.Plan.ThresholdEffect, c.Plan.Primary = math.Inf(1), []string{evil}
	c.Noise = &compare.Noise{TooMuch: true, Metrics: []compare.MetricNoise{
		{Metric: evil, Spread: number(math.NaN()), Resolution: number(1e300), PairsNeeded: many(math.MaxInt)},
	}}
	return c
}
