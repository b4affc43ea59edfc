package recorder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/statstest"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// begun returns the operation with another moment at which it began, zero for
// never.
func begun(s *stats.Sample, t1 stats.Moment) *stats.Sample {
	s.Moments[stats.T1] = t1
	return s
}

func TestWindowAttribution(t *testing.T) {
	const open, close = 100 * statstest.Millisecond, 200 * statstest.Millisecond
	ok := func(t0, t8 stats.Moment) *stats.Sample { return statstest.Transfer(t0, t8, 10) }
	for name, c := range map[string]struct {
		s    *stats.Sample
		want resultfile.Counters
	}{
		"inside":                   {ok(120*statstest.Millisecond, 130*statstest.Millisecond), resultfile.Counters{OK: 1, Bytes: 10, CompletedInside: 1}},
		"due at the open":          {ok(open, 130*statstest.Millisecond), resultfile.Counters{OK: 1, Bytes: 10, CompletedInside: 1}},
		"due just before the open": {ok(open-1, 130*statstest.Millisecond), resultfile.Counters{WarmupOK: 1, CompletedInside: 1}},
		"ended at the open":        {ok(90*statstest.Millisecond, open), resultfile.Counters{WarmupOK: 1}},
		"ended before the open":    {ok(80*statstest.Millisecond, 90*statstest.Millisecond), resultfile.Counters{WarmupOK: 1}},
		"ended at the close":       {ok(190*statstest.Millisecond, close), resultfile.Counters{OK: 1, Bytes: 10, CompletedInside: 1}},
		"ended after the close":    {ok(190*statstest.Millisecond, close+1), resultfile.Counters{OK: 1, Bytes: 10}},
		"due just before close":    {ok(close-1, close+1), resultfile.Counters{OK: 1, Bytes: 10}},
		"due at the close":         {ok(close, close+1), resultfile.Counters{AfterWindow: 1}},
		"spans the window":         {ok(90*statstest.Millisecond, 210*statstest.Millisecond), resultfile.Counters{WarmupOK: 1, Spanning: 1}},
		"failed inside":            {statstest.Failing(120*statstest.Millisecond, 130*statstest.Millisecond, 550), resultfile.Counters{Failed: 1}},
		"failed after the close":   {statstest.Failing(120*statstest.Millisecond, 230*statstest.Millisecond, 550), resultfile.Counters{Failed: 1}},
		"failed in the warm-up":    {statstest.Failing(80*statstest.Millisecond, 130*statstest.Millisecond, 550), resultfile.Counters{WarmupFailed: 1}},
		"unfinished inside":        {statstest.Unfinished(150*statstest.Millisecond, 300*statstest.Millisecond), resultfile.Counters{Unfinished: 1}},
		"unfinished from warm-up":  {statstest.Unfinished(50*statstest.Millisecond, 300*statstest.Millisecond), resultfile.Counters{Spanning: 1}},
		"cut off from warm-up":     {statstest.Unfinished(50*statstest.Millisecond, 0), resultfile.Counters{Spanning: 1}},
		"failed after the window":  {statstest.Failing(250*statstest.Millisecond, 260*statstest.Millisecond, 550), resultfile.Counters{AfterWindow: 1}},
		// Only those that had begun took a session for the whole window.
		"due in the warm-up, begun at the open":   {begun(ok(90*statstest.Millisecond, 210*statstest.Millisecond), open), resultfile.Counters{WarmupOK: 1, WaitingAtOpen: 1}},
		"due in the warm-up, begun before it":     {begun(ok(50*statstest.Millisecond, 210*statstest.Millisecond), open-1), resultfile.Counters{WarmupOK: 1, Spanning: 1}},
		"due in the warm-up, begun in the window": {begun(ok(90*statstest.Millisecond, 210*statstest.Millisecond), 150*statstest.Millisecond), resultfile.Counters{WarmupOK: 1, WaitingAtOpen: 1}},
		"due in the warm-up, begun after it":      {begun(ok(90*statstest.Millisecond, 310*statstest.Millisecond), 300*statstest.Millisecond), resultfile.Counters{WarmupOK: 1, WaitingAtOpen: 1, WaitingAtClose: 1}},
		"due in the warm-up, never begun":         {begun(statstest.Unfinished(90*statstest.Millisecond, 0), 0), resultfile.Counters{WaitingAtOpen: 1, WaitingAtClose: 1}},
	} {
		if c.want.OK == 1 {
			c.want.Commands, c.want.Connects = 2, 1
			for i, d := range c.s.Moments.Partition() {
				c.want.Partition[i] = int64(d)
			}
		}
		r := NewRecorder("v", 1, 2, 1)
		if got := r.OpenWindow(open); got != open {
			t.Fatalf("opened at %d", got)
		}
		if got := r.CloseWindow(close); got != close {
			t.Fatalf("closed at %d", got)
		}
		r.Shard(1).Record(nil, c.s)
		_, trial := r.Finish(400*statstest.Millisecond, true)
		if c.want == (resultfile.Counters{}) {
			if len(trial.Series) != 0 {
				t.Errorf("%s: counted %+v", name, trial.Series[0].Counters)
			}
			continue
		}
		x := statstest.Only(t, trial.Series)
		if x.Counters != c.want {
			t.Errorf("%s: %+v, want %+v", name, x.Counters, c.want)
		}
		if n := x.Latency[stats.Service]; (n != nil) != (c.want.OK == 1) {
			t.Errorf("%s: latency %v", name, n)
		}
		if len(x.Errors) != int(c.want.Failed) {
			t.Errorf("%s: errors %v", name, x.Errors)
		}
	}
}

