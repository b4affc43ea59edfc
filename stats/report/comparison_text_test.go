package report

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report/comparison"
)

func TestComparisonText(t *testing.T) {
	for _, x := range []struct {
		name       string
		comparison *compare.Comparison
		options    Options
	}{
		{name: "slower", comparison: passiveActive()},
		{name: "slower-color", comparison: passiveActive(), options: Options{Color: true}},
		{name: "slower-narrow", comparison: passiveActive(), options: Options{Width: 60}},
		{name: "slower-80", comparison: passiveActive(), options: Options{Width: 80}},
		{name: "slower-wide", comparison: passiveActive(), options: Options{Width: 160}},
		{name: "equivalent", comparison: alike()},
		{name: "unsettled", comparison: unsettled()},
		{name: "vetoed", comparison: vetoed()},
		{name: "partial", comparison: cutShort()},
		{name: "cut-at-once", comparison: cutAtOnce()},
		{name: "limited", comparison: heldBack()},
		{name: "noisy", comparison: noisy()},
		{name: "three", comparison: threeVariants()},
		{name: "hostile", comparison: forged()},
		{name: "hostile-color", comparison: forged(), options: Options{Color: true, Width: 72}},
		{name: "empty", comparison: &compare.Comparison{}},
	} {
		t.Run(x.name, func(t *testing.T) {
			out := textOf(t, &Report{Comparison: x.comparison}, x.options)
			golden(t, "comparison-"+x.name, out)
			checkText(t, out, x.options)
			if bytes.Contains(out, []byte("NaN")) || bytes.Contains(out, []byte("Inf")) {
				t.Error("a number that is none was printed")
			}
		})
	}
}

func TestReportsLeaveTheirInputAlone(t *testing.T) {
	c, x := threeVariants(), moreFailures()
	before, err := json.Marshal([]any{c, x})
	if err != nil {
		t.Fatal(err)
	}
	textOf(t, &Report{Comparison: c}, Options{})
	rendered(t, &Report{Comparison: c}, Markdown, Options{})
	rendered(t, &Report{Comparison: c}, CSV, Options{})
	textOf(t, &Report{Diff: x}, Options{})
	rendered(t, &Report{Diff: x}, Markdown, Options{})
	rendered(t, &Report{Diff: x}, CSV, Options{})
	after, err := json.Marshal([]any{c, x})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Errorf("changed from\n%s\nto\n%s", before, after)
	}
}

func TestOperationWithoutSuccessHasNoRoundTrips(t *testing.T) {
	c := passiveActive()
	c.Against[0].Operations[0].RoundTrips = [2]float64{2, 0}
	out := string(textOf(t, &Report{Comparison: c}, Options{}))
	if !strings.Contains(strings.Join(strings.Fields(out), " "), "round trips/op 2.00 - - connects/op") {
		t.Errorf("a zero for what is not known:\n%s", out)
	}
}

// FuzzComparison puts arbitrary words and numbers where files put theirs.
func FuzzComparison(f *testing.F) {
	f.Add(hostileText, "passive", 1.5, 0.03, 100, int64(7))
	f.Add("", "日本語\u0301", 0.0, -1.0, 0, int64(-1))
	f.Add("@a|b", "<b>", 1e308, 1e-308, 73, int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, words, name string, a, b float64, width int, n int64) {
		o := Options{Width: min(max(width, 0), 500)}
		c := forged()
		rename(c, words, name)
		c.Plan.ThresholdEffect, c.Plan.Primary, c.Method.Level, c.Method.Critical = b, []string{words}, a, b
		c.Variants[0].Attempts, c.Variants[0].Failed, c.Variants[1].OK = n, n/2, n
		c.Warnings, c.Missing, c.Status, c.Target.URL = []string{words}, []string{name}, words, name
		for i := range c.Against[0].Findings {
			g := &c.Against[0].Findings[i]
			g.Primary, g.Ratio, g.Low, g.High = i%2 == 0, number(a), number(b), number(a*b)
			g.BaseValues[0], g.NewValues[0], g.Why, g.Difference = number(a), number(b), words, i%3 == 0
			g.Metric = [...]string{words, name}[i%2]
		}
		for i := range c.Against[0].Operations[0].Phases {
			p := &c.Against[0].Operations[0].Phases[i]
			p.Base, p.New, p.Shift, p.Low, p.High, p.Doubtful = number(a), number(b), number(a-b), number(b), number(a), i%2 == 0
		}
		checkText(t, textOf(t, &Report{Comparison: c}, o), o)
		checkMdReport(t, rendered(t, &Report{Comparison: c}, Markdown, Options{}))
		checkCSV(t, rendered(t, &Report{Comparison: c}, CSV, Options{}))

		x := forgedDiff()
		v := &x.Variants[0]
		v.Variant, v.Findings, x.Base.Name, x.ThresholdEffect, x.Method = name, c.Against[0].Findings, words, b, c.Method
		for i := range v.Shifts[0].Points {
			v.Shifts[0].Points[i] = compare.QuantilePoint{Percentile: a, Base: n, New: -n, Ratio: b, Doubtful: i%2 == 0}
		}
		x.Gate.Findings[1] = compare.GateFinding{Variant: words, Metric: name, Worse: number(a), Low: number(b), High: number(a)}
		checkText(t, textOf(t, &Report{Diff: x}, o), o)
		checkMdReport(t, rendered(t, &Report{Diff: x}, Markdown, Options{}))
		checkCSV(t, rendered(t, &Report{Diff: x}, CSV, Options{}))
	})
}

// What ended a comparison that goes on until there is a verdict is not always
// one.
func TestWhatEndedAComparison(t *testing.T) {
	for want, edit := range map[string]func(*compare.Comparison){
		"10 pairs of up to 40, until every primary metric had a verdict,": func(*compare.Comparison) {},
		"10 pairs of up to 10, the maximum: not every primary metric has a verdict,": func(c *compare.Comparison) {
			c.Plan.MaxPairs = 10
			c.Against[0].Findings[0].Verdict = compare.Inconclusive
		},
		"10 pairs of up to 10, the maximum: no primary metric has a verdict,": func(c *compare.Comparison) {
			c.Plan.MaxPairs = 10
			for _, a := range c.Against {
				for i := range a.Findings {
					a.Findings[i].Verdict = compare.Inconclusive
				}
			}
		},
		"10 pairs of up to 40, interrupted: not every primary metric has a verdict,": func(c *compare.Comparison) {
			c.Status = "partial"
			c.Against[0].Findings[0].Verdict = compare.Inconclusive
		},
	} {
		c := threeVariants()
		if !c.Against[0].Findings[0].Primary {
			t.Fatal("not primary")
		}
		edit(c)
		if got := comparison.ComparisonPlan(c); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
