package threshold

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// finding returns one of ten pairs.
func finding(op, metric string, ratio, low, high float64) compare.Finding {
	f := compare.Finding{Metric: metric, Op: op, Ratio: &ratio, Low: &low, High: &high, Verdict: compare.Inconclusive}
	if op != "" {
		f.Metric = op + "." + metric
	}
	if f.Difference = metric == "errors.rate"; f.Difference {
		f.Base, f.New = new(float64), new(float64)
	}
	for range 10 {
		one := 1.0
		f.BaseValues, f.NewValues = append(f.BaseValues, &one), append(f.NewValues, &one)
	}
	return f
}

// comparison returns one of active and port against passive, without errors.
func comparison(findings ...compare.Finding) *compare.Comparison {
	if !slices.ContainsFunc(findings, func(f compare.Finding) bool { return f.Metric == "errors.rate" }) {
		findings = append(findings, finding("", "errors.rate", 0, 0, 0))
	}
	return &compare.Comparison{
		Run: summary.Run{Status: summary.Complete},
		Variants: []compare.Variant{
			{Name: "passive", Attempts: 10_000, OK: 10_000}, {Name: "active", Attempts: 10_000, OK: 10_000}, {Name: "port", Attempts: 10_000, OK: 10_000},
		},
		Against: []compare.Against{
			{Variant: "active", Base: "passive", Pairs: 10, Findings: findings},
			{Variant: "port", Base: "passive", Pairs: 10, Findings: findings},
		},
	}
}

func changed(c *compare.Comparison, change func(*compare.Comparison)) *compare.Comparison {
	change(c)
	return c
}

// faulty has so many of 10,000 operations failed, and the difference of the
// shares with its interval, active less passive.
func faulty(passive, active int64, d, low, high float64, findings ...compare.Finding) *compare.Comparison {
	f := finding("", "errors.rate", d, low, high)
	f.Base, f.New = of1(float64(passive)/10_000), of1(float64(active)/10_000)
	c := comparison(append(findings, f)...)
	c.Variants[0].OK, c.Variants[0].Failed = 10_000-passive, passive
	c.Variants[1].OK, c.Variants[1].Failed = 10_000-active, active
	return c
}

func of1(v float64) *float64 { return &v }

