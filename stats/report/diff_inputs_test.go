package report

import (
	"math"
	"time"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// side returns a result of a release.
func side(name, version string, trials int, started time.Time) compare.Side {
	return compare.Side{
		Name: name, Run: summary.Run{Status: summary.Complete, Started: started, Seed: 42, Tool: resultfile.ToolInfo{Name: "ftpmark", Version: "v0.4.0", Go: "go1.26.0", OS: "linux", Arch: "amd64"}, Target: resultfile.TargetInfo{URL: "ftp://bench@192.0.2.10:2121/pub", Banner: "220 ftpd " + version}, Generator: summary.GeneratorSummary{CPUSeconds: 15.1, CPUs: 4}}, Trials: trials,
	}
}

func quantiles(factors ...float64) compare.QuantileShift {
	q := compare.QuantileShift{Op: "retr"}
	for i, p := range []float64{10, 25, 50, 75, 90, 95, 99, 99.9}[:len(factors)] {
		base := int64([]float64{2.4, 2.8, 3.24, 4.1, 5.51, 6.9, 10.1, 20.1}[i] * 1e6)
		q.Points = append(q.Points, compare.QuantilePoint{
			Percentile: p, Base: base, New: int64(float64(base) * factors[i]), Ratio: factors[i],
		})
	}
	return q
}

// cutTo keeps so many trials of a finding.
func cutTo(f compare.Finding, n int) compare.Finding {
	f.BaseValues, f.NewValues = f.BaseValues[:n], f.NewValues[:n]
	return f
}

// builds is a new build that regressed in its tail, with a gate.
func builds() *compare.Diff {
	m := method()
	m.Interval = "Hodges-Lehmann shift of the logarithms with the rank sum's exact interval (Hodges and Lehmann 1963)"
	m.Test = "exact two-sided Mann-Whitney U test (Mann and Whitney 1947)"
	m.Resamples = 0
	goodput := primaryOf(finding("goodput", compare.BytesPerSecond, 2.19*(1<<30), around(0.996, near...)), compare.Equivalent, 0.421)
	p99 := primaryOf(finding("retr.service.p99", compare.Nanoseconds, 10.1e6, around(1.141, near...)), compare.Slower, 0.00794)
	p50 := otherOf(finding("retr.service.p50", compare.Nanoseconds, 3.24e6, around(1.011, -3.2, 3, -1, 2, -2, 1, 3.3, -1, 1, -2)), compare.Inconclusive, 0.31, 0.62)
	p50.Why = "the interval includes zero change and reaches beyond the practical threshold of 3%"
	ops := otherOf(finding("operations", compare.PerSecond, 2242, around(0.996, near...)), compare.Equivalent, 0.421, 0.62)
	zeros := make([]float64, 5)
	errs := otherOf(errorsRate(zeros, zeros), compare.Equivalent, 1, 1)
	return &compare.Diff{
		Schema:  compare.DiffSchema,
		Base:    side("results/v1.8.0.ftpmark.jsonl", "1.8.0", 5, time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)),
		New:     side("results/v1.9.0-rc1.ftpmark.jsonl", "1.9.0-rc1", 5, time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)),
		Load:    &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 8, Operations: "retr", Files: 16, Size: "1MiB"},
		Method:  m,
		Primary: []string{"goodput", "service.p99"}, ThresholdEffect: 0.03,
		Remarks: []compare.Unlike{{What: "kernel", Base: "6.8.0-41", New: "6.8.0-45"}},
		Variants: []compare.VariantDiff{{
			Variant: "passive", BaseTrials: 5, NewTrials: 5,
			Findings: []compare.Finding{cutTo(goodput, 5), cutTo(p99, 5), cutTo(ops, 5), cutTo(errs, 5), cutTo(p50, 5)},
			Shifts:   []compare.QuantileShift{quantiles(1.002, 0.998, 1.011, 1.024, 1.04, 1.071, 1.141, 1.49)},
		}},
		Gate: &compare.Gate{
			MaxRegression: 0.05, Verdict: compare.GateMissed,
			Findings: []compare.GateFinding{
				{Variant: "passive", Metric: "goodput", Worse: number(0.004), Low: number(-0.003), High: number(0.011), Verdict: compare.GatePassed},
				{Variant: "passive", Metric: "retr.service.p99", Worse: number(0.141), Low: number(0.134), High: number(0.148), Verdict: compare.GateMissed},
			},
		},
	}
}

// goodBuild passes its gate and is faster.
func goodBuild() *compare.Diff {
	x := builds()
	v := &x.Variants[0]
	v.Findings[1] = cutTo(primaryOf(finding("retr.service.p99", compare.Nanoseconds, 10.1e6, around(0.914, near...)), compare.Faster, 0.00794), 5)
	v.Shifts[0] = quantiles(1.0, 0.998, 0.991, 0.984, 0.96, 0.943, 0.914, 0.9)
	x.Gate.Verdict = compare.GatePassed
	g := x.Gate.Findings
	g[1].Worse, g[1].Low, g[1].High, g[1].Verdict = number(-0.086), number(-0.093), number(-0.079), compare.GatePassed
	return x
}

// undecided cannot be judged.
func undecided() *compare.Diff {
	x := builds()
	x.Variants[0].Findings[1].Verdict, x.Variants[0].Findings[1].P = compare.Inconclusive, number(0.0952)
	x.Variants[0].Findings[1].Why = "p is above 0.05"
	x.Gate.Verdict = compare.GateUnjudged
	g := &x.Gate.Findings[1]
	g.Verdict, g.Low, g.High = compare.GateUnjudged, number(-0.021), number(0.262)
	g.Why = "the interval reaches across the bound"
	return x
}

