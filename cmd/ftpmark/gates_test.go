package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// TestThresholds: what they come to is printed, is in the JSON report, and
// decides the exit code; a result file is judged as its run was.
func TestThresholds(t *testing.T) {
	t.Parallel()
	const (
		met   = "errors.rate < 1%"
		missd = "retr.service.p50 < 1ns"
		open  = "retr.service.p99 < 60s" // of 20 operations there is none
	)
	for _, c := range []struct {
		name       string
		thresholds []string
		code       int
		verdicts   []string
	}{
		{"met", []string{met}, exitFine, []string{"passed"}},
		{"missed", []string{met, missd}, exitMissed, []string{"passed", "missed"}},
		{"not to be judged", []string{open, met}, exitUnjudged, []string{"no verdict", "passed"}},
		{"missed and not to be judged", []string{open, missd}, exitMissed, []string{"no verdict", "missed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "result.jsonl")
			args := []string{"run", "-q", "--allow-limited", "--mode", "epsv", "-c", "2", "-n", "20", "--size", "10kB", "-o", file}
			for _, x := range c.thresholds {
				args = append(args, "--threshold", x)
			}
			o := executed(args...)
			if o.code != c.code {
				t.Errorf("exit %d, want %d; stderr\n%s", o.code, c.code, o.stderr)
			}
			_, below, _ := strings.Cut(o.stdout, "\nthresholds\n")
			lines := strings.Split(strings.TrimSuffix(below, "\n"), "\n")
			if len(lines) != len(c.verdicts) {
				t.Fatalf("%d lines:\n%s", len(lines), o.stdout)
			}
			for i, v := range c.verdicts {
				if !strings.HasPrefix(lines[i], "  "+strings.ToUpper(v)) || !strings.Contains(lines[i], c.thresholds[i]) {
					t.Errorf("%q, want %s and %s", lines[i], v, c.thresholds[i])
				}
			}
			if said := strings.Contains(o.stderr, "threshold"); said != (c.code != exitFine) {
				t.Errorf("stderr %q", o.stderr)
			}
			for _, again := range []struct {
				code int
				args []string
			}{{exitFine, nil}, {c.code, []string{"--gate", "--allow-limited"}}} {
				r := executed(append([]string{"report", "--allow-limited", file}, again.args...)...)
				if r.code != again.code || r.stdout != o.stdout {
					t.Errorf("report %q: exit %d, want %d; stdout\n%s", again.args, r.code, again.code, r.stdout)
				}
			}
			r := executed("report", "--allow-limited", "--format", "json", file)
			keepsToSchema(t, r.stdout)
			var j struct {
				Schema     string
				Thresholds []struct{ Threshold, Verdict, Variant, Shown, Why string }
			}
			if err := json.Unmarshal([]byte(r.stdout), &j); err != nil || j.Schema != summary.Schema || len(j.Thresholds) != len(c.verdicts) {
				t.Fatalf("%v, %+v in\n%s", err, j, r.stdout)
			}
			for i, v := range c.verdicts {
				if x := j.Thresholds[i]; x.Verdict != v || x.Threshold != c.thresholds[i] || (x.Why == "") == (v == "no verdict") {
					t.Errorf("%+v, want %s of %s", x, v, c.thresholds[i])
				}
			}
		})
	}
}

// TestInterruptedGoesBeforeGates, and a failed run does.
func TestInterruptedGoesBeforeGates(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	p := startFtpmark(t, "run", "--mode", "epsv", "-c", "1", "-d", "50s", "--threshold", "retr.service.p50 < 1ns")
	if !eventually(func() bool { return strings.Contains(p.Stderr(), "epsv: measuring") }) {
		t.Fatalf("it said\n%s", p.Stderr())
	}
	p.Send(os.Interrupt)
	if code := p.Await(); code != exitInterrupted || !strings.Contains(p.Stdout(), "\nthresholds\n") {
		t.Errorf("exit %d, stdout\n%s", code, p.Stdout())
	}
}

