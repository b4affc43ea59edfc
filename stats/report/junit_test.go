package report

import (
	"encoding/xml"
	"testing"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report/export"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// readJUnit reads a report as a CI system does, and checks that its counts are
// those of its cases.
func readJUnit(t *testing.T, out []byte) (all export.JunitSuites) {
	t.Helper()
	if err := xml.Unmarshal(out, &all); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	tests, failures, errs := 0, 0, 0
	for _, s := range all.Suites {
		n, failed, wrong := 0, 0, 0
		for _, c := range s.Cases {
			n++
			if c.Failure != nil {
				failed++
			}
			if c.Error != nil {
				wrong++
			}
			if c.Class == "" || c.Name == "" || c.Failure != nil && c.Error != nil {
				t.Errorf("a case %+v", c)
			}
		}
		if n == 0 || s.Tests != n || s.Failures != failed || s.Errors != wrong {
			t.Errorf("suite %q says %d tests, %d failures, %d errors; it has %d, %d, %d",
				s.Name, s.Tests, s.Failures, s.Errors, n, failed, wrong)
		}
		tests, failures, errs = tests+n, failures+failed, errs+wrong
	}
	if all.Tests != tests || all.Failures != failures || all.Errors != errs {
		t.Errorf("the whole says %d, %d, %d; it has %d, %d, %d", all.Tests, all.Failures, all.Errors, tests, failures, errs)
	}
	return all
}

func value[T any](v T) *T { return &v }

// findings are one of each verdict.
func findings() []compare.Finding {
	return []compare.Finding{
		{
			Metric: "goodput", Unit: compare.BytesPerSecond, Higher: true, Primary: true, Base: value(2.5e8), New: value(2.25e8),
			Ratio: value(0.9), Low: value(0.88), High: value(0.92), P: value(0.001953125), Verdict: compare.Slower,
		},
		{Metric: "retr.service.p99", Op: "retr", Unit: compare.Nanoseconds, Verdict: compare.Inconclusive, Why: "418 samples a trial, p99 needs 500", PairsNeeded: value(24)},
		{
			Metric: "errors.rate", Unit: compare.Share, Difference: true, Base: value(0.0), New: value(0.0), Ratio: value(0.0),
			Low: value(0.0), High: value(0.0), P: value(1.0), PAdjusted: value(1.0), Verdict: compare.Equivalent,
		},
	}
}

func compared() *compare.Comparison {
	s := runOf()
	return &compare.Comparison{
		Schema: compare.Schema, Run: summary.Run{Status: summary.Complete, Started: s.Started, Target: s.Target, Seed: 42}, Method: compare.Method{Level: 0.95},
		Against: []compare.Against{{Variant: "active", Base: "passive", Pairs: 10, Findings: findings()}},
	}
}

func differing(g *compare.Gate) *compare.Diff {
	s := runOf()
	return &compare.Diff{
		Schema: compare.DiffSchema, Base: compare.Side{Name: "base.jsonl", Run: summary.Run{Status: summary.Complete}}, New: compare.Side{Name: "new.jsonl", Run: summary.Run{Status: summary.Complete, Started: s.Started, Target: s.Target, Seed: 7}},
		Method: compare.Method{Level: 0.95}, Variants: []compare.VariantDiff{{Variant: "passive", Findings: findings()}}, Gate: g,
	}
}

func gate() *compare.Gate {
	return &compare.Gate{MaxRegression: 0.05, Verdict: compare.GateMissed, Findings: []compare.GateFinding{
		{Variant: "passive", Metric: "goodput", Worse: value(0.1), Low: value(0.08), High: value(0.12), Verdict: compare.GateMissed},
		{Variant: "passive", Metric: "retr.service.p99", Verdict: compare.GateUnjudged, Why: "2 trials, and 4 are needed"},
		{Variant: "passive", Metric: "operations", Worse: value(-0.01), Low: value(-0.02), High: value(0.01), Verdict: compare.GatePassed},
	}}
}

func TestJUnit(t *testing.T) {
	for _, c := range []struct {
		name                    string
		report                  *Report
		tests, failures, errors int
	}{
		{"junit-thresholds", judged(t), 7, 2, 2},
		{"junit-comparison", &Report{Comparison: compared(), Summary: totalled(twoModes())}, 3, 0, 0},
		{"junit-diff", &Report{Diff: differing(gate())}, 6, 1, 1},
		{"junit-run", &Report{Summary: totalled(twoModes())}, 1, 0, 0},
		{"junit-partial", &Report{Summary: partial()}, 1, 0, 1},
		{"junit-nothing", &Report{Summary: nothing()}, 1, 0, 1},
		{"junit-hostile", &Report{Name: "\x1b]]>&<", Summary: forgedNames(), Thresholds: outcomes(t, forgedNames(), "retr.service.p99 < 1ms")}, 5, 2, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := rendered(t, c.report, JUnit, Options{})
			golden(t, c.name, out)
			if all := readJUnit(t, out); all.Tests != c.tests || all.Failures != c.failures || all.Errors != c.errors {
				t.Errorf("%d tests, %d failures, %d errors; want %d, %d, %d",
					all.Tests, all.Failures, all.Errors, c.tests, c.failures, c.errors)
			}
		})
	}
}

