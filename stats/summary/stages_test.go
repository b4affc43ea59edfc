package summary

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/statstest"
)

// stagedRun writes a run of one variant with two trials of two stages, of 2 s
// and 1 s: downloads of 10 ms, three in the first stage and two in the second,
// one of which began in the first, and one that ends in the drain.
func stagedRun(t testing.TB, file resultfile.Sink, model string) *resultfile.Result {
	var live resultfile.Collector
	must := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	h := &resultfile.Header{
		Planned: []string{"v"}, Trials: 2,
		Load: &resultfile.LoadInfo{Model: model, Sessions: 1, MaxSessions: 3},
		Stages: resultfile.StageList{
			{Name: "2s at 1→3 sessions", Seconds: 2, From: 1, To: 3, Of: "sessions"},
			{Name: "1s at 3 sessions", Seconds: 1, From: 3, To: 3, Of: "sessions"},
		},
	}
	must(file.Write(h), live.Write(h))
	for trial := range 2 {
		const sec = 1000 * statstest.Millisecond
		v := &resultfile.Variant{Variant: "v", Trial: trial + 1, At: 1}
		must(file.Write(v), live.Write(v))
		r := recorder.NewRecorder("v", trial+1, 2, 1)
		put := func(i *resultfile.Interval) { must(file.Write(i), live.Write(i)) }
		shard := r.Shard(0)
		one := func(t8 stats.Moment, f *stats.Failure) {
			m := shard.NewMeter()
			m.Begin(stats.Retr, stats.EPSV)
			m.Moved(1000)
			s := statstest.Transfer(t8-10*statstest.Millisecond, t8, 0)
			s.Moments[stats.T0] -= 5 * statstest.Millisecond
			s.Failure = f
			shard.Record(m, s)
			m.Release()
		}
		one(500*statstest.Millisecond, nil)
		r.OpenWindow(sec)
		put(r.SetStage(sec, 1))
		one(sec+3*statstest.Millisecond, nil) // from the warm-up
		one(sec+100*statstest.Millisecond, nil)
		put(r.Take(2 * sec))
		one(2*sec+100*statstest.Millisecond, &stats.Failure{Phase: stats.Payload, Class: stats.ClassReset})
		one(2*sec+200*statstest.Millisecond, nil)
		r.AddDropped(stats.Retr, stats.EPSV, 2*sec+300*statstest.Millisecond)
		put(r.SetStage(3*sec, 2))
		others := []*recorder.Meter{shard.NewMeter(), r.Shard(1).NewMeter()}
		one(3*sec+4*statstest.Millisecond, nil) // begun in the first stage
		for _, m := range others {
			m.Release()
		}
		one(4*sec-statstest.Millisecond, nil)
		r.CloseWindow(4 * sec)
		put(r.SetStage(4*sec, 0))
		one(4*sec+8*statstest.Millisecond, nil)
		last, sum := r.Finish(5*sec, true)
		put(last)
		must(file.Write(sum), live.Write(sum))
	}
	f := &resultfile.Footer{Complete: true}
	must(file.Write(f), live.Write(f))
	result, err := live.Result()
	must(err)
	return result
}

