package stats

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
)

// begun returns the operation with another moment at which it began, zero for
// never.
func begun(s *Sample, t1 Moment) *Sample {
	s.Moments[T1] = t1
	return s
}

func TestWindowAttribution(t *testing.T) {
	const open, close = 100 * ms, 200 * ms
	ok := func(t0, t8 Moment) *Sample { return transfer(t0, t8, 10) }
	for name, c := range map[string]struct {
		s    *Sample
		want Counters
	}{
		"inside":                   {ok(120*ms, 130*ms), Counters{OK: 1, Bytes: 10, CompletedInside: 1}},
		"due at the open":          {ok(open, 130*ms), Counters{OK: 1, Bytes: 10, CompletedInside: 1}},
		"due just before the open": {ok(open-1, 130*ms), Counters{WarmupOK: 1, CompletedInside: 1}},
		"ended at the open":        {ok(90*ms, open), Counters{WarmupOK: 1}},
		"ended before the open":    {ok(80*ms, 90*ms), Counters{WarmupOK: 1}},
		"ended at the close":       {ok(190*ms, close), Counters{OK: 1, Bytes: 10, CompletedInside: 1}},
		"ended after the close":    {ok(190*ms, close+1), Counters{OK: 1, Bytes: 10}},
		"due just before close":    {ok(close-1, close+1), Counters{OK: 1, Bytes: 10}},
		"due at the close":         {ok(close, close+1), Counters{AfterWindow: 1}},
		"spans the window":         {ok(90*ms, 210*ms), Counters{WarmupOK: 1, Spanning: 1}},
		"failed inside":            {failing(120*ms, 130*ms, 550), Counters{Failed: 1}},
		"failed after the close":   {failing(120*ms, 230*ms, 550), Counters{Failed: 1}},
		"failed in the warm-up":    {failing(80*ms, 130*ms, 550), Counters{WarmupFailed: 1}},
		"unfinished inside":        {unfinished(150*ms, 300*ms), Counters{Unfinished: 1}},
		"unfinished from warm-up":  {unfinished(50*ms, 300*ms), Counters{Spanning: 1}},
		"cut off from warm-up":     {unfinished(50*ms, 0), Counters{Spanning: 1}},
		"failed after the window":  {failing(250*ms, 260*ms, 550), Counters{AfterWindow: 1}},
		// Only those that had begun took a session for the whole window.
		"due in the warm-up, begun at the open":   {begun(ok(90*ms, 210*ms), open), Counters{WarmupOK: 1, WaitingAtOpen: 1}},
		"due in the warm-up, begun before it":     {begun(ok(50*ms, 210*ms), open-1), Counters{WarmupOK: 1, Spanning: 1}},
		"due in the warm-up, begun in the window": {begun(ok(90*ms, 210*ms), 150*ms), Counters{WarmupOK: 1, WaitingAtOpen: 1}},
		"due in the warm-up, begun after it":      {begun(ok(90*ms, 310*ms), 300*ms), Counters{WarmupOK: 1, WaitingAtOpen: 1, WaitingAtClose: 1}},
		"due in the warm-up, never begun":         {begun(unfinished(90*ms, 0), 0), Counters{WaitingAtOpen: 1, WaitingAtClose: 1}},
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
		_, trial := r.Finish(400*ms, true)
		if c.want == (Counters{}) {
			if len(trial.Series) != 0 {
				t.Errorf("%s: counted %+v", name, trial.Series[0].Counters)
			}
			continue
		}
		x := only(t, trial.Series)
		if x.Counters != c.want {
			t.Errorf("%s: %+v, want %+v", name, x.Counters, c.want)
		}
		if n := x.Latency[Service]; (n != nil) != (c.want.OK == 1) {
			t.Errorf("%s: latency %v", name, n)
		}
		if len(x.Errors) != int(c.want.Failed) {
			t.Errorf("%s: errors %v", name, x.Errors)
		}
	}
}

func TestWindowNeverOpensOverWhatIsRecorded(t *testing.T) {
	r := NewRecorder("v", 1, 4, 1)
	r.Shard(3).Record(nil, transfer(10*ms, 30*ms, 1))
	if got := r.OpenWindow(25 * ms); got != 30*ms {
		t.Errorf("opened at %d although an operation that ended at 30 ms was already judged", got)
	}
	if got := r.OpenWindow(50 * ms); got != 30*ms {
		t.Errorf("opened again at %d", got)
	}
	r.Shard(2).Record(nil, transfer(40*ms, 60*ms, 1))
	if got := r.CloseWindow(55 * ms); got != 60*ms {
		t.Errorf("closed at %d although an operation that ended at 60 ms was already judged", got)
	}
	_, trial := r.Finish(70*ms, true)
	x := only(t, trial.Series)
	if x.OK != 1 || x.CompletedInside != 1 || x.WarmupOK != 1 {
		t.Errorf("%+v", x.Counters)
	}
	if w := r.Window(); w.Length(1000*ms) != 30*time.Millisecond {
		t.Errorf("window of %v", w.Length(1000*ms))
	}
}

