package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/profiles"
)

// TestDryRunIsAProfile: what a dry run prints is a profile of the same plan.
func TestDryRunIsAProfile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	table := filepath.Join(folder, "sizes.csv")
	if err := os.WriteFile(table, []byte("size,weight\n1KiB,3\n1MiB,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := [][]string{
		{},
		{"-n", "100"},
		{"-n", "100", "-d", "5s", "--warmup", "0", "--drain", "0", "--seed", "0"},
		{"ftp://user:" + secret + "@192.0.2.1/a%20b/%23x", "--path", "big file.iso", "--mode", "epsv"},
		{"192.0.2.1", "--tls", "implicit", "--tls-insecure", "--tls-reuse", "required"},
		{"ftpes://[2001:db8::1]:2121/%2Fdata", "--user", "it's: #1", "--source", "::1", "--active-ports", "40000-40999"},
		{"--rate", "90/m", "--max-sessions", "20", "--arrivals", "poisson", "--bandwidth", "down=80Mbit/s,up=1MB/s"},
		{"--stages", "10s:1,20s:1..7", "--think", "uniform:50ms-150ms"},
		{"--size", "table:" + table, "--op", "retr@50%=10,stor@1KiB=5,login=1", "--size", "1MiB=1,2MiB=2"},
		{"--size", "table:" + table, "--files", "7", "--keep", "--verify", "checksum"},
		{"--threshold", "errors.rate < 0.1%", "--threshold", "retr.service.p99 <= 250ms", "--passive-ports", "1000"},
	}
	for _, b := range profiles.Bundled() {
		cases = append(cases, []string{"-p", b.Name}, []string{"-p", b.Name, "-d", "7s"})
	}
	for i, args := range cases {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			first := executed(append([]string{"run", "--dry-run"}, args...)...)
			if first.code != exitFine || first.stderr != "" {
				t.Fatalf("exit %d, stderr\n%s", first.code, first.stderr)
			}
			tellsNobody(t, secret, first.stdout)
			name := filepath.Join(t.TempDir(), fmt.Sprintf("plan%d.yaml", i))
			if err := os.WriteFile(name, []byte(first.stdout), 0o600); err != nil {
				t.Fatal(err)
			}
			if o := executed("profiles", "check", name); o.code != exitFine || o.stdout != name+": fine\n" {
				t.Fatalf("exit %d, %s%s of\n%s", o.code, o.stdout, o.stderr, first.stdout)
			}
			// The seed is the file's: without it the two would differ.
			again := plannedHere(t, "-p", name)
			second := executed("run", "--dry-run", "-p", name)
			if without(first.stdout) != without(second.stdout) {
				t.Errorf("another plan:\n%s\nthan\n%s", second.stdout, first.stdout)
			}
			third := plannedHere(t, append(args, "--seed", fmt.Sprint(seedIn(t, first.stdout)))...)
			if !reflect.DeepEqual(again, third) {
				t.Errorf("another plan:\n%+v\nthan\n%+v", again, third)
			}
		})
	}
}

// plannedHere is a plan without its settings' origins.
func plannedHere(t *testing.T, args ...string) (plan planOf) {
	t.Helper()
	o := executed(append([]string{"run", "--dry-run", "--format", "json"}, args...)...)
	if err := json.Unmarshal([]byte(o.stdout), &plan); err != nil {
		t.Fatalf("%v, exit %d, stdout\n%s\nstderr\n%s", err, o.code, o.stdout, o.stderr)
	}
	plan.Origins = nil
	return plan
}

// without leaves out the comments that say where settings came from.
func without(plan string) string {
	var b strings.Builder
	for line := range strings.Lines(plan) {
		setting, _, _ := strings.Cut(line, "  # ")
		b.WriteString(strings.TrimRight(setting, " \n") + "\n")
	}
	return b.String()
}

func seedIn(t *testing.T, plan string) (seed uint64) {
	t.Helper()
	for line := range strings.Lines(plan) {
		if n, _ := fmt.Sscanf(line, "seed: %d", &seed); n == 1 {
			return seed
		}
	}
	t.Fatalf("no seed in\n%s", plan)
	return 0
}

