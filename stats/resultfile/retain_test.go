package resultfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
)

// playedTrial is a trial of n operations, of the given kinds in turn, with all
// the phases that they have.
func playedTrial(n int, ops ...stats.Op) *Trial {
	var all SeriesSet
	random := rand.New(rand.NewPCG(11, 12))
	for i := range n {
		s := stats.Sample{Op: ops[i%len(ops)], Mode: stats.EPSV, Bytes: 1 << 20, Handshake: 100_000}
		at := stats.Moment(10_000_000)
		for k := range s.Moments {
			s.Moments[k] = at
			at += stats.Moment(20_000 + random.ExpFloat64()*200_000)
		}
		if !s.Op.Transfers() {
			s.Mode = stats.NoMode
			s.Moments = stats.Moments{stats.T0: s.Moments[stats.T0], stats.T1: s.Moments[stats.T1], stats.T8: s.Moments[stats.T3]}
		}
		x := all.At(KeyOf(s.Op, s.Mode))
		x.OK++
		for p := stats.Lag; p <= stats.Response; p++ {
			if d, ok := s.Span(p); ok {
				if x.Latency[p] == nil {
					x.Latency[p] = hdr.NewLatencyHistogram()
				}
				x.Latency[p].Record(int64(d))
			}
		}
		if rate, ok := s.Throughput(); ok {
			x.throughput().Record(rate)
		}
	}
	const hour = stats.Moment(time.Hour)
	return &Trial{Variant: "v", Trial: 1, Start: 1, End: hour, Window: stats.Window{Open: 1, Close: hour}, Complete: true, Series: all.List()}
}

