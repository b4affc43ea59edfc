package merge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

const (
	ms     = stats.Moment(time.Millisecond)
	second = stats.Moment(time.Second)
)

// noon is the time of day from which the tests count.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// operation is one that ended, with moments since noon. Its payload moves at its
// end, so that what happened in any window is known exactly.
type operation struct {
	op      stats.Op
	due, at stats.Moment // t0 and t8
	bytes   int64
	failure *stats.Failure
}

// generator is a load generator that is played: what it did and when.
type generator struct {
	name        string
	seed        uint64
	epoch       stats.Moment // since noon
	begin       stats.Moment // of the trials, since noon
	open, close stats.Moment
	steps       []stats.Moment // where those after the first begin
	operations  []operation
	profile     string
	change      func(*resultfile.Header)
	limited     bool
	share       float64 // disconnected
	sessions    int
	unended     bool // no trial record, no footer
	variants    []string
}

// load makes n operations at random within [from, to), some of which fail.
func load(r *rand.Rand, n int, from, to stats.Moment) (list []operation) {
	for range n {
		o := operation{op: stats.Retr, due: from + stats.Moment(r.Int64N(int64(to-from))), bytes: r.Int64N(1 << 20)}
		if r.IntN(3) == 0 {
			o.op = stats.Stor
		}
		o.at = o.due + stats.Moment(r.ExpFloat64()*2e7)
		switch r.IntN(20) {
		case 0:
			o.failure = &stats.Failure{Phase: stats.Payload, Class: stats.ClassReset, Text: "reset"}
		case 1:
			o.failure = &stats.Failure{Phase: stats.Command, Class: stats.ClassReply, Code: 450 + r.IntN(3), Text: "busy"}
		case 2:
			o.failure = &stats.Failure{Phase: stats.Payload, Class: stats.ClassAborted, Text: "cut"}
		}
		list = append(list, o)
	}
	return list
}

// write plays the generator into a sink.
func (g *generator) write(t testing.TB, to resultfile.Sink) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	profile := g.profile
	if profile == "" {
		profile = fmt.Sprintf(`{"version":1,"op":"retr","sessions":%d,"rate":"100/s","seed":%d,"duration":"10s"}`, max(g.sessions, 1), g.seed)
	}
	variants := g.variants
	if variants == nil {
		variants = []string{"passive"}
	}
	h := &resultfile.Header{
		Tool: resultfile.ToolInfo{Name: "ftpmark", Version: "test"}, Started: noon.Add(time.Duration(g.begin)), Epoch: noon.Add(time.Duration(g.epoch)),
		Seed: g.seed, Profile: json.RawMessage(profile), Target: resultfile.TargetInfo{URL: "ftp://host/", Banner: "220 hello"},
		Host: resultfile.Host{OS: "linux", CPUs: 2}, Planned: variants, Trials: 1,
		Load:  &resultfile.LoadInfo{Model: resultfile.OpenLoad, Rate: "100/s", RatePerSecond: 100, Sessions: max(g.sessions, 1), MaxSessions: 10},
		Notes: []string{"a note of all"},
	}
	if len(g.steps) > 0 {
		for i := range len(g.steps) + 1 {
			h.Stages = append(h.Stages, resultfile.StageInfo{Name: fmt.Sprintf("5s at %d/s", 10*(i+1)), Seconds: 5, From: float64(10 * (i + 1)), To: float64(10 * (i + 1)), Of: "rate"})
		}
	}
	if g.change != nil {
		g.change(h)
	}
	must(to.Write(h))
	for n, v := range variants {
		g.trial(t, to, v, stats.Moment(n)*20*second)
	}
	if !g.unended {
		must(to.Write(&resultfile.Footer{Ended: noon.Add(time.Minute), Complete: true, Notes: []string{"a note of " + g.name}}))
	}
}