// What is not known of a gate is no pass.
func TestJUnitGates(t *testing.T) {
	for _, c := range []struct {
		name             string
		gate             *compare.Gate
		failures, errors int
	}{
		{"none", nil, 0, 0},
		{"found nothing", &compare.Gate{MaxRegression: 0.05, Verdict: compare.GateUnjudged, Why: "the new result is partial"}, 0, 1},
		{"without words", &compare.Gate{MaxRegression: 0.05, Findings: []compare.GateFinding{{Metric: "goodput"}}}, 0, 1},
		{"passed", &compare.Gate{Verdict: compare.GatePassed, Findings: []compare.GateFinding{{Verdict: compare.GatePassed}}}, 0, 0},
	} {
		all := readJUnit(t, rendered(t, &Report{Diff: differing(c.gate)}, JUnit, Options{}))
		if all.Failures != c.failures || all.Errors != c.errors {
			t.Errorf("%s: %d failures, %d errors", c.name, all.Failures, all.Errors)
		}
	}
	all := readJUnit(t, rendered(t, &Report{Comparison: &compare.Comparison{}}, JUnit, Options{}))
	if all.Errors != 1 {
		t.Error("a comparison of nothing passes")
	}
}

// What was cut off is an error, though every case of it be green: the rest of
// it is not known.
func TestJUnitOfWhatIsPartial(t *testing.T) {
	cut := compared()
	cut.Status, cut.Missing = summary.Partial, []string{"active ran 3 of \x1b[31m10 trials"}
	base, both := differing(nil), differing(gate())
	base.Base.Status = summary.Partial
	both.Base.Status, both.New.Status = summary.Partial, "\x1b"
	for _, c := range []struct {
		name                    string
		report                  *Report
		tests, failures, errors int
		last                    string // the message of the last case
	}{
		{"a comparison", &Report{Comparison: cut}, 4, 0, 1, "the comparison is partial; missing: active ran 3 of \\x1b[31m10 trials"},
		{"a comparison and its run", &Report{Comparison: cut, Summary: partial()}, 4, 0, 1, ""},
		{"the base", &Report{Diff: base}, 4, 0, 1, "the base is partial"},
		{"both sides", &Report{Diff: both}, 8, 1, 3, "the new result is partial"},
		{"a run that misses thresholds", &Report{Summary: partial(), Thresholds: outcomes(t, partial(), "retr.service.p99 < 1ns")}, 2, 1, 1, ""},
		{"nothing", &Report{Comparison: &compare.Comparison{}}, 1, 0, 1, "the comparison is partial"},
	} {
		all := readJUnit(t, rendered(t, c.report, JUnit, Options{}))
		cases := all.Suites[0].Cases
		last := cases[len(cases)-1]
		if all.Tests != c.tests || all.Failures != c.failures || all.Errors != c.errors {
			t.Errorf("%s: %d tests, %d failures, %d errors", c.name, all.Tests, all.Failures, all.Errors)
		}
		if last.Class != "ftpmark.run" || last.Error == nil || c.last != "" && last.Error.Message != c.last {
			t.Errorf("%s: %+v, error %+v", c.name, last, last.Error)
		}
	}
}
