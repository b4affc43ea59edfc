package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// point returns the number of the series with these label values, and whether it
// is there.
func point(t *testing.T, all []*Family, name string, values ...string) (float64, bool) {
	t.Helper()
	for _, f := range all {
		if f.Name != name {
			continue
		}
		for _, p := range f.Points {
			if strings.Join(p.Values, " ") == strings.Join(values, " ") {
				if p.Distribution != nil {
					return float64(p.Distribution.Count()), true
				}
				return p.Number, true
			}
		}
		return 0, false
	}
	t.Errorf("no metric %s", name)
	return 0, false
}

// story records a trial: operations that begin before, in and after the window,
// of which some fail and some are cut off, and returns through sink what a run
// would have written.
func story(t *testing.T, sink resultfile.Sink, variant string, trial int, r *rand.Rand) {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	const second = stats.Moment(time.Second)
	base := stats.Moment(trial) * 100 * second
	rec := recorder.NewRecorder(variant, trial, 2, base)
	check(sink.Write(&resultfile.Variant{Variant: variant, Trial: trial, At: base}))
	shard := rec.Shard(0)
	meter := shard.NewMeter()
	at := base + 1
	open, closing := base+3*second, base+9*second
	next := base + second
	for at < base+11*second {
		for at > next {
			check(sink.Write(rec.Take(next)))
			next += second
		}
		took := stats.Moment(r.ExpFloat64() * 3e7)
		end := at + took + 1000
		if w := rec.Window(); w.Open == 0 && end > open {
			rec.OpenWindow(open)
			check(sink.Write(rec.Take(open)))
			next = open + second
		} else if w.Close == 0 && end > closing {
			rec.CloseWindow(closing)
			check(sink.Write(rec.SetStage(closing+second/100, 0)))
			next = closing + second
		}
		s := stats.Sample{Op: stats.Retr, Mode: stats.EPSV, Bytes: 1000, Moments: stats.Moments{
			at, at, at + took/8, at + took/7, at + took/6, at + took/5, at + took/4, at + took/2, end,
		}}
		if at >= open && end <= closing {
			s.Inside = 1000
		}
		switch r.IntN(10) {
		case 0:
			s.Failure = &stats.Failure{Phase: stats.Negotiate, Class: stats.ClassReply, Code: 421, Text: "too many <b>users</b>"}
		case 1:
			s.Failure = &stats.Failure{Phase: stats.Payload, Class: stats.ClassAborted}
		case 2:
			s.Failure = &stats.Failure{Phase: stats.Payload, Class: stats.Class("invented by a forged file"), Text: "x"}
		}
		shard.Record(nil, &s)
		at = end
	}
	rec.AddDropped(stats.Retr, stats.EPSV, open+1)
	last, whole := rec.Finish(at, true)
	check(sink.Write(last))
	check(sink.Write(&resultfile.Generator{Variant: variant, Trial: trial, Limited: trial == 2, PeakRSSBytes: 1 << 20}))
	check(sink.Write(whole))
	_ = meter
}

