package compare

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

const ms = stats.Moment(time.Millisecond)

// spec is a trial to be made: n operations that all take the same, so that
// every percentile is exact.
type spec struct {
	variant string
	trial   int
	op      stats.Op
	mode    stats.Mode
	n       int
	bytes   int64

	// The spans of each operation, end to end; what is 0 takes no time.
	negotiate, ready, goAhead, handshake, first, payload, finish time.Duration
	lag                                                          time.Duration
	atOnce                                                       bool // the server connects before the transfer command

	failed, unfinished, dropped int
	early                       bool // it ended early
	disconnected                float64
}

// download is a trial of downloads of 1,000 bytes that take 10 ms in all.
func download(variant string, trial int) spec {
	return spec{
		variant: variant, trial: trial, op: stats.Retr, mode: stats.EPSV, n: 600, bytes: 1000,
		negotiate: time.Millisecond, ready: time.Millisecond, goAhead: time.Millisecond,
		first: time.Millisecond, payload: 5 * time.Millisecond, finish: time.Millisecond,
	}
}

// with returns the spec changed.
func (s spec) with(change func(*spec)) spec {
	change(&s)
	return s
}

// trialOf makes it, with a window of ten seconds.
func (s spec) trialOf(more ...spec) *resultfile.Trial {
	const open = 1000 * ms
	r := recorder.NewRecorder(s.variant, s.trial, 1, 1)
	r.OpenWindow(open)
	for _, s := range append([]spec{s}, more...) {
		s.record(r, open)
	}
	r.CloseWindow(11 * open)
	_, t := r.Finish(12*open, !s.early)
	t.DisconnectedShare = s.disconnected
	return t
}

func (s spec) record(r *recorder.Recorder, open stats.Moment) {
	shard := r.Shard(0)
	sample := func(i int) *stats.Sample {
		t0 := open + stats.Moment(i+1)*10_000
		at := t0.Add(s.lag)
		x := &stats.Sample{Op: s.op, Mode: s.mode, Bytes: s.bytes, Inside: s.bytes, Commands: 2, Connects: 1, Handshake: s.handshake}
		x.Moments[stats.T0], x.Moments[stats.T1] = t0, at
		next := func(m int, d time.Duration) { at = at.Add(d); x.Moments[m] = at }
		if s.op.Transfers() {
			next(stats.T2, s.negotiate)
			if !s.atOnce {
				x.Moments[stats.T4] = at
			}
			if next(stats.T3, s.ready); s.atOnce {
				x.Moments[stats.T4] = at
			}
			next(stats.T5, s.goAhead)
			next(stats.T6, s.handshake+s.first)
			next(stats.T7, s.payload)
		}
		next(stats.T8, s.finish)
		return x
	}
	for i := range s.n {
		shard.Record(nil, sample(i))
	}
	for i := range s.failed {
		x := sample(i)
		x.Inside = 0
		x.Failure = &stats.Failure{Phase: stats.Command, Class: stats.ClassReply, Code: 450, Text: "450 no"}
		shard.Record(nil, x)
	}
	for i := range s.unfinished {
		x := sample(i)
		x.Inside = 0
		x.Failure = &stats.Failure{Phase: stats.Payload, Class: stats.ClassAborted}
		shard.Record(nil, x)
	}
	for range s.dropped {
		r.AddDropped(s.op, s.mode, open+1)
	}
}

// planned returns a plan of that many pairs.
func planned(pairs int, primary ...string) *resultfile.ComparePlan {
	if len(primary) == 0 {
		primary = []string{"goodput", "service.p99"}
	}
	return &resultfile.ComparePlan{Pairs: pairs, MaxPairs: pairs, Primary: primary, ThresholdEffect: 0.03}
}

// result gathers trials into a complete result.
func result(plan *resultfile.ComparePlan, trials ...*resultfile.Trial) *resultfile.Result {
	r := &resultfile.Result{
		Header: resultfile.Header{
			Schema: resultfile.Schema, Tool: resultfile.ToolInfo{Name: "ftpmark", Version: "1.2.0", Go: "go1.26", OS: "linux", Arch: "amd64"},
			Started: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC), Seed: 7, Compare: plan,
			Profile: json.RawMessage(`{"version":1,"op":"retr","size":"1KiB","duration":"10s","seed":7}`),
			Target:  resultfile.TargetInfo{URL: "ftp://ftp.example.net:21", Banner: "220 ready", Features: []string{}},
			Host:    resultfile.Host{OS: "linux", Kernel: "6.1", CPUs: 4},
			Load:    &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 8},
		},
		Trials: trials,
		Footer: &resultfile.Footer{Complete: true},
	}
	for _, t := range trials {
		r.Variants = append(r.Variants, resultfile.Variant{Variant: t.Variant, Trial: t.Trial, Settings: map[string]string{"mode": t.Variant}})
	}
	return r
}

// pairs makes that many blocks of passive and active downloads.
func pairs(n int, change func(block int, passive, active *spec)) (trials []*resultfile.Trial) {
	for i := 1; i <= n; i++ {
		p, a := download("passive", i), download("active", i)
		a.mode = stats.EPRT
		change(i, &p, &a)
		trials = append(trials, p.trialOf(), a.trialOf())
	}
	return trials
}

// noise is a small change of a duration that differs from block to block.
func noise(block int) time.Duration {
	return time.Duration([...]int{3, -7, 12, -2, 8, -11, 5, 1, -4, 9}[block%10]) * 10 * time.Microsecond
}

func of(t *testing.T, r *resultfile.Result) *Comparison {
	t.Helper()
	c, err := Of(r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func diff(t *testing.T, base, new *resultfile.Result, o DiffOptions) *Diff {
	t.Helper()
	d, err := Between(base, new, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// finding returns the finding of a metric.
func finding(t *testing.T, fs []Finding, metric string) *Finding {
	t.Helper()
	for i := range fs {
		if fs[i].Metric == metric {
			return &fs[i]
		}
	}
	t.Fatalf("no finding of %s", metric)
	return nil
}
