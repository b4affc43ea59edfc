package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/loadgen"
)

// TestHelpFits: help is no wider than 100 columns and says what a value is.
func TestHelpFits(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"", "run", "serve", "report", "version", "profiles", "profiles list", "profiles show", "profiles check", "profiles schema"} {
		var out, errs bytes.Buffer
		args := append(strings.Fields(command), "--help")
		if code := execute(args, streams{nil, &out, &errs}); code != exitFine || errs.Len() > 0 {
			t.Errorf("%v: exit %d, %s", args, code, &errs)
		}
		for line := range strings.Lines(out.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
				t.Errorf("%s: %d columns: %s", command, n, line)
			}
			for _, kind := range []string{" string ", " int ", " uint ", " duration ", " strings ", " size "} {
				if strings.HasPrefix(strings.TrimSpace(line), "-") && strings.Contains(line[:min(len(line), 28)], kind) {
					t.Errorf("%s: a Go type: %s", command, line)
				}
			}
		}
	}
}

// TestServeTLSUsage: serve says how it is to be reached.
func TestServeTLSUsage(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	for mode, scheme := range map[string]string{"off": "ftp", "explicit": "ftpes", "implicit": "ftps"} {
		args := []string{"serve", "--listen", "127.0.0.1:0", "--tls", mode}
		says := []string{"serving " + scheme + "://127.0.0.1:"}
		if mode == "explicit" {
			args, says = append(args, "--tls-ca-out", ca), append(says, "--tls-ca "+ca)
		} else if mode == "implicit" {
			says = append(says, "--tls-ca-out FILE")
		}
		p := startFtpmark(t, args...)
		for _, words := range says {
			if !eventually(func() bool { return strings.Contains(p.Stderr(), words) }) {
				t.Errorf("--tls %s: %q does not say %q", mode, p.Stderr(), words)
			}
		}
	}
}

// TestProgressFitsUsage: the line on a terminal of unknown width is cut.
func TestProgressFitsUsage(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	p := &progress{w: &b, live: true}
	for _, name := range []string{strings.Repeat("x", 200), "short"} {
		p.observe(p.said, loadgen.Progress{Variant: name, Stage: loadgen.StageWindow})
	}
	for _, line := range strings.Split(b.String(), "\r") {
		if utf8.RuneCountInString(line) > 79 {
			t.Errorf("too wide: %q", line)
		}
	}
}

// TestProgressSays what there is to say of a stage.
func TestProgressSays(t *testing.T) {
	t.Parallel()
	for want, x := range map[string]loadgen.Progress{
		"preparing files: 120/1000": {Stage: loadgen.StagePrepare, Files: 120, OfFiles: 1000, Elapsed: time.Second},
		"epsv: connecting 1s, 3/8 sessions": {
			Variant: "epsv", Stage: loadgen.StageConnect, Elapsed: time.Second, Up: 3, Wanted: 8, Waiting: 9},
		"epsv: measuring 2s/10s, 8/8 sessions, 50 op/s, 2.00 MiB/s, 37 waiting, 1 failed": {
			Variant: "epsv", Stage: loadgen.StageWindow, Elapsed: 2 * time.Second, Length: 10 * time.Second, Up: 8, Wanted: 8,
			OperationsPerSec: 50, BytesPerSecond: 2 << 20, Waiting: 37, Failed: 1},
	} {
		if got := describeProgress(x); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
