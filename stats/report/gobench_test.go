package report

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/export"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

func goBench(t testing.TB, x trialRun) (*resultfile.Result, []byte) {
	t.Helper()
	r, _ := x.record(t)
	return r, rendered(t, &Report{Result: r}, GoBench, Options{})
}

func TestGoBench(t *testing.T) {
	both := []string{"passive", "active"}
	for name, x := range map[string]trialRun{
		"gobench":         {variants: both, trials: 2, embedded: true},
		"gobench-failing": {variants: both[:1], trials: 2, failing: true},
		"gobench-cut":     {variants: both, trials: 2, cut: true},
		"gobench-hostile": {variants: []string{"a/b=c d-4\n", "日本"}, trials: 1},
	} {
		t.Run(name, func(t *testing.T) {
			r, out := goBench(t, x)
			golden(t, name, out)
			checkGoBench(t, r, out)
		})
	}
}

// checkGoBench reads a report as benchstat does: no line may be refused, and
// there must be one for each series of each trial that ended.
func checkGoBench(t *testing.T, r *resultfile.Result, out []byte) {
	t.Helper()
	var want []string
	for _, trial := range export.ByVariant(r) {
		for _, s := range trial.Series {
			if trial.Complete {
				want = append(want, export.SafeName(trial.Variant)+" "+s.Op.String()+" "+s.Mode.String())
			}
		}
	}
	var got []string
	reader := benchfmt.NewReader(bytes.NewReader(out), "result")
	for reader.Scan() {
		switch x := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			t.Errorf("not understood: %v", x)
		case *benchfmt.Result:
			base, parts := x.Name.Parts()
			if len(parts) != 3 || string(parts[2]) != "-8" {
				t.Fatalf("%s has parts %q", x.Name, parts)
			}
			variant := strings.TrimPrefix(string(parts[0]), "/variant=")
			mode := strings.TrimPrefix(string(parts[1]), "/mode=")
			got = append(got, variant+" "+strings.ToLower(string(base))+" "+mode)
		}
	}
	if err := reader.Err(); err != nil {
		t.Error(err)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("lines of\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The figures of each line are those that a summary of the trial alone has. A
// percentile that failures could have changed is none.
func TestGoBenchFigures(t *testing.T) {
	for _, failing := range []bool{false, true} {
		r, out := goBench(t, trialRun{variants: []string{"passive"}, trials: 3, failing: failing})
		reader := benchfmt.NewReader(bytes.NewReader(out), "result")
		trial := 0
		for reader.Scan() {
			x, ok := reader.Result().(*benchfmt.Result)
			if !ok || !strings.HasPrefix(string(x.Name), "Retr") {
				continue
			}
			c := summary.Of(&resultfile.Result{Header: r.Header, Trials: r.Trials[trial : trial+1]}).Series[0]
			trial++
			l := c.Latency[stats.Service]
			if (len(l.Doubtful) > 0) != failing || x.Iters != int(c.OK) {
				t.Fatalf("trial %d: doubtful %v, %d iterations of %d", trial, l.Doubtful, x.Iters, c.OK)
			}
			want := map[string]float64{
				"sec/op": l.Mean / 1e9, "B/s": c.GoodputBytesPerSecond, "op/s": c.OperationsPerSecond,
				"failed/op": float64(c.Failed) / float64(c.Attempts),
			}
			if !failing {
				want["p50-sec"], want["p99-sec"] = float64(l.P50)/1e9, float64(*l.P99)/1e9
			}
			for unit, want := range want {
				if got, is := x.Value(unit); !is || math.Abs(got-want) > 1e-8*want {
					t.Errorf("trial %d: %s is %v (%v), want %v", trial, unit, got, is, want)
				}
			}
			if len(x.Values) != len(want) {
				t.Errorf("trial %d: values %v, want %v", trial, x.Values, want)
			}
		}
		m := reader.Units().Get("B/s", "better")
		if m == nil || m.Value != "higher" || reader.Units().GetBetter("p99-sec") != -1 || trial != 3 {
			t.Errorf("%d trials, B/s better %v", trial, m)
		}
	}
}

// benchstat takes two results for what they are: one benchmark before and after.
func TestBenchstatReadsGoBench(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	dir := t.TempDir()
	for name, slower := range map[string]float64{"base.txt": 1, "new.txt": 1.25} {
		_, out := goBench(t, trialRun{variants: []string{"passive", "active"}, trials: 6, slower: slower})
		if err := os.WriteFile(filepath.Join(dir, name), out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	benchstat := func(args ...string) []byte {
		t.Helper()
		c := exec.Command("go", append([]string{"tool", "benchstat"}, args...)...)
		var stderr bytes.Buffer
		c.Stderr = &stderr
		out, err := c.Output()
		if err != nil || stderr.Len() > 0 {
			t.Fatalf("benchstat %v: %v\n%s", args, err, &stderr)
		}
		return bytes.ReplaceAll(out, []byte(dir+string(filepath.Separator)), nil)
	}
	base, changed := filepath.Join(dir, "base.txt"), filepath.Join(dir, "new.txt")
	golden(t, "benchstat", benchstat("base="+base, "new="+changed))
	golden(t, "benchstat-variants", benchstat("-col", "/variant", "-ignore", "/mode", base))
}

// Whatever ran first, the base that was planned comes first; a target that is
// not everybody's is in no key that would set results apart.
func TestGoBenchOrder(t *testing.T) {
	r, _ := goBench(t, trialRun{variants: []string{"passive", "active"}, trials: 2})
	r.Trials[0], r.Trials[3] = r.Trials[3], r.Trials[0]
	order := func() (names []string) {
		for _, x := range export.ByVariant(r) {
			names = append(names, x.Variant+" "+strconv.Itoa(x.Trial))
		}
		return names
	}
	if got := strings.Join(order(), ", "); got != "passive 1, passive 2, active 1, active 2" {
		t.Error(got)
	}
	r.Header.Planned = []string{"active"}
	if got := strings.Join(order(), ", "); got != "active 1, active 2, passive 1, passive 2" {
		t.Error(got)
	}
	r.Variants[0].Settings = map[string]string{"mode": "epsv", "target": "ftp://192.0.2.1/\n"}
	r.Variants[0].Target = &resultfile.TargetInfo{URL: "ftp://192.0.2.1/"}
	out := string(rendered(t, &Report{Result: r}, GoBench, Options{}))
	if strings.Contains(out, "\ntarget:") || !strings.Contains(out, "\n# variant passive: mode=epsv; target=ftp://192.0.2.1/") {
		t.Error(out)
	}
	checkGoBench(t, r, []byte(out))
}