func TestCloseWithoutOpenDoesNothing(t *testing.T) {
	r := NewRecorder("v", 1, 0, 1)
	if got := r.CloseWindow(10 * ms); got != 0 {
		t.Errorf("closed at %d", got)
	}
	if w := r.Window(); w.Length(20*ms) != 0 {
		t.Errorf("length %v of a window that never opened", w.Length(20*ms))
	}
}

func TestDroppedArrivalsCountByWhenTheyWereDue(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	r.AddDropped(Stor, PASV, 5*ms)
	r.OpenWindow(10 * ms)
	r.AddDropped(Stor, PASV, 10*ms)
	r.AddDropped(Stor, PASV, 15*ms)
	r.CloseWindow(20 * ms)
	r.AddDropped(Stor, PASV, 20*ms)
	_, trial := r.Finish(30*ms, true)
	if x := only(t, trial.Series); x.Dropped != 2 || x.Due() != 2 || x.Op != Stor || x.Mode != PASV {
		t.Errorf("%s %s %+v", x.Op, x.Mode, x.Counters)
	}
}

func TestAbandonedArrivalsWereWaitingAtTheClose(t *testing.T) {
	for _, c := range []struct {
		due  Moment
		want Counters
	}{
		{5 * ms, Counters{WaitingAtOpen: 1, WaitingAtClose: 1}},
		{10*ms - 1, Counters{WaitingAtOpen: 1, WaitingAtClose: 1}},
		{10 * ms, Counters{Dropped: 1, WaitingAtClose: 1}},
		{20*ms - 1, Counters{Dropped: 1, WaitingAtClose: 1}},
		{20 * ms, Counters{}},
	} {
		r := NewRecorder("v", 1, 1, 1)
		r.OpenWindow(10 * ms)
		r.CloseWindow(20 * ms)
		r.AddAbandoned(Stor, PASV, c.due)
		_, trial := r.Finish(30*ms, true)
		if c.want == (Counters{}) {
			if len(trial.Series) != 0 {
				t.Errorf("due at %d: counted %+v", c.due, trial.Series[0].Counters)
			}
			continue
		}
		if x := only(t, trial.Series); x.Counters != c.want || x.Op != Stor || x.Mode != PASV {
			t.Errorf("due at %d: %s %s %+v, want %+v", c.due, x.Op, x.Mode, x.Counters, c.want)
		}
		growth := c.want.WaitingAtClose - c.want.WaitingAtOpen
		if g := BuildSummary(&Result{Trials: []*Trial{trial}}).Totals[0].BacklogGrowth; g != growth {
			t.Errorf("due at %d: the backlog grew by %d, want %d", c.due, g, growth)
		}
	}
}

func TestMeterCountsBytesAsTheyMove(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	shard := r.Shard(0)
	m := shard.NewMeter()

	// A long download from the warm-up, through the window, into the drain.
	m.Begin(Retr, EPRT)
	m.Moved(100)
	r.OpenWindow(10 * ms)
	m.Moved(20)
	if x := only(t, r.Take(11*ms).Series); x.MovedInside != 20 || x.Op != Retr || x.Mode != EPRT {
		t.Errorf("in flight: %+v", x.Counters)
	}
	if got := r.Take(12 * ms).Series; len(got) != 0 {
		t.Errorf("counted twice: %+v", got[0].Counters)
	}
	m.Moved(3)
	r.CloseWindow(20 * ms)
	m.Moved(4000)
	s := transfer(5*ms, 30*ms, 0)
	shard.Record(m, s)
	if s.Bytes != 4123 || s.Inside != 23 || s.Mode != EPRT {
		t.Errorf("bytes %d inside %d mode %s", s.Bytes, s.Inside, s.Mode)
	}
	if m.Bytes() != 0 {
		t.Error("the meter was not made ready")
	}
	last, trial := r.Finish(40*ms, true)
	if x := only(t, last.Series); x.MovedInside != 3 {
		t.Errorf("at the end: %+v", x.Counters)
	}
	if x := only(t, trial.Series); x.MovedInside != 23 || x.Bytes != 0 || x.WarmupOK != 1 || x.WastedInside != 0 {
		t.Errorf("in all: %+v", x.Counters)
	}
}