func TestWindowNeverOpensOverWhatIsRecorded(t *testing.T) {
	r := NewRecorder("v", 1, 4, 1)
	r.Shard(3).Record(nil, statstest.Transfer(10*statstest.Millisecond, 30*statstest.Millisecond, 1))
	if got := r.OpenWindow(25 * statstest.Millisecond); got != 30*statstest.Millisecond {
		t.Errorf("opened at %d although an operation that ended at 30 ms was already judged", got)
	}
	if got := r.OpenWindow(50 * statstest.Millisecond); got != 30*statstest.Millisecond {
		t.Errorf("opened again at %d", got)
	}
	r.Shard(2).Record(nil, statstest.Transfer(40*statstest.Millisecond, 60*statstest.Millisecond, 1))
	if got := r.CloseWindow(55 * statstest.Millisecond); got != 60*statstest.Millisecond {
		t.Errorf("closed at %d although an operation that ended at 60 ms was already judged", got)
	}
	_, trial := r.Finish(70*statstest.Millisecond, true)
	x := statstest.Only(t, trial.Series)
	if x.OK != 1 || x.CompletedInside != 1 || x.WarmupOK != 1 {
		t.Errorf("%+v", x.Counters)
	}
	if w := r.Window(); w.Length(1000*statstest.Millisecond) != 30*time.Millisecond {
		t.Errorf("window of %v", w.Length(1000*statstest.Millisecond))
	}
}

func TestCloseWithoutOpenDoesNothing(t *testing.T) {
	r := NewRecorder("v", 1, 0, 1)
	if got := r.CloseWindow(10 * statstest.Millisecond); got != 0 {
		t.Errorf("closed at %d", got)
	}
	if w := r.Window(); w.Length(20*statstest.Millisecond) != 0 {
		t.Errorf("length %v of a window that never opened", w.Length(20*statstest.Millisecond))
	}
}

func TestDroppedArrivalsCountByWhenTheyWereDue(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	r.AddDropped(stats.Stor, stats.PASV, 5*statstest.Millisecond)
	r.OpenWindow(10 * statstest.Millisecond)
	r.AddDropped(stats.Stor, stats.PASV, 10*statstest.Millisecond)
	r.AddDropped(stats.Stor, stats.PASV, 15*statstest.Millisecond)
	r.CloseWindow(20 * statstest.Millisecond)
	r.AddDropped(stats.Stor, stats.PASV, 20*statstest.Millisecond)
	_, trial := r.Finish(30*statstest.Millisecond, true)
	if x := statstest.Only(t, trial.Series); x.Dropped != 2 || x.Due() != 2 || x.Op != stats.Stor || x.Mode != stats.PASV {
		t.Errorf("%s %s %+v", x.Op, x.Mode, x.Counters)
	}
}

