package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// planOf is what `run --dry-run --format json` prints.
type planOf struct {
	Profile map[string]any
	Origins map[string]string
	Cost    map[string]any
}

// dryRunOf runs it, in a process of its own with the environment added.
func dryRunOf(t *testing.T, env []string, args ...string) (plan planOf, stderr string) {
	t.Helper()
	c := commandOf(t, append([]string{"run", "--dry-run", "--format", "json"}, args...)...)
	c.Env = append(c.Env, env...)
	p := startCommand(t, c)
	if code := p.Await(); code != exitFine {
		t.Fatalf("%q with %q: exit %d, stderr\n%s", args, env, code, p.Stderr())
	}
	if err := json.Unmarshal([]byte(p.Stdout()), &plan); err != nil {
		t.Fatalf("%v in\n%s", err, p.Stdout())
	}
	emptyFolder(t, p.Folder)
	return plan, p.Stderr()
}

// profileFile writes a profile and returns its name.
func profileFile(t *testing.T, lines ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "my.yaml")
	if err := os.WriteFile(name, []byte(strings.Join(append([]string{"version: 1"}, lines...), "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestPrecedence: a flag counts before the environment, that before the
// profile, and that before the default.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	keys := []struct {
		key                             string
		unset, inFile, inEnv, flag, end string // end is the flag's text in the plan
	}{
		{"sessions", "8", "3", "4", "5", "5"},
		{"size", "1MiB", "2KiB", "3KiB", "uniform:1KiB-2KiB", "uniform:1KiB-2KiB"},
		{"op", "retr", "stor", "list", "retr=80,stor=20", "retr=80,stor=20"},
		{"mode", "passive,active", "epsv", "pasv", "eprt,port", "eprt,port"},
		{"duration", "10s", "11s", "12s", "90s", "1m30s"},
		{"warmup", "1s", "2s", "3s", "0", "0s"},
		{"drain", "30s", "1s", "2s", "3s", "3s"},
		{"verify", "bytes", "size", "checksum", "bytes", "bytes"},
		{"think", "<nil>", "1ms", "2ms", "exponential:3ms", "exponential:3ms"},
		{"op_rate", "<nil>", "1/s", "2/s", "180/m", "3/s"},
		{"connect_rate", "<nil>", "100/s", "200/s", "600/m", "10/s"},
		{"session_bandwidth", "<nil>", "1MiB/s", "2MiB/s", "80Mbit/s", "10MB/s"},
		{"keep", "<nil>", "true", "false", "true", "true"},
		{"active_address", "<nil>", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.4"},
		{"active_peer", "server", "any", "server", "any", "any"},
		{"accept", "<nil>", "no-close-notify", "reset-after-complete", "reset-after-complete,no-close-notify", "no-close-notify,reset-after-complete"},
		{"upload_names", "auto", "reuse", "fresh", "reuse", "reuse"},
		{"user", "<nil>", "anna", "berta", "carla", "carla"},
		{"seed", "", "1", "2", "18446744073709551615", "1.8446744073709552e+19"},
		{"mover", "fast", "portable", "fast", "portable", "portable"},
		{"source", "<nil>", "127.0.0.2", "127.0.0.3", "127.0.0.4,127.0.0.5", "127.0.0.4 127.0.0.5"},
		{"threshold", "<nil>", "errors.rate < 1%", "errors.rate < 2%", "errors.rate < 3%", "errors.rate < 3%"},
		{"target", "<nil>", "ftp://192.0.2.1:21/", "ftp://192.0.2.2:21/", "192.0.2.3", "ftp://192.0.2.3:21/"},
	}
	var lines, env, empty, flags []string
	for _, k := range keys {
		lines = append(lines, k.key+": "+k.inFile)
		env, empty = append(env, variableOf(k.key)+"="+k.inEnv), append(empty, variableOf(k.key)+"=")
		if k.key == "target" {
			flags = append(flags, k.flag)
		} else {
			flags = append(flags, "--"+strings.ReplaceAll(k.key, "_", "-")+"="+k.flag)
		}
	}
	inFile := []string{"-p", profileFile(t, lines...)}
	for _, level := range []struct {
		source    string
		env, args []string
	}{
		{"default", nil, nil},
		{"default", empty, nil}, // which count as none
		{"file", nil, inFile},
		{"file", empty, inFile},
		{"environment", env, inFile},
		{"flag", nil, append(inFile, flags...)},
		{"flag", env, flags},
		{"flag", env, append(inFile, flags...)},
	} {
		plan, _ := dryRunOf(t, level.env, level.args...)
		for i, k := range keys {
			want, from := k.end, "flag --"+strings.ReplaceAll(k.key, "_", "-")
			switch level.source {
			case "default":
				want, from = k.unset, "file quick.yaml:"
			case "file":
				want, from = k.inFile, fmt.Sprintf("file my.yaml:%d", i+2)
			case "environment":
				want, from = k.inEnv, "environment "+variableOf(k.key)
			}
			if k.key == "target" && level.source == "flag" {
				from = "argument"
			}
			if level.source != "default" && k.key == "keep" && want == "false" {
				want = "<nil>"
			}
			got := strings.Trim(fmt.Sprint(plan.Profile[k.key]), "[]")
			if got != want && !(k.key == "seed" && want == "") {
				t.Errorf("%s from %s: %s, want %s", k.key, level.source, got, want)
			}
			if origin := plan.Origins[k.key]; !strings.HasPrefix(origin, from) && (level.source != "default" || origin != "" && origin != "random") {
				t.Errorf("%s from %q, want %q", k.key, origin, from)
			}
		}
	}
}

// TestTLSAndTarget: a scheme counts with the source of its URL, and where there
// is none the mode decides the port.
func TestTLSAndTarget(t *testing.T) {
	t.Parallel()
	explicit := profileFile(t, "tls: explicit", "tls_min: '1.3'", "target: 192.0.2.1")
	for _, c := range []struct {
		env, args   []string
		tls, target string
	}{
		{nil, nil, "<nil>", "<nil>"},
		{nil, []string{"192.0.2.1"}, "<nil>", "ftp://192.0.2.1:21/"},
		{nil, []string{"-p", explicit}, "explicit", "ftpes://192.0.2.1:21/"},
		{nil, []string{"-p", explicit, "ftps://192.0.2.2"}, "implicit", "ftps://192.0.2.2:990/"},
		{nil, []string{"-p", explicit, "--tls", "implicit"}, "implicit", "ftps://192.0.2.1:990/"},
		{nil, []string{"-p", explicit, "--tls", "off"}, "off", "ftp://192.0.2.1:21/"},
		{[]string{"FTPMARK_TARGET=ftps://192.0.2.3/x"}, []string{"-p", explicit}, "implicit", "ftps://192.0.2.3:990/x"},
		{[]string{"FTPMARK_TARGET=192.0.2.3:2121"}, []string{"--tls", "implicit"}, "implicit", "ftps://192.0.2.3:2121/"},
		{[]string{"FTPMARK_TARGET=192.0.2.3"}, []string{"192.0.2.4"}, "<nil>", "ftp://192.0.2.4:21/"},
	} {
		plan, _ := dryRunOf(t, c.env, c.args...)
		if tls, target := fmt.Sprint(plan.Profile["tls"]), fmt.Sprint(plan.Profile["target"]); tls != c.tls || target != c.target {
			t.Errorf("%q %q: %s and %s, want %s and %s", c.env, c.args, tls, target, c.tls, c.target)
		}
	}
	for _, args := range [][]string{{"--tls-ca", "x", "--tls", "explicit"}, {"--tls-reuse", "off"}, {"--tls", "implicit", "--prot", "C"}} {
		badInput{"", append([]string{"run"}, args...), exitUsage, []string{"--tls"}}.run(t)
	}
}

// TestFlagsFromTheEnvironment that are no keys of profiles.
func TestFlagsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	c := commandOf(t, "run")
	c.Env = append(c.Env, "FTPMARK_PROFILE=mixed", "FTPMARK_DRY_RUN=true", "FTPMARK_FORMAT=json", "FTPMARK_QUIET=")
	p := startCommand(t, c)
	if code := p.Await(); code != exitFine || !strings.Contains(p.Stdout(), `"op": "retr=80,stor=15,list=5"`) {
		t.Errorf("exit %d, stdout\n%s\nstderr\n%s", code, p.Stdout(), p.Stderr())
	}
	for _, bad := range []struct {
		variable string
		says     []string
	}{
		{"FTPMARK_FORMAT=xml", []string{"FTPMARK_FORMAT=xml: want text or json"}},
		{"FTPMARK_QUIET=perhaps", []string{"FTPMARK_QUIET=perhaps", "true or false"}},
		{"FTPMARK_PROFILE=mixd", []string{"FTPMARK_PROFILE", `"mixed"`}},
		{"FTPMARK_SIZE=1mb", []string{"FTPMARK_SIZE=1mb", "1MiB"}},
		{"FTPMARK_THRESHOLD=errors < 1%", []string{"FTPMARK_THRESHOLD", "errors.rate"}},
		{"FTPMARK_TARGET=ftp://user:" + secret + "@192.0.2.1/", []string{"FTPMARK_TARGET", "a password is not allowed here"}},
	} {
		c := commandOf(t, "run", "--dry-run")
		c.Env = append(c.Env, bad.variable)
		badInput{"", nil, exitUsage, bad.says}.check(t, startCommand(t, c))
	}
	// A flag is heard before its variable.
	c = commandOf(t, "run", "--dry-run", "--format", "json")
	c.Env = append(c.Env, "FTPMARK_FORMAT=xml")
	if p := startCommand(t, c); p.Await() != exitFine {
		t.Errorf("stderr\n%s", p.Stderr())
	}
}

// TestMisspeltVariable: one that looks like ours is told, others are not.
func TestMisspeltVariable(t *testing.T) {
	t.Parallel()
	_, stderr := dryRunOf(t, []string{
		"FTPMARK_SESSION=3", "FTPMARK_MAX_BAKLOG=9", "FTPMARK_PROFIL=mixed", "FTPMARK_SERVERS=/x", "FTPMARK_TEST_FULL=1",
		"FTPMARK_PASSWORD=x", "FTPMARK_SOMETHING_ELSE=1", "FTPMARK_MODES=", "FTP_SIZE=1",
	})
	want := []string{
		"FTPMARK_MAX_BAKLOG is ignored: did you mean FTPMARK_MAX_BACKLOG?",
		"FTPMARK_PROFIL is ignored: did you mean FTPMARK_PROFILE?",
		"FTPMARK_SESSION is ignored: did you mean FTPMARK_SESSIONS?",
	}
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d warnings, want %d:\n%s", len(lines), len(want), stderr)
	}
	for i := range want {
		if !strings.HasSuffix(lines[i], want[i]) {
			t.Errorf("%q, want %q", lines[i], want[i])
		}
	}
}

