package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ftpmark/ftpmark/profiles"
)

// passwordOf returns the password that a run would log in with.
func passwordOf(t *testing.T, profile string, flags map[string]string) string {
	t.Helper()
	draft, err := profiles.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	r := newMeasureFlags()
	for key, text := range flags {
		if err := r.keys.Set(key, text); err != nil {
			t.Fatal(err)
		}
	}
	plan, err := r.plan(draft, []string{"ftp://u@192.0.2.7/"})
	if err != nil {
		t.Fatal(err)
	}
	return plan.Credentials.Password
}

// TestPasswordsComeInOrder: a flag's file before the environment, and that
// before a profile's file. A dry run needs none of them.
func TestPasswordsComeInOrder(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	profile := write("p.yaml", "version: 1\npassword_file: "+write("of-profile", "profile\n")+"\n")
	if got := passwordOf(t, profile, nil); got != "profile" {
		t.Errorf("the profile's alone: %q", got)
	}
	t.Setenv("FTPMARK_PASSWORD", "environment")
	if got := passwordOf(t, profile, nil); got != "environment" {
		t.Errorf("the profile's and the environment's: %q", got)
	}
	if got := passwordOf(t, profile, map[string]string{"password_file": write("of-flag", "flag\n")}); got != "flag" {
		t.Errorf("all three: %q", got)
	}
	absent := write("q.yaml", "version: 1\ntarget: ftp://u@192.0.2.7/\npassword_file: "+filepath.Join(folder, "absent")+"\n")
	if out, talk, code := runFtpmark(t, "run", "-p", absent, "--dry-run"); code != 0 || out == "" {
		t.Errorf("a dry run: exit %d, %s", code, talk)
	}
}