func TestStagesByHand(t *testing.T) {
	var f memoryFile
	s := Of(stagedRun(t, resultfile.NewWriter("run.jsonl", &f), resultfile.OpenLoad))
	if len(s.Stages) != 2 || len(s.Series) != 1 || s.Load.MaxSessions != 3 {
		t.Fatalf("%+v", s)
	}
	for i, want := range []struct {
		name                string
		seconds             float64
		sessions            int
		ok, failed, dropped int64
		operations, goodput float64
	}{
		// Both trials: two ok each and one from the warm-up, in 2 s.
		{"2s at 1→3 sessions", 4, 1, 4, 2, 2, 6 / 4.0, 6000 / 4.0},
		{"1s at 3 sessions", 2, 3, 4, 0, 0, 4 / 2.0, 4000 / 2.0},
	} {
		x := s.Stages[i]
		if x.Variant != "v" || x.Step != i+1 || x.Name != want.name || x.Seconds != want.seconds || x.Sessions != want.sessions ||
			x.Planned == nil || x.Planned.Seconds*2 != want.seconds || len(x.Series) != 1 {
			t.Errorf("stage %d: %+v", i+1, x)
			continue
		}
		y := x.Series[0]
		if y.Op != stats.Retr || y.Mode != stats.EPSV || y.OK != want.ok || y.Failed != want.failed || y.Dropped != want.dropped ||
			y.OperationsPerSecond != want.operations || y.GoodputBytesPerSecond != want.goodput {
			t.Errorf("stage %d: %+v", i+1, y)
		}
		l := y.Latency[stats.Service]
		if l == nil || l.Count != want.ok || l.P99 != nil || l.Max != int64(10*statstest.Millisecond) || len(y.Latency) != 3 || y.Latency[stats.Response].Max != int64(15*statstest.Millisecond) {
			t.Errorf("stage %d: latency %+v", i+1, y.Latency)
		}
	}
	// What ended in the drain is in no stage.
	if x := s.Series[0]; x.OK != 10 || x.Failed != 2 || x.Dropped != 2 {
		t.Errorf("%+v", x)
	}
	if x := s.Totals; len(x) != 1 || x[0].OK != 10 || x[0].Trials != 2 || x[0].Due != 14 || x[0].Attempts != 12 || x[0].WindowSeconds != 6 ||
		x[0].OperationsPerSecond != 10/6.0 || x[0].GoodputBytesPerSecond != 10000/6.0 || x[0].Bytes != 10000 {
		t.Errorf("%+v", x)
	}
	closed := Of(stagedRun(t, resultfile.NewWriter("run.jsonl", &memoryFile{}), resultfile.ClosedLoad))
	if l := closed.Stages[0].Series[0].Latency; len(l) != 1 || l[stats.Service] == nil {
		t.Errorf("closed: %+v", l)
	}
}

func TestStagesSurviveTheFile(t *testing.T) {
	schema, _ := compileSchema(t)
	var f memoryFile
	want := summaryJSON(t, stagedRun(t, resultfile.NewWriter("run.jsonl", &f), resultfile.OpenLoad))
	back, err := read(f.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got := summaryJSON(t, back); got != want {
		t.Errorf("the file gives\n%s\nthe run gave\n%s", got, want)
	}
	lines := strings.SplitAfter(f.String(), "\n")
	cut, err := read([]byte(strings.Join(lines[:4], ""))) // header, variant, warm-up, first second
	if err != nil {
		t.Fatal(err)
	}
	s := Of(cut)
	if len(s.Stages) != 1 || s.Stages[0].Seconds != 1 || s.Stages[0].Series[0].OK != 1 {
		t.Errorf("cut: %+v", s.Stages)
	}
	if got := fmt.Sprint(s.Missing); !strings.Contains(got, "it stops 1.0 s into its window, in stage 1 of 2") {
		t.Errorf("cut: missing %s", got)
	}
	for name, b := range map[string]string{"whole": want, "cut": summaryJSON(t, cut)} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v in\n%s", name, err, b)
		}
	}
}

