package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

func TestProfilesList(t *testing.T) {
	t.Parallel()
	o := executed("profiles", "list")
	lines := strings.Split(strings.TrimSuffix(o.stdout, "\n"), "\n")
	bundled := profiles.Bundled()
	if o.code != exitFine || len(lines) != len(bundled) || len(lines) < 10 {
		t.Fatalf("exit %d, %d lines for %d profiles:\n%s", o.code, len(lines), len(bundled), o.stdout)
	}
	column := strings.Index(lines[0], bundled[0].Description)
	for i, b := range bundled {
		if !strings.HasPrefix(lines[i], b.Name+"  ") || len(lines[i]) < column || lines[i][column:] != b.Description {
			t.Errorf("%q, want %s and %q at column %d", lines[i], b.Name, b.Description, column)
		}
	}
}

// TestProfilesShowAndCheck: what is shown can be saved, and is a profile.
func TestProfilesShowAndCheck(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	check := []string{"profiles", "check"}
	for _, b := range profiles.Bundled() {
		o := executed("profiles", "show", b.Name)
		text, err := profiles.Text(b.Name)
		if err != nil || o.code != exitFine || o.stdout != text || !strings.Contains(text, "#") {
			t.Errorf("%s: exit %d, %v, stdout\n%s", b.Name, o.code, err, o.stdout)
		}
		name := filepath.Join(folder, b.Name+".yaml")
		if err := os.WriteFile(name, []byte(o.stdout), 0o600); err != nil {
			t.Fatal(err)
		}
		check = append(check, name)
	}
	if o := executed(check...); o.code != exitFine || strings.Count(o.stdout, ": fine\n") != len(check)-2 || o.stderr != "" {
		t.Errorf("exit %d\n%s%s", o.code, o.stdout, o.stderr)
	}
	bad := profileFile(t, "sessions: 0", "password: "+secret)
	o := executed(append(check, bad, filepath.Join(folder, "none.yaml"))...)
	lines := strings.Split(strings.TrimSuffix(o.stdout, "\n"), "\n")
	if o.code != exitUsage || o.stderr != "" || len(lines) != len(check) || !strings.HasPrefix(lines[len(lines)-2], bad+":2:11: sessions") ||
		!strings.Contains(lines[len(lines)-1], "none.yaml: cannot read the profile: no such file") {
		t.Errorf("exit %d, stderr %q, stdout\n%s", o.code, o.stderr, o.stdout)
	}
	tellsNobody(t, secret, o.stdout)
	for _, c := range []badInput{
		{"", []string{"profiles", "show", "mixd"}, exitUsage, []string{`"mixd"`, `did you mean "mixed"?`}},
		{"", []string{"profiles", "show"}, exitUsage, []string{"NAME"}},
		{"", []string{"profiles", "check"}, exitUsage, []string{"FILE"}},
		{"", []string{"profiles", "lst"}, exitUsage, []string{`"lst"`, "list, show, check or schema"}},
	} {
		c.run(t)
	}
}

func TestProfilesSchema(t *testing.T) {
	t.Parallel()
	o := executed("profiles", "schema")
	if o.code != exitFine || !json.Valid([]byte(o.stdout)) || !strings.Contains(o.stdout, "https://json-schema.org/draft/2020-12/schema") {
		t.Errorf("exit %d, stdout\n%s", o.code, o.stdout)
	}
}

// summaryOf runs a profile and returns its JSON report, in which nothing failed.
func summaryOf(t *testing.T, args ...string) *summary.Summary {
	t.Helper()
	file := filepath.Join(t.TempDir(), "result.jsonl")
	// On a busy machine the generator may be its own limit.
	o := executed(append([]string{"run", "--allow-limited", "-q", "--format", "json", "-o", file}, args...)...)
	if o.code != exitFine {
		t.Fatalf("%q: exit %d, stderr\n%s", args, o.code, o.stderr)
	}
	var s summary.Summary
	if err := json.Unmarshal([]byte(o.stdout), &s); err != nil {
		t.Fatal(err)
	}
	keepsToSchema(t, o.stdout)
	var ok int64
	for i := range s.Series {
		ok += s.Series[i].OK
		if x := &s.Series[i]; x.Failed != 0 || x.WarmupFailed != 0 {
			t.Errorf("%s of %s: %d failed, %d in the warm-up; errors %+v", x.Op, x.Variant, x.Failed, x.WarmupFailed, s.Errors)
		}
	}
	if ok == 0 || s.Status != summary.Complete || s.Sessions.Failed != 0 {
		t.Errorf("%d ok, status %s, %d sessions failed; errors %+v", ok, s.Status, s.Sessions.Failed, s.Errors)
	}
	return &s
}

// TestBundledProfiles runs each of them, shortened, against the embedded
// target.
func TestBundledProfiles(t *testing.T) {
	ftptest.SkipShort(t, "each is seconds of the machine's full load")
	t.Parallel()
	atOnce := make(chan struct{}, 2)
	for _, b := range profiles.Bundled() {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			s := summaryOf(t, "-p", b.Name, "-d", "2s")
			switch b.Name {
			case "ramp":
				if len(s.Stages) != 7 {
					t.Errorf("%d stages", len(s.Stages))
				}
			case "soak":
				var due int64
				for _, x := range s.Totals {
					due += x.Due
				}
				if due < 19 || due > 21 { // 10/s; one may lie on an edge
					t.Errorf("%d arrivals, want 20", due)
				}
			}
		})
	}
}

// TestBundledProfilesOnServers runs those that ask most of a server's habits.
func TestBundledProfilesOnServers(t *testing.T) {
	t.Parallel()
	atOnce := make(chan struct{}, 2)
	for _, kind := range servers.Kinds() {
		for name, ops := range map[string][]stats.Op{
			"login-storm": {stats.Login}, "mixed": {stats.Retr, stats.Stor, stats.List}, "active-vs-passive": {stats.Retr},
		} {
			t.Run(string(kind)+"/"+name, func(t *testing.T) {
				t.Parallel()
				atOnce <- struct{}{}
				defer func() { <-atOnce }()
				server := servers.Start(t, kind, servers.Options{})
				s := summaryOf(t, server.URL(), "-p", name, "-d", "2s")
				for _, op := range ops {
					var ok int64
					for i := range s.Series {
						if s.Series[i].Op == op {
							ok += s.Series[i].OK
						}
					}
					if ok == 0 {
						t.Errorf("no %s succeeded: %+v", op, s.Series)
					}
				}
				emptyFolder(t, server.DataDir)
			})
		}
	}
}