// TestDryRunSaysWhereSettingsCameFrom and what they cost.
func TestDryRunSaysWhereSettingsCameFrom(t *testing.T) {
	t.Parallel()
	profile := profileFile(t, "op: retr=80,stor=20", "rate: 50/s", "duration: 20s", "size: 64KiB", "files: 10")
	c := commandOf(t, "run", "ftp://user:"+secret+"@192.0.2.1/", "-p", profile, "--dry-run", "--mode", "epsv,eprt", "--max-sessions", "30")
	c.Env = append(c.Env, "FTPMARK_WARMUP=0s")
	p := startCommand(t, c)
	if code := p.Await(); code != exitFine || p.Stderr() != "" {
		t.Fatalf("exit %d, stderr\n%s", code, p.Stderr())
	}
	tellsNobody(t, secret, p.Stdout())
	emptyFolder(t, p.Folder)
	var lines []string
	for line := range strings.Lines(p.Stdout()) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	got := strings.Join(lines, "\n")
	for _, want := range []string{
		"\ntarget: ftp://user@192.0.2.1:21/ # argument, without its password\n",
		"\nop: retr=80,stor=20 # file my.yaml:2\n", "\nrate: 50/s # file my.yaml:3\n", "\nwarmup: 0s # environment FTPMARK_WARMUP\n",
		"\nmode: epsv,eprt # flag --mode\n", "\ndrain: 30s # default\n", "# random\n",
		"# variants epsv, eprt, one after the other\n", "# sessions 8 initially, up to 30\n", "# operations at most 50/s, 1,000 in each variant\n",
		"# data connections at most 50/s\n", "# prepared 10 files with 640 KiB\n", "# payload 64KiB in each transfer, about 62.5 MiB in each variant\n",
		"# descriptors 154 here, of ", "# active ports 30 here\n", "# passive ports 30 on the target\n", "# ephemeral ports 30 here", "# time at least 40s",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, p.Stdout())
		}
	}
}

// TestDryRunOfTooMuch: the plan is printed, and then what there is too little of.
func TestDryRunOfTooMuch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		lines []string
		says  []string
	}{
		{"descriptors", []string{"sessions: 69", "mode: passive"}, []string{"--sessions 69", "descriptors", "at most 68 sessions"}},
		{"active ports", []string{"sessions: 11", "active_ports: 40000-40009", "mode: active"}, []string{"--active-ports 40000-40009", "11 sessions", "there are only 10"}},
		{"passive ports", []string{"sessions: 21", "passive_ports: 20"}, []string{"--passive-ports", "21 sessions", "it has only 20"}},
		{"passive ports of stages", []string{"stages: 1s:1..21", "passive_ports: 40000-40019"}, []string{"--passive-ports", "21 sessions", "it has only 20"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, dry := range []bool{true, false} {
				profile := profileFile(t, c.lines...)
				cmd := commandOf(t, "run", "-p", profile, fmt.Sprintf("--dry-run=%v", dry))
				sh, err := exec.LookPath("sh")
				if err != nil {
					t.Fatal(err)
				}
				cmd.Args = append([]string{"sh", "-c", `ulimit -n 200 && exec "$@"`, "sh", cmd.Path}, cmd.Args[1:]...)
				cmd.Path = sh
				p := startCommand(t, cmd)
				if code := p.Await(); code != exitUsage {
					t.Errorf("exit %d", code)
				}
				if printed := strings.Contains(p.Stdout(), "version: 1"); printed != dry {
					t.Errorf("stdout\n%s", p.Stdout())
				}
				for _, words := range c.says {
					if !strings.Contains(p.Stderr(), words) {
						t.Errorf("%q does not say %q", p.Stderr(), words)
					}
				}
				if strings.Count(p.Stderr(), "\n") != 1 {
					t.Errorf("not one line: %q", p.Stderr())
				}
				emptyFolder(t, p.Folder)
			}
		})
	}
}

// TestDryRunConnectsNowhere, and does not even look for the host.
func TestDryRunConnectsNowhere(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"ftp://no-such-host.invalid/", "ftp://u@" + closedPort} {
		if o := executed("run", target, "--dry-run"); o.code != exitFine || o.stderr != "" {
			t.Errorf("%s: exit %d, stderr %q", target, o.code, o.stderr)
		}
	}
}