func TestBytesOfWhatDidNotSucceedAreWasted(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	shard := r.Shard(0)
	r.OpenWindow(10 * ms)
	m, other := shard.NewMeter(), shard.NewMeter()
	move := func(n int, s *Sample) {
		m.Begin(s.Op, s.Mode)
		m.Moved(n)
		shard.Record(m, s)
	}
	move(1, transfer(11*ms, 12*ms, 0))
	move(10, failing(12*ms, 13*ms, 426))
	move(100, unfinished(13*ms, 14*ms))
	move(1000, failing(5*ms, 14*ms, 426)) // from the warm-up: wasted too
	other.Begin(Retr, EPSV)
	other.Moved(10000) // never recorded
	r.Take(15 * ms)
	other.Moved(20000)
	other.Release()
	other.Release()
	m.Release()
	_, trial := r.Finish(20*ms, true)
	x := only(t, trial.Series)
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
			r.Shard(n).Record(nil, failing(10*ms, 11*ms, code+1))
			n++
		}
	}
	_, trial := r.Finish(20*ms, true)
	x := only(t, trial.Series)
	if len(x.Errors) != 201 {
		t.Fatalf("%d kinds", len(x.Errors))
	}
	var sum int64
	for _, e := range x.Errors {
		sum += e.Count
	}
	last := x.Errors[200]
	if sum != 600 || x.Failed != 600 || last.Class != ClassOther || !strings.HasPrefix(last.Example, "further kinds") || last.Count != 200 {
		t.Errorf("%d errors of %d failures, the last %+v", sum, x.Failed, last)
	}
}

func TestStagesOfIntervals(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	stages := []Stage{r.Take(5 * ms).Stage}
	stages = append(stages, r.Take(r.OpenWindow(10*ms)).Stage)
	stages = append(stages, r.Take(15*ms).Stage, r.Take(r.CloseWindow(20*ms)).Stage)
	last, _ := r.Finish(25*ms, true)
	stages = append(stages, last.Stage)
	if got, want := fmt.Sprint(stages), fmt.Sprint([]Stage{Warmup, Warmup, Measured, Measured, Drain}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if last.Start != 20*ms || last.End != 25*ms || last.Window != (Window{Open: 10 * ms, Close: 20 * ms}) {
		t.Errorf("%+v", last)
	}
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	r := NewRecorder("v", 1, 1, 1)
	r.OpenWindow(1)
	shard := r.Shard(0)
	m := shard.NewMeter()
	sample := transfer(10*ms, 18*ms, 0)
	one := func() {
		m.Begin(Retr, EPSV)
		m.Moved(1000)
		shard.Record(m, sample)
	}
	one()
	r.Take(20 * ms)
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
	clock := NewClock(time.Now())
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
				mode := Mode(1 + rnd.IntN(2))
				m.Begin(Retr, mode)
				s := &Sample{Op: Retr, Mode: mode, Commands: 2, Connects: 1}
				t0 := clock()
				for range rnd.IntN(6) {
					m.Moved(1 + rnd.IntN(1<<20))
				}
				t8 := clock()
				s.Moments = Moments{t0, t0, t0, t0, t0, t0, t0, t8, t8}
				if rnd.IntN(10) == 0 {
					s.Failure = &Failure{Phase: Payload, Class: ClassReset, Code: 426, Text: "reset"}
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
	var all seriesSet
	take := func(i *Interval) {
		for _, s := range i.Series {
			all.at(keyOf(s.Op, s.Mode)).Merge(s)
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

	var sum Counters
	for _, s := range trial.Series {
		if all[keyOf(s.Op, s.Mode)].Counters != s.Counters {
			t.Errorf("%s: intervals %+v, trial %+v", s.Mode, all[keyOf(s.Op, s.Mode)].Counters, s.Counters)
		}
		for p, h := range s.Latency {
			if h != nil {
				sameHistogram(t, all[keyOf(s.Op, s.Mode)].Latency[p], h)
			}
		}
		sameHistogram(t, all[keyOf(s.Op, s.Mode)].Throughput, s.Throughput)
		if s.Latency[Service].Count() != s.OK {
			t.Errorf("%d samples of %d ok operations", s.Latency[Service].Count(), s.OK)
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
	r.Shard(0).Record(nil, &Sample{Op: Noop, Moments: Moments{T0: 2, T1: 2, T8: 1000}})
	first, trial := r.Finish(5000, true)
	s := trial.Series[0]
	if s.OK != 1 || s.Throughput != nil || first.Series[0].Throughput != nil {
		t.Fatalf("%+v has a throughput", s)
	}
	b, err := json.Marshal(trial.Series)
	if err != nil || bytes.Contains(b, []byte("throughput")) {
		t.Errorf("%v, %s", err, b)
	}
	var back SeriesList
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	back[0].Merge(s)
	if back[0].OK != 2 || back[0].Throughput != nil {
		t.Errorf("merged: %+v", back[0])
	}
	if sum := ThroughputOf(back[0].Throughput); sum != nil {
		t.Errorf("summary: %+v", sum)
	}
	back[0].reset()
	if !back[0].empty() {
		t.Error("reset left something")
	}
}

func sameHistogram(t *testing.T, got, want *Histogram) {
	t.Helper()
	g, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if w, err := json.Marshal(want); err != nil || !bytes.Equal(g, w) {
		t.Errorf("%v: the histogram is %s, want %s", err, g, w)
	}
}
