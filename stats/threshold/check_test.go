package threshold

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/summary"
)

func of(v int64) *int64 { return &v }

// series returns one with 1,000 operations that all succeeded in 10 s, with
// percentiles of 100, 200, 300 and 400 ms.
func series(variant string, op stats.Op, mode stats.Mode) summary.SeriesSummary {
	const ms = 1_000_000
	return summary.SeriesSummary{
		Variant: variant, Op: op, Mode: mode, Attempts: 1000, OK: 1000, Due: 1000,
		WindowSeconds: 10, OperationsPerSecond: 100, GoodputBytesPerSecond: 1e8,
		Latency: map[stats.Phase]*summary.Latency{stats.Service: {
			Count: 1000, Min: 10 * ms, Mean: 120 * ms, P50: 100 * ms, P90: 200 * ms, P99: of(300 * ms), Max: 400 * ms,
		}},
		Throughput: &summary.Throughput{Count: 1000, Min: 1e6, P1: of(2e6), P50: 5e6, P99: of(8e6), Max: 9e6},
	}
}

func summaryWith(list ...summary.SeriesSummary) *summary.Summary {
	const ms = 1_000_000
	return &summary.Summary{
		Run: summary.Run{Status: summary.Complete}, Series: list,
		Sessions: summary.SessionsSummary{Opened: 1000, Latency: map[stats.Phase]*summary.Latency{stats.LoginDone: {
			Count: 1000, Min: ms, Mean: 2 * ms, P50: 2 * ms, P90: 3 * ms, P99: of(4 * ms), Max: 9 * ms,
		}}},
	}
}

// with returns a changed copy of a series.
func with(x summary.SeriesSummary, change func(*summary.SeriesSummary)) summary.SeriesSummary {
	x.Latency = maps.Clone(x.Latency)
	change(&x)
	return x
}

func check(t *testing.T, text string, s *summary.Summary, o CheckOptions) []string {
	t.Helper()
	x, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, o := range x.Check(s, o) {
		lines = append(lines, o.String())
	}
	return lines
}

