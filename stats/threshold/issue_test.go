package threshold

import (
	"errors"
	"slices"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// The variant of a metric may be the name that was asked for, an alias that was,
// or a mode that was used; parts may be left out for the total.
func TestPartsOfAMetric(t *testing.T) {
	fellBack := with(series("active", stats.Retr, stats.PORT), func(x *summary.SeriesSummary) { x.Failed, x.OK = 10, 990 })
	s := summaryWith(series("passive", stats.Retr, stats.EPSV), series("passive", stats.Stor, stats.EPSV), fellBack)
	named := summaryWith(series("vsftpd", stats.Retr, stats.PASV)) // a variant that has a name of its own
	for _, c := range []struct {
		text    string
		summary *summary.Summary
		want    []string
	}{
		{"retr.passive.service.p99 < 1s", s, []string{"PASSED  retr.passive.service.p99 < 1s: 300 ms"}},
		{"retr.epsv.service.p99 < 1s", s, []string{"PASSED  retr.epsv.service.p99 < 1s (passive): 300 ms"}},
		{"retr.port.service.p50 < 1s", s, []string{"PASSED  retr.port.service.p50 < 1s (active): 100 ms"}},
		{"retr.active.errors.rate < 2%", s, []string{"PASSED  retr.active.errors.rate < 2%: 1%"}},
		{"retr.passive.service.p99 < 1s", named, []string{"PASSED  retr.passive.service.p99 < 1s (vsftpd): 300 ms"}},
		{"retr.pasv.service.p99 < 1s", named, []string{"PASSED  retr.pasv.service.p99 < 1s (vsftpd): 300 ms"}},
		{"retr.vsftpd.service.p99 < 1s", named, []string{"PASSED  retr.vsftpd.service.p99 < 1s: 300 ms"}},

		{"errors.rate < 1%", s, []string{"PASSED  errors.rate < 1%: 0.333%"}},
		{"retr.errors.rate < 1%", s, []string{"PASSED  retr.errors.rate < 1%: 0.5%"}},
		{"passive.errors.rate < 1%", s, []string{"PASSED  passive.errors.rate < 1%: 0%"}},
		{"operations.count >= 2990", s, []string{"PASSED  operations.count >= 2990: 2,990"}},
		{"passive.goodput > 150MB/s", s, []string{"PASSED  passive.goodput > 150MB/s: 200 MB/s"}},
		{"retr.passive.goodput > 50MB/s", s, []string{"PASSED  retr.passive.goodput > 50MB/s: 100 MB/s"}},
		{"passive.service.p99 < 1s", s, []string{"PASSED  passive.service.p99 < 1s (retr): 300 ms", "PASSED  passive.service.p99 < 1s (stor): 300 ms"}},
	} {
		if got := check(t, c.text, c.summary, CheckOptions{}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.text, got)
		}
	}
}

// A metric that does not exist, has no samples or too few for its percentile
// never passes, whichever way its bound points, and says why. No metric that the
// grammar knows passes where nothing was measured.
func TestWhatIsNotThereNeverPasses(t *testing.T) {
	empty := summary.SeriesSummary{Variant: "passive", Op: stats.Retr, Mode: stats.EPSV, WindowSeconds: 10}
	few := with(series("passive", stats.Retr, stats.EPSV), func(x *summary.SeriesSummary) {
		x.Latency = map[stats.Phase]*summary.Latency{stats.Service: {Count: 120, P50: 1e6, P90: 2e6, Max: 3e6}}
		x.Throughput = &summary.Throughput{Count: 120, P50: 1e6}
	})
	judge := func(text string, s *summary.Summary) {
		x, err := Parse(text)
		if wrong := (*SyntaxError)(nil); errors.As(err, &wrong) {
			t.Errorf("%v", err)
			return
		}
		for _, o := range x.Check(s, CheckOptions{AllowLimited: true}) {
			if o.Verdict != NoVerdict || o.Why == "" {
				t.Errorf("%v", o)
			}
		}
	}
	for _, operator := range []string{"<", "<=", ">", ">=", "=="} {
		for _, text := range []string{"retr.service.p99", "service.p99.9", "retr.passive.service.p99.99", "stor.service.p50", "retr.active.service.p50", "retr.ttfb.p50", "sessions.tls.p50"} {
			judge(text+" "+operator+" 1s", summaryWith(few))
		}
		judge("retr.throughput.p1 "+operator+" 1kB/s", summaryWith(few))
		judge("stor.goodput "+operator+" 1kB/s", summaryWith(few))
		for _, s := range []*summary.Summary{{Run: summary.Run{Status: summary.Complete}}, {Run: summary.Run{Status: summary.Complete}, Series: []summary.SeriesSummary{empty}}} {
			for _, word := range subjectWords() {
				x, _ := subjectOf(word)
				all, _ := x.measured()
				for _, statistic := range all {
					prefix := ""
					if x.kind == latency && x.phase.OfSession() {
						prefix = "sessions."
					}
					judge(prefix+word+"."+statistic.String()+" "+operator+" "+map[dimension]string{
						duration: "1s", byteRate: "1kB/s", operationRate: "1/s", share: "1%", whole: "1", size: "1kB",
					}[x.dimension(statistic)], s)
				}
			}
		}
	}
}
