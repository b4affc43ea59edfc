package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestProfilesOfItself: both profiles are written, also where the command
// fails, and no help speaks of them.
func TestProfilesOfItself(t *testing.T) {
	t.Parallel()
	for args, code := range map[string]int{"version": exitFine, "report missing.jsonl": exitUsage} {
		folder := t.TempDir()
		cpu, memory := filepath.Join(folder, "cpu"), filepath.Join(folder, "memory")
		p := startFtpmark(t, append(strings.Fields(args), "--cpuprofile", cpu, "--memprofile", memory)...)
		if got := p.Await(); got != code {
			t.Errorf("%s: exit %d, want %d; it said %s", args, got, code, p.Stderr())
		}
		for _, name := range []string{cpu, memory} {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(b, []byte{0x1f, 0x8b}) { // they are gzipped
				t.Errorf("%s: %s has %d bytes, and is no profile", args, filepath.Base(name), len(b))
			}
		}
	}
	if o := executed("version", "--cpuprofile", filepath.Join(t.TempDir(), "no", "folder")); o.code != exitUsage || !strings.Contains(o.stderr, "--cpuprofile") {
		t.Errorf("exit %d, stderr %s", o.code, o.stderr)
	}
	for _, args := range [][]string{{"--help"}, {"run", "--help"}, {"serve", "--help"}} {
		if o := executed(args...); strings.Contains(o.stdout, "cpuprofile") {
			t.Errorf("%q speaks of it:\n%s", args, o.stdout)
		}
	}
}
