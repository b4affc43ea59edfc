package threshold

import (
	"errors"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// FuzzParse: no text makes the package panic; what is a threshold is read again
// from its normal form as the same, and can be asked of any result.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"retr.passive.service.p99 < 250ms", "errors.rate < 0.1%", "retr.goodput > 6.4Gbit/s", "operations >= 600/m",
		"login.login.p99.9 < 1s", "sessions.login.p99_99 < 500us", "dropped.count == 0", "wasted < 1MiB", "a.p99.9.service.p99 < 1s",
		"retr.vsftpd-3.0.5.service.p99 < 1s", "sessions.errors.rate <= .5", "p99.9 < 1", "\xff.service.p50 > 1s", "service.p50 < 1\u00b5s",
		"compare.passive/active.goodput > 0.95", "compare.active/passive.service.p99 <= 105%", "compare.a.b/c.d.retr.data_ready.p50 < 2",
		"compare.active/passive.errors.rate < 0.1%", "compare.port/active.operations.rate > 1", "compare.tls/retr.response.p50 < 1",
		"compare./.goodput > 5%", "compare.a/b/c.p99 < 105", "compare.a/b.RETR.Service.P99 == 1", "compare.passive/active.goodput > -5%",
	} {
		f.Add(s)
	}
	open := series("passive", stats.Retr, stats.EPSV)
	open.Latency[stats.Response] = &summary.Latency{Count: 9, P50: 1, Max: 1 << 62}
	summaries := []*summary.Summary{nil, {}, summaryWith(open, series("active", stats.Noop, stats.NoMode))}
	comparisons := []*compare.Comparison{
		nil, {}, {Variants: []compare.Variant{{Name: "a.b"}}, Against: make([]compare.Against, 2)},
		comparison(finding("", "goodput", 0.9, 0.8, 1), finding("retr", "service.p99", 1.3, 1.25, 1.36), finding("noop", "service.p50", -1, -2, 1e300)),
		{Against: []compare.Against{{Variant: "active", Base: "passive", Pairs: 10, Findings: []compare.Finding{{Metric: "goodput"}, {Metric: "errors.rate"}}}}},
	}
	ops := []stats.Op{stats.Retr, stats.Noop}
	f.Fuzz(func(t *testing.T, s string) {
		x, err := Parse(s)
		if err != nil {
			var wrong *SyntaxError
			if !errors.As(err, &wrong) || wrong.Column < 1 || wrong.Column > len(s)+1 || wrong.Message == "" {
				t.Fatalf("%q: %#v", s, err)
			}
			if strings.ContainsAny(err.Error(), "\n\r\x1b") || len(err.Error()) > 2000 {
				t.Fatalf("%q: a message of %d bytes: %.300q", s, len(err.Error()), err)
			}
			return
		}
		if again, err := Parse(x.String()); err != nil || again != x {
			t.Fatalf("%q: the normal form %q is read as %#v, %v", s, x, again, err)
		}
		var outcomes []Outcome
		for _, r := range summaries {
			o := x.Check(r, CheckOptions{})
			if len(o) == 0 {
				t.Fatalf("%q: no outcome", x)
			}
			outcomes = append(outcomes, o...)
		}
		for _, c := range comparisons {
			o := x.CheckComparison(c, CheckOptions{})
			if len(o) == 0 {
				t.Fatalf("%q: no outcome", x)
			}
			outcomes = append(outcomes, o...)
		}
		for _, line := range Render(outcomes) {
			if strings.ContainsAny(line, "\n\r\x1b") {
				t.Fatalf("%q: %q", x, line)
			}
		}
		for _, o := range outcomes {
			if o.Verdict != Pass && o.Why == "" && o.Verdict != Miss {
				t.Fatalf("%q: no verdict and no reason", x)
			}
		}
		_ = Known(x, ops, []string{"passive", "active"}, true, true)
		if err := KnownComparison(x, ops, []string{"passive", "active"}, true); err == nil && !x.OfComparison() {
			t.Fatalf("%q is not of a comparison", x)
		}
	})
}