// singles are two results of one trial each: nothing can be said but what was
// seen.
func singles() *compare.Diff {
	x := builds()
	x.Base.Trials, x.New.Trials = 1, 1
	v := &x.Variants[0]
	v.BaseTrials, v.NewTrials = 1, 1
	for i := range v.Findings {
		f := &v.Findings[i]
		*f = cutTo(*f, 1)
		f.Base, f.New = f.BaseValues[0], f.NewValues[0]
		f.Low, f.High, f.P, f.PAdjusted, f.Verdict = nil, nil, nil, nil, compare.Descriptive
		f.Why = "descriptive only: 1 trials against 1, 4 of each are needed"
	}
	x.Gate.Verdict = compare.GateUnjudged
	for i := range x.Gate.Findings {
		g := &x.Gate.Findings[i]
		g.Low, g.High, g.Verdict, g.Why = nil, nil, compare.GateUnjudged, v.Findings[0].Why
	}
	return x
}

// forcedDiff compares what is not alike, and has no gate.
func forcedDiff() *compare.Diff {
	x := builds()
	x.Gate = nil
	x.Differences = []compare.Unlike{
		{What: "mode", Base: "epsv", New: "pasv"}, {What: "target", Base: "ftp://192.0.2.10/", New: "ftp://192.0.2.11/"}, {What: "think", New: "100ms"},
	}
	x.New.Target.URL = "ftp://bench@192.0.2.11:2121/pub"
	x.New.Status = summary.Partial
	x.Base.Generator.Limited, x.Base.Generator.Reasons = true, []string{"cpu: the generator's process used 99.9% of its allowance of 4 CPUs (90% is the limit)"}
	x.Base.Generator.Warnings = []string{"shared-host: the target runs on this machine and takes from the same CPUs"}
	x.OnlyBase, x.OnlyNew = []string{"active list", "active retr"}, []string{"passive stor"}
	return x
}

// moreFailures is gated on its errors, and has two variants.
func moreFailures() *compare.Diff {
	x := builds()
	v := x.Variants[0]
	v.Variant = "active"
	errs := errorsRate(make([]float64, 5), []float64{0.0119, 0.0121, 0.0124, 0.0131, 0.0117})
	v.Findings = []compare.Finding{primaryOf(errs, compare.Slower, 0.00794)}
	v.Shifts = []compare.QuantileShift{quantiles(0.31, 0.5, 1, 2.1, 4.4)}
	v.Shifts[0].Points[4].Doubtful = true
	x.Variants = append(x.Variants, v)
	x.Primary = append(x.Primary, "errors.rate")
	x.Gate.Findings = append(x.Gate.Findings, compare.GateFinding{
		Variant: "active", Metric: "errors.rate", Worse: number(0.0121), Low: number(0.0119), High: number(0.0124), Verdict: compare.GateMissed,
	})
	return x
}

// nothingPasses has a gate that no result could pass.
func nothingPasses() *compare.Diff {
	x := goodBuild()
	x.New.Generator.Limited = true
	x.Gate.Verdict, x.Gate.Why = compare.GateUnjudged, "new was limited by its load generator, and passes no gate (--allow-limited lets it)"
	return x
}

// forgedDiff holds what no results give and a report must survive.
func forgedDiff() *compare.Diff {
	x := builds()
	const evil = "\x1b[2Jevil|`<b>@all\r\n=1+1\u202e"
	x.Base.Name, x.New.Name, x.New.Status = evil, "", evil
	x.Base.Target.URL, x.New.Target.URL = hostileText, ""
	x.Differences = make([]compare.Unlike, 1000)
	x.Differences[0] = compare.Unlike{What: evil, Base: hostileText, New: evil}
	x.OnlyBase, x.OnlyNew = make([]string, 1000), []string{hostileText}
	x.Method.Level, x.Method.Critical, x.ThresholdEffect = math.Inf(1), math.NaN(), -1
	v := &x.Variants[0]
	v.Variant, v.BaseTrials = hostileText, math.MinInt
	v.Findings[0].BaseValues[0], v.Findings[0].Base = number(math.Inf(1)), number(1e-300)
	v.Findings[1].Metric, v.Findings[1].Verdict = evil, compare.Verdict(evil)
	v.Findings[2].Unit, v.Findings[2].Difference = compare.Unit(evil), true
	v.Shifts[0].Op = evil
	v.Shifts[0].Points[0].Ratio, v.Shifts[0].Points[1].Ratio = math.NaN(), 0
	v.Shifts[0].Points[2].Ratio, v.Shifts[0].Points[3].Ratio = math.MaxFloat64, 1e-300
	v.Shifts[0].Points[4].Percentile, v.Shifts[0].Points[5].Percentile = math.Inf(1), 99.99999999999
	v.Shifts[0].Points[4].Base, v.Shifts[0].Points[4].New = math.MinInt64, math.MaxInt64
	x.Gate.Verdict, x.Gate.MaxRegression, x.Gate.Why = compare.GateVerdict(evil), math.Inf(1), evil
	x.Gate.Findings[0] = compare.GateFinding{
		Variant: evil, Metric: hostileText, Worse: number(math.NaN()), Low: number(1e300), High: number(math.MaxFloat64),
		Verdict: compare.GateVerdict(evil), Why: evil,
	}
	return x
}