// TestBadProfiles: the line says the file, the place, and what is accepted.
func TestBadProfiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		lines []string
		args  []string
		says  []string
	}{
		{"bad value", []string{"size: 1mb"}, nil, []string{"my.yaml:2:7: size", `"mb"`, "1MiB"}},
		{"unknown key", []string{"op: retr", "sesions: 3"}, nil, []string{"my.yaml:3:1", `"sesions"`, `did you mean "sessions"?`}},
		{"password", []string{"password: " + secret}, nil, []string{"my.yaml:2:1: password", "password_file", "FTPMARK_PASSWORD"}},
		{"password in the target", []string{"target: ftp://user:" + secret + "@192.0.2.1/"}, nil, []string{"my.yaml:2:9: target", "password_file"}},
		{"contradiction", []string{"rate: 10/s", "think: 1s"}, nil, []string{"my.yaml:3:1: think", "contradicts rate on line 2"}},
		{"flag over the profile", []string{"op: stor"}, []string{"--path", "x", "ftp://u@192.0.2.1"}, []string{"--path x", "op on line 2"}},
		{"threshold's syntax", []string{"threshold:", "  - errors < 1%"}, nil, []string{"my.yaml:3:", "threshold", `"errors < 1%"`, "column", "errors.rate"}},
		{"threshold of nothing planned", []string{"op: retr", "threshold: stor.service.p99 < 1s"}, nil, []string{"my.yaml:3:12: threshold", "the run has no stor"}},
		{"threshold of an open load", []string{"threshold: dropped.count == 0"}, nil, []string{"my.yaml:2:12", "open load"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"run", "-p", profileFile(t, c.lines...)}, c.args...)
			badInput{"", args, exitUsage, c.says}.run(t)
		})
	}
	badInput{"", []string{"run", "-p", "./none.yaml"}, exitUsage, []string{"./none.yaml", "no such file"}}.run(t)
	badInput{"", []string{"run", "-p", "mixd"}, exitUsage, []string{"--profile", `did you mean "mixed"?`}}.run(t)
	badInput{"", []string{"run", "--threshold", "retr.service.p98 < 1s"}, exitUsage, []string{"--threshold", "column 14", "p99"}}.run(t)
	badInput{"", []string{"run", "--threshold", "stor.service.p99 < 1s"}, exitUsage, []string{"--threshold", "the run has no stor"}}.run(t)
}
