package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// generatorFile writes the result of a generator that did an operation every
// 10 ms for 3 s, from the given time on, and returns the file's name.
func generatorFile(t *testing.T, folder, name string, begin time.Time, limited bool) string {
	t.Helper()
	file := filepath.Join(folder, name)
	w, err := resultfile.CreateFile(file)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const ms, second = stats.Moment(time.Millisecond), stats.Moment(time.Second)
	must(w.Write(&resultfile.Header{
		Tool: resultfile.ToolInfo{Name: "ftpmark", Version: "test"}, Started: begin, Epoch: begin,
		Profile: json.RawMessage(`{"version":1,"sessions":3,"threshold":["retr.operations.rate > 150/s"]}`),
		Target:  resultfile.TargetInfo{URL: "ftp://192.0.2.7/"}, Planned: []string{"passive"}, Trials: 1,
		Load: &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 3, Operations: "retr"},
	}))
	must(w.Write(&resultfile.Variant{Variant: "passive", Trial: 1, At: 1}))
	r := recorder.NewRecorder("passive", 1, 1, 1)
	r.OpenWindow(second)
	for at := second; at < 4*second; at += 10 * ms {
		if at%second == 0 {
			must(w.Write(r.Take(at)))
		}
		end := at + 5*ms
		r.Shard(0).Record(nil, &stats.Sample{
			Op: stats.Retr, Mode: stats.EPSV, Bytes: 1000, Inside: 1000, Commands: 2, Connects: 1,
			Moments: stats.Moments{at, at, at + ms, at + ms, at + ms, at + 2*ms, at + 3*ms, at + 4*ms, end},
		})
	}
	r.CloseWindow(4 * second)
	last, sum := r.Finish(4*second, true)
	must(w.Write(last))
	g := &resultfile.Generator{Variant: "passive", Trial: 1, CPUs: 1, Limited: limited}
	if limited {
		g.Reasons = []string{"passive: cpu"}
	}
	must(w.Write(g))
	must(w.Write(sum))
	must(w.Write(&resultfile.Footer{Ended: begin.Add(4 * time.Second), Complete: true}))
	must(w.Close())
	return file
}

func TestMerge(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	noon := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	one := generatorFile(t, folder, "gen1.jsonl", noon, false)
	two := generatorFile(t, folder, "gen2.jsonl", noon.Add(1000*time.Millisecond), false)
	slow := generatorFile(t, folder, "gen3.jsonl", noon.Add(time.Millisecond), true)
	both := filepath.Join(folder, "both.jsonl")

	o := executed("merge", one, two, "-o", both, "--format", "json")
	if o.code != exitFine || o.stderr != "result file: "+both+"\n" {
		t.Fatalf("exit %d: %s", o.code, o.stderr)
	}
	keepsToSchema(t, o.stdout)
	var s summary.Summary
	if err := json.Unmarshal([]byte(o.stdout), &s); err != nil {
		t.Fatal(err)
	}
	x := s.Series[0]
	if s.Status != summary.Complete || x.OK != 600 || x.OperationsPerSecond != 200 || x.GoodputBytesPerSecond != 200_000 ||
		x.WindowSeconds != 2 || x.DueSeconds != 3 || x.Latency[stats.Service].Count != 600 || s.Load.Sessions != 6 {
		t.Errorf("%s\n%+v", s.Status, x)
	}
	// The file is an ordinary result file.
	if again := executed("report", "--format", "json", both); again.stdout != o.stdout {
		t.Errorf("the file gives another report:\n%s\nnot\n%s", again.stdout, o.stdout)
	}
	if gate := executed("report", "--gate", both); gate.code != exitFine {
		t.Errorf("exit %d: %s", gate.code, gate.stderr)
	}

	o = executed("merge", one, slow, "-o", filepath.Join(folder, "slow.jsonl"))
	if o.code != exitFine || !strings.Contains(o.stdout, "LIMITED") || !strings.Contains(o.stdout, "gen3: passive: cpu") {
		t.Errorf("exit %d, %s\n%s", o.code, o.stderr, o.stdout)
	}
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	noon := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	one := generatorFile(t, folder, "gen1.jsonl", noon, false)
	two := generatorFile(t, folder, "gen2.jsonl", noon.Add(time.Millisecond), false)
	late := generatorFile(t, folder, "late.jsonl", noon.Add(time.Minute), false)
	text := filepath.Join(folder, "text.jsonl")
	if err := os.WriteFile(text, []byte("hello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(folder, "out.jsonl")
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, `want two or more FILEs.*\(see ftpmark merge --help\)`},
		{[]string{one}, `want two or more FILEs`},
		{[]string{one, one}, `gen1.jsonl and .*gen1.jsonl are the same result`},
		{[]string{one, late}, `passive, trial 1: the windows do not overlap: that of late opened 57.0 s after that of gen1 had closed`},
		{[]string{one, text}, `text.jsonl: line 1 \(byte 0\): not a record`},
		{[]string{one, filepath.Join(folder, "none.jsonl")}, `no such file`},
		{[]string{one, two, "-o", one}, `gen1.jsonl: file exists: choose another with --output`},
		{[]string{one, two, "-o", "-"}, `--output -: the result file cannot be written to stdout`},
		{[]string{one, two, "--format", "tune"}, `--format`},
	} {
		args := append([]string{"merge", "-o", out}, c.args...)
		o := executed(args...)
		if o.code != exitUsage || o.stdout != "" || strings.Count(o.stderr, "\n") != 1 || !regexp.MustCompile(c.want).MatchString(o.stderr) {
			t.Errorf("%v: exit %d, %s", c.args, o.code, o.stderr)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a refusal left a file")
	}
}

// TestMergeOfGeneratorsThatRan: two that ran side by side against one server are
// one result, with the operations of both.
func TestMergeOfGeneratorsThatRan(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	server := scriptedServer(t, scripted.Script{})
	folder := t.TempDir()
	var files []string
	var processes []*ftpmarkProcess
	for _, name := range []string{"one", "two"} {
		file := filepath.Join(folder, name+".jsonl")
		files = append(files, file)
		processes = append(processes, startFtpmark(t, "run", "-q", scriptedURL(server), "--mode", "epsv", "-c", "2", "--size", "1KiB", "-d", "3s", "-o", file))
	}
	var want int64
	for i, p := range processes {
		if code := p.Await(); code != exitFine {
			t.Fatalf("exit %d, stderr %s", code, p.Stderr())
		}
		r, err := resultfile.ReadFile(files[i])
		if err != nil {
			t.Fatal(err)
		}
		want += summary.Of(r).Totals[0].OK
	}
	both := filepath.Join(folder, "both.jsonl")
	o := executed(append([]string{"merge", "--format", "json", "-o", both}, files...)...)
	var s summary.Summary
	if err := json.Unmarshal([]byte(o.stdout), &s); err != nil {
		t.Fatalf("exit %d, %v, stderr %s", o.code, err, o.stderr)
	}
	if x := s.Totals[0]; o.code != exitFine || s.Status != summary.Complete || x.OK != want || x.Trials != 1 {
		t.Errorf("exit %d, %s, %d ok of %d in %d trials", o.code, s.Status, x.OK, want, x.Trials)
	}
	if again := executed("report", "--format", "json", both); again.stdout != o.stdout {
		t.Errorf("the file gives another report:\n%s\nnot\n%s", again.stdout, o.stdout)
	}
}