// A file from before there were stages and loads.
func TestFilesWithoutStagesReadAsBefore(t *testing.T) {
	var f memoryFile
	smallRun(t, resultfile.NewWriter("run.jsonl", &f))
	if s := f.String(); strings.Contains(s, `"step"`) || strings.Contains(s, `"load":{"model"`) || strings.Contains(s, `"stages"`) {
		t.Fatal("it has them")
	}
	r, err := read(f.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if s := Of(r); s.Load != nil || s.Stages != nil || len(s.Totals) != 2 {
		t.Errorf("%+v", s)
	}
}

func TestForgedStagesAreRefused(t *testing.T) {
	var f memoryFile
	stagedRun(t, resultfile.NewWriter("run.jsonl", &f), resultfile.OpenLoad)
	whole := f.String()
	for name, c := range map[string]struct{ from, to, want string }{
		"too many":          {`"stages":[`, `"stages":[` + strings.Repeat("{},", 1000), "more than 1000 stages"},
		"negative seconds":  {`"seconds":2`, `"seconds":-2`, "stage 1: a number is negative"},
		"negative load":     {`"to":3`, `"to":-3`, "stage 1: a number is negative"},
		"negative sessions": {`"max_sessions":3`, `"max_sessions":-3`, "load: a number is negative"},
		"negative rate":     {`"model":"open"`, `"model":"open","rate_per_second":-1`, "load: a number is negative"},
		"negative count":    {`"model":"open"`, `"model":"open","count":-1`, "load: a number is negative"},
		"step":              {`"step":1`, `"step":1001`, "interval of stage 1001"},
		"negative step":     {`"step":1`, `"step":-1`, "interval of stage -1"},
		"interval":          {`"sessions":1,"window"`, `"sessions":-1,"window"`, "with -1 sessions"},
		"no list":           {`"stages":[`, `"stages":5,"was":[`, "5 where a list should begin"},
	} {
		bad := strings.Replace(whole, c.from, c.to, 1)
		if bad == whole {
			t.Fatalf("%s: nothing replaced in %s", name, whole)
		}
		if _, err := read([]byte(bad)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	// A stage that the header does not name is one without a name.
	r, err := read([]byte(strings.Replace(whole, `"step":2`, `"step":7`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if s := Of(r).Stages; len(s) != 3 || s[2].Step != 7 || s[2].Name != "" || s[2].Planned != nil {
		t.Errorf("%+v", s)
	}
}

// An interval that is being taken while operations end belongs to one stage,
// and no operation is lost or counted in two.
func TestStageBordersLoseNothing(t *testing.T) {
	r := recorder.NewRecorder("v", 1, 4, 1)
	r.OpenWindow(1)
	var c resultfile.Collector
	if err := c.Write(&resultfile.Header{}); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(&resultfile.Variant{Variant: "v", Trial: 1, At: 1}); err != nil {
		t.Fatal(err)
	}
	const each = 4000
	done := make(chan struct{})
	for g := range 4 {
		go func() {
			for range each {
				r.Shard(g).Record(nil, statstest.Transfer(2, 3, 0))
			}
			done <- struct{}{}
		}()
	}
	for step, running := 1, 4; running > 0; {
		select {
		case <-done:
			running--
		default:
		}
		if err := c.Write(r.SetStage(stats.Moment(step+1), step)); err != nil {
			t.Fatal(err)
		}
		if step < 1000 {
			step++
		}
	}
	last, trial := r.Finish(stats.Moment(1000+2), true)
	if err := c.Write(last); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(trial); err != nil {
		t.Fatal(err)
	}
	res, err := c.Result()
	if err != nil {
		t.Fatal(err)
	}
	var sum, outside int64
	for _, s := range res.Trials[0].Stages {
		for _, x := range s.Series {
			sum += x.OK
		}
	}
	outside = res.Trials[0].Series[0].OK - sum // before the first border
	if total := res.Trials[0].Series[0].OK; total != 4*each || sum > total || outside < 0 {
		t.Errorf("%d in stages, %d in all, want %d", sum, total, 4*each)
	}
}

func TestLoginOperationsHaveTheirPhases(t *testing.T) {
	s := &stats.Sample{
		Op: stats.Login, Moments: stats.Moments{stats.T0: 1, stats.T1: statstest.Millisecond, stats.T8: 11 * statstest.Millisecond},
		SetUp: stats.SessionPhases{Connect: time.Millisecond, Greeting: 2 * time.Millisecond, Login: 3 * time.Millisecond, Setup: 4 * time.Millisecond},
	}
	if d, ok := s.Span(stats.TLS); ok {
		t.Errorf("a handshake that did not happen took %v", d)
	}
	if _, ok := s.Span(stats.Negotiate); ok {
		t.Error("a log-in negotiated a mode")
	}
	other := &stats.Sample{Op: stats.Noop, Moments: s.Moments, SetUp: s.SetUp}
	if _, ok := other.Span(stats.Connect); ok {
		t.Error("a NOOP connected")
	}
	r := recorder.NewRecorder("v", 1, 1, 1)
	r.OpenWindow(1)
	r.Shard(0).Record(nil, s)
	failed := *s
	failed.Failure = &stats.Failure{Phase: stats.LoginDone, Class: stats.ClassReply, Code: 421}
	r.Shard(0).Record(nil, &failed)
	r.CloseWindow(20 * statstest.Millisecond)
	_, trial := r.Finish(20*statstest.Millisecond, true)
	x := Of(&resultfile.Result{Trials: []*resultfile.Trial{trial}}).Series[0]
	for p, want := range map[stats.Phase]int64{stats.Connect: 1e6, stats.Greeting: 2e6, stats.LoginDone: 3e6, stats.Setup: 4e6, stats.Service: 10e6} {
		if l := x.Latency[p]; l == nil || l.Count != 1 || l.Max != want || len(l.Doubtful) == 0 {
			t.Errorf("%s: %+v, want %d, doubtful for the one that failed", p, l, want)
		}
	}
	if x.Latency[stats.TLS] != nil || x.OK != 1 || x.Failed != 1 {
		t.Errorf("%+v", x)
	}
}

func TestBacklogIsWhatWaitedAtTheWindowsEnds(t *testing.T) {
	const open, close = 100 * statstest.Millisecond, 200 * statstest.Millisecond
	late := func(t0, t1 stats.Moment) *stats.Sample {
		return &stats.Sample{Op: stats.Noop, Moments: stats.Moments{stats.T0: t0, stats.T1: t1, stats.T8: t1 + statstest.Millisecond}}
	}
	never := &stats.Sample{Op: stats.Noop, Moments: stats.Moments{stats.T0: 150 * statstest.Millisecond}, Failure: &stats.Failure{Class: stats.ClassAborted}}
	for name, c := range map[string]struct {
		s            *stats.Sample
		open, closed int64
	}{
		"in time":            {late(120*statstest.Millisecond, 120*statstest.Millisecond), 0, 0},
		"late inside":        {late(120*statstest.Millisecond, 190*statstest.Millisecond), 0, 0},
		"began at the open":  {late(90*statstest.Millisecond, open), 1, 0},
		"began at the close": {late(120*statstest.Millisecond, close), 0, 1},
		"waited throughout":  {late(90*statstest.Millisecond, 210*statstest.Millisecond), 1, 1},
		"due at the close":   {late(close, 210*statstest.Millisecond), 0, 0},
		"never began":        {never, 0, 1},
	} {
		r := recorder.NewRecorder("v", 1, 1, 1)
		r.OpenWindow(open)
		r.CloseWindow(close)
		r.Shard(0).Record(nil, c.s)
		_, trial := r.Finish(300*statstest.Millisecond, true)
		x := statstest.Only(t, trial.Series)
		if x.WaitingAtOpen != c.open || x.WaitingAtClose != c.closed {
			t.Errorf("%s: %d at the open, %d at the close", name, x.WaitingAtOpen, x.WaitingAtClose)
		}
		if g := Of(&resultfile.Result{Trials: []*resultfile.Trial{trial}}).Totals[0].BacklogGrowth; g != c.closed-c.open {
			t.Errorf("%s: grew by %d", name, g)
		}
	}
}

func TestHousekeepingAndVerification(t *testing.T) {
	r := recorder.NewRecorder("v", 1, 2, 1)
	shard := r.Shard(1)
	shard.Housekept(stats.Dele, stats.NoMode, 100) // in the warm-up
	r.OpenWindow(10 * statstest.Millisecond)
	shard.Housekept(stats.Dele, stats.NoMode, 3)
	shard.Housekept(stats.Dele, stats.NoMode, 0)
	shard.Housekept(stats.Dele, stats.NoMode, -5)
	checked, corrupt := statstest.Transfer(11*statstest.Millisecond, 12*statstest.Millisecond, 1), statstest.Failing(11*statstest.Millisecond, 12*statstest.Millisecond, 0)
	checked.Verified, corrupt.Verified = true, true
	shard.Record(nil, checked)
	shard.Record(nil, corrupt)
	shard.Record(nil, statstest.Transfer(11*statstest.Millisecond, 12*statstest.Millisecond, 1))
	r.Take(13 * statstest.Millisecond)
	shard.Housekept(stats.Dele, stats.NoMode, 4)
	r.CloseWindow(20 * statstest.Millisecond)
	shard.Housekept(stats.Dele, stats.NoMode, 100) // in the drain
	_, trial := r.Finish(30*statstest.Millisecond, true)
	s := Of(&resultfile.Result{Trials: []*resultfile.Trial{trial}})
	if len(s.Series) != 2 || s.Series[0].Verified != 1 || s.Series[0].Housekeeping != 0 ||
		s.Series[1].Op != stats.Dele || s.Series[1].Housekeeping != 7 || s.Series[1].Attempts != 0 {
		t.Errorf("%+v", s.Series)
	}
}

// Dropped arrivals could have waited for any time: what is timed from when an
// operation was due is in doubt for them, and what is timed from its beginning
// is not.
func TestDroppedArrivalsPutOnlyWaitsInDoubt(t *testing.T) {
	s := &resultfile.Series{Op: stats.Noop}
	for i := range int64(1000) {
		o := stats.Sample{Op: stats.Noop, Moments: stats.Moments{stats.T0: 1, stats.T1: stats.Moment(1 + i*1_000_000), stats.T8: stats.Moment(2_000_000 + i*2_000_000)}}
		s.OK++
		for _, p := range []stats.Phase{stats.Lag, stats.Service, stats.Response} {
			d, _ := o.Span(p)
			if s.Latency[p] == nil {
				s.Latency[p] = hdr.NewLatencyHistogram()
			}
			s.Latency[p].Record(int64(d))
		}
	}
	s.Dropped = 20
	x := summarizeSeries(s, "v", time.Second)
	if l := x.Latency[stats.Service]; len(l.Doubtful) != 0 {
		t.Errorf("service: doubtful %v", l.Doubtful)
	}
	for _, p := range []stats.Phase{stats.Lag, stats.Response} {
		if l := x.Latency[p]; fmt.Sprint(l.Doubtful) != "[p50 p90 p95 p99]" {
			t.Errorf("%s: doubtful %v", p, l.Doubtful)
		}
	}
}

func TestTotalsStayWithinTheirNumbers(t *testing.T) {
	big := &resultfile.Series{Op: stats.Retr, Mode: stats.EPSV, Counters: resultfile.Counters{OK: math.MaxInt64, Bytes: math.MaxInt64, WastedInside: 5}}
	small := &resultfile.Series{Op: stats.Stor, Mode: stats.EPSV, Counters: resultfile.Counters{OK: 5, Bytes: 7, MovedInside: 1}}
	s := Of(&resultfile.Result{Trials: []*resultfile.Trial{{Variant: "v", Window: stats.Window{Open: 1, Close: 1e9 + 1}, Series: resultfile.SeriesList{big, small}}}})
	if x := s.Totals[0]; x.OK != math.MaxInt64 || x.Bytes != math.MaxInt64 || x.GoodputBytesPerSecond != 0 {
		t.Errorf("%+v", x)
	}
	if _, err := json.Marshal(s); err != nil {
		t.Error(err)
	}
	if s := Of(&resultfile.Result{}); s.Totals == nil || len(s.Totals) != 0 {
		t.Errorf("%+v", s.Totals)
	}
}

func FuzzStages(f *testing.F) {
	var file memoryFile
	stagedRun(f, resultfile.NewWriter("run.jsonl", &file), resultfile.OpenLoad)
	lines := strings.SplitAfter(file.String(), "\n")
	f.Add([]byte(strings.TrimSpace(lines[0])), []byte(strings.TrimSpace(lines[3])))
	f.Add([]byte(`{"record":"header","schema":"ftpmark.result/v1","stages":[{}],"load":{"sessions":-1}}`), []byte(`{}`))
	f.Fuzz(func(t *testing.T, header, interval []byte) {
		all := append(append(append([]byte{}, header...), "\n"+`{"record":"variant","variant":"v","trial":1}`+"\n"...), interval...)
		r, err := read(append(all, '\n'))
		if err != nil {
			return
		}
		s := Of(r)
		for _, x := range s.Stages {
			if x.Step < 1 || x.Step > 1000 || x.Seconds < 0 || x.Sessions < 0 {
				t.Errorf("%+v", x)
			}
		}
		if _, err := json.Marshal(s); err != nil {
			t.Error(err)
		}
	})
}