func TestCheck(t *testing.T) {
	retr := series("passive", stats.Retr, stats.EPSV)
	active := with(series("active", stats.Retr, stats.EPRT), func(x *summary.SeriesSummary) { x.GoodputBytesPerSecond = 5e7 })
	stor := series("passive", stats.Stor, stats.EPSV)
	noop := series("passive", stats.Noop, stats.NoMode)
	few := with(retr, func(x *summary.SeriesSummary) {
		x.Latency = map[stats.Phase]*summary.Latency{stats.Service: {Count: 120, P50: 1e6, P90: 2e6, Max: 3e6}}
	})
	failing := with(retr, func(x *summary.SeriesSummary) {
		x.OK, x.Failed, x.Unfinished = 996, 3, 1
		l := *x.Latency[stats.Service]
		l.Doubtful = []string{"p99"}
		x.Latency = map[stats.Phase]*summary.Latency{stats.Service: &l}
		x.WastedBytes = 1536 << 10
	})
	dead := with(retr, func(x *summary.SeriesSummary) {
		x.OK, x.Failed, x.Latency, x.Throughput = 0, 1000, nil, nil
		x.OperationsPerSecond, x.GoodputBytesPerSecond = 0, 0
	})
	hung := with(dead, func(x *summary.SeriesSummary) { x.Failed, x.Unfinished, x.Attempts = 0, 8, 8 })
	frozen := with(retr, func(x *summary.SeriesSummary) { x.Attempts, x.OK, x.Unfinished, x.Due = 42, 40, 2, 42 })
	overrun := with(retr, func(x *summary.SeriesSummary) {
		x.Attempts, x.OK, x.Unfinished, x.Dropped, x.Due = 108, 100, 8, 5892, 6000
	})
	idle := summary.SeriesSummary{Variant: "passive", Op: stats.Retr, Mode: stats.EPSV, WindowSeconds: 10}
	open := with(retr, func(x *summary.SeriesSummary) {
		x.Due, x.Dropped = 1250, 250
		x.Latency[stats.Response] = &summary.Latency{Count: 1000, P50: 1e6, P90: 2e6, P99: of(3e6), Max: 4e6, Doubtful: []string{"p90", "p99"}}
	})
	over := with(retr, func(x *summary.SeriesSummary) {
		x.Latency = map[stats.Phase]*summary.Latency{stats.Service: {
			Count: 1000, P50: 1e6, P90: 2e6, P99: of(2 * 3600e9), Max: 2 * 3600e9, Over: 20, Doubtful: []string{"p99"},
		}}
	})
	partial := func(s *summary.Summary) *summary.Summary { s.Status = summary.Partial; return s }
	limited := func(s *summary.Summary) *summary.Summary {
		s.Generator.Limited, s.Generator.Reasons = true, []string{"97% of its CPU"}
		return s
	}
	refused := summaryWith(retr)
	refused.Errors = []summary.ErrorSummary{{Variant: "active", Count: 8, Phase: stats.Connect}}
	began := summaryWith(retr, noop) // two variants did, and one of them came to nothing
	began.Totals = []summary.TotalSummary{{Variant: "passive", Attempts: 2000}, {Variant: "active"}}
	lost := func(passive, active float64) *summary.Summary {
		s := summaryWith(retr, series("active", stats.Retr, stats.EPRT))
		s.Totals = []summary.TotalSummary{{Variant: "passive", DisconnectedShare: passive}, {Variant: "active", DisconnectedShare: active}}
		return s
	}
	losing := summaryWith(retr)
	losing.Sessions.Failed = 4

	for _, c := range []struct {
		what, text string
		summary    *summary.Summary
		options    CheckOptions
		want       []string
	}{
		{"kept", "retr.passive.service.p99 < 312ms", summaryWith(retr), CheckOptions{}, []string{"PASSED  retr.passive.service.p99 < 312ms: 300 ms"}},
		{"missed", "retr.passive.service.p99 < 250ms", summaryWith(retr), CheckOptions{}, []string{"MISSED  retr.passive.service.p99 < 250ms: 300 ms"}},
		{"on the bound, below", "retr.service.p99 < 300ms", summaryWith(retr), CheckOptions{}, []string{"MISSED  retr.service.p99 < 300ms (passive): 300 ms"}},
		{"on the bound, at most", "retr.service.p99 <= 0.3s", summaryWith(retr), CheckOptions{}, []string{"PASSED  retr.service.p99 <= 0.3s (passive): 300 ms"}},
		{"on the bound, above", "retr.service.p50 > 100ms", summaryWith(retr), CheckOptions{}, []string{"MISSED  retr.service.p50 > 100ms (passive): 100 ms"}},
		{"on the bound, at least", "retr.service.p50 >= 100ms", summaryWith(retr), CheckOptions{}, []string{"PASSED  retr.service.p50 >= 100ms (passive): 100 ms"}},
		{"exact", "retr.service.count == 1000", summaryWith(retr), CheckOptions{}, []string{"PASSED  retr.service.count == 1000 (passive): 1,000"}},
		{"each statistic", "passive.service.mean < 1s", summaryWith(retr), CheckOptions{}, []string{"PASSED  passive.service.mean < 1s (retr): 120 ms"}},
		{"minimum", "passive.service.min < 1s", summaryWith(retr), CheckOptions{}, []string{"PASSED  passive.service.min < 1s (retr): 10 ms"}},
		{"maximum", "passive.service.max < 399ms", summaryWith(retr), CheckOptions{}, []string{"MISSED  passive.service.max < 399ms (retr): 400 ms"}},
		{"p90", "passive.service.p90 < 1m", summaryWith(retr), CheckOptions{}, []string{"PASSED  passive.service.p90 < 1m (retr): 200 ms"}},

		{"too few samples", "retr.passive.service.p99 < 250ms", summaryWith(few), CheckOptions{}, []string{"NO VERDICT  retr.passive.service.p99 < 250ms: 120 samples, p99 needs 500"}},
		{"too few of p99.9", "retr.service.p99.9 < 1s", summaryWith(retr), CheckOptions{}, []string{"NO VERDICT  retr.service.p99.9 < 1s (passive): 1,000 samples, p99.9 needs 3,000"}},
		{"too few of p99.99", "retr.service.p99.99 < 1s", summaryWith(retr), CheckOptions{}, []string{"NO VERDICT  retr.service.p99.99 < 1s (passive): 1,000 samples, p99.99 needs 30,000"}},
		{"no samples", "retr.passive.ttfb.p50 < 1s", summaryWith(retr), CheckOptions{}, []string{"NO VERDICT  retr.passive.ttfb.p50 < 1s: no samples: 1,000 attempted, 1,000 ok"}},
		{"none succeeded", "retr.passive.service.p50 < 1s", summaryWith(dead), CheckOptions{}, []string{"NO VERDICT  retr.passive.service.p50 < 1s: no samples: 1,000 attempted, 0 ok"}},
		{"no samples to count", "retr.passive.service.count < 5", summaryWith(dead), CheckOptions{}, []string{"NO VERDICT  retr.passive.service.count < 5: no samples: 1,000 attempted, 0 ok"}},
		{"no such operation", "stor.service.p50 < 1s", summaryWith(retr), CheckOptions{}, []string{"NO VERDICT  stor.service.p50 < 1s (passive): no stor was recorded"}},
		{"no such variant", "retr.fast.service.p50 < 1s", summaryWith(retr), CheckOptions{}, []string{"NO VERDICT  retr.fast.service.p50 < 1s: no retr as fast was recorded"}},
		{"no such count", "retr.fast.errors.count == 0", summaryWith(retr), CheckOptions{}, []string{"NO VERDICT  retr.fast.errors.count == 0: no retr as fast was recorded"}},
		{"nothing at all", "service.p50 < 1s", summaryWith(), CheckOptions{}, []string{"NO VERDICT  service.p50 < 1s: no operation with service was recorded"}},
		{"no errors of nothing", "errors.rate < 1%", summaryWith(), CheckOptions{}, []string{"NO VERDICT  errors.rate < 1%: no operation with errors was recorded"}},

		{"sessions stuck all through the window", "errors.rate < 0.1%", summaryWith(with(retr, func(x *summary.SeriesSummary) { x.Failed, x.Unfinished, x.Spanning = 0, 0, 2 })), CheckOptions{}, []string{"NO VERDICT  errors.rate < 0.1%: 0%, but 2 window-long operations could change it"}},
		{"doubtful, within", "retr.passive.service.p99 < 312ms", summaryWith(failing), CheckOptions{}, []string{"NO VERDICT  retr.passive.service.p99 < 312ms: 300 ms, but 3 failed and 1 unfinished operations could change it"}},
		{"doubtful, exceeded", "retr.passive.service.p99 < 250ms", summaryWith(failing), CheckOptions{}, []string{"MISSED  retr.passive.service.p99 < 250ms: 300 ms"}},
		{"doubtful, lower bound kept", "retr.passive.service.p99 > 250ms", summaryWith(failing), CheckOptions{}, []string{"NO VERDICT  retr.passive.service.p99 > 250ms: 300 ms, but 3 failed and 1 unfinished operations could change it"}},
		{"doubtful, lower bound missed", "retr.passive.service.p99 > 350ms", summaryWith(failing), CheckOptions{}, []string{"NO VERDICT  retr.passive.service.p99 > 350ms: 300 ms, but 3 failed and 1 unfinished operations could change it"}},
		{"another percentile is not doubtful", "retr.passive.service.p90 < 250ms", summaryWith(failing), CheckOptions{}, []string{"PASSED  retr.passive.service.p90 < 250ms: 200 ms"}},
		{"the maximum always is", "retr.passive.service.max < 1s", summaryWith(failing), CheckOptions{}, []string{"NO VERDICT  retr.passive.service.max < 1s: 400 ms, but 3 failed and 1 unfinished operations could change it"}},
		{"so is the mean", "retr.passive.service.mean < 1s", summaryWith(failing), CheckOptions{}, []string{"NO VERDICT  retr.passive.service.mean < 1s: 120 ms, but 3 failed and 1 unfinished operations could change it"}},
		{"as summaries spell it", "service.p99.9 < 1s", summaryWith(with(failing, func(x *summary.SeriesSummary) {
			x.Latency[stats.Service] = &summary.Latency{Count: 5000, P999: of(3e6), Doubtful: []string{"p99_9"}}
		})), CheckOptions{}, []string{"NO VERDICT  service.p99.9 < 1s (retr, passive): 3 ms, but 3 failed and 1 unfinished operations could change it"}},
		{"dropped ones waited", "response.p90 < 1s", summaryWith(open), CheckOptions{}, []string{"NO VERDICT  response.p90 < 1s (retr, passive): 2 ms, but 250 dropped operations could change it"}},
		{"but were not served", "service.max < 1s", summaryWith(open), CheckOptions{}, []string{"PASSED  service.max < 1s (retr, passive): 400 ms"}},
		{"over range", "service.p99 < 60m", summaryWith(over), CheckOptions{}, []string{"MISSED  service.p99 < 60m (retr, passive): 7,200 s"}},
		{"over range, maximum", "service.max <= 60m", summaryWith(over), CheckOptions{}, []string{"MISSED  service.max <= 60m (retr, passive): 7,200 s"}},
		{"over range, lower bound", "service.p99 > 1s", summaryWith(over), CheckOptions{}, []string{"NO VERDICT  service.p99 > 1s (retr, passive): 7,200 s, but operations that failed, did not finish or took more than an hour could change it"}},

		{"partial, kept", "retr.passive.service.p99 < 312ms", partial(summaryWith(retr)), CheckOptions{}, []string{"NO VERDICT  retr.passive.service.p99 < 312ms: 300 ms, but the result is partial"}},
		{"partial, missed", "retr.passive.service.p99 < 250ms", partial(summaryWith(retr)), CheckOptions{}, []string{"MISSED  retr.passive.service.p99 < 250ms: 300 ms"}},
		{"partial, still growing", "operations.count >= 2000", partial(summaryWith(retr)), CheckOptions{}, []string{"NO VERDICT  operations.count >= 2000: 1,000, but the result is partial, and this number was still growing"}},
		{"partial, grown too far", "operations.count == 999", partial(summaryWith(retr)), CheckOptions{}, []string{"MISSED  operations.count == 999: 1,000"}},
		{"partial, on the bound and growing", "operations.count > 1000", partial(summaryWith(retr)), CheckOptions{}, []string{"NO VERDICT  operations.count > 1000: 1,000, but the result is partial, and this number was still growing"}},
		{"partial, on the bound from above", "operations.count < 1000", partial(summaryWith(retr)), CheckOptions{}, []string{"MISSED  operations.count < 1000: 1,000"}},
		{"no status", "errors.count == 0", &summary.Summary{Series: []summary.SeriesSummary{retr}}, CheckOptions{}, []string{"NO VERDICT  errors.count == 0: 0, but the result is partial"}},
		{"limited, kept", "retr.goodput > 80MB/s", limited(summaryWith(retr)), CheckOptions{}, []string{"NO VERDICT  retr.goodput > 80MB/s (passive): 100 MB/s, but the load generator was the limit (97% of its CPU)"}},
		{"limited, missed", "retr.goodput > 800MB/s", limited(summaryWith(retr)), CheckOptions{}, []string{"MISSED  retr.goodput > 800MB/s (passive): 100 MB/s"}},
		{"limited, allowed", "retr.goodput > 80MB/s", limited(summaryWith(retr)), CheckOptions{AllowLimited: true}, []string{"PASSED  retr.goodput > 80MB/s (passive): 100 MB/s"}},
		{"partial is not allowed with it", "retr.goodput > 80MB/s", partial(limited(summaryWith(retr))), CheckOptions{AllowLimited: true}, []string{"NO VERDICT  retr.goodput > 80MB/s (passive): 100 MB/s, but the result is partial"}},

		{"each variant", "retr.goodput > 80MB/s", summaryWith(retr, active), CheckOptions{}, []string{"PASSED  retr.goodput > 80MB/s (passive): 100 MB/s", "MISSED  retr.goodput > 80MB/s (active): 50 MB/s"}},
		{"one variant", "active.goodput > 300Mbit/s", summaryWith(retr, active), CheckOptions{}, []string{"PASSED  active.goodput > 300Mbit/s: 400 Mbit/s"}},
		{"operations of one variant together", "goodput >= 100MiB/s", summaryWith(retr, stor), CheckOptions{}, []string{"PASSED  goodput >= 100MiB/s (passive): 191 MiB/s"}},
		{"rates of all operations", "operations.rate >= 300/s", summaryWith(retr, stor, noop), CheckOptions{}, []string{"PASSED  operations.rate >= 300/s (passive): 300/s"}},
		{"a minute", "operations.rate >= 18001/m", summaryWith(retr, stor, noop), CheckOptions{}, []string{"MISSED  operations.rate >= 18001/m (passive): 18,000/m"}},
		{"each operation", "service.p50 < 1s", summaryWith(retr, noop), CheckOptions{}, []string{"PASSED  service.p50 < 1s (retr, passive): 100 ms", "PASSED  service.p50 < 1s (noop, passive): 100 ms"}},
		{"each that can have it", "throughput.p50 > 1MB/s", summaryWith(retr, noop), CheckOptions{}, []string{"PASSED  throughput.p50 > 1MB/s (retr, passive): 5 MB/s"}},
		{"a variant without a session", "service.p50 < 1s", refused, CheckOptions{}, []string{"PASSED  service.p50 < 1s (retr, passive): 100 ms", "NO VERDICT  service.p50 < 1s (active): no operation with service was recorded"}},
		{"a variant that did nothing", "retr.service.p50 < 1s", began, CheckOptions{}, []string{"PASSED  retr.service.p50 < 1s (passive): 100 ms", "NO VERDICT  retr.service.p50 < 1s (active): no retr was recorded"}},
		{"rates of a variant that did nothing", "goodput > 1MB/s", began, CheckOptions{}, []string{"PASSED  goodput > 1MB/s (passive): 100 MB/s", "NO VERDICT  goodput > 1MB/s (active): no operation with goodput was recorded"}},
		{"a variant that did nothing, by name", "active.errors.count == 0", began, CheckOptions{}, []string{"NO VERDICT  active.errors.count == 0: no operation with errors as active was recorded"}},
		{"by its mode", "retr.eprt.service.p50 < 1s", summaryWith(retr, active), CheckOptions{}, []string{"PASSED  retr.eprt.service.p50 < 1s (active): 100 ms"}},
		{
			"by an alias", "retr.passive.service.p50 < 1s",
			summaryWith(series("old", stats.Retr, stats.PASV), series("new", stats.Retr, stats.EPSV), series("x", stats.Retr, stats.PORT)), CheckOptions{},
			[]string{"PASSED  retr.passive.service.p50 < 1s (old): 100 ms", "PASSED  retr.passive.service.p50 < 1s (new): 100 ms"},
		},
		{"a name before a mode", "retr.passive.service.p50 < 1s", summaryWith(series("passive", stats.Retr, stats.PORT), series("other", stats.Retr, stats.EPSV)), CheckOptions{}, []string{"PASSED  retr.passive.service.p50 < 1s: 100 ms"}},
		{"a name before a mode, counted", "passive.operations.count == 1000", summaryWith(series("passive", stats.Retr, stats.PORT), series("other", stats.Retr, stats.EPSV)), CheckOptions{}, []string{"PASSED  passive.operations.count == 1000: 1,000"}},
		{"two modes of a variant", "retr.passive.service.p50 < 1s", summaryWith(retr, series("passive", stats.Retr, stats.PASV)), CheckOptions{}, []string{"PASSED  retr.passive.service.p50 < 1s (by epsv): 100 ms", "PASSED  retr.passive.service.p50 < 1s (by pasv): 100 ms"}},

		{"share of errors", "errors.rate < 0.1%", summaryWith(failing, active), CheckOptions{}, []string{"MISSED  errors.rate < 0.1%: 0.15%"}},
		{"share as a number", "errors.rate <= 0.002", summaryWith(failing, active), CheckOptions{}, []string{"PASSED  errors.rate <= 0.002: 0.0015"}},
		{"one operation's", "retr.errors.rate <= 0.4%", summaryWith(failing, stor), CheckOptions{}, []string{"PASSED  retr.errors.rate <= 0.4%: 0.3%"}},
		{"one unfinished could be too many", "errors.rate < 0.002", summaryWith(failing, active), CheckOptions{}, []string{"NO VERDICT  errors.rate < 0.002: 0.0015, but 1 unfinished operation could change it"}},
		{"a server that froze", "errors.rate < 0.1%", summaryWith(frozen), CheckOptions{}, []string{"NO VERDICT  errors.rate < 0.1%: 0%, but 2 unfinished operations could change it"}},
		{"that froze in several", "retr.errors.count == 0", summaryWith(frozen, frozen), CheckOptions{}, []string{"NO VERDICT  retr.errors.count == 0: 0, but 4 unfinished operations could change it"}},
		{"that froze, with room", "errors.count <= 2", summaryWith(frozen), CheckOptions{}, []string{"PASSED  errors.count <= 2: 0"}},
		{"that froze and dropped", "errors.count == 0", summaryWith(overrun), CheckOptions{}, []string{"NO VERDICT  errors.count == 0: 0, but 8 unfinished operations could change it"}},
		{"unfinished do not excuse", "errors.count < 3", summaryWith(failing), CheckOptions{}, []string{"MISSED  errors.count < 3: 3"}},
		{"unfinished do not add up to enough", "errors.count >= 5", summaryWith(failing), CheckOptions{}, []string{"MISSED  errors.count >= 5: 3"}},
		{"unfinished could be enough", "errors.count >= 4", summaryWith(failing), CheckOptions{}, []string{"NO VERDICT  errors.count >= 4: 3, but 1 unfinished operation could change it"}},
		{"failed alone are enough", "errors.count >= 3", summaryWith(failing), CheckOptions{}, []string{"PASSED  errors.count >= 3: 3"}},
		{"exactly as many, or more", "errors.count == 4", summaryWith(failing), CheckOptions{}, []string{"NO VERDICT  errors.count == 4: 3, but 1 unfinished operation could change it"}},
		{"never as many", "errors.count == 5", summaryWith(failing), CheckOptions{}, []string{"MISSED  errors.count == 5: 3"}},
		{"unfinished beyond counting", "errors.rate < 1%", summaryWith(frozen, with(frozen, func(x *summary.SeriesSummary) { x.Unfinished = 1<<63 - 1 })), CheckOptions{}, []string{"NO VERDICT  errors.rate < 1%: 0%, but 9,223,372,036,854,775,807 unfinished operations could change it"}},
		{"what succeeded is not in doubt", "operations.count == 40", summaryWith(frozen), CheckOptions{}, []string{"PASSED  operations.count == 40: 40"}},
		{"what did not finish is not in doubt", "unfinished.count == 2", summaryWith(frozen), CheckOptions{}, []string{"PASSED  unfinished.count == 2: 2"}},
		{"count of errors", "errors.count == 0", summaryWith(failing, failing), CheckOptions{}, []string{"MISSED  errors.count == 0: 6"}},
		{"zero attempts", "errors.rate < 1%", summaryWith(idle), CheckOptions{}, []string{"NO VERDICT  errors.rate < 1%: nothing was attempted"}},
		{"zero attempts counted", "errors.count == 0", summaryWith(idle), CheckOptions{}, []string{"NO VERDICT  errors.count == 0: nothing was attempted"}},
		{"none finished", "errors.rate < 1%", summaryWith(hung), CheckOptions{}, []string{"NO VERDICT  errors.rate < 1%: none of the attempted operations finished"}},
		{"unfinished", "unfinished.rate < 0.1%", summaryWith(failing), CheckOptions{}, []string{"MISSED  unfinished.rate < 0.1%: 0.1%"}},
		{"dropped", "dropped.count == 0", summaryWith(retr), CheckOptions{}, []string{"PASSED  dropped.count == 0: 0"}},
		{"dropped share", "dropped.rate < 10%", summaryWith(open), CheckOptions{}, []string{"MISSED  dropped.rate < 10%: 20%"}},
		{"wasted", "wasted < 1MiB", summaryWith(failing), CheckOptions{}, []string{"MISSED  wasted < 1MiB: 1.5 MiB"}},
		{"no rate", "operations.rate > 1/s", summaryWith(dead), CheckOptions{}, []string{"MISSED  operations.rate > 1/s (passive): 0/s"}},
		{"no rate is not a low one", "operations.rate < 100/s", summaryWith(dead), CheckOptions{}, []string{"NO VERDICT  operations.rate < 100/s (passive): no operation succeeded"}},
		{"no window", "goodput > 1MB/s", summaryWith(with(retr, func(x *summary.SeriesSummary) { x.WindowSeconds = 0 })), CheckOptions{}, []string{"NO VERDICT  goodput > 1MB/s (passive): the measured window has no length"}},
		{"a long transfer moves, though none was due", "goodput > 1MB/s", summaryWith(with(idle, func(x *summary.SeriesSummary) { x.Spanning, x.GoodputBytesPerSecond = 1, 2e6 })), CheckOptions{}, []string{"PASSED  goodput > 1MB/s (passive): 2 MB/s"}},
		{"a number that is none", "errors.count == 0", summaryWith(with(retr, func(x *summary.SeriesSummary) { x.Failed = -1 })), CheckOptions{}, []string{"NO VERDICT  errors.count == 0: the result has no such number"}},

		{"counts beyond counting", "service.max < 1s", summaryWith(with(retr, func(x *summary.SeriesSummary) { x.Failed, x.Unfinished = 1<<63-1, 1 })), CheckOptions{}, []string{"NO VERDICT  service.max < 1s (retr, passive): 400 ms, but 9,223,372,036,854,775,807 failed and 1 unfinished operations could change it"}},
		{"throughput", "retr.throughput.p1 >= 2MB/s", summaryWith(retr), CheckOptions{}, []string{"PASSED  retr.throughput.p1 >= 2MB/s (passive): 2 MB/s"}},
		{"throughput of too few", "retr.throughput.p1 >= 2MB/s", summaryWith(with(retr, func(x *summary.SeriesSummary) { x.Throughput = &summary.Throughput{Count: 1, P50: 1} })), CheckOptions{}, []string{"NO VERDICT  retr.throughput.p1 >= 2MB/s (passive): 1 sample, p1 needs 500"}},
		{"no throughput", "retr.throughput.p50 >= 2MB/s", summaryWith(dead), CheckOptions{}, []string{"NO VERDICT  retr.throughput.p50 >= 2MB/s (passive): no samples: 1,000 attempted, 0 ok"}},
		{"throughput's samples", "retr.throughput.count >= 1000", summaryWith(retr), CheckOptions{}, []string{"PASSED  retr.throughput.count >= 1000 (passive): 1,000"}},
		{"throughput in doubt", "retr.throughput.p1 >= 2MB/s", summaryWith(failing), CheckOptions{}, []string{"NO VERDICT  retr.throughput.p1 >= 2MB/s (passive): 2 MB/s, but 3 failed and 1 unfinished operations could change it"}},
		{"throughput that holds anyway", "retr.throughput.p50 >= 2MB/s", summaryWith(failing), CheckOptions{}, []string{"PASSED  retr.throughput.p50 >= 2MB/s (passive): 5 MB/s"}},
		{"throughput that is too low anyway", "retr.throughput.p50 >= 6MB/s", summaryWith(failing), CheckOptions{}, []string{"MISSED  retr.throughput.p50 >= 6MB/s (passive): 5 MB/s"}},
		{"throughput from above", "retr.throughput.p50 < 4MB/s", summaryWith(failing), CheckOptions{}, []string{"NO VERDICT  retr.throughput.p50 < 4MB/s (passive): 5 MB/s, but 3 failed and 1 unfinished operations could change it"}},

		{"a server that died", "errors.rate < 1%", lost(0, 0.6042), CheckOptions{}, []string{"NO VERDICT  errors.rate < 1%: 0%, but sessions were without a connection for 60.4% of the time"}},
		{"the worst of them", "errors.rate < 1%", lost(1, 0.5), CheckOptions{}, []string{"NO VERDICT  errors.rate < 1%: 0%, but sessions were without a connection for 100% of the time"}},
		{"that died for one variant", "retr.service.p99 < 1s", lost(0, 0.25), CheckOptions{}, []string{"PASSED  retr.service.p99 < 1s (passive): 300 ms", "NO VERDICT  retr.service.p99 < 1s (active): 300 ms, but sessions were without a connection for 25% of the time"}},
		{"that died for another variant", "passive.errors.rate < 1%", lost(0, 0.25), CheckOptions{}, []string{"PASSED  passive.errors.rate < 1%: 0%"}},
		{"that died for another mode", "epsv.errors.rate < 1%", lost(0, 0.25), CheckOptions{}, []string{"PASSED  epsv.errors.rate < 1%: 0%"}},
		{"that died for that mode", "eprt.errors.rate < 1%", lost(0, 0.25), CheckOptions{}, []string{"NO VERDICT  eprt.errors.rate < 1%: 0%, but sessions were without a connection for 25% of the time"}},
		{"that died and missed", "operations.rate > 200/s", lost(0.5, 0.5), CheckOptions{}, []string{"MISSED  operations.rate > 200/s (passive): 100/s", "MISSED  operations.rate > 200/s (active): 100/s"}},
		{"its sessions", "sessions.login.p99 < 5ms", lost(0, 0.25), CheckOptions{}, []string{"NO VERDICT  sessions.login.p99 < 5ms: 4 ms, but sessions were without a connection for 25% of the time"}},
		{"a reconnect now and then", "errors.rate < 1%", lost(0.01, 0), CheckOptions{}, []string{"PASSED  errors.rate < 1%: 0%"}},
		{"is not excused with a limited generator", "errors.rate < 1%", limited(lost(0.02, 0)), CheckOptions{AllowLimited: true}, []string{"NO VERDICT  errors.rate < 1%: 0%, but sessions were without a connection for 2% of the time"}},

		{"sessions", "sessions.login.p99 < 5ms", summaryWith(), CheckOptions{}, []string{"PASSED  sessions.login.p99 < 5ms: 4 ms"}},
		{"sessions that failed", "sessions.login.p99 < 5ms", losing, CheckOptions{}, []string{"NO VERDICT  sessions.login.p99 < 5ms: 4 ms, but 4 failed sessions could change it"}},
		{"sessions whose failures matter not", "sessions.login.p99 < 10ms", losing, CheckOptions{}, []string{"PASSED  sessions.login.p99 < 10ms: 4 ms"}},
		{"sessions missed", "sessions.login.p99 < 3ms", losing, CheckOptions{}, []string{"MISSED  sessions.login.p99 < 3ms: 4 ms"}},
		{"sessions' maximum", "sessions.login.max < 1s", losing, CheckOptions{}, []string{"NO VERDICT  sessions.login.max < 1s: 9 ms, but 4 failed sessions could change it"}},
		{"sessions without TLS", "sessions.tls.p99 < 3ms", summaryWith(), CheckOptions{}, []string{"NO VERDICT  sessions.tls.p99 < 3ms: no samples: 1,000 sessions opened"}},
		{"share of sessions", "sessions.errors.rate <= 0.3%", losing, CheckOptions{}, []string{"MISSED  sessions.errors.rate <= 0.3%: 0.398%"}},
		{"sessions opened", "sessions.count >= 1000", losing, CheckOptions{}, []string{"PASSED  sessions.count >= 1000: 1,000"}},
		{"no session", "sessions.errors.count == 0", &summary.Summary{Run: summary.Run{Status: summary.Complete}}, CheckOptions{}, []string{"NO VERDICT  sessions.errors.count == 0: no session was opened"}},
	} {
		if got := check(t, c.text, c.summary, c.options); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.what, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}

func TestLoginPhasesOfTheOperation(t *testing.T) {
	x := series("passive", stats.Login, stats.NoMode)
	x.Latency[stats.LoginDone] = &summary.Latency{Count: 3, P50: 2e6, P90: 3e6, Max: 3e6}
	want := []string{"PASSED  login.login.p90 < 5ms (passive): 3 ms"}
	if got := check(t, "login.login.p90 < 5ms", summaryWith(x), CheckOptions{}); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNothingToJudgeIsNotPassed(t *testing.T) {
	x, err := Parse("errors.count == 0")
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range [][]Outcome{x.Check(nil, CheckOptions{}), Threshold{}.Check(summaryWith(), CheckOptions{})} {
		if len(got) != 1 || got[0].Verdict != NoVerdict || got[0].Why == "" {
			t.Errorf("%v", got)
		}
	}
	if (Outcome{}).Verdict == Pass {
		t.Error("an empty outcome passes")
	}
}

// What is shown lies on the side of the bound that the number lies on.
func TestShownNumbersDoNotContradictTheVerdict(t *testing.T) {
	for _, c := range []struct {
		ns         int64
		text, want string
	}{
		{250_000_000, "service.max < 250ms", "250 ms"},
		{250_200_000, "service.max < 250ms", "250.2 ms"},
		{249_999_999, "service.max < 250ms", "249.999999 ms"},
		{999_999_999, "service.max < 1s", "999.999999 ms"},
		{1_234_567, "service.max < 1s", "1.23 ms"},
		{64, "service.max < 1s", "64 ns"},
		{0, "service.max < 1s", "0 ns"},
		{12_345_678_901, "service.max < 1m", "12.3 s"},
	} {
		x := series("passive", stats.Retr, stats.EPSV)
		x.Latency[stats.Service].Max = c.ns
		th, err := Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := th.Check(summaryWith(x), CheckOptions{})[0]; got.Shown != c.want || got.Actual != float64(c.ns) {
			t.Errorf("%d ns, %s: %q (%v), want %q", c.ns, c.text, got.Shown, got.Actual, c.want)
		}
	}
}

// Wherever failed transfers lie, what passed with them passes.
func TestAPassHoldsForEveryPlacementOfTheFailed(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	passes, withheld := 0, 0
	for range 3000 {
		n, f := 500+r.IntN(300), r.IntN(12)
		h := hdr.NewThroughputHistogram()
		for range n {
			h.Record(1000 + r.Int64N(1000)) // below 2,048 each value has its own bucket
		}
		name := []string{"p1", "p50", "p99", "min", "max"}[r.IntN(5)]
		p := map[string]float64{"p1": 1, "p50": 50, "p99": 99, "min": 0, "max": 100}[name]
		op := []operator{below, atMost, above, atLeast}[r.IntN(4)]
		th, err := Parse("retr.throughput." + name + " " + string(op) + " 1kB/s")
		if err != nil {
			t.Fatal(err)
		}
		th.bound.base = float64(900 + r.IntN(1200))
		x := series("passive", stats.Retr, stats.EPSV)
		x.Attempts, x.OK, x.Failed, x.Throughput = int64(n+f), int64(n), int64(f), summary.ThroughputOf(h)
		if th.Check(summaryWith(x), CheckOptions{})[0].Verdict != Pass {
			if op.holds(float64(h.ValueAtPercentile(p)), th.bound.base) {
				withheld++
			}
			continue
		}
		passes++
		for high := range f + 1 {
			all := h.Clone()
			for i := range f {
				if i < high {
					all.Record(2047)
				} else {
					all.Record(1)
				}
			}
			if v := float64(all.ValueAtPercentile(p)); !op.holds(v, th.bound.base) {
				t.Fatalf("%v of %d and %d failed passed; with %d of these fast it is %v", th, n, f, high, v)
			}
		}
	}
	if passes < 300 || withheld < 100 {
		t.Errorf("only %d passes and %d withheld: this proves little", passes, withheld)
	}
}

func TestWorst(t *testing.T) {
	pass, miss, none := Outcome{Verdict: Pass}, Outcome{Verdict: Miss}, Outcome{}
	for _, c := range []struct {
		in   []Outcome
		want Verdict
	}{
		{nil, Pass},
		{[]Outcome{pass, pass}, Pass},
		{[]Outcome{pass, none}, NoVerdict},
		{[]Outcome{none, pass}, NoVerdict},
		{[]Outcome{none, miss, pass}, Miss},
	} {
		if got := Worst(c.in); got != c.want {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
}

func TestRender(t *testing.T) {
	s := summaryWith(series("evil\n\x1b[31m", stats.Retr, stats.EPSV))
	var all []Outcome
	for _, text := range []string{"retr.service.p99 < 250ms", "service.p99.9 < 1s", "errors.count == 0"} {
		x, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, x.Check(s, CheckOptions{})...)
	}
	want := []string{
		"MISSED      retr.service.p99 < 250ms (evil??[31m): 300 ms",
		"NO VERDICT  service.p99.9 < 1s (retr, evil??[31m): 1,000 samples, p99.9 needs 3,000",
		"PASSED      errors.count == 0: 0",
	}
	if got := Render(all); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	b, err := json.Marshal(all[0])
	if want := `{"threshold":"retr.service.p99 \u003c 250ms","variant":"evil\n\u001b[31m","op":"retr","verdict":"missed","actual":300000000,"shown":"300 ms"}`; err != nil || string(b) != want {
		t.Errorf("%s, %v\nwant %s", b, err, want)
	}
}
