package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// The tests of what is measured here are not parallel: beside others they would
// measure these.

// compared runs `compare` in this process and returns its JSON report, which
// keeps to its schema and is the one that the result file gives.
func compared(t *testing.T, args ...string) (*compare.Comparison, outcome) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "result.jsonl")
	o := executed(append([]string{"compare", "--quiet", "--format", "json", "-o", file}, args...)...)
	var c compare.Comparison
	if err := json.Unmarshal([]byte(o.stdout), &c); err != nil {
		t.Fatalf("exit %d, %v in\n%s\nstderr\n%s", o.code, err, o.stdout, o.stderr)
	}
	keepsTo(t, filepath.Join("..", "..", "stats", "compare", "compare.schema.json"), o.stdout)
	again := executed("report", "--format", "json", file)
	if again.code != exitFine || again.stdout != o.stdout {
		t.Errorf("the file gives exit %d and another report:\n%s\nnot\n%s", again.code, again.stdout, o.stdout)
	}
	return &c, o
}

// keepsTo holds JSON against a schema.
func keepsTo(t *testing.T, file, text string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.MustCompile("schema.json").Validate(value); err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
}

// finding returns what was found of a metric.
func finding(t *testing.T, list []compare.Finding, metric string) compare.Finding {
	t.Helper()
	for _, f := range list {
		if f.Metric == metric {
			return f
		}
	}
	t.Fatalf("no %s among %+v", metric, list)
	return compare.Finding{}
}

// TestKnownShiftIsFound: 90 MiB/s against 100 MiB/s is 0.90, and slower.
func TestKnownShiftIsFound(t *testing.T) {
	c, o := compared(t, "--mode", "epsv", "-c", "1", "--size", "8MiB", "--pairs", "6", "--trial", "600ms", "--warmup", "150ms", "--cooldown", "0s",
		"--primary", "goodput", "--variant", "hundred:session_bandwidth=100MiB/s", "--variant", "ninety:session_bandwidth=90MiB/s")
	if o.code != exitFine || c.Status != summary.Complete || c.Against[0].Pairs != 6 {
		t.Fatalf("exit %d, %s, stderr %s", o.code, c.Status, o.stderr)
	}
	f := finding(t, c.Against[0].Findings, "goodput")
	if f.Ratio == nil || *f.Ratio < 0.88 || *f.Ratio > 0.92 || f.Verdict != compare.Slower {
		t.Errorf("%s, ratio %v (%s): want slower, 0.90 ± 0.02", f.Verdict, *f.Ratio, f.Why)
	}
}

// TestLateActiveConnectIsNamed: a server that takes 5 ms to open the active data
// connection is slower there, and the report says where.
func TestLateActiveConnectIsNamed(t *testing.T) {
	server := scriptedServer(t, scripted.Script{Delays: scripted.Delays{Connect: 5 * time.Millisecond}})
	c, o := compared(t, scriptedURL(server), "--mode", "epsv,eprt", "-c", "1", "--size", "1KiB", "--pairs", "8", "--trial", "300ms",
		"--warmup", "50ms", "--cooldown", "0s", "--primary", "service.p50,data_ready.p50")
	if o.code != exitFine {
		t.Fatalf("exit %d, stderr %s", o.code, o.stderr)
	}
	for _, metric := range []string{"retr.service.p50", "retr.data_ready.p50"} {
		f := finding(t, c.Against[0].Findings, metric)
		if !f.Primary || f.Verdict != compare.Slower || f.Base == nil || f.New == nil || *f.New < 5e6 || *f.Base > *f.New-2e6 {
			t.Errorf("%s: %s (%s), from %v to %v ns; want slower by 5 ms", metric, f.Verdict, f.Why, *f.Base, *f.New)
		}
	}
	if d := c.Against[0].Operations[0].Differs; d != "startup" {
		t.Errorf("the difference is said to lie in %q", d)
	}
	if x := c.Against[0].Operations[0]; x.RoundTrips != [2]float64{2, 2} || x.Connects != [2]float64{1, 1} {
		t.Errorf("%v round trips, %v connects", x.RoundTrips, x.Connects)
	}
}

