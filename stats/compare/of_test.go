package compare

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/inference"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

func TestVerdictsOfPairs(t *testing.T) {
	slower := func(d time.Duration) func(int, *spec, *spec) {
		return func(i int, p, a *spec) {
			p.payload += noise(i)
			a.payload += noise(i+3) + d
		}
	}
	for name, c := range map[string]struct {
		pairs  int
		change func(int, *spec, *spec)
		metric string
		want   Verdict
		why    string // part of it
	}{
		"slower":           {10, slower(2 * time.Millisecond), "retr.service.p99", Slower, ""},
		"faster":           {10, slower(-2 * time.Millisecond), "retr.service.p99", Faster, ""},
		"secondary":        {10, slower(2 * time.Millisecond), "retr.service.p50", Slower, ""},
		"equivalent":       {10, slower(0), "retr.service.p99", Equivalent, ""},
		"goodput the same": {10, slower(2 * time.Millisecond), "goodput", Equivalent, ""},
		"small but clear":  {10, slower(250 * time.Microsecond), "retr.service.p99", Inconclusive, "the change is within the practical threshold of 3%, but its interval is not"},
		"goodput slower":   {10, func(i int, p, a *spec) { p.bytes += int64(i); a.bytes = 900 + int64(i) }, "goodput", Slower, ""},
		"goodput faster":   {10, func(i int, p, a *spec) { p.bytes += int64(i); a.bytes = 1100 + int64(i) }, "goodput", Faster, ""},
		"few pairs":        {5, slower(2 * time.Millisecond), "retr.service.p99", Inconclusive, "5 whole pairs: a verdict needs at least 6"},
		"noisy": {10, func(i int, p, a *spec) { a.payload += time.Duration(i%2*8-2) * time.Millisecond }, "retr.service.p99", Inconclusive,
			"the interval includes zero change; p is "},
		"few samples": {10, func(i int, p, a *spec) {
			if i == 3 {
				a.n = 212
			}
			slower(2*time.Millisecond)(i, p, a)
		}, "retr.service.p99", Inconclusive, "trial 3 of active: p99 needs 500 samples, it has 212"},
		"few samples in two": {10, func(i int, p, a *spec) {
			if i > 8 {
				p.n = 499
			}
		}, "retr.service.p99", Inconclusive, "trial 9 of passive: p99 needs 500 samples, it has 499 (and 1 more trial)"},
		"failures that could change it": {10, func(i int, p, a *spec) {
			if i == 4 {
				p.failed = 7
			}
		}, "retr.service.p99", Inconclusive, "trial 4 of passive: 7 failed, unfinished or dropped operations could change its p99"},
		"failures that could not": {10, func(i int, p, a *spec) { a.failed = 5; slower(2*time.Millisecond)(i, p, a) }, "retr.service.p50", Slower, ""},
		"faster with errors": {10, func(i int, p, a *spec) {
			slower(-2*time.Millisecond)(i, p, a)
			if i == 9 {
				a.failed = 1
			}
		}, "retr.service.p50", Inconclusive, "faster, but with more errors: 0.0167% (1 failed of 6001 due) against 0% (0 of 6000 due)"},
		"slower than one with errors": {10, func(i int, p, a *spec) {
			slower(2*time.Millisecond)(i, p, a)
			if i == 9 {
				p.failed = 1
			}
		}, "retr.service.p50", Inconclusive, "slower, but passive has more errors: 0.0167% (1 failed of 6001 due) against 0% (0 of 6000 due)"},
		"faster without a connection": {10, func(i int, p, a *spec) { slower(-2*time.Millisecond)(i, p, a); a.disconnected = 0.25 },
			"retr.service.p50", Inconclusive, "faster, but with sessions that were without a connection for 25% of the time"},
		"over the range": {10, func(i int, p, a *spec) { a.payload = 2 * time.Hour },
			"retr.service.p50", Inconclusive, "trial 1 of active: its p50 is over an hour"},
		"no errors":                        {10, slower(0), "errors.rate", Equivalent, ""},
		"more errors":                      {10, func(i int, p, a *spec) { a.failed = 5 + i }, "errors.rate", Slower, ""},
		"fewer errors":                     {10, func(i int, p, a *spec) { p.failed = 5 + i }, "errors.rate", Faster, ""},
		"what was never tried is no error": {10, func(i int, p, a *spec) { p.dropped, a.unfinished = 5+i, 9 }, "errors.rate", Equivalent, ""},
		"faster without what it turned away": {10, func(i int, p, a *spec) {
			slower(-2*time.Millisecond)(i, p, a)
			a.failed, a.unfinished, a.dropped = i/10, i/9, 34
		}, "retr.service.p50", Inconclusive, "faster, but with more errors: 5.41% (1 failed, 2 unfinished, 340 dropped of 6343 due) against 0% (0 of 6000 due)"},
		"hardly any errors": {10, func(i int, p, a *spec) { a.n, a.unfinished = 20_000, 1 }, "errors.rate", Equivalent, ""},
		"nothing moved":     {10, func(i int, p, a *spec) { a.bytes = 0 }, "goodput", Inconclusive, "its value is 0, so there is no ratio (and 9 more"},
		"no operation":      {10, func(i int, p, a *spec) { a.n = 0 }, "retr.service.p50", Inconclusive, "trial 1 of active: it has no samples (and 9"},
	} {
		t.Run(name, func(t *testing.T) {
			f := finding(t, of(t, result(planned(10), pairs(c.pairs, c.change)...)).Against[0].Findings, c.metric)
			if f.Verdict != c.want || !strings.Contains(f.Why, c.why) || (f.Why == "") != (c.want != Inconclusive) {
				t.Errorf("%s: %s", f.Verdict, f.Why)
			}
		})
	}
}