func TestAbandonedArrivalsWereWaitingAtTheClose(t *testing.T) {
	for _, c := range []struct {
		due  stats.Moment
		want resultfile.Counters
	}{
		{5 * statstest.Millisecond, resultfile.Counters{WaitingAtOpen: 1, WaitingAtClose: 1}},
		{10*statstest.Millisecond - 1, resultfile.Counters{WaitingAtOpen: 1, WaitingAtClose: 1}},
		{10 * statstest.Millisecond, resultfile.Counters{Dropped: 1, WaitingAtClose: 1}},
		{20*statstest.Millisecond - 1, resultfile.Counters{Dropped: 1, WaitingAtClose: 1}},
		{20 * statstest.Millisecond, resultfile.Counters{}},
	} {
		r := NewRecorder("v", 1, 1, 1)
		r.OpenWindow(10 * statstest.Millisecond)
		r.CloseWindow(20 * statstest.Millisecond)
		r.AddAbandoned(stats.Stor, stats.PASV, c.due)
		_, trial := r.Finish(30*statstest.Millisecond, true)
		if c.want == (resultfile.Counters{}) {
			if len(trial.Series) != 0 {
				t.Errorf("due at %d: counted %+v", c.due, trial.Series[0].Counters)
			}
			continue
		}
		if x := statstest.Only(t, trial.Series); x.Counters != c.want || x.Op != stats.Stor || x.Mode != stats.PASV {
			t.Errorf("due at %d: %s %s %+v, want %+v", c.due, x.Op, x.Mode, x.Counters, c.want)
		}
		growth := c.want.WaitingAtClose - c.want.WaitingAtOpen
		if g := summary.Of(&resultfile.Result{Trials: []*resultfile.Trial{trial}}).Totals[0].BacklogGrowth; g != growth {
			t.Errorf("due at %d: the backlog grew by %d, want %d", c.due, g, growth)
		}
	}
}

func TestMeterCountsBytesAsTheyMove(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	shard := r.Shard(0)
	m := shard.NewMeter()

	// A long download from the warm-up, through the window, into the drain.
	m.Begin(stats.Retr, stats.EPRT)
	m.Moved(100)
	r.OpenWindow(10 * statstest.Millisecond)
	m.Moved(20)
	if x := statstest.Only(t, r.Take(11*statstest.Millisecond).Series); x.MovedInside != 20 || x.Op != stats.Retr || x.Mode != stats.EPRT {
		t.Errorf("in flight: %+v", x.Counters)
	}
	if got := r.Take(12 * statstest.Millisecond).Series; len(got) != 0 {
		t.Errorf("counted twice: %+v", got[0].Counters)
	}
	m.Moved(3)
	r.CloseWindow(20 * statstest.Millisecond)
	m.Moved(4000)
	s := statstest.Transfer(5*statstest.Millisecond, 30*statstest.Millisecond, 0)
	shard.Record(m, s)
	if s.Bytes != 4123 || s.Inside != 23 || s.Mode != stats.EPRT {
		t.Errorf("bytes %d inside %d mode %s", s.Bytes, s.Inside, s.Mode)
	}
	if m.Bytes() != 0 {
		t.Error("the meter was not made ready")
	}
	last, trial := r.Finish(40*statstest.Millisecond, true)
	if x := statstest.Only(t, last.Series); x.MovedInside != 3 {
		t.Errorf("at the end: %+v", x.Counters)
	}
	if x := statstest.Only(t, trial.Series); x.MovedInside != 23 || x.Bytes != 0 || x.WarmupOK != 1 || x.WastedInside != 0 {
		t.Errorf("in all: %+v", x.Counters)
	}
}

func TestBytesOfWhatDidNotSucceedAreWasted(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	shard := r.Shard(0)
	r.OpenWindow(10 * statstest.Millisecond)
	m, other := shard.NewMeter(), shard.NewMeter()
	move := func(n int, s *stats.Sample) {
		m.Begin(s.Op, s.Mode)
		m.Moved(n)
		shard.Record(m, s)
	}
	move(1, statstest.Transfer(11*statstest.Millisecond, 12*statstest.Millisecond, 0))
	move(10, statstest.Failing(12*statstest.Millisecond, 13*statstest.Millisecond, 426))
	move(100, statstest.Unfinished(13*statstest.Millisecond, 14*statstest.Millisecond))
	move(1000, statstest.Failing(5*statstest.Millisecond, 14*statstest.Millisecond, 426)) // from the warm-up: wasted too
	other.Begin(stats.Retr, stats.EPSV)
	other.Moved(10000) // never recorded
	r.Take(15 * statstest.Millisecond)
	other.Moved(20000)
	other.Release()
	other.Release()
	m.Release()
	_, trial := r.Finish(20*statstest.Millisecond, true)
	x := statstest.Only(t, trial.Series)
	if x.MovedInside != 31111 || x.WastedInside != 31110 || x.Bytes != 1 {
		t.Errorf("%+v", x.Counters)
	}
	if len(shard.meters) != 0 {
		t.Errorf("%d meters left", len(shard.meters))
	}
}