// TestUntilVerdictStops once it can be told, and not before the first look.
func TestUntilVerdictStops(t *testing.T) {
	server := scriptedServer(t, scripted.Script{Delays: scripted.Delays{Connect: 20 * time.Millisecond}})
	c, o := compared(t, scriptedURL(server), "--mode", "epsv,eprt", "-c", "2", "--size", "1KiB", "--pairs", "10", "--max-pairs", "20", "--until", "verdict",
		"--trial", "100ms", "--warmup", "0s", "--cooldown", "0s", "--primary", "service.p50",
		"--threshold", "compare.eprt/epsv.retr.service.p50 < 1.1")
	if n := c.Against[0].Pairs; n < 10 || n > 14 || !c.Settled() || c.Status != summary.Complete {
		t.Errorf("%d pairs, settled %v, %s, missing %q", n, c.Settled(), c.Status, c.Missing)
	}
	if o.code != exitMissed || !strings.Contains(o.stderr, "1 of 1 threshold missed") {
		t.Errorf("exit %d, stderr %s", o.code, o.stderr)
	}
}

// TestNoiseOfTheMachine: compared with itself, a variant is what it is, and the
// report tells how small a change could have been seen.
func TestNoiseOfTheMachine(t *testing.T) {
	server := scriptedServer(t, scripted.Script{Delays: scripted.Delays{FirstByte: 10 * time.Millisecond}})
	c, o := compared(t, scriptedURL(server), "--aa", "-c", "2", "--size", "1KiB", "--pairs", "6", "--trial", "100ms", "--warmup", "0s", "--cooldown", "0s",
		"--primary", "service.p50")
	if o.code != exitFine || c.Noise == nil || len(c.Noise.Metrics) != 1 || c.Noise.Metrics[0].Spread == nil || !(*c.Noise.Metrics[0].Resolution > 0) {
		t.Fatalf("exit %d, noise %+v, stderr %s", o.code, c.Noise, o.stderr)
	}
	if text := executed("report", o.file(t)); !strings.Contains(text.stdout, "an A/A run") {
		t.Errorf("the report does not say what this was:\n%s", text.stdout)
	}
}

// file returns the result file that the command named.
func (o outcome) file(t *testing.T) string {
	t.Helper()
	for line := range strings.Lines(o.stderr) {
		if name, ok := strings.CutPrefix(line, "result file: "); ok {
			return strings.TrimSpace(name)
		}
	}
	t.Fatalf("no result file in %q", o.stderr)
	return ""
}

func TestComparisonsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--pairs 5":                                        "--pairs 5: want 6 to 1000",
		"--until tomorrow":                                 `--until "tomorrow": want verdict`,
		"--max-pairs 20":                                   "--max-pairs needs --until verdict",
		"--until verdict --max-pairs 8":                    "--max-pairs 8: want at least the 10 of --pairs",
		"--mode epsv":                                      "nothing to compare epsv with",
		"--variant a:mode=epsv":                            "nothing to compare a with",
		"--variant a:mod=epsv":                             `unknown key "mod": did you mean "mode"?`,
		"--primary speed":                                  "--primary: ",
		"--primary stor.service.p99":                       "--primary: ",
		"--threshold-effect 3":                             `"3" has no unit: want a percentage such as 3%`,
		"--trial 5":                                        `want a time such as 5s`,
		"--threshold compare.a/b.goodput>1":                "",
		"--cooldown -1s":                                   "--cooldown -1s: want a time from 0s to 1h",
		"--variant a:rate=5/s --variant b:mode=epsv":       "variant a: its load model differs from the profile's",
		"--variant a:mode=epsv,eprt --variant b:mode=epsv": "variant a: mode=epsv,eprt: want one mode",
		"--stages 1s:2,1s:4 --variant a:sessions=3 --variant b:mode=epsv":            "variant a: its stages differ from the profile's",
		"--variant a:size=0 --variant b:size=1KiB --threshold compare.b/c.goodput>1": "",
	} {
		o := executed(append([]string{"compare", "--dry-run"}, strings.Fields(args)...)...)
		if o.code != exitUsage || !strings.Contains(o.stderr, want) || strings.Count(o.stderr, "\n") != 1 {
			t.Errorf("%s: exit %d, stderr %q, want %q", args, o.code, o.stderr, want)
		}
	}
}

