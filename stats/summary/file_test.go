package summary

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/statstest"
)

// memoryFile is a file that can be full.
type memoryFile struct {
	bytes.Buffer
	writes int
	limit  int // 0 for none
	closed bool
}

func (f *memoryFile) Write(b []byte) (int, error) {
	f.writes++
	if room := f.limit - f.Len(); f.limit > 0 && len(b) > room {
		n, _ := f.Buffer.Write(b[:room])
		return n, syscall.ENOSPC
	}
	return f.Buffer.Write(b)
}

func (f *memoryFile) Close() error { f.closed = true; return nil }

// smallRun writes a run of two variants, the second of two trials, with
// failures, and returns what was collected while it ran.
func smallRun(t testing.TB, file resultfile.Sink) *resultfile.Result {
	var live resultfile.Collector
	must := func(errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	profile := json.RawMessage(`{"load": {"sessions": 8}, "note": "<&>"}`)
	header := &resultfile.Header{
		Tool:    resultfile.ToolInfo{Name: "ftpmark", Version: "test", Go: "go", OS: "linux", Arch: "amd64"},
		Started: time.Date(2026, 3, 4, 5, 6, 7, 890, time.UTC), Seed: 1 << 63,
		Profile: profile, Target: resultfile.TargetInfo{URL: "ftp://user@host/"},
		Host:    resultfile.Host{OS: "linux", CPUs: 2, Settings: map[string]string{"net.core.somaxconn": "4096"}},
		Planned: []string{"passive", "active"}, Trials: 1,
		Notes: []string{"a note"},
	}
	must(file.Write(header), live.Write(header))
	var sessions recorder.SessionRecorder
	now := stats.Moment(1)
	for trial, name := range []string{"passive", "active"} {
		mode := []stats.Mode{stats.EPSV, stats.EPRT}[trial]
		v := &resultfile.Variant{Variant: name, Trial: 1, At: now, Settings: map[string]string{"mode": name}}
		must(file.Write(v), live.Write(v))
		sessions.Opened(stats.SessionPhases{Connect: 1e6, Greeting: 2e6, Login: 3e6, Setup: 4e6})
		sessions.Failed(name, &stats.Failure{Phase: stats.LoginDone, Class: stats.ClassReply, Code: 421, Text: "421 full\r\n", Hint: "fewer"})
		r := recorder.NewRecorder(name, 1, 2, now)
		tick := func() {
			i, x := r.Take(now), sessions.Take()
			must(file.Write(i), live.Write(i))
			must(file.Write(x), live.Write(x))
		}
		m := r.Shard(0).NewMeter()
		one := func(took stats.Moment, bytes int, f *stats.Failure) {
			m.Begin(stats.Retr, mode)
			m.Moved(bytes)
			o := statstest.Transfer(now, now+took, 0)
			o.Failure = f
			now += took
			r.Shard(0).Record(m, o)
		}
		one(5*statstest.Millisecond, 100, &stats.Failure{Phase: stats.Command, Class: stats.ClassReply, Code: 450, Text: "450 busy"})
		one(5*statstest.Millisecond, 1000, nil)
		now += statstest.Millisecond
		r.OpenWindow(now)
		tick()
		for second := range 3 {
			for i := range 40 {
				one(statstest.Millisecond+stats.Moment(i*i)*1000, 1<<20, nil)
			}
			one(3*statstest.Millisecond, 77, &stats.Failure{Phase: stats.Payload, Class: stats.ClassReset, Text: "reset \xff by\x00peer"})
			if second == 1 {
				r.Shard(1).Record(nil, &stats.Sample{Op: stats.Noop, Moments: stats.Moments{stats.T0: now, stats.T1: now, stats.T8: now + statstest.Millisecond}, Commands: 1})
				r.AddDropped(stats.Retr, mode, now)
			}
			tick()
		}
		late := statstest.Transfer(now, now+9*statstest.Millisecond, 0)
		late.Failure = &stats.Failure{Phase: stats.Payload, Class: stats.ClassAborted, Text: "cut"}
		now += statstest.Millisecond
		r.CloseWindow(now)
		now += 20 * statstest.Millisecond
		r.Shard(0).Record(m, late)
		m.Release()
		lag := hdr.NewLatencyHistogram()
		lag.Record(int64(trial+1) * 50_000)
		g := &resultfile.Generator{
			Variant: name, Trial: 1, CPUSeconds: 0.1, CPUs: 1.5, PeakRSSBytes: 1 << 24, SchedLag: lag,
			Limited: trial == 1, Reasons: []string{"cpu"}[:trial], Warnings: []string{"shared-host"},
		}
		must(file.Write(g), live.Write(g))
		last, sum := r.Finish(now, true)
		must(file.Write(last), live.Write(last))
		must(file.Write(sum), live.Write(sum))
	}
	footer := &resultfile.Footer{
		Ended: header.Started.Add(time.Minute), Complete: true, Notes: []string{"done"},
		Target: &resultfile.TargetInfo{URL: "ftp://user@host/", Banner: "hello", Syst: "UNIX", Features: []string{"EPSV"}},
	}
	must(file.Write(footer), live.Write(footer))
	result, err := live.Result()
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func summaryJSON(t testing.TB, r *resultfile.Result) string {
	t.Helper()
	b, err := json.MarshalIndent(Of(r), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func read(b []byte) (*resultfile.Result, error) {
	return resultfile.Read(resultfile.NewReader(bytes.NewReader(b)), nil)
}

func TestSummaryFromTheFileIsThatOfTheLiveRun(t *testing.T) {
	var f memoryFile
	w := resultfile.NewWriter("run.jsonl", &f)
	live := smallRun(t, w)
	if err := w.Close(); err != nil || !f.closed {
		t.Fatal(err, f.closed)
	}
	if lines := bytes.Count(f.Bytes(), []byte("\n")); lines != f.writes {
		t.Errorf("%d lines in %d writes", lines, f.writes)
	}
	back, err := read(f.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := summaryJSON(t, live)
	if got := summaryJSON(t, back); got != want {
		t.Errorf("the file gives\n%s\nthe run gave\n%s", got, want)
	}
	if !back.Complete() || !strings.Contains(want, `"status": "complete"`) {
		t.Errorf("not complete: %q", back.Missing)
	}
	if len(back.Header.ProfileSHA256) != 64 || back.Header.Host.Settings["net.core.somaxconn"] != "4096" {
		t.Errorf("header %+v", back.Header)
	}
}

// Without its trial records a file gives the same figures from the intervals.
func TestTrialsAreRemadeFromTheirIntervals(t *testing.T) {
	var f memoryFile
	live := smallRun(t, resultfile.NewWriter("run.jsonl", &f))
	var cut []byte
	for line := range bytes.Lines(f.Bytes()) {
		if !bytes.HasPrefix(line, []byte(`{"record":"trial"`)) {
			cut = append(cut, line...)
		}
	}
	back, err := read(cut)
	if err != nil {
		t.Fatal(err)
	}
	if len(back.Trials) != 2 || back.Trials[0].Complete || len(back.Missing) != 2 {
		t.Fatalf("%d trials, missing %q", len(back.Trials), back.Missing)
	}
	if got := Of(back); got.Status != Partial {
		t.Errorf("status %s", got.Status)
	}
	for i, x := range back.Trials {
		x.Complete = true
		got, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(live.Trials[i])
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("trial %d: remade\n%s\nwas\n%s", i+1, got, want)
		}
	}
}

// tinyRun writes a run that is as short as one with everything in it can be,
// and nothing that compresses badly.
func tinyRun(t testing.TB, file resultfile.Sink) {
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(file.Write(&resultfile.Header{Seed: 7, Planned: []string{"a"}}))
	must(file.Write(&resultfile.Variant{Variant: "a", Trial: 1, At: 1}))
	r := recorder.NewRecorder("a", 1, 1, 1)
	r.OpenWindow(10 * statstest.Millisecond)
	for second := range 2 {
		now := stats.Moment(1+second) * 1000 * statstest.Millisecond
		r.Shard(0).Record(nil, &stats.Sample{Op: stats.Noop, Moments: stats.Moments{stats.T0: now, stats.T1: now, stats.T8: now + statstest.Millisecond}, Commands: 1})
		r.Shard(0).Record(nil, statstest.Failing(now, now+statstest.Millisecond, 500))
		must(file.Write(r.Take(now + 2*statstest.Millisecond)))
	}
	var sessions recorder.SessionRecorder
	sessions.Opened(stats.SessionPhases{Connect: 1e6})
	must(file.Write(sessions.Take()))
	must(file.Write(&resultfile.Generator{Variant: "a", Trial: 1}))
	_, trial := r.Finish(r.CloseWindow(3000*statstest.Millisecond), true)
	must(file.Write(trial))
	must(file.Write(&resultfile.Footer{Complete: true}))
}

func TestFileCutAtEveryByteGivesAPartialResult(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	var f memoryFile
	tinyRun(t, resultfile.NewWriter("run.jsonl", &f))
	b := f.Bytes()
	cutting(t, b, func(n int) int { return n + 1 })
	if r, err := read(b[:len(b)-1]); err != nil || !r.Complete() {
		t.Errorf("only the last newline is gone: %v", err)
	}
}

func TestLongerFileCutAroundItsLinesGivesAPartialResult(t *testing.T) {
	var f memoryFile
	smallRun(t, resultfile.NewWriter("run.jsonl", &f))
	b := f.Bytes()
	cutting(t, b, func(n int) int { // two bytes before and after each newline, and in between
		if next := bytes.IndexByte(b[n:], '\n'); next <= 2 {
			return n + 1
		} else if next > 5000 {
			return n + 1999
		} else {
			return n + next - 1
		}
	})
}

// cutting reads b cut at each length that next gives.
func cutting(t *testing.T, b []byte, next func(int) int) {
	header := bytes.IndexByte(b, '\n')
	var attempts int64
	for n := 0; n < len(b)-1; n = next(n) {
		r, err := read(b[:n])
		if n < header {
			if err == nil {
				t.Fatalf("cut at %d, within the header: accepted", n)
			}
			continue
		}
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		s := Of(r)
		if s.Status != Partial || len(s.Missing) == 0 {
			t.Fatalf("cut at %d: %s, missing %q", n, s.Status, s.Missing)
		}
		var sum int64
		for _, x := range s.Series {
			sum += x.Attempts
			if x.Attempts != x.OK+x.Failed+x.Unfinished || x.GoodputBytesPerSecond < 0 {
				t.Fatalf("cut at %d: %+v", n, x)
			}
			if l := x.Latency[stats.Service]; x.OK > 0 && (l == nil || l.Count != x.OK) {
				t.Fatalf("cut at %d: %d ok, service %+v", n, x.OK, l)
			}
		}
		if sum < attempts {
			t.Fatalf("cut at %d: %d attempts where a shorter file had %d", n, sum, attempts)
		}
		attempts = sum
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	var f memoryFile
	smallRun(t, resultfile.NewWriter("run.jsonl", &f))
	lines := bytes.SplitAfter(f.Bytes(), []byte("\n"))
	upTo := func(n int) []byte { return bytes.Join(lines[:n], nil) }
	for name, c := range map[string]struct {
		file []byte
		want []string
	}{
		"header only": {upTo(1), []string{
			"the end of the run: it was killed, lost its disk or is still running",
			"variant passive did not run", "variant active did not run",
		}},
		"in the warm-up": {upTo(2), []string{
			"the end of the run: it was killed, lost its disk or is still running",
			"variant passive, trial 1, ended early: its window never opened", "variant active did not run",
		}},
		"in the window": {append(upTo(5), lines[5][:100]...), []string{
			"the last record, line 6, is cut off",
			"the end of the run: it was killed, lost its disk or is still running",
			"variant passive, trial 1, ended early: it stops 0.1 s into its window", "variant active did not run",
		}},
	} {
		r, err := read(c.file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := fmt.Sprintf("%q", r.Missing); got != fmt.Sprintf("%q", c.want) {
			t.Errorf("%s: missing %s, want %q", name, got, c.want)
		}
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	var f memoryFile
	smallRun(t, resultfile.NewWriter("run.jsonl", &f))
	whole := f.String()
	lines := strings.SplitAfter(whole, "\n")
	for name, c := range map[string]struct {
		file, want string
	}{
		"empty":      {"", "not an ftpmark result file"},
		"text":       {"hello\nworld\n", "line 1 (byte 0): not a record"},
		"other JSON": {"{}\n", `it has no "record"`},
		"newer": {strings.Replace(whole, "result/v1", "result/v2", 1),
			"ftpmark.result/v2, written by ftpmark test, is newer than ftpmark.result/v1, which this version reads: use a newer ftpmark"},
		"newer, cut": {strings.Replace(strings.TrimSuffix(lines[0], "\n"), "result/v1", "result/v12", 1), "newer"},
		"other":      {strings.Replace(whole, "ftpmark.result/v1", "k6.result/v9", 1), "not an ftpmark result file"},
		"no header":  {strings.Join(lines[1:], ""), "line 1 (byte 0): no header before it"},
		"damaged":    {strings.Replace(whole, `"record":"interval"`, `"record":"interval`, 1), "line 3 (byte "},
		"twice":      {whole + whole, "a second header"},
		"after end":  {whole + lines[1], "it follows the footer"},
		"unbegun":    {lines[0] + lines[2], `interval of variant "passive", trial 1, which is not in progress`},
		"negative":   {strings.Replace(whole, `"ok":`, `"ok":-`, 1), "a counter is negative"},
		"backwards":  {strings.Replace(whole, `"end_ns":`, `"end_ns":-`, 1), "moments out of order"},
		"endless":    {lines[0] + strings.Repeat(" ", 16<<20+1), "a record is longer than 16 MiB"},
		"no op":      {strings.Replace(whole, `"op":"retr"`, `"op":"xyz"`, 1), `unknown operation "xyz"`},
		"kinds": {strings.Replace(whole, `"throughput_bytes_per_second":`, `"throughput_bytes_per_second":null,"latency_ns":{"service":`+
			histogramJSON(t, hdr.NewThroughputHistogram())+`},"was":`, 1), "service: not a histogram of nanoseconds"},
	} {
		_, err := read([]byte(c.file))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		var at *resultfile.FileError
		if !errors.As(err, &at) {
			t.Errorf("%s: %T", name, err)
		}
	}
	var schema *resultfile.SchemaError
	if _, err := read([]byte(strings.Replace(whole, "result/v1", "result/v2", 1))); !errors.As(err, &schema) || !schema.Newer {
		t.Errorf("newer: %v", err)
	}
}

// The largest of the trials is the variant's: a mean would hide a server that
// died in the last.
func TestDisconnectedShareIsKeptAndChecked(t *testing.T) {
	written := func(shares ...float64) []byte {
		var f memoryFile
		w := resultfile.NewWriter("run.jsonl", &f)
		fine := w.Write(&resultfile.Header{})
		for i, share := range shares {
			r := recorder.NewRecorder("a", 1+i, 1, 1)
			r.OpenWindow(10 * statstest.Millisecond)
			r.CloseWindow(20 * statstest.Millisecond)
			last, trial := r.Finish(30*statstest.Millisecond, true)
			trial.DisconnectedShare = share
			fine = errors.Join(fine, w.Write(&resultfile.Variant{Variant: "a", Trial: 1 + i, At: 1}), w.Write(last), w.Write(trial))
		}
		if err := errors.Join(fine, w.Write(&resultfile.Footer{Complete: true})); err != nil {
			t.Fatal(err)
		}
		return f.Bytes()
	}
	for _, c := range []struct {
		shares []float64
		want   float64
	}{{[]float64{0}, 0}, {[]float64{0.25, 0.604, 0}, 0.604}, {[]float64{1}, 1}} {
		r, err := read(written(c.shares...))
		if err != nil {
			t.Errorf("%v: %v", c.shares, err)
			continue
		}
		if got := Of(r).Totals[0].DisconnectedShare; got != c.want {
			t.Errorf("%v: %g, want %g", c.shares, got, c.want)
		}
	}
	for _, share := range []float64{-0.1, 1.1} {
		if _, err := read(written(share)); err == nil || !strings.Contains(err.Error(), "which is not between 0 and 1") {
			t.Errorf("%g: %v", share, err)
		}
	}
}

func histogramJSON(t testing.TB, h *hdr.Histogram) string {
	b, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestErrorsPointAtTheLine(t *testing.T) {
	var f memoryFile
	smallRun(t, resultfile.NewWriter("run.jsonl", &f))
	lines := bytes.SplitAfter(f.Bytes(), []byte("\n"))
	want := int64(len(lines[0]) + len(lines[1]) + len(lines[2]) + len(lines[3]))
	lines[4] = []byte("{]\n")
	r := resultfile.NewReader(bytes.NewReader(bytes.Join(lines, nil)))
	r.Name = "x.jsonl"
	_, err := resultfile.Read(r, nil)
	var at *resultfile.FileError
	if !errors.As(err, &at) || at.Line != 5 || at.Offset != want || !strings.HasPrefix(err.Error(), "x.jsonl: line 5 (byte ") {
		t.Errorf("%v, want line 5 at byte %d", err, want)
	}
}

func TestUnknownRecordsAndPhasesArePassedOver(t *testing.T) {
	var f memoryFile
	live := smallRun(t, resultfile.NewWriter("run.jsonl", &f))
	later := strings.ReplaceAll(f.String(), `"latency_ns":{"`, `"latency_ns":{"quantum":[1,{"a":2}],"`)
	lines := strings.SplitAfter(later, "\n")
	later = lines[0] + `{"record":"weather","sky":"blue"}` + "\n\n" + strings.Join(lines[1:], "")
	back, err := read([]byte(later))
	if err != nil {
		t.Fatal(err)
	}
	if summaryJSON(t, back) != summaryJSON(t, live) {
		t.Error("they changed the summary")
	}
}

func TestFullDiskIsSaidOnceAndStopsNothing(t *testing.T) {
	var whole memoryFile
	smallRun(t, resultfile.NewWriter("whole", &whole))
	f := memoryFile{limit: whole.Len() / 2}
	w := resultfile.NewWriter("run.jsonl", &f)
	failures := 0
	s := counting{w, &failures}
	live := smallRun(t, s)
	if failures != 1 || w.Dropped() < 2 {
		t.Errorf("%d errors, %d dropped", failures, w.Dropped())
	}
	err := w.Close()
	var typed *resultfile.WriteError
	if !errors.As(err, &typed) || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "run.jsonl") || !f.closed {
		t.Errorf("closing: %v", err)
	}
	if !live.Complete() {
		t.Error("the run itself did not complete")
	}
	if r, err := read(f.Bytes()); err != nil || r.Complete() {
		t.Errorf("reading what there is: %v", err)
	}
}

// counting counts a sink's errors and hides them.
type counting struct {
	resultfile.Sink
	n *int
}

func (c counting) hide(err error) error {
	if err != nil {
		*c.n++
	}
	return nil
}

func (c counting) Write(r resultfile.Record) error { return c.hide(c.Sink.Write(r)) }

func TestCreateFileOverwritesNothing(t *testing.T) {
	name := filepath.Join(t.TempDir(), "run.jsonl")
	w, err := resultfile.CreateFile(name)
	if err != nil {
		t.Fatal(err)
	}
	smallRun(t, w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := resultfile.CreateFile(name); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second time: %v", err)
	}
	intervals := 0
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := resultfile.Read(resultfile.NewReader(f), func(*resultfile.Interval) { intervals++ })
	if err != nil || !r.Complete() || intervals != 10 {
		t.Errorf("%d intervals, %v", intervals, err)
	}
	if _, err := resultfile.ReadFile(name); err != nil {
		t.Error(err)
	}
	if _, err := resultfile.ReadFile(name + ".not"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzReadResult(f *testing.F) {
	var file memoryFile
	tinyRun(f, resultfile.NewWriter("run.jsonl", &file)) // long seeds make fuzzing crawl
	f.Add(file.Bytes())
	f.Add(file.Bytes()[:file.Len()/3])
	f.Add([]byte(`{"record":"header","schema":"ftpmark.result/v1"}` + "\n" +
		`{"record":"variant","variant":"a","trial":1,"at_ns":5}` + "\n" +
		`{"record":"interval","variant":"a","trial":1,"series":[{"op":"retr","mode":"epsv","ok":9223372036854775807}]}` + "\n" +
		`{"record":"interval","variant":"a","trial":1,"series":[{"op":"retr","mode":"epsv","ok":9223372036854775807}]}` + "\n"))
	f.Add([]byte(`{"record":"footer"}`))
	f.Add([]byte(`{"record":"header","schema":"ftpmark.result/v1"}` + "\n" +
		`{"record":"conversation","variant":"a","mode":"epsv","op":"retr","moments_ns":[0,3,5],"bytes":9,"steps":[` +
		`{"at_ns":1,"kind":"connect","direction":"to-server","from":"192.0.2.1:5","to":"192.0.2.7:21","took_ns":1},` +
		`{"at_ns":3,"kind":"command","direction":"to-server","text":"EPSV"},` +
		`{"at_ns":5,"kind":"reply","direction":"to-client","text":"229-x","last":"229 y","lines":2}]}` + "\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := read(b)
		if err != nil {
			return
		}
		if _, err := json.Marshal(Of(r)); err != nil {
			t.Error(err)
		}
		for _, c := range r.Conversations {
			if f := c.Facts(); f.RoundTrips < 0 || f.RoundTrips > len(c.Steps) || f.Connects > len(c.Steps) {
				t.Errorf("%+v of %d steps", f, len(c.Steps))
			}
		}
	})
}