func TestErrorKindsAreBounded(t *testing.T) {
	r := NewRecorder("v", 1, 3, 1)
	r.OpenWindow(1)
	n := 0
	for code := range 300 {
		for range 2 {
			r.Shard(n).Record(nil, statstest.Failing(10*statstest.Millisecond, 11*statstest.Millisecond, code+1))
			n++
		}
	}
	_, trial := r.Finish(20*statstest.Millisecond, true)
	x := statstest.Only(t, trial.Series)
	if len(x.Errors) != 201 {
		t.Fatalf("%d kinds", len(x.Errors))
	}
	var sum int64
	for _, e := range x.Errors {
		sum += e.Count
	}
	last := x.Errors[200]
	if sum != 600 || x.Failed != 600 || last.Class != stats.ClassOther || !strings.HasPrefix(last.Example, "further kinds") || last.Count != 200 {
		t.Errorf("%d errors of %d failures, the last %+v", sum, x.Failed, last)
	}
}

func TestStagesOfIntervals(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	stages := []stats.Part{r.Take(5 * statstest.Millisecond).Stage}
	stages = append(stages, r.Take(r.OpenWindow(10*statstest.Millisecond)).Stage)
	stages = append(stages, r.Take(15*statstest.Millisecond).Stage, r.Take(r.CloseWindow(20*statstest.Millisecond)).Stage)
	last, _ := r.Finish(25*statstest.Millisecond, true)
	stages = append(stages, last.Stage)
	if got, want := fmt.Sprint(stages), fmt.Sprint([]stats.Part{stats.Warmup, stats.Warmup, stats.Measured, stats.Measured, stats.Drain}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if last.Start != 20*statstest.Millisecond || last.End != 25*statstest.Millisecond || last.Window != (stats.Window{Open: 10 * statstest.Millisecond, Close: 20 * statstest.Millisecond}) {
		t.Errorf("%+v", last)
	}
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	r.OpenWindow(1)
	shard := r.Shard(0)
	m := shard.NewMeter()
	sample := statstest.Transfer(10*statstest.Millisecond, 18*statstest.Millisecond, 0)
	one := func() {
		m.Begin(stats.Retr, stats.EPSV)
		m.Moved(1000)
		shard.Record(m, sample)
	}
	one()
	r.Take(20 * statstest.Millisecond)
	one()
	if n := testing.AllocsPerRun(200, one); n != 0 {
		t.Errorf("%g allocations for each operation", n)
	}
}

// Many sessions record and move while intervals are taken: every operation and
// every byte is in exactly one interval.
func TestIntervalsAddUpToTheTrial(t *testing.T) {
	const sessions, shards = 24, 4
	perSession := 8000
	if testing.Short() {
		perSession = 200
	}
	clock := stats.NewClock(time.Now())
	r := NewRecorder("v", 1, shards, clock())
	var inside, wasted, ok, failed atomic.Int64
	var done, began sync.WaitGroup
	began.Add(sessions)
	opened := make(chan struct{})
	for i := range sessions {
		done.Go(func() {
			rnd := rand.New(rand.NewPCG(9, uint64(i)))
			shard := r.Shard(i)
			m := shard.NewMeter()
			for n := range perSession {
				if n == perSession/10 {
					began.Done()
				}
				if n == perSession/5 && i%2 == 0 {
					<-opened // so that the window surely opens in mid-run
				}
				mode := stats.Mode(1 + rnd.IntN(2))
				m.Begin(stats.Retr, mode)
				s := &stats.Sample{Op: stats.Retr, Mode: mode, Commands: 2, Connects: 1}
				t0 := clock()
				for range rnd.IntN(6) {
					m.Moved(1 + rnd.IntN(1<<20))
				}
				t8 := clock()
				s.Moments = stats.Moments{t0, t0, t0, t0, t0, t0, t0, t8, t8}
				if rnd.IntN(10) == 0 {
					s.Failure = &stats.Failure{Phase: stats.Payload, Class: stats.ClassReset, Code: 426, Text: "reset"}
				}
				shard.Record(m, s)
				inside.Add(s.Inside)
				if s.Failure != nil {
					wasted.Add(s.Inside)
				}
				if s.Failure == nil {
					ok.Add(1)
				} else {
					failed.Add(1)
				}
				if n%500 == 499 {
					m.Release()
					m = shard.NewMeter()
				}
			}
			m.Release()
		})
	}
	var all resultfile.SeriesSet
	take := func(i *resultfile.Interval) {
		for _, s := range i.Series {
			all.At(resultfile.KeyOf(s.Op, s.Mode)).Merge(s)
		}
	}
	go func() {
		began.Wait()
		r.OpenWindow(clock())
		close(opened)
	}()
	finished := make(chan struct{})
	go func() { done.Wait(); close(finished) }()
	for running := true; running; {
		select {
		case <-finished:
			running = false
		default:
			take(r.Take(clock()))
			time.Sleep(200 * time.Microsecond)
		}
	}
	end := r.CloseWindow(clock())
	last, trial := r.Finish(end, true)
	take(last)

	var sum resultfile.Counters
	for _, s := range trial.Series {
		if all[resultfile.KeyOf(s.Op, s.Mode)].Counters != s.Counters {
			t.Errorf("%s: intervals %+v, trial %+v", s.Mode, all[resultfile.KeyOf(s.Op, s.Mode)].Counters, s.Counters)
		}
		for p, h := range s.Latency {
			if h != nil {
				sameHistogram(t, all[resultfile.KeyOf(s.Op, s.Mode)].Latency[p], h)
			}
		}
		sameHistogram(t, all[resultfile.KeyOf(s.Op, s.Mode)].Throughput, s.Throughput)
		if s.Latency[stats.Service].Count() != s.OK {
			t.Errorf("%d samples of %d ok operations", s.Latency[stats.Service].Count(), s.OK)
		}
		sum.Add(&s.Counters)
	}
	if sum.MovedInside != inside.Load() || sum.WastedInside != wasted.Load() {
		t.Errorf("moved %d wasted %d, want %d and %d", sum.MovedInside, sum.WastedInside, inside.Load(), wasted.Load())
	}
	if sum.OK+sum.WarmupOK != ok.Load() || sum.Failed+sum.WarmupFailed != failed.Load() || sum.AfterWindow != 0 {
		t.Errorf("%+v: want %d ok, %d failed", sum, ok.Load(), failed.Load())
	}
	if sum.MovedInside == 0 || sum.WarmupOK == 0 || sum.OK == 0 || sum.CompletedInside < sum.OK {
		t.Errorf("the test did not test: %+v", sum)
	}
}

func TestThroughputIsNilWhereNothingWasTransferred(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	r.OpenWindow(1)
	r.CloseWindow(5000)
	r.Shard(0).Record(nil, &stats.Sample{Op: stats.Noop, Moments: stats.Moments{stats.T0: 2, stats.T1: 2, stats.T8: 1000}})
	first, trial := r.Finish(5000, true)
	s := trial.Series[0]
	if s.OK != 1 || s.Throughput != nil || first.Series[0].Throughput != nil {
		t.Fatalf("%+v has a throughput", s)
	}
	b, err := json.Marshal(trial.Series)
	if err != nil || bytes.Contains(b, []byte("throughput")) {
		t.Errorf("%v, %s", err, b)
	}
	var back resultfile.SeriesList
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	back[0].Merge(s)
	if back[0].OK != 2 || back[0].Throughput != nil {
		t.Errorf("merged: %+v", back[0])
	}
	if sum := summary.ThroughputOf(back[0].Throughput); sum != nil {
		t.Errorf("summary: %+v", sum)
	}
	back[0].Reset()
	if !back[0].Empty() {
		t.Error("reset left something")
	}
}

func sameHistogram(t *testing.T, got, want *hdr.Histogram) {
	t.Helper()
	g, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if w, err := json.Marshal(want); err != nil || !bytes.Equal(g, w) {
		t.Errorf("%v: the histogram is %s, want %s", err, g, w)
	}
}