// TestTheSameRunAgainIsADiff: what is comparable is compared, what is not is
// refused, and too few trials decide nothing.
func TestTheSameRunAgainIsADiff(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	server := scriptedServer(t, scripted.Script{Delays: scripted.Delays{FirstByte: 5 * time.Millisecond}})
	folder := t.TempDir()
	name := func(s string) string { return filepath.Join(folder, s+".jsonl") }
	runs := func(to string, trials string, more ...string) outcome {
		return executed(append([]string{"run", "-q", scriptedURL(server), "--mode", "epsv", "-c", "4", "--size", "1KiB", "-d", "500ms", "--trials", trials, "-o", name(to)}, more...)...)
	}
	for _, o := range []outcome{runs("base", "4"), runs("same", "4"), runs("few", "2")} {
		if o.code != exitFine {
			t.Fatalf("exit %d, stderr %s", o.code, o.stderr)
		}
	}
	o := executed("diff", name("base"), name("same"), "--primary", "service.p50", "--format", "json")
	keepsTo(t, filepath.Join("..", "..", "stats", "compare", "diff.schema.json"), o.stdout)
	var d compare.Diff
	if err := json.Unmarshal([]byte(o.stdout), &d); err != nil || o.code != exitFine {
		t.Fatalf("exit %d, %v, stderr %s", o.code, err, o.stderr)
	}
	if x := d.Variants[0]; x.BaseTrials != 4 || x.NewTrials != 4 || len(x.Shifts) != 1 || len(x.Shifts[0].Points) < 5 {
		t.Errorf("%+v", x)
	}
	o = executed("diff", name("base"), name("few"))
	if o.code != exitFine || !strings.Contains(strings.ToLower(o.stdout), "descriptive only") {
		t.Errorf("exit %d\n%s", o.code, o.stdout)
	}
	if o = executed("diff", name("base"), name("few"), "--max-regression", "5%"); o.code != exitUnjudged {
		t.Errorf("exit %d\n%s", o.code, o.stdout)
	}
	// Another profile is another experiment.
	if o = runs("other", "4", "--verify", "size"); o.code != exitFine {
		t.Fatalf("exit %d, stderr %s", o.code, o.stderr)
	}
	o = executed("diff", name("base"), name("other"))
	if o.code != exitUsage || !strings.Contains(o.stderr, "verify") || !strings.Contains(o.stderr, "--force") {
		t.Errorf("exit %d, stderr %s", o.code, o.stderr)
	}
	o = executed("diff", name("base"), name("other"), "--force")
	if o.code != exitFine || !strings.Contains(o.stdout, "verify") {
		t.Errorf("exit %d\n%s\n%s", o.code, o.stdout, o.stderr)
	}
	// A baseline that is not comparable is refused before anything is run.
	before := len(server.Sessions())
	o = runs("late", "1", "--verify", "size", "--baseline", name("base"))
	if o.code != exitUsage || len(server.Sessions()) != before {
		t.Errorf("exit %d, stderr %s, %d sessions", o.code, o.stderr, len(server.Sessions())-before)
	}
	o = executed("run", "-q", scriptedURL(server), "--mode", "eprt", "-c", "4", "--size", "1KiB", "-d", "150ms", "--baseline", name("base"))
	if o.code != exitUsage || len(server.Sessions()) != before || strings.Contains(o.stderr, "--force") {
		t.Errorf("another variant: exit %d, stderr %s", o.code, o.stderr)
	}
	o = executed("run", "-q", scriptedURL(server), "--mode", "eprt", "-c", "4", "--size", "1KiB", "-d", "150ms", "--baseline", name("base"), "--force")
	if o.code != exitUsage || len(server.Sessions()) != before {
		t.Errorf("nothing in common, forced: exit %d, stderr %s", o.code, o.stderr)
	}
	whole, err := os.ReadFile(name("base"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name("cut"), whole[:len(whole)*3/4], 0o600); err != nil {
		t.Fatal(err)
	}
	if o = runs("late", "1", "--baseline", name("cut")); o.code != exitUsage || len(server.Sessions()) != before || !strings.Contains(o.stderr, "partial") {
		t.Errorf("a truncated baseline: exit %d, stderr %s", o.code, o.stderr)
	}
	if o = runs("late", "1", "--max-regression", "5%"); o.code != exitUsage || !strings.Contains(o.stderr, "--baseline") {
		t.Errorf("exit %d, stderr %s", o.code, o.stderr)
	}
}

// TestPipeline runs the script of the topic ci as it is: a baseline, a change that does
// no harm, one that does, and a baseline that is too small.
func TestPipeline(t *testing.T) {
	_, script, ok := strings.Cut(manualFile(t, "stats/compare/ci.md"), "```sh\n# ci.sh:")
	script, _, whole := strings.Cut(script, "```")
	if !ok || !whole {
		t.Fatal("the topic has no ci.sh")
	}
	quick := scripted.Script{Download: scripted.Download{Size: 64 << 10}, Delays: scripted.Delays{FirstByte: 15 * time.Millisecond}}
	slow := quick
	slow.Delays.FirstByte = 45 * time.Millisecond
	server := scriptedServer(t, quick)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	bin := filepath.Join(folder, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(exe, filepath.Join(bin, "ftpmark")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "ci.sh"), []byte("# ci.sh:"+script), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(env ...string) (code int, out, summary string) {
		c := exec.Command("sh", "ci.sh")
		c.Dir = folder
		c.Env = append(commandOf(t).Env, "PATH="+bin+":"+os.Getenv("PATH"), "FTP_TARGET="+scriptedURL(server), "GITHUB_STEP_SUMMARY="+filepath.Join(folder, "summary.md"),
			"SECONDS_PER_TRIAL=0.3", "MAX_REGRESSION=40%")
		c.Env = append(c.Env, env...)
		said, _ := c.CombinedOutput()
		text, _ := os.ReadFile(filepath.Join(folder, "summary.md"))
		_ = os.Remove(filepath.Join(folder, "summary.md"))
		return c.ProcessState.ExitCode(), string(said), string(text)
	}
	// A busy machine may keep a step from being judged. Such noise passes, a wrong
	// gate does not.
	step := func(what string, want int, env ...string) string {
		t.Helper()
		code, out, summary := run(env...)
		for range 2 {
			if code == want || code != exitUnjudged {
				break
			}
			code, out, summary = run(env...)
		}
		if code != want {
			t.Errorf("%s: exit %d, want %d\n%s\n%s", what, code, want, out, summary)
		}
		return summary
	}
	step("baseline", exitFine)
	if s := step("no change", exitFine); !strings.Contains(s, "goodput") || !strings.Contains(strings.ToLower(s), "passed") {
		t.Errorf("the summary:\n%s", s)
	}
	server.SetScript(slow)
	if s := step("slower", exitMissed); !strings.Contains(strings.ToLower(s), "missed") {
		t.Errorf("the summary:\n%s", s)
	}
	server.SetScript(quick)
	if err := os.Remove(filepath.Join(folder, "baseline.jsonl")); err != nil {
		t.Fatal(err)
	}
	step("baseline of two trials", exitFine, "TRIALS=2")
	step("with a small baseline", exitUnjudged)
	// A variant's URL holds no password.
	user := func(s *scripted.Server) string { return "ftp://user@" + s.Addr().String() }
	old, newer, password := "FTP_OLD="+user(server), "FTP_TARGET="+user(scriptedServer(t, slow)), "FTPMARK_PASSWORD="+secret
	if s := step("slower than the old one beside it", exitMissed, old, newer, password); !strings.Contains(s, "compare.new/old.goodput") {
		t.Errorf("the summary:\n%s", s)
	}
	step("as fast as the old one beside it", exitFine, old, "FTP_TARGET="+user(server), password, "LEAST_GOODPUT=0.6", "MOST_TIME=1.4")
}

// TestComparisonInEveryFormat: each is there, and says what was compared.
func TestComparisonInEveryFormat(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	server := scriptedServer(t, scripted.Script{})
	file := filepath.Join(t.TempDir(), "result.jsonl")
	o := executed("compare", "-q", scriptedURL(server), "--mode", "epsv,eprt", "-c", "2", "--size", "1KiB", "--pairs", "6", "--trial", "60ms", "--warmup", "0s", "--cooldown", "0s", "-o", file)
	if o.code != exitFine || !strings.Contains(o.stdout, "eprt against epsv") {
		t.Fatalf("exit %d, stderr %s\n%s", o.code, o.stderr, o.stdout)
	}
	for _, format := range []string{"text", "json", "csv", "markdown", "junit", "gobench", "hlog", "hgrm"} {
		r := executed("report", "--format", format, file)
		if r.code != exitFine || !strings.Contains(r.stdout, "eprt") || r.stderr != "" {
			t.Errorf("%s: exit %d, stderr %s\n%s", format, r.code, r.stderr, r.stdout)
		}
	}
	if both := executed("report", file, file); strings.Count(both.stdout, "eprt against epsv") != 2*strings.Count(o.stdout, "eprt against epsv") {
		t.Errorf("two files:\n%s", both.stdout)
	}
}