// TestLiveIsTheReport: at the end all totals are those of the report.
func TestLiveIsTheReport(t *testing.T) {
	t.Parallel()
	live := New(Config{Tool: resultfile.ToolInfo{Version: "v1"}, CPUs: 2, CPUTime: func() time.Duration { return 1500 * time.Millisecond }})
	var kept resultfile.Collector
	sink := live.Before(&kept)
	r := rand.New(rand.NewPCG(5, 6))
	if err := sink.Write(&resultfile.Header{Schema: resultfile.Schema}); err != nil {
		t.Fatal(err)
	}
	for trial := 1; trial <= 2; trial++ {
		story(t, sink, "a", trial, r)
		story(t, sink, "b", trial, r)
	}
	opened := new(recorder.SessionRecorder)
	opened.Opened(stats.SessionPhases{Connect: time.Millisecond, Login: time.Second})
	opened.Failed("a", &stats.Failure{Phase: stats.LoginDone, Class: stats.ClassReply, Code: 530})
	if err := sink.Write(opened.Take()); err != nil {
		t.Fatal(err)
	}
	if err := sink.Write(&resultfile.Footer{Complete: true}); err != nil {
		t.Fatal(err)
	}
	result, err := kept.Result()
	if err != nil {
		t.Fatal(err)
	}
	summary := summary.Of(result)
	all := live.Families()
	is := func(want float64, name string, values ...string) {
		t.Helper()
		if got, ok := point(t, all, name, values...); !ok || math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%s %v is %v, want %v", name, values, got, want)
		}
	}
	if len(summary.Series) != 2 || summary.Series[0].Failed == 0 || summary.Series[0].Unfinished == 0 {
		t.Fatalf("a story without failures: %+v", summary.Series)
	}
	for _, s := range summary.Series {
		v := s.Variant
		is(float64(s.OK), "ftpmark.window.operations", v, "retr", "epsv", "ok")
		is(float64(s.Failed), "ftpmark.window.operations", v, "retr", "epsv", "failed")
		is(float64(s.Unfinished), "ftpmark.window.operations", v, "retr", "epsv", "unfinished")
		is(float64(s.Dropped), "ftpmark.window.operations", v, "retr", "epsv", "dropped")
		is(float64(s.Bytes), "ftpmark.window.payload", v, "retr", "epsv")
		is(s.WindowSeconds, "ftpmark.window.duration", v)
		done, _ := point(t, all, "ftpmark.operations", v, "retr", "epsv", "window", "ok")
		is(done/s.OperationsPerSecond, "ftpmark.window.duration", v)
		moved, _ := point(t, all, "ftpmark.payload", v, "retr", "epsv")
		wasted, _ := point(t, all, "ftpmark.wasted", v, "retr", "epsv")
		is((moved-wasted)/s.GoodputBytesPerSecond, "ftpmark.window.duration", v)
		is(float64(s.WastedBytes), "ftpmark.wasted", v, "retr", "epsv")
		for p, l := range s.Latency {
			is(float64(l.Count), "ftpmark.phase.duration", v, "retr", "epsv", p.String())
		}
		is(float64(s.Throughput.Count), "ftpmark.transfer.throughput", v, "retr", "epsv")
		is(2, "ftpmark.trials", v)
		is(0, "ftpmark.sessions", v)
		is(0, "ftpmark.window.open", v)
	}
	for _, e := range summary.Errors {
		if e.Op == "" {
			is(float64(e.Count), "ftpmark.session.failures", e.Variant, e.Phase.String(), string(e.Class))
			continue
		}
		class := e.Class
		if class != stats.ClassReply {
			class = stats.ClassOther
		}
		is(float64(e.Count), "ftpmark.failures", e.Variant, e.Op, e.Mode.String(), e.Phase.String(), string(class))
	}
	is(1, "ftpmark.session.setups", "ok")
	is(1, "ftpmark.session.setups", "failed")
	is(1, "ftpmark.session.phase.duration", "login")
	is(2, "ftpmark.generator.limited.trials")
	is(1<<20, "ftpmark.generator.memory.peak")
	is(1.5, "ftpmark.generator.cpu")
	is(2, "ftpmark.generator.cpus")
	is(1, "ftpmark.build.info", "v1", "", "", "")

	// Every operation that was recorded has ended somewhere, but for those that
	// began after the window and those of the warm-up that were cut off.
	var ended, known float64
	for _, f := range all {
		if f.Name == "ftpmark.operations" {
			for _, p := range f.Points {
				ended += p.Number
			}
		}
	}
	for _, trial := range result.Trials {
		for _, s := range trial.Series {
			known += float64(s.Attempts() + s.WarmupOK + s.WarmupFailed)
		}
	}
	if ended != known {
		t.Errorf("%v operations have ended, want %v", ended, known)
	}
}