// The median of the trials that have a value would be that of the luckiest.
func TestMedianIsOfAllTrials(t *testing.T) {
	failing := func(i int, p, a *spec) {
		if i != 3 {
			a.failed = 60
		}
		if i == 5 {
			p.n, p.failed = 0, 600
		}
	}
	r := result(planned(6), pairs(6, failing)...)
	a := of(t, r).Against[0]
	f := finding(t, a.Findings, "retr.service.p99")
	if f.Base != nil || f.New != nil || f.BaseValues[4] != nil || f.BaseValues[2] == nil || f.NewValues[2] == nil || f.NewValues[4] != nil {
		t.Errorf("%s", shown(f))
	}
	for _, p := range a.Operations[0].Phases {
		if p.Base != nil || p.New == nil || p.Shift != nil {
			t.Errorf("%+v", p)
		}
	}
	d := diff(t, result(nil, trials(4, plus(0))...), result(nil, trials(5, func(i int, s *spec) {
		if i == 2 {
			s.n = 3
		}
	})...), DiffOptions{})
	if f = finding(t, d.Variants[0].Findings, "retr.service.p99"); f.Base == nil || f.New != nil {
		t.Errorf("%s", shown(f))
	}
}

// Of noises that are all alike the signed-rank test says the least p there is.
func TestFindingOfOneMetric(t *testing.T) {
	c := of(t, result(planned(10), pairs(10, func(i int, p, a *spec) { a.payload *= 2 })...))
	a := c.Against[0]
	if a.Variant != "active" || a.Base != "passive" || a.Pairs != 10 {
		t.Fatalf("%s against %s, %d pairs", a.Variant, a.Base, a.Pairs)
	}
	var names []string
	for _, f := range a.Findings {
		names = append(names, f.Metric)
		if f.Primary != (f.Metric == "goodput" || f.Metric == "retr.service.p99") {
			t.Errorf("%s: primary %v", f.Metric, f.Primary)
		}
		if len(f.BaseValues) != 10 || len(f.NewValues) != 10 {
			t.Errorf("%s: %d and %d values", f.Metric, len(f.BaseValues), len(f.NewValues))
		}
	}
	if want := []string{"goodput", "retr.service.p99", "operations", "errors.rate", "retr.service.p50", "retr.service.p95", "retr.data_ready.p50"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	f := finding(t, a.Findings, "retr.service.p99")
	if *f.Base != 10e6 || *f.New != 15e6 || !near(*f.Ratio, 1.5) || !near(*f.Low, 1.5) || !near(*f.High, 1.5) || *f.P != 2.0/1024 || f.PAdjusted != nil {
		t.Errorf("%s", shown(f))
	}
	// Of the five others two do not differ at all, and so have a p of 1.
	f = finding(t, a.Findings, "retr.service.p50")
	if *f.P != 2.0/1024 || *f.PAdjusted != 5*2.0/1024 || f.Op != "retr" || f.Unit != Nanoseconds || f.Higher {
		t.Errorf("%s", shown(f))
	}
	f = finding(t, a.Findings, "goodput")
	if *f.Base != 60_000 || f.Op != "" || f.Unit != BytesPerSecond || !f.Higher || *f.P != 1 {
		t.Errorf("%s", shown(f))
	}
	if f = finding(t, a.Findings, "errors.rate"); !f.Difference || *f.Base != 0 || *f.Ratio != 0 || *f.Low != 0 {
		t.Errorf("%s", shown(f))
	}
}

func near(a, b float64) bool { return a > b*(1-1e-9) && a < b*(1+1e-9) }

func shown(f *Finding) string {
	show := func(x *float64) string {
		if x == nil {
			return "-"
		}
		return fmt.Sprint(*x)
	}
	return fmt.Sprintf("%s: %s against %s, ratio %s (%s to %s), p %s, adjusted %s: %s %s", f.Metric,
		show(f.New), show(f.Base), show(f.Ratio), show(f.Low), show(f.High), show(f.P), show(f.PAdjusted), f.Verdict, f.Why)
}

// Modes of one operation are one distribution; a block counts if both variants
// have it whole.
func TestBlocksAndModes(t *testing.T) {
	var trials []*resultfile.Trial
	for i := 1; i <= 8; i++ {
		half := download("passive", i).with(func(s *spec) { s.n = 300 })
		other := half.with(func(s *spec) { s.mode = stats.PASV; s.payload *= 3 })
		trials = append(trials, half.trialOf(other))
		trials = append(trials, download("active", 9-i).with(func(s *spec) { s.early = i == 1 }).trialOf())
	}
	trials = append(trials, download("active", 8).trialOf(), download("active", 1).trialOf(), download("passive", 11).trialOf())
	c := of(t, result(planned(8), trials...))
	if a := c.Against[0]; a.Pairs != 8 {
		t.Errorf("%d pairs: %v", a.Pairs, c.Warnings)
	}
	if want := []string{"1 trials outside of the 8 planned pairs are left out", "1 duplicate trials are left out"}; !slices.Equal(c.Warnings, want) {
		t.Errorf("warnings %q", c.Warnings)
	}
	if v := c.Variants[0]; v.Name != "passive" || !slices.Equal(v.Modes, []string{"epsv", "pasv"}) || v.Trials != 8 || v.OK != 4800 || v.Settings["mode"] != "passive" {
		t.Errorf("%+v", v)
	}
	f := finding(t, c.Against[0].Findings, "retr.service.p99")
	if *f.Base != 20e6 || *f.New != 10e6 {
		t.Errorf("%s", shown(f))
	}
	if f := finding(t, c.Against[0].Findings, "retr.service.p50"); *f.Base/1e5 < 100 || *f.Base/1e5 > 100.2 {
		t.Errorf("%s", shown(f))
	}
}

// Of three variants each is held against the first that was planned, though
// another began first.
func TestEachAgainstTheFirst(t *testing.T) {
	var trials []*resultfile.Trial
	for i := 1; i <= 6; i++ {
		for _, v := range []string{"c", "a", "b"} {
			trials = append(trials, download(v, i).trialOf())
		}
	}
	r := result(planned(6), trials...)
	r.Header.Planned = []string{"b", "c", "a", "b"}
	c := of(t, r)
	if len(c.Variants) != 3 || len(c.Against) != 2 || c.Against[0].Base != "b" || c.Against[0].Variant != "c" || c.Against[1].Variant != "a" {
		t.Errorf("%+v", c.Against)
	}
	if !strings.Contains(c.Method.Correction, "each of the 2 comparisons") {
		t.Error(c.Method.Correction)
	}
	if !c.Settled() {
		t.Error("equivalent all over and not settled")
	}
}

func TestOpenLoadHasResponse(t *testing.T) {
	r := result(planned(6, "response.p99"), pairs(6, func(i int, p, a *spec) { a.lag = 10 * time.Millisecond })...)
	f := finding(t, of(t, r).Against[0].Findings, "retr.response.p99")
	if f.Verdict != Inconclusive || f.Why != "in a closed load operations are due when they begin: use service instead" {
		t.Errorf("%s", shown(f))
	}
	r.Header.Load.Model = resultfile.OpenLoad
	c := of(t, r)
	if f := finding(t, c.Against[0].Findings, "retr.response.p99"); f.Verdict != Slower || *f.New != 20e6 {
		t.Errorf("%s", shown(f))
	}
	if ps := c.Against[0].Operations[0].Phases; ps[0].Phase != stats.Lag || *ps[0].Shift != 10e6 || ps[len(ps)-1].Phase != stats.Response {
		t.Errorf("%+v", ps)
	}
}

// What was declared to decide and did not occur is said, not left out.
func TestPrimaryThatIsNotThere(t *testing.T) {
	trials := func(op stats.Op, n int) (ts []*resultfile.Trial) {
		for i := 1; i <= 6; i++ {
			for _, v := range []string{"a", "b"} {
				ts = append(ts, download(v, i).with(func(s *spec) { s.op, s.mode, s.n, s.bytes = op, stats.NoMode, n, 0 }).trialOf())
			}
		}
		return ts
	}
	for _, c := range []struct {
		op     stats.Op
		n      int
		metric string
		why    string
	}{
		{stats.Noop, 600, "goodput", "no operation moves data"},
		{stats.Noop, 600, "retr.service.p99", "there is no operation retr"},
		{stats.Noop, 600, "data_ready.p50", "no operation moves data"},
		{stats.Noop, 600, "noop.data_ready.p50", "noop moves no data"},
		{stats.Noop, 0, "service.p99", "there are no operations"},
		{stats.Noop, 0, "operations", "trial 1 of a: its value is 0, so there is no ratio (and 11 more trials)"},
		{stats.Noop, 0, "errors.rate", "trial 1 of a: no operation began (and 11 more trials)"},
	} {
		f := finding(t, of(t, result(planned(6, c.metric), trials(c.op, c.n)...)).Against[0].Findings, c.metric)
		if f.Verdict != Inconclusive || f.Why != c.why || !f.Primary {
			t.Errorf("%s: %s", c.metric, shown(f))
		}
	}
}

func TestLooks(t *testing.T) {
	plan := *planned(10)
	plan.MaxPairs, plan.UntilVerdict = 40, true
	looks := inference.Looks(10, 40, Alpha)
	spent := 0.0
	pairsRun := 0
	for i, l := range looks {
		spent += l.Alpha
		next, more := NextLook(plan, pairsRun)
		if next != l.Pairs || !more {
			t.Errorf("after %d pairs: %d, %v", pairsRun, next, more)
		}
		for _, n := range []int{pairsRun + 1, l.Pairs} {
			c := of(t, result(&plan, pairs(n, func(i int, p, a *spec) { a.payload *= 2 })...))
			if m := c.Method; m.Looks != i+1 || m.Critical != l.Alpha || m.Level != 1-l.Alpha || m.Stopping == "" {
				t.Errorf("%d pairs: %+v", n, m)
			}
			if n == l.Pairs && !c.Settled() {
				t.Errorf("%d pairs do not settle a doubled time: %s", n, shown(finding(t, c.Against[0].Findings, "retr.service.p99")))
			}
		}
		pairsRun = l.Pairs
	}
	if next, more := NextLook(plan, pairsRun); more {
		t.Errorf("a look at %d beyond the last", next)
	}
	if spent > Alpha+1e-12 {
		t.Errorf("%g is spent", spent)
	}
	plan = *planned(10)
	if next, more := NextLook(plan, 9); next != 10 || !more {
		t.Error(next, more)
	}
	if next, more := NextLook(plan, 10); more {
		t.Error(next, more)
	}
	if next, more := NextLook(resultfile.ComparePlan{}, 0); more {
		t.Error(next, more)
	}
}

// What can never have a verdict is not waited for; what can have one is.
func TestHopelessMetricsSettle(t *testing.T) {
	few := func(i int, p, a *spec) { p.n, a.n = 30, 30; a.payload *= 2 }
	for _, c := range []struct {
		pairs   int
		change  func(i int, p, a *spec)
		primary []string
		want    bool
	}{
		{6, few, []string{"service.p99"}, true},
		{5, few, []string{"service.p99"}, false}, // a look at whole pairs is still to come
		{10, few, []string{"stor.service.p50"}, true},
		{10, few, []string{"service.p99", "service.p50"}, true},
		{10, func(i int, p, a *spec) { few(i, p, a); a.payload = p.payload + noise(i)*50 }, []string{"service.p99", "service.p50"}, false},
		{10, func(i int, p, a *spec) { a.payload += noise(i) * 50 }, []string{"service.p99"}, false},
		{10, func(i int, p, a *spec) { a.payload += noise(i) * 50; p.n = 500 - i/10 }, []string{"service.p99"}, true},
	} {
		plan := planned(6, c.primary...)
		plan.MaxPairs, plan.UntilVerdict = 40, true
		if got := of(t, result(plan, pairs(c.pairs, c.change)...)).Settled(); got != c.want {
			t.Errorf("%v after %d pairs: %v", c.primary, c.pairs, got)
		}
	}
}

// A look's own level is what p and the interval are held to.
func TestALookIsStricterThanTheWhole(t *testing.T) {
	// One of ten goes the other way, with rank 5: there are ten sets of ranks
	// with a sum of at most 5, so p = 2·10/1024.
	one := func(i int, p, a *spec) {
		if a.payload += time.Millisecond + time.Duration(i)*10*time.Microsecond; i == 6 {
			a.payload = p.payload - 950*time.Microsecond
		}
	}
	f := finding(t, of(t, result(planned(10), pairs(10, one)...)).Against[0].Findings, "retr.service.p99")
	if f.Verdict != Slower || *f.P != 20.0/1024 {
		t.Errorf("one look: %s", shown(f))
	}
	plan := *planned(10)
	plan.MaxPairs, plan.UntilVerdict = 40, true
	f = finding(t, of(t, result(&plan, pairs(10, one)...)).Against[0].Findings, "retr.service.p99")
	if f.Verdict != Inconclusive || !strings.Contains(f.Why, "p is 0.0195, above 0.0125") {
		t.Errorf("first of several: %s", shown(f))
	}
}

func TestNoise(t *testing.T) {
	make := func(scale time.Duration) *Comparison {
		plan := planned(10, "service.p99", "errors.rate")
		plan.AA = true
		return of(t, result(plan, pairs(10, func(i int, p, a *spec) {
			p.payload += noise(i) * scale
			a.payload += noise(i+3) * scale
		})...))
	}
	quiet, loud := make(1), make(10)
	if n := quiet.Noise; n.TooMuch || len(n.Metrics) != 2 || n.Metrics[0].PairsNeeded != nil || *n.Metrics[0].Spread < 0.005 || *n.Metrics[0].Spread > 0.02 {
		t.Errorf("%+v", n)
	}
	if n := quiet.Noise.Metrics[1]; n.Metric != "errors.rate" || n.Spread != nil || *n.Resolution != 0 {
		t.Errorf("%+v", n)
	}
	n := loud.Noise
	f := finding(t, loud.Against[0].Findings, "retr.service.p99")
	if !n.TooMuch || *n.Metrics[0].Resolution != (*f.High-*f.Low)/2 || *n.Metrics[0].PairsNeeded <= 10 {
		t.Errorf("%+v", n)
	}
	if n := pairsFor(10, 10); *n != 1000 {
		t.Errorf("%d pairs for a tenth of the width of 10", *n)
	}
	if n := pairsFor(10, 10.1); n != nil {
		t.Errorf("%d pairs, which cannot be run", *n)
	}
	if c := of(t, result(planned(10), pairs(6, func(int, *spec, *spec) {})...)); c.Noise != nil {
		t.Error("noise without an A/A run")
	}
}

func TestWhatIsNoComparison(t *testing.T) {
	var no *NoComparison
	if _, err := Of(result(nil)); !errors.As(err, &no) {
		t.Error(err)
	}
	if _, err := Of(result(planned(10), download("a", 1).trialOf())); !errors.As(err, &no) || err.Error() != "not a comparison: it has 1 variants, but needs two" {
		t.Error(err)
	}
	plan := planned(10)
	plan.ThresholdEffect = 0
	if _, err := Of(result(plan)); err == nil {
		t.Error("no practical threshold")
	}
	r := result(planned(10, "servce.p99"), pairs(6, func(int, *spec, *spec) {})...)
	if _, err := Of(r); err == nil || !strings.Contains(err.Error(), "did you mean service.p99?") {
		t.Error(err)
	}
	r.Header.Compare.Primary = []string{"goodput"}
	for i := range 200 {
		r.Header.Planned = append(r.Header.Planned, fmt.Sprint(i))
	}
	if _, err := Of(r); !errors.As(err, &no) {
		t.Error(err)
	}
}

// A run that was cut short is compared as far as it came, and says so.
func TestPartialComparison(t *testing.T) {
	r := result(planned(10), pairs(7, func(i int, p, a *spec) { a.payload *= 2; a.early = i == 7 })...)
	r.Footer, r.Missing = nil, []string{"the end of the run"}
	c := of(t, r)
	if c.Status != summary.Partial || len(c.Missing) != 1 || c.Against[0].Pairs != 6 {
		t.Errorf("%s, %v, %d pairs", c.Status, c.Missing, c.Against[0].Pairs)
	}
	if f := finding(t, c.Against[0].Findings, "retr.service.p99"); f.Verdict != Slower {
		t.Errorf("%s", shown(f))
	}
	r.Trials, r.Header.Planned = nil, []string{"passive", "active"}
	if c = of(t, r); c.Settled() || c.Against[0].Pairs != 0 {
		t.Errorf("%+v", c.Against[0])
	}
}

// A variant that breaks down does not win by what it did before. What a stop of
// the run leaves unfinished, or waiting, is not its fault.
func TestErrorsOfCutTrialsCount(t *testing.T) {
	for _, c := range []struct {
		name    string
		cut     spec
		verdict Verdict
		why     string
		of      Variant
	}{
		{"broken down", spec{trial: 10, n: 3, failed: 500, unfinished: 8, dropped: 9}, Inconclusive,
			"faster, but with more errors: 8.47% (500 failed of 5903 due) against 0% (0 of 5400 due)", Variant{Attempts: 5903, OK: 5403, Failed: 500, Bytes: 5403_000}},
		{"stopped", spec{trial: 10, n: 3, unfinished: 8, dropped: 9}, Faster, "", Variant{Attempts: 5403, OK: 5403, Bytes: 5403_000}},
		{"its window never opened", spec{trial: 10}, Faster, "", Variant{Attempts: 5400, OK: 5400, Bytes: 5400_000}},
		{"outside of the plan", spec{trial: 11, failed: 500}, Faster, "", Variant{Attempts: 5400, OK: 5400, Bytes: 5400_000}},
	} {
		list := pairs(9, func(i int, p, a *spec) { p.payload += noise(i); a.payload += noise(i+3) - 2*time.Millisecond })
		c.cut.variant, c.cut.op, c.cut.mode, c.cut.bytes, c.cut.early = "active", stats.Retr, stats.EPRT, 1000, true
		x := of(t, result(planned(10), append(list, c.cut.trialOf())...))
		if f := finding(t, x.Against[0].Findings, "retr.service.p99"); f.Verdict != c.verdict || f.Why != c.why {
			t.Errorf("%s: %s", c.name, shown(f))
		}
		v := x.Variants[1]
		if v.Trials != 9 || v.Attempts != c.of.Attempts || v.OK != c.of.OK || v.Failed != c.of.Failed || v.Unfinished+v.Dropped != 0 || v.Bytes != c.of.Bytes {
			t.Errorf("%s: %+v", c.name, v)
		}
	}
	// Of two results as of two variants.
	new := append(trials(6, plus(-2*time.Millisecond)), download("passive", 7).with(func(s *spec) { s.early, s.failed = true, 500 }).trialOf())
	d := diff(t, result(nil, trials(6, plus(0))...), result(nil, new...), DiffOptions{})
	if f := finding(t, d.Variants[0].Findings, "retr.service.p99"); f.Verdict != Inconclusive || !strings.HasPrefix(f.Why, "faster, but with more errors") {
		t.Errorf("%s", shown(f))
	}
}

// A threshold on a comparison asks how long the server was gone.
func TestVariantsSayHowLongTheyWereGone(t *testing.T) {
	c := of(t, result(planned(6), pairs(6, func(i int, p, a *spec) { a.disconnected = 0.1 * float64(i) })...))
	if p, a := c.Variants[0].DisconnectedShare, c.Variants[1].DisconnectedShare; p != 0 || !near(a, 0.6) {
		t.Errorf("%g and %g", p, a)
	}
}