// TestDryRunOfASearch describes the levels, the objectives, the steps and the time.
func TestDryRunOfASearch(t *testing.T) {
	t.Parallel()
	args := []string{"capacity", "--dry-run", "--mode", "passive,active", "--slo", "service.p99 < 200ms", "--threshold", "errors.rate < 1%", "--most", "500"}
	o := executed(args...)
	flat := strings.Join(strings.Fields(o.stdout), " ")
	for _, words := range []string{
		"variants passive, active, in turns", "objective service.p99 < 200ms", "objective errors.rate < 1%",
		"levels 1 sessions, doubling up to 500 sessions until one is missed, then between them to within 5%",
		"of each variant, the last of which confirms what was found", "prepared ", "in total, plus logging in",
	} {
		if o.code != exitFine || !strings.Contains(flat, words) {
			t.Errorf("exit %d, %q is not in\n%s%s", o.code, words, o.stdout, o.stderr)
		}
	}
	var x struct {
		Capacity struct {
			Objectives  []string `json:"objectives"`
			FewestSteps int      `json:"fewest_steps"`
			MostSteps   int      `json:"most_steps"`
			MostSeconds float64  `json:"most_seconds"`
		} `json:"capacity"`
	}
	if err := json.Unmarshal([]byte(executed(append(args, "--format", "json")...).stdout), &x); err != nil || len(x.Capacity.Objectives) != 2 ||
		x.Capacity.FewestSteps < 2 || x.Capacity.MostSteps <= x.Capacity.FewestSteps || x.Capacity.MostSeconds < 60 {
		t.Errorf("%+v, %v", x, err)
	}
	if o := executed("capacity", "--dry-run", "--allow-limited"); o.code != exitUsage || !strings.Contains(o.stderr, "--allow-limited") {
		t.Errorf("exit %d, %s", o.code, o.stderr)
	}
}

// TestMuchIsWrittenOnlyByConsent: more than 10 GiB beforehand want --yes; the dry run says
// how long they take.
func TestMuchIsWrittenOnlyByConsent(t *testing.T) {
	t.Parallel()
	args := []string{"run", "ftp://u@" + closedPort, "--size", "1GiB", "--files", "11"}
	if o := executed(args...); o.code != exitUsage || !strings.Contains(o.stderr, "11.0 GiB of test files") || !strings.Contains(o.stderr, "--yes") {
		t.Errorf("exit %d, %s", o.code, o.stderr)
	}
	if o := executed(append(args, "--yes")...); o.code != exitFailed || !strings.Contains(o.stderr, "connection refused") {
		t.Errorf("with --yes: exit %d, %s", o.code, o.stderr)
	}
	if o := executed(append(args, "--dry-run")...); o.code != exitFine || !strings.Contains(o.stdout, "11 files with 11.0 GiB, 1m34s at 1 Gbit/s") {
		t.Errorf("exit %d, %s%s", o.code, o.stdout, o.stderr)
	}
}

// TestVariantsHaveUsersOfTheirOwn, in the URL or by the key, in any order.
func TestVariantsHaveUsersOfTheirOwn(t *testing.T) {
	t.Parallel()
	o := executed("compare", "--dry-run", "--format", "json", "--variant", "a:user=x,target=ftp://h/", "--variant", "b:target=ftp://u@h:2121/,user=y", "--variant", "c:target=ftp://z@h")
	var x struct {
		Variants []struct {
			Name     string
			Settings map[string]string
		}
	}
	if err := json.Unmarshal([]byte(o.stdout), &x); err != nil || o.code != exitFine || len(x.Variants) != 3 {
		t.Fatalf("exit %d, %v, %s%s", o.code, err, o.stdout, o.stderr)
	}
	for i, want := range []string{"ftp://x@h", "ftp://y@h:2121", "ftp://z@h"} {
		v := x.Variants[i]
		if got := v.Settings["target"]; !strings.HasPrefix(got, want) && !(v.Settings["user"] == "x" && i == 0 && strings.HasPrefix(got, "ftp://h")) {
			t.Errorf("%s: %v, want %s", v.Name, v.Settings, want)
		}
	}
	if o := executed("compare", "--dry-run", "--variant", "a:mode=epsv", "--variant", "b:target=ftp://u:secret@h/"); o.code != exitUsage || strings.Contains(o.stderr, "secret") {
		t.Errorf("exit %d, %s", o.code, o.stderr)
	}
}