// TestLiveNeverFalls: counters and buckets only ever grow, while others read.
func TestLiveNeverFalls(t *testing.T) {
	t.Parallel()
	live := New(Config{})
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		before := map[string]float64{}
		for over := false; !over; {
			select {
			case <-stop:
				over = true // once more, with everything
			default:
			}
			for _, f := range live.Families() {
				for _, p := range f.Points {
					name, now := fmt.Sprint(f.Name, p.Values), p.Number
					if p.Distribution != nil {
						now = float64(p.Distribution.Count())
					}
					if f.Kind != Gauge && now < before[name] {
						t.Errorf("%s fell from %v to %v", name, before[name], now)
					}
					before[name] = now
				}
			}
			time.Sleep(time.Millisecond)
		}
	}()
	var wait sync.WaitGroup
	wait.Go(func() {
		r := rand.New(rand.NewPCG(7, 8))
		for trial := 1; trial <= 5; trial++ {
			story(t, live, "a", trial, r)
		}
		// A window that closed before the interval did that was last taken in it.
		w := stats.Window{Open: 10}
		for _, i := range []*resultfile.Interval{
			{Variant: "a", Trial: 6, Start: 10, End: 2000, Window: w, Stage: stats.Measured},
			{Variant: "a", Trial: 6, Start: 2000, End: 2100, Window: stats.Window{Open: 10, Close: 1500}, Stage: stats.Measured},
		} {
			if err := live.Write(i); err != nil {
				t.Error(err)
			}
		}
	})
	wait.Wait()
	close(stop)
	<-done
}

// TestLabelsAreBounded: whatever a file says, there are only so many series.
func TestLabelsAreBounded(t *testing.T) {
	t.Parallel()
	live := New(Config{})
	hostile := []string{"", "a b", "ftp://192.0.2.7/", "<script>", "\xff", strings.Repeat("x", 41), "ü"}
	for n := range 100 {
		hostile = append(hostile, fmt.Sprint("v", n))
	}
	for n, name := range hostile {
		_ = live.Write(&resultfile.Variant{Variant: name})
		_ = live.Write(&resultfile.Interval{Variant: name, Series: resultfile.SeriesList{
			{Op: stats.Op(n), Mode: stats.Mode(n), Counters: resultfile.Counters{OK: 1}},
			{Op: stats.Retr, Mode: stats.PORT, Counters: resultfile.Counters{OK: 1, Failed: 1}, Errors: resultfile.ErrorCounts{
				{Phase: stats.Phase(n), Class: stats.Class(name), Count: 1, Example: name, Hint: name},
			}},
		}})
		_ = live.Write(&resultfile.Sessions{Errors: []resultfile.SessionErrors{{Variant: name, Errors: resultfile.ErrorCounts{{Class: stats.Class(name), Count: 1}}}}})
		_ = live.Write(&resultfile.Trial{Variant: name})
		_ = live.Write(&resultfile.Step{Variant: name, Verdict: name})
	}
	variants := map[string]bool{}
	for _, f := range live.Families() {
		seen := map[string]bool{}
		for _, p := range f.Points {
			key := strings.Join(p.Values, "\x00")
			if seen[key] {
				t.Errorf("%s has %q twice", f.Name, p.Values)
			}
			seen[key] = true
			for i, l := range f.Labels {
				if l == "variant" {
					variants[p.Values[i]] = true
				}
				if v := p.Values[i]; f.Name != "ftpmark.build.info" && strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789_-()") != "" {
					t.Errorf("%s has %s=%q", f.Name, l, v)
				}
			}
		}
	}
	if len(variants) != MaxVariants+1 || !variants[other] {
		t.Errorf("%d variants: %v", len(variants), variants)
	}
}

// TestPrometheusNames are what OpenTelemetry's rules make of the names.
func TestPrometheusNames(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, f := range New(Config{}).Families() {
		if f.Help == "" || !strings.HasSuffix(f.Help, ".") {
			t.Errorf("%s: help %q", f.Name, f.Help)
		}
		names[f.PrometheusName()] = true
	}
	for _, want := range []string{
		"ftpmark_operations_total", "ftpmark_payload_bytes_total", "ftpmark_failures_total", "ftpmark_phase_duration_seconds",
		"ftpmark_sessions", "ftpmark_generator_cpu_seconds_total", "ftpmark_window_duration_seconds_total",
		"ftpmark_transfer_throughput_bytes_per_second", "ftpmark_build_info", "ftpmark_window_open",
	} {
		if !names[want] {
			t.Errorf("no %s in %v", want, names)
		}
	}
}