func TestCheckComparison(t *testing.T) {
	goodput := func(ratio, low, high float64) compare.Finding { return finding("", "goodput", ratio, low, high) }
	p99 := finding("retr", "service.p99", 1.3, 1.25, 1.36)
	unknown := func(why string) compare.Finding {
		f := finding("retr", "service.p99", 0, 0, 0)
		f.Ratio, f.Low, f.High, f.Why = nil, nil, nil, why
		return f
	}
	lacking := func(n int, why string) compare.Finding {
		f := finding("retr", "service.p99", 1.01, 1, 1.02)
		for i := range n {
			f.NewValues[i] = nil
		}
		f.Why = why
		return f
	}
	zeros := goodput(1, 0.99, 1.01)
	for i := range 5 {
		zeros.BaseValues[i] = new(float64)
	}
	descriptive := goodput(1, 0.99, 1.01)
	descriptive.Verdict, descriptive.Why = compare.Descriptive, "too few trials for any verdict"

	for _, c := range []struct {
		what, text string
		comparison *compare.Comparison
		options    CheckOptions
		want       []string
	}{
		{"the whole interval keeps the bound", "compare.active/passive.goodput > 0.95", comparison(goodput(1.02, 0.99, 1.05)), CheckOptions{}, []string{
			"PASSED  compare.active/passive.goodput > 0.95: 1.02 (0.99 to 1.05)"}},
		{"the whole interval is beyond it", "compare.active/passive.goodput > 0.95", comparison(goodput(0.9, 0.88, 0.94)), CheckOptions{}, []string{
			"MISSED  compare.active/passive.goodput > 0.95: 0.9 (0.88 to 0.94)"}},
		{"a part of it", "compare.active/passive.goodput > 0.95", comparison(goodput(0.96, 0.93, 0.99)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 0.96 (0.93 to 0.99), but the interval includes the bound; about 188 pairs would likely settle it"}},
		// At 98.75% the interval is 2.50 standard errors wide to either side, not 1.96.
		{"a part of it, at a look's level", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(0.96, 0.93, 0.99)), func(c *compare.Comparison) { c.Method.Level = 0.9875 }), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 0.96 (0.93 to 0.99), but the interval includes the bound; about 165 pairs would likely settle it"}},
		{"a part of it, at no level", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(0.96, 0.93, 0.99)), func(c *compare.Comparison) { c.Method.Level = 7 }), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 0.96 (0.93 to 0.99), but the interval includes the bound; about 188 pairs would likely settle it"}},
		{"the end is the bound", "compare.active/passive.goodput > 0.95", comparison(goodput(0.97, 0.95, 0.99)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 0.97 (0.95 to 0.99), but the interval includes the bound; about 21 pairs would likely settle it"}},
		{"the end is a bound that is kept", "compare.active/passive.goodput >= 0.95", comparison(goodput(0.97, 0.95, 0.99)), CheckOptions{}, []string{
			"PASSED  compare.active/passive.goodput >= 0.95: 0.97 (0.95 to 0.99)"}},
		{"the ratio is the bound", "compare.active/passive.goodput > 0.95", comparison(goodput(0.95, 0.93, 0.99)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 0.95 (0.93 to 0.99), but the interval includes the bound; more than 1,000 pairs would be needed"}},
		{"in percent", "compare.active/passive.goodput > 95%", comparison(goodput(1.02, 0.99, 1.05)), CheckOptions{}, []string{
			"PASSED  compare.active/passive.goodput > 95%: 102% (99% to 105%)"}},
		{"as many digits as it takes", "compare.active/passive.goodput > 0.95", comparison(goodput(0.9502, 0.95001, 1.05)), CheckOptions{}, []string{
			"PASSED  compare.active/passive.goodput > 0.95: 0.9502 (0.95001 to 1.05)"}},
		{"the other way round", "compare.passive/active.goodput > 0.95", comparison(goodput(0.8, 0.5, 1.25)), CheckOptions{}, []string{
			"NO VERDICT  compare.passive/active.goodput > 0.95: 1.25 (0.8 to 2), but the interval includes the bound; about 55 pairs would likely settle it"}},
		{"the other way round, passed", "compare.passive/active.goodput > 0.95", comparison(goodput(0.8, 0.5, 1)), CheckOptions{}, []string{
			"PASSED  compare.passive/active.goodput > 0.95: 1.25 (1 to 2)"}},
		{"the other way round, missed", "compare.passive/active.operations >= 0.9", comparison(finding("", "operations", 1.25, 1.2, 2)), CheckOptions{}, []string{
			"MISSED  compare.passive/active.operations >= 0.9: 0.8 (0.5 to 0.833)"}},
		{"another variant", "compare.port/passive.goodput > 0.95", comparison(goodput(1.02, 0.99, 1.05)), CheckOptions{}, []string{
			"PASSED  compare.port/passive.goodput > 0.95: 1.02 (0.99 to 1.05)"}},
		{"one operation", "compare.active/passive.retr.service.p99 < 1.05", comparison(p99), CheckOptions{}, []string{
			"MISSED  compare.active/passive.retr.service.p99 < 1.05: 1.3 (1.25 to 1.36)"}},
		{"each operation", "compare.active/passive.service.p99 < 1.05", comparison(p99, finding("stor", "service.p99", 1.01, 1, 1.04), finding("stor", "service.p50", 2, 2, 2)), CheckOptions{}, []string{
			"MISSED  compare.active/passive.service.p99 < 1.05 (retr): 1.3 (1.25 to 1.36)",
			"PASSED  compare.active/passive.service.p99 < 1.05 (stor): 1.01 (1 to 1.04)"}},

		{"a metric that is not there", "compare.active/passive.retr.service.p50 < 1.05", comparison(p99), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.retr.service.p50 < 1.05: the comparison has no retr.service.p50"}},
		{"an operation that is not there", "compare.active/passive.data_ready.p50 < 1.05", comparison(p99), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.data_ready.p50 < 1.05: the comparison has no data_ready.p50"}},
		{"variants without the base", "compare.active/port.goodput > 0.95", comparison(goodput(1, 1, 1)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/port.goodput > 0.95: active and port are not compared with each other: the others are compared with passive, the first"}},
		{"a variant that is not there", "compare.activ/passive.goodput > 0.95", comparison(goodput(1, 1, 1)), CheckOptions{}, []string{
			`NO VERDICT  compare.activ/passive.goodput > 0.95: there is no variant "activ" (did you mean active?): the variants are passive, active and port`}},
		{"no variants", "compare.active/passive.goodput > 0.95", &compare.Comparison{}, CheckOptions{}, []string{
			`NO VERDICT  compare.active/passive.goodput > 0.95: there is no variant "active": the variants are none`}},
		{"variants that were not brought together", "compare.active/passive.goodput > 0.95", changed(comparison(), func(c *compare.Comparison) { c.Against = nil }), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: these two variants were not compared"}},

		{"no values", "compare.active/passive.retr.service.p99 < 1.05", comparison(unknown("p99 needs 500 samples a trial, it has 120")), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.retr.service.p99 < 1.05: p99 needs 500 samples a trial, it has 120"}},
		{"no values and no reason", "compare.active/passive.retr.service.p99 < 1.05", comparison(unknown("")), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.retr.service.p99 < 1.05: the comparison has no interval"}},
		{"too few values", "compare.active/passive.retr.service.p99 < 1.05", comparison(lacking(5, "trial 2 of active: it has no samples")), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.retr.service.p99 < 1.05: 5 pairs with a value on both sides, a verdict needs 6: trial 2 of active: it has no samples"}},
		{"values that are not all there", "compare.active/passive.retr.service.p99 < 1.05", comparison(lacking(1, "trial 2 of active: it has no samples")), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.retr.service.p99 < 1.05: 1.01 (1 to 1.02), but 1 of 10 pairs has no value: trial 2 of active: it has no samples"}},
		{"nor have to be, to miss", "compare.active/passive.retr.service.p99 < 0.95", comparison(lacking(2, "")), CheckOptions{}, []string{
			"MISSED  compare.active/passive.retr.service.p99 < 0.95: 1.01 (1 to 1.02)"}},
		{"zeros", "compare.active/passive.goodput > 0.95", comparison(zeros), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 5 pairs with a value on both sides, a verdict needs 6"}},
		{"too few pairs", "compare.active/passive.goodput > 2", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Against[0].Pairs = 1 }), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 2: 1 whole pair, a verdict needs 6"}},
		{"what only describes", "compare.active/passive.goodput > 0.95", comparison(descriptive), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: too few trials for any verdict"}},

		{"partial", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Status = summary.Partial }), CheckOptions{AllowLimited: true}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 1 (1 to 1), but the comparison is partial"}},
		{"a server that was gone", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Variants[1].DisconnectedShare = 0.6 }), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 1 (1 to 1), but sessions were without a connection for 60% of the time"}},
		{"a base that was gone", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Variants[0].DisconnectedShare = 0.0101 }), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 1 (1 to 1), but sessions were without a connection for 1.01% of the time"}},
		{"a server that was gone, the other way round", "compare.passive/active.retr.service.p99 < 1.1", changed(comparison(finding("retr", "service.p99", 1, 1, 1)), func(c *compare.Comparison) { c.Variants[1].DisconnectedShare = 0.6 }), CheckOptions{}, []string{
			"NO VERDICT  compare.passive/active.retr.service.p99 < 1.1: 1 (1 to 1), but sessions were without a connection for 60% of the time"}},
		{"a server that was hardly gone", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) {
			c.Variants[0].DisconnectedShare = 0.01
			c.Variants[2].DisconnectedShare = 0.6
		}), CheckOptions{}, []string{
			"PASSED  compare.active/passive.goodput > 0.95: 1 (1 to 1)"}},
		{"a server that was gone and missed", "compare.active/passive.goodput > 1.1", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Variants[1].DisconnectedShare = 0.6 }), CheckOptions{}, []string{
			"MISSED  compare.active/passive.goodput > 1.1: 1 (1 to 1)"}},
		{"partial and missed", "compare.active/passive.goodput > 1.1", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Status = summary.Partial }), CheckOptions{}, []string{
			"MISSED  compare.active/passive.goodput > 1.1: 1 (1 to 1)"}},
		{"limited", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) {
			c.Generator = summary.GeneratorSummary{Limited: true, Reasons: []string{"97% of its CPU"}}
		}), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 1 (1 to 1), but the load generator was the limit (97% of its CPU)"}},
		{"limited and allowed", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Generator.Limited = true }), CheckOptions{AllowLimited: true}, []string{
			"PASSED  compare.active/passive.goodput > 0.95: 1 (1 to 1)"}},
		{"limited and missed", "compare.active/passive.goodput > 1.1", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Generator.Limited = true }), CheckOptions{}, []string{
			"MISSED  compare.active/passive.goodput > 1.1: 1 (1 to 1)"}},

		{"errors", "compare.active/passive.errors.rate < 0.1%", faulty(0, 5, 0.0005, 0.0001, 0.0009), CheckOptions{}, []string{
			"PASSED  compare.active/passive.errors.rate < 0.1%: +0.05% (+0.01% to +0.09%)"}},
		{"more errors than allowed", "compare.active/passive.errors.rate <= 0.001", faulty(0, 50, 0.005, 0.002, 0.009), CheckOptions{}, []string{
			"MISSED  compare.active/passive.errors.rate <= 0.001: +0.005 (+0.002 to +0.009)"}},
		{"perhaps more errors than allowed", "compare.active/passive.errors.rate <= 0.1%", faulty(0, 10, 0.0005, -0.0001, 0.002), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.errors.rate <= 0.1%: +0.05% (-0.01% to +0.2%), but the interval includes the bound; about 184 pairs would likely settle it"}},
		{"the other way round, fewer errors", "compare.passive/active.errors.rate <= 0%", faulty(0, 10, 0.0005, 0, 0.002), CheckOptions{}, []string{
			"PASSED  compare.passive/active.errors.rate <= 0%: -0.05% (-0.2% to 0%)"}},
		{"no errors", "compare.active/passive.errors.rate <= 0", comparison(), CheckOptions{}, []string{
			"PASSED  compare.active/passive.errors.rate <= 0: 0 (0 to 0)"}},

		{"better with more errors", "compare.active/passive.goodput > 0.95", faulty(0, 50, 0.005, 0.002, 0.009, goodput(1.02, 0.99, 1.05)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 1.02 (0.99 to 1.05), but active has more errors: 50 of 10,000, passive 0 of 10,000"}},
		{"however few", "compare.active/passive.service.p99 < 1.5", faulty(45, 46, 0, -0.002, 0.009, p99), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.service.p99 < 1.5 (retr): 1.3 (1.25 to 1.36), but active has more errors: 46 of 10,000, passive 45 of 10,000"}},
		{"though not in all", "compare.active/passive.service.p99 < 1.5", faulty(0, 0, 0.005, 0.002, 0.009, p99), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.service.p99 < 1.5 (retr): 1.3 (1.25 to 1.36), but active has more errors in its pairs"}},
		{"unfinished and dropped ones are some", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(1.02, 0.99, 1.05)), func(c *compare.Comparison) { c.Variants[1].Unfinished, c.Variants[1].Dropped = 1, 100 }), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 1.02 (0.99 to 1.05), but active has more errors: 101 of 10,100, passive 0 of 10,000"}},
		{"with as many errors", "compare.active/passive.goodput > 0.95", faulty(50, 50, 0, -0.002, 0.002, goodput(1.02, 0.99, 1.05)), CheckOptions{}, []string{
			"PASSED  compare.active/passive.goodput > 0.95: 1.02 (0.99 to 1.05)"}},
		{"with fewer errors", "compare.active/passive.goodput > 0.95", faulty(50, 0, -0.005, -0.009, -0.002, goodput(1.02, 0.99, 1.05)), CheckOptions{}, []string{
			"PASSED  compare.active/passive.goodput > 0.95: 1.02 (0.99 to 1.05)"}},
		{"worse than one with a few more errors", "compare.active/passive.goodput > 0.95", faulty(50, 40, -0.0002, -0.002, 0.002, goodput(0.8, 0.7, 0.9)), CheckOptions{}, []string{
			"MISSED  compare.active/passive.goodput > 0.95: 0.8 (0.7 to 0.9)"}},
		{"worse than one with many in few trials", "compare.active/passive.goodput > 0.95", faulty(300, 0, 0, -0.3, 0, goodput(0.8, 0.7, 0.9)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 0.8 (0.7 to 0.9), but passive has more errors: 300 of 10,000, active 0 of 10,000"}},
		{"worse than one with some in most trials", "compare.active/passive.goodput > 0.95", faulty(50, 0, -0.005, -0.009, 0.001, goodput(0.8, 0.7, 0.9)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 0.8 (0.7 to 0.9), but passive has more errors: 50 of 10,000, active 0 of 10,000"}},
		{"worse than one with more errors", "compare.active/passive.goodput > 0.95", faulty(50, 0, -0.005, -0.009, -0.002, goodput(0.8, 0.7, 0.9)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 0.8 (0.7 to 0.9), but passive has more errors: 50 of 10,000, active 0 of 10,000"}},
		{"worse and with more errors", "compare.active/passive.goodput > 0.95", faulty(0, 50, 0.005, 0.002, 0.009, goodput(0.8, 0.7, 0.9)), CheckOptions{}, []string{
			"MISSED  compare.active/passive.goodput > 0.95: 0.8 (0.7 to 0.9)"}},
		{"the other way round, with more errors", "compare.passive/active.goodput > 0.95", faulty(50, 0, -0.005, -0.009, -0.002, goodput(0.8, 0.7, 0.9)), CheckOptions{}, []string{
			"NO VERDICT  compare.passive/active.goodput > 0.95: 1.25 (1.11 to 1.43), but passive has more errors: 50 of 10,000, active 0 of 10,000"}},
		{"the other way round, with fewer errors", "compare.passive/active.goodput > 0.95", faulty(0, 50, 0.005, 0.002, 0.009, goodput(0.8, 0.7, 0.9)), CheckOptions{}, []string{
			"PASSED  compare.passive/active.goodput > 0.95: 1.25 (1.11 to 1.43)"}},
		{"bounded from the other side", "compare.active/passive.goodput < 1.1", faulty(50, 0, -0.005, -0.009, -0.002, goodput(0.8, 0.7, 0.9)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput < 1.1: 0.8 (0.7 to 0.9), but passive has more errors: 50 of 10,000, active 0 of 10,000"}},
		{"errors not known", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Against[0].Findings[1].Low = nil }), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 1 (1 to 1), but it is not known which variant has more errors"}},
		{"nothing of a variant but its findings", "compare.active/passive.goodput > 0.95", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Variants = nil }), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: 1 (1 to 1), but it is not known which variant has more errors"}},
		{"errors not known and missed", "compare.active/passive.goodput > 1.1", changed(comparison(goodput(1, 1, 1)), func(c *compare.Comparison) { c.Against[0].Findings = c.Against[0].Findings[:1] }), CheckOptions{}, []string{
			"MISSED  compare.active/passive.goodput > 1.1: 1 (1 to 1)"}},

		{"no number", "compare.active/passive.goodput > 0.95", comparison(goodput(math.NaN(), 1, 1)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: the comparison has no such number"}},
		{"no ratio", "compare.active/passive.goodput < 0.95", comparison(goodput(0, 0, 0)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput < 0.95: the comparison has no such number"}},
		{"an interval from the larger to the smaller", "compare.active/passive.goodput > 0.95", comparison(goodput(1, 1.1, 0.99)), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: the comparison has no such number"}},
		{"a ratio of errors", "compare.active/passive.errors.rate < 1%", changed(comparison(), func(c *compare.Comparison) { c.Against[0].Findings[0].Difference = false }), CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.errors.rate < 1%: the comparison has no such number"}},
		{"a metric of a run", "errors.rate < 1%", comparison(), CheckOptions{}, []string{
			"NO VERDICT  errors.rate < 1%: it is a metric of a run, not of a comparison"}},
		{"nothing", "compare.active/passive.goodput > 0.95", nil, CheckOptions{}, []string{
			"NO VERDICT  compare.active/passive.goodput > 0.95: nothing to judge"}},
	} {
		x, err := Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range x.CheckComparison(c.comparison, c.options) {
			got = append(got, o.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.what, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
	if got := (Threshold{}).CheckComparison(comparison(), CheckOptions{}); len(got) != 1 || got[0].Verdict != NoVerdict || got[0].Why == "" {
		t.Errorf("%v", got)
	}
}

func TestComparisonsAreNotJudgedInARun(t *testing.T) {
	want := []string{"NO VERDICT  compare.active/passive.goodput > 0.95: a run has no pairs of trials: use ftpmark compare"}
	if got := check(t, "compare.active/passive.goodput > 0.95", summaryWith(series("passive", stats.Retr, stats.EPSV)), CheckOptions{}); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestOutcomesOfComparisonsInJSON(t *testing.T) {
	x, err := Parse("compare.active/passive.service.p99 < 1.05")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(x.CheckComparison(comparison(finding("retr", "service.p99", 1.3, 1.25, 1.36)), CheckOptions{}))
	if want := `[{"threshold":"compare.active/passive.service.p99 \u003c 1.05","variant":"active","op":"retr","verdict":"missed","actual":1.3,"low":1.25,"high":1.36,"shown":"1.3 (1.25 to 1.36)"}]`; err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
}

// A comparison comes from a file that somebody may have forged.
func TestNamesInComparisonsStayInTheirLine(t *testing.T) {
	c := comparison(finding("evil\n\x1b[31m", "service.p99", 1.3, 1.25, 1.36))
	c.Against[0].Findings[0].Why = strings.Repeat("long\n", 1e5)
	c.Against[0].Findings[0].Ratio = nil
	c.Generator = summary.GeneratorSummary{Limited: true, Reasons: []string{"a\nb"}}
	x, err := Parse("compare.active/passive.service.p99 < 1.5")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range x.CheckComparison(c, CheckOptions{}) {
		if line := o.String(); strings.ContainsAny(line, "\n\x1b") || len(line) > 400 {
			t.Errorf("%d bytes: %.300q", len(line), line)
		}
	}
}

// Named the other way round a ratio says the same.
func TestRatiosCanBeAskedForEitherWay(t *testing.T) {
	for _, c := range []struct{ one, other string }{
		{"compare.active/passive.goodput > 0.8", "compare.passive/active.goodput < 1.25"},
		{"compare.active/passive.goodput < 0.5", "compare.passive/active.goodput > 2"},
		{"compare.active/passive.retr.service.p99 <= 2", "compare.passive/active.retr.service.p99 >= 0.5"},
	} {
		a, err := Parse(c.one)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Parse(c.other)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range [][3]float64{{1, 0.9, 1.1}, {0.8, 0.7, 0.9}, {0.4, 0.3, 0.49}, {2, 1.9, 2.1}, {4, 3, 5}} {
			x := comparison(finding("", "goodput", f[0], f[1], f[2]), finding("retr", "service.p99", f[0], f[1], f[2]))
			if got, turned := a.CheckComparison(x, CheckOptions{})[0].Verdict, b.CheckComparison(x, CheckOptions{})[0].Verdict; got != turned {
				t.Errorf("%v: %s %s, %s %s", f, a, got, b, turned)
			}
		}
	}
}
