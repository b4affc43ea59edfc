package report

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// trialRun is a run that is recorded as real ones are, by a clock of its own.
type trialRun struct {
	variants []string // the modes alternate between EPSV and EPRT
	trials   int      // of each variant, interleaved
	slower   float64  // factor on every duration; 0 means 1
	failing  bool     // every 50th operation fails, and one is never done
	open     bool     // operations were due before they began
	embedded bool
	cut      bool // the last trial and the run do not end
}

type memoryFile struct{ bytes.Buffer }

func (*memoryFile) Close() error { return nil }

const millisecond = stats.Moment(time.Millisecond)

// record returns the result and its file.
func (x trialRun) record(t testing.TB) (*resultfile.Result, []byte) {
	t.Helper()
	var file memoryFile
	var live resultfile.Collector
	w := resultfile.NewWriter("run.jsonl", &file)
	must := func(errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	base := runOf()
	epoch := time.Date(2026, 3, 14, 15, 9, 26, 250e6, time.UTC)
	h := &resultfile.Header{
		Tool: base.Tool, Started: epoch.Add(40 * time.Millisecond), Epoch: epoch, Seed: 42, Target: base.Target,
		Host: resultfile.Host{OS: "linux", CPUs: 8}, Planned: x.variants, Trials: x.trials,
		Load: &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 1},
	}
	if x.open {
		h.Load = &resultfile.LoadInfo{Model: resultfile.OpenLoad, Rate: "200/s", RatePerSecond: 200, Sessions: 1}
	}
	h.Target.Embedded = x.embedded
	must(w.Write(h), live.Write(h))
	now := 100 * millisecond
	for trial := range x.trials {
		for i, name := range x.variants {
			v := &resultfile.Variant{Variant: name, Trial: trial + 1, At: now}
			must(w.Write(v), live.Write(v))
			one := trialClock{
				r: recorder.NewRecorder(name, trial+1, 1, now), now: now, mode: []stats.Mode{stats.EPSV, stats.EPRT}[i%2],
				rnd: rand.New(rand.NewPCG(uint64(trial), uint64(i))), run: &x,
			}
			unended := x.cut && trial == x.trials-1 && i == len(x.variants)-1
			for _, interval := range one.intervals(unended) {
				must(w.Write(interval), live.Write(interval))
			}
			now = one.now
			if unended {
				break
			}
			g := &resultfile.Generator{Variant: name, Trial: trial + 1, CPUSeconds: 0.2, CPUs: 8}
			must(w.Write(g), live.Write(g))
			sum := one.r.Totals()
			sum.Complete = true
			must(w.Write(sum), live.Write(sum))
			now += 50 * millisecond
		}
	}
	if !x.cut {
		f := &resultfile.Footer{Ended: epoch.Add(time.Minute), Complete: true}
		must(w.Write(f), live.Write(f))
	}
	r, err := live.Result()
	must(err, w.Close())
	return r, file.Bytes()
}

// trialClock is one trial of one session.
type trialClock struct {
	r    *recorder.Recorder
	now  stats.Moment
	mode stats.Mode
	rnd  *rand.Rand
	run  *trialRun
	n    int
}

// intervals runs a short warm-up, three seconds and a drain.
func (c *trialClock) intervals(unended bool) (all []*resultfile.Interval) {
	m := c.r.Shard(0).NewMeter()
	until := func(end stats.Moment) {
		for c.now < end {
			c.operation(m)
		}
	}
	until(c.now + 200*millisecond)
	open := c.r.OpenWindow(c.now)
	all = append(all, c.r.Take(c.now))
	for second := range stats.Moment(3) {
		until(open + (second+1)*1000*millisecond - 20*millisecond)
		if second == 2 && unended {
			return all
		}
		if second == 2 {
			break
		}
		all = append(all, c.r.Take(c.now))
	}
	c.r.CloseWindow(c.now + millisecond) // in the midst of the next
	all = append(all, c.r.Take(c.now+millisecond))
	c.operation(m)
	m.Release()
	return append(all, c.r.Take(c.now))
}

// operation does one download, and a NOOP after every tenth.
func (c *trialClock) operation(m *recorder.Meter) {
	c.n++
	slower := max(c.run.slower, 1)
	took := stats.Moment(slower * 4e6 * (0.5 + c.rnd.ExpFloat64()/2))
	t0 := c.now
	t1 := t0
	if c.run.open {
		t1 += took / 10
	}
	t8 := t1 + took
	at := func(part stats.Moment) stats.Moment { return t1 + took*part/16 }
	o := &stats.Sample{Commands: 2, Connects: 1, Moments: stats.Moments{t0, t1, at(1), at(2), at(2), at(4), at(5), at(15), t8}}
	m.Begin(stats.Retr, c.mode)
	m.Moved(1 << 20)
	if c.run.failing && c.n%50 == 0 {
		o.Failure = &stats.Failure{Phase: stats.Payload, Class: stats.ClassReset, Text: "reset by peer"}
	}
	c.now = t8
	c.r.Shard(0).Record(m, o)
	if c.n%10 == 0 {
		t8 := c.now + millisecond/5
		c.r.Shard(0).Record(nil, &stats.Sample{Op: stats.Noop, Commands: 1, Moments: stats.Moments{stats.T0: c.now, stats.T1: c.now, stats.T8: t8}})
		c.now = t8
	}
}