// resultJSON shows everything that a result holds.
func resultJSON(t testing.TB, r *Result) string {
	t.Helper()
	stages := [][]TrialStage{}
	for _, x := range r.Trials {
		stages = append(stages, x.Stages)
	}
	// The writer sets what names the schema and the profile.
	whole := *r
	whole.Header.Schema, whole.Header.ProfileSHA256 = "", ""
	b, err := json.Marshal([]any{whole, stages})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// inFile is what a writer writes to.
type inFile struct{ bytes.Buffer }

func (*inFile) Close() error { return nil }

func readBack(b []byte) (*Result, error) { return Read(NewReader(bytes.NewReader(b)), nil) }

// The most trials that run and compare accept.
const (
	mostBlocks   = 1000
	mostVariants = 16
	mostTrials   = mostBlocks * mostVariants
)

func TestTheLongestRunsFit(t *testing.T) {
	if mostTrials > maxTrials {
		t.Fatalf("%d trials are accepted, %d kept", mostTrials, maxTrials)
	}
}

// endedTrial puts trial number n of a variant into sinks, with a record of its
// generator if the trial has histograms.
func endedTrial(t testing.TB, x *Trial, variant string, n int, to ...Sink) {
	t.Helper()
	one := *x
	one.Variant, one.Trial = variant, n
	for _, s := range to {
		err := s.Write(&Variant{Variant: variant, Trial: n, At: 1})
		if lag := x.Series[0].Latency[stats.Lag]; lag != nil {
			err = errors.Join(err, s.Write(&Generator{Variant: variant, Trial: n, SchedLag: lag}))
		}
		if err = errors.Join(err, s.Write(&one)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheLongestRunIsCollectedAndReadBack(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	var live Collector
	var f inFile
	w := NewWriter("run.jsonl", &f)
	h := &Header{Trials: mostBlocks}
	for v := range mostVariants {
		h.Planned = append(h.Planned, fmt.Sprintf("v%d", v))
	}
	for _, s := range []Sink{&live, w} {
		if err := s.Write(h); err != nil {
			t.Fatal(err)
		}
	}
	// One variant's trials have histograms, which take their time to write and
	// to read.
	x := playedTrial(20, stats.Noop)
	bare := *x
	bare.Series = SeriesList{{Op: stats.Noop, Counters: x.Series[0].Counters}}
	for block := range mostBlocks {
		for _, v := range h.Planned {
			if v == h.Planned[3] {
				endedTrial(t, x, v, block+1, &live, w)
			} else {
				endedTrial(t, &bare, v, block+1, &live, w)
			}
		}
	}
	for _, s := range []Sink{&live, w} {
		if err := s.Write(&Footer{Complete: true}); err != nil {
			t.Fatal(err)
		}
	}
	want, err := live.Result()
	if err != nil {
		t.Fatal(err)
	}
	back, err := readBack(f.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*Result{want, back} {
		if !r.Complete() || len(r.Trials) != mostTrials || len(r.Generators) != mostBlocks {
			t.Fatalf("%d trials, missing %.200q", len(r.Trials), r.Missing)
		}
	}
	if resultJSON(t, back) != resultJSON(t, want) {
		t.Error("the file gives another summary than the run")
	}
	var ok, timed int64
	for _, x := range want.Trials {
		if x.Variant == "v3" {
			ok, timed = ok+x.Series[0].OK, timed+x.Series[0].Latency[stats.Service].Count()
		}
	}
	if ok != 20*mostBlocks || timed != 20*mostBlocks {
		t.Errorf("%d ok, %d of them timed", ok, timed)
	}
}

// nearlyFull returns a collector with room for so many trials: others were before.
func nearlyFull(room int) *Collector {
	var c Collector
	before := &Trial{Variant: "before", Complete: true}
	for range maxTrials - room {
		c.result.Variants = append(c.result.Variants, Variant{Variant: before.Variant})
		c.result.Trials = append(c.result.Trials, before)
	}
	return &c
}

func TestWhatDoesNotFitIsLeftOutAndNamed(t *testing.T) {
	x := playedTrial(300, stats.Retr)
	const planned = 10
	for name, c := range map[string]struct {
		room int
		want string
	}{
		"all":   {planned, ""},
		"most":  {planned - 1, "left out of the report, which can hold only 20000 trials: variant v, trial 10"},
		"some":  {3, "left out of the report, which can hold only 20000 trials: variant v, trial 4, and the 6 trials after it"},
		"eight": {8, "left out of the report, which can hold only 20000 trials: variant v, trial 9, and the trial after it"},
		"none":  {0, "left out of the report, which can hold only 20000 trials: variant v, trial 1, and the 9 trials after it"},
	} {
		before := maxTrials - c.room
		live := nearlyFull(c.room)
		var f inFile
		w := NewWriter("run.jsonl", &f)
		for _, s := range []Sink{live, w} {
			if err := s.Write(&Header{Planned: []string{"v"}, Trials: planned}); err != nil {
				t.Fatal(err)
			}
		}
		for n := range planned {
			endedTrial(t, x, "v", n+1, live, w)
			all := &Sessions{Opened: 1}
			if live.Write(all) != nil || w.Write(all) != nil {
				t.Fatal("sessions are refused")
			}
			if soFar := live.SoFar(); len(soFar.Trials) != min(before+n+1, maxTrials) {
				t.Errorf("%s: %d trials so far, after %d", name, len(soFar.Trials), n+1)
			}
		}
		if live.Write(&Footer{Complete: true}) != nil || w.Write(&Footer{Complete: true}) != nil {
			t.Fatal("the footer is refused")
		}
		want, err := live.Result()
		if err != nil {
			t.Fatal(err)
		}
		back, err := nearlyFull(c.room).read(NewReader(bytes.NewReader(f.Bytes())), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []*Result{want, back} {
			if got := strings.Join(r.Missing, "; "); got != c.want || r.Complete() != (c.want == "") {
				t.Errorf("%s: missing %s, want %s", name, got, c.want)
			}
			if len(r.Trials) != maxTrials || len(r.Variants) != maxTrials || len(r.Generators) != c.room || r.Sessions.Opened != planned || r.Footer == nil {
				t.Errorf("%s: %d trials, %d variants, %d generators, %d sessions", name, len(r.Trials), len(r.Variants), len(r.Generators), r.Sessions.Opened)
			}
			for _, x := range r.Trials[before:] {
				if s := x.Series[0]; s.OK != 300 || s.Latency[stats.Service].Count() != 300 {
					t.Errorf("%s: %d ok, %d of them timed, want 300", name, s.OK, s.Latency[stats.Service].Count())
				}
			}
		}
		if resultJSON(t, want) != resultJSON(t, back) {
			t.Errorf("%s: the file gives another summary than the run", name)
		}
		whole, err := readBack(f.Bytes())
		if err != nil || !whole.Complete() || len(whole.Trials) != planned {
			t.Errorf("%s: the file lacks records: %v", name, err)
		}
	}
}

// A run that was killed after it was full lacks both.
func TestLeftOutTrialsDidRun(t *testing.T) {
	x := playedTrial(100, stats.Noop)
	c := nearlyFull(0)
	if err := c.Write(&Header{Planned: []string{"a", "b"}, Trials: 3}); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		endedTrial(t, x, "a", n+1, c)
	}
	if err := c.Write(&Variant{Variant: "b", Trial: 1}); err != nil {
		t.Fatal(err)
	}
	r, err := c.Result()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"the end of the run: it was killed, lost its disk or is still running",
		"left out of the report, which can hold only 20000 trials: variant a, trial 1, and the 3 trials after it",
		"variant b has 0 whole trials of 3",
	}
	if fmt.Sprintf("%q", r.Missing) != fmt.Sprintf("%q", want) {
		t.Errorf("missing %q, want %q", r.Missing, want)
	}
}

func TestAFullCollectorStillRefusesRecordsOutOfOrder(t *testing.T) {
	c := nearlyFull(0)
	if err := c.Write(&Header{}); err != nil {
		t.Fatal(err)
	}
	endedTrial(t, playedTrial(1, stats.Noop), "v", 1, c)
	if !c.retained.full() {
		t.Fatal("it is not full")
	}
	for name, err := range map[string]error{
		"interval": c.Write(&Interval{Variant: "v", Trial: 1}),
		"trial":    c.Write(&Trial{Variant: "v", Trial: 1}),
		"header":   c.Write(&Header{}),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := c.Write(&Variant{Variant: "v", Trial: 2}); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(&Interval{Variant: "v", Trial: 2, Start: 5, End: 1}); err == nil {
		t.Error("an interval that ends before it begins: accepted")
	}
}

func TestTooManyTrialsAreLeftOut(t *testing.T) {
	var c Collector
	if err := c.Write(&Header{Planned: []string{"v"}, Trials: maxTrials + 3}); err != nil {
		t.Fatal(err)
	}
	for n := range maxTrials + 3 {
		if err := c.Write(&Variant{Variant: "v", Trial: n + 1}); err != nil {
			t.Fatal(err)
		}
		if err := c.Write(&Trial{Variant: "v", Trial: n + 1, Complete: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Write(&Footer{Complete: true}); err != nil {
		t.Fatal(err)
	}
	r, err := c.Result()
	if err != nil {
		t.Fatal(err)
	}
	want := "[left out of the report, which can hold only 20000 trials: variant v, trial 20001, and the 2 trials after it]"
	if got := fmt.Sprint(r.Missing); len(r.Trials) != maxTrials || len(r.Variants) != maxTrials || got != want {
		t.Errorf("%d trials, missing %s", len(r.Trials), got)
	}
}

func TestTooManyGeneratorsAreLeftOut(t *testing.T) {
	var c Collector
	if err := c.Write(&Header{}); err != nil {
		t.Fatal(err)
	}
	for range maxGenerators + 5 {
		if err := c.Write(&Generator{Reasons: []string{"cpu"}}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := c.Result()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Generators) != maxGenerators || len(r.Missing) != 2 || !strings.Contains(r.Missing[1], "can hold only 131072 records of generators") {
		t.Errorf("%d generators, missing %q", len(r.Generators), r.Missing)
	}
}

// Who ended a trial may go on reading it, in a file's writer for one.
func TestCollectingATrialLeavesItAlone(t *testing.T) {
	x := playedTrial(500, stats.Retr)
	whole, err := json.Marshal(x.Series)
	if err != nil {
		t.Fatal(err)
	}
	var c Collector
	if err := c.Write(&Header{}); err != nil {
		t.Fatal(err)
	}
	endedTrial(t, x, "v", 1, &c)
	kept := c.result.Trials[0]
	if after, err := json.Marshal(x.Series); err != nil || !bytes.Equal(after, whole) {
		t.Errorf("%v: it was\n%s\nand is\n%s", err, whole, after)
	}
	if little, err := json.Marshal(kept.Series); err != nil || !bytes.Equal(little, whole) {
		t.Errorf("%v: kept is\n%s\nof\n%s", err, little, whole)
	}
}