// trial plays one trial, later by the given time.
func (g *generator) trial(t testing.TB, to resultfile.Sink, variant string, late stats.Moment) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	clock := func(m stats.Moment) stats.Moment { return m + late - g.epoch }
	must(to.Write(&resultfile.Variant{Variant: variant, Trial: 1, At: clock(g.begin)}))
	var sessions recorder.SessionRecorder
	sessions.Opened(stats.SessionPhases{Connect: time.Duration(g.seed + 1)})
	sessions.Failed(variant, &stats.Failure{Phase: stats.LoginDone, Class: stats.ClassReply, Code: 421, Text: "full"})
	must(to.Write(sessions.Take()))

	r := recorder.NewRecorder(variant, 1, 2, clock(g.begin))
	var meters []*recorder.Meter
	for i := range max(g.sessions, 1) {
		meters = append(meters, r.Shard(i).NewMeter())
	}
	type event struct {
		at stats.Moment
		do func()
	}
	var events []event
	on := func(at stats.Moment, do func()) { events = append(events, event{at, do}) }
	take := func(at stats.Moment) func() {
		return func() { must(to.Write(r.Take(clock(at)))) }
	}
	on(g.open, func() { r.OpenWindow(clock(g.open)) })
	on(g.open, take(g.open))
	on(g.close, func() { r.CloseWindow(clock(g.close)) })
	if len(g.steps) > 0 {
		for i, at := range append([]stats.Moment{g.open}, g.steps...) {
			on(at, func() { must(to.Write(r.SetStage(clock(at), i+1))) })
		}
		on(g.close, func() { must(to.Write(r.SetStage(clock(g.close), 0))) })
	} else {
		on(g.close, take(g.close))
	}
	for at := g.open + second; at < g.close; at += second {
		on(at, take(at))
	}
	last := g.close
	for _, o := range g.operations {
		last = max(last, o.at)
		on(o.at, func() {
			s := &stats.Sample{Op: o.op, Mode: stats.EPSV, Bytes: o.bytes, Commands: 2, Connects: 1, Failure: o.failure}
			at := func(part stats.Moment) stats.Moment { return clock(o.due + (o.at-o.due)*part/8) }
			s.Moments = stats.Moments{at(0), at(1), at(2), at(3), at(3), at(4), at(5), at(7), at(8)}
			if r.Window().Completes(clock(o.at)) {
				s.Inside = o.bytes
			}
			r.Shard(int(o.due)).Record(nil, s)
		})
	}
	slices.SortStableFunc(events, func(a, b event) int { return int(a.at - b.at) })
	for _, e := range events {
		e.do()
	}
	for _, m := range meters {
		m.Release()
	}
	end, sum := r.Finish(clock(last+100*ms), true)
	sum.DisconnectedShare = g.share
	must(to.Write(end))
	lag := hdr.NewLatencyHistogram()
	lag.Record(int64(g.seed) * 1000)
	self := &resultfile.Generator{Variant: variant, Trial: 1, CPUSeconds: 1, CPUs: 2, SchedLag: lag, Limited: g.limited}
	if g.limited {
		self.Reasons = []string{variant + ": cpu"}
	}
	must(to.Write(self))
	if !g.unended {
		must(to.Write(sum))
	}
}

// memory is a file in memory.
type memory struct{ bytes.Buffer }

func (*memory) Close() error { return nil }

// file is the generator's result file.
func (g *generator) file(t testing.TB) Input {
	t.Helper()
	var f memory
	g.write(t, resultfile.NewWriter(g.name, &f))
	return inMemory(g.name, f.Bytes())
}

func inMemory(name string, b []byte) Input {
	return Input{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// result returns the generator's result.
func (g *generator) result(t testing.TB) *resultfile.Result {
	t.Helper()
	var c resultfile.Collector
	g.write(t, &c)
	r, err := c.Result()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// merged merges files and reads the result back from its file.
func merged(t testing.TB, inputs ...Input) (*resultfile.Result, []*resultfile.Interval) {
	t.Helper()
	b, err := mergedFile(inputs...)
	if err != nil {
		t.Fatal(err)
	}
	var intervals []*resultfile.Interval
	r, err := resultfile.Read(resultfile.NewReader(bytes.NewReader(b)), func(i *resultfile.Interval) { intervals = append(intervals, i) })
	if err != nil {
		t.Fatal(err)
	}
	return r, intervals
}

func mergedFile(inputs ...Input) ([]byte, error) {
	m, err := Plan(inputs)
	if err != nil {
		return nil, err
	}
	var f memory
	w := resultfile.NewWriter("merged.jsonl", &f)
	if err := m.Write(w); err != nil {
		return nil, err
	}
	return f.Bytes(), w.Close()
}

// refused returns the reason why inputs are not merged.
func refused(t testing.TB, inputs ...Input) string {
	t.Helper()
	_, err := mergedFile(inputs...)
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("%v is no refusal", err)
	}
	return r.Reason
}