// TestGatesOfDoubtfulResults: a limited generator or a partial result lets
// nothing pass, but excuses nothing that was clearly missed.
func TestGatesOfDoubtfulResults(t *testing.T) {
	t.Parallel()
	of := func(limited bool, status string) *summary.Summary {
		return &summary.Summary{
			Run:    summary.Run{Status: status, Generator: summary.GeneratorSummary{Limited: limited, Reasons: []string{"cpu"}}},
			Series: []summary.SeriesSummary{{Variant: "epsv", Op: stats.Retr, Mode: stats.EPSV, Attempts: 1000, Due: 1000, OK: 990, Failed: 10}},
		}
	}
	for _, c := range []struct {
		name    string
		summary *summary.Summary
		allow   bool
		text    string
		code    int
	}{
		{"in order", of(false, summary.Complete), false, "errors.rate < 2%", exitFine},
		{"limited", of(true, summary.Complete), false, "errors.rate < 2%", exitUnjudged},
		{"limited and allowed", of(true, summary.Complete), true, "errors.rate < 2%", exitFine},
		{"limited and missed", of(true, summary.Complete), false, "errors.rate < 0.5%", exitMissed},
		{"partial", of(false, summary.Partial), true, "errors.rate < 2%", exitUnjudged},
		{"partial and missed", of(false, summary.Partial), false, "errors.rate < 0.5%", exitMissed},
		{"no gates", of(true, summary.Partial), false, "", exitFine},
	} {
		var gs gates
		if c.text != "" {
			x, err := threshold.Parse(c.text)
			if err != nil {
				t.Fatal(err)
			}
			gs = gates{x}
		}
		found := gs.check(c.summary, nil, c.allow)
		if code, message := verdict(gateExit(found, 0)); code != c.code || (message == "") != (code == exitFine) {
			t.Errorf("%s: exit %d (%q), want %d", c.name, code, message, c.code)
		}
	}
	if code, message := verdict(gateExit(nil, 1)); code != exitUnjudged || message != "1 of 1 threshold could not be judged" {
		t.Errorf("a gate that cannot be read: exit %d, %q", code, message)
	}
}

// TestGatesOfAnUnreadableProfile: thresholds that cannot be read are none that
// were met.
func TestGatesOfAnUnreadableProfile(t *testing.T) {
	t.Parallel()
	const why = "the file's thresholds are not known: "
	for _, c := range []struct {
		name, profile string
		code          int
		said          string
	}{
		{"none asked for", `{"duration":"10s"}`, exitFine, ""},
		{"an empty list", `{"threshold":[]}`, exitFine, ""},
		{"one that is not known", `{"threshold":["errors.weight < 1kg"]}`, exitUnjudged, "the file's "},
		{"no profile", "", exitUnjudged, why + "its header has no profile"},
		{"null", "null", exitUnjudged, why + "the profile in its header cannot be read: it is null"},
		{"no object", `["errors.count == 0"]`, exitUnjudged, why + "the profile in its header cannot be read: "},
		{"no list", `{"threshold":"errors.count == 0"}`, exitUnjudged, why + "the profile in its header cannot be read: "},
		{"a list of something else", `{"threshold":[{"metric":"errors.count"}]}`, exitUnjudged, why + "the profile in its header cannot be read: "},
	} {
		file := filepath.Join(t.TempDir(), "result.jsonl")
		var header struct {
			Record string `json:"record"`
			resultfile.Header
		}
		header.Record, header.Schema, header.Profile = "header", resultfile.Schema, json.RawMessage(c.profile)
		line, err := json.Marshal(header)
		if err != nil {
			t.Fatal(err)
		}
		footer := `{"record":"footer","ended":"2026-01-02T15:04:05Z","complete":true}`
		if err := os.WriteFile(file, []byte(string(line)+"\n"+footer+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for gate, code := range map[string]int{"--gate": c.code, "--gate=false": exitFine} {
			o := executed("report", gate, file)
			if o.code != code || !strings.Contains(o.stderr, c.said) || (o.stderr == "") != (c.said == "") {
				t.Errorf("%s, %s: exit %d, want %d; stderr %q, want %q", c.name, gate, o.code, code, o.stderr, c.said)
			}
		}
	}
}
