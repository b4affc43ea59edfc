//go:build linux

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// markerIn returns the fields of the marker in the one folder that a run has made
// below the server's data directory.
func markerIn(t *testing.T, server *servers.Server) (folder string, fields map[string]any) {
	t.Helper()
	found, _ := filepath.Glob(server.DataDir + "/ftpmark-*")
	if len(found) != 1 {
		t.Fatalf("folders of runs: %q, want one", found)
	}
	b, err := os.ReadFile(found[0] + "/ftpmark-run.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return found[0], fields
}

// rewrite changes the marker of a folder.
func rewrite(t *testing.T, folder string, fields map[string]any, change map[string]any) {
	t.Helper()
	for k, v := range change {
		fields[k] = v
	}
	b, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder+"/ftpmark-run.json", b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// cleaning runs clean in a process of its own, and wants no password in what it says.
func cleaning(t *testing.T, server *servers.Server, code int, args ...string) (stdout, stderr string) {
	t.Helper()
	out, said, got := runFtpmark(t, append([]string{"clean", server.URL()}, args...)...)
	if got != code {
		t.Errorf("clean %q: exit %d, want %d; it said\n%s%s", args, got, code, out, said)
	}
	if server.Pass != "" && strings.Contains(out+said, ":"+server.Pass+"@") {
		t.Errorf("the password is in\n%s%s", out, said)
	}
	return out, said
}

// wantLine fails the test unless the listing has a line with all of the words.
func wantLine(t *testing.T, listing string, words ...string) {
	t.Helper()
	for line := range strings.Lines(listing) {
		all := true
		for _, w := range words {
			all = all && strings.Contains(line, w)
		}
		if all {
			return
		}
	}
	t.Errorf("no line with %q in\n%s", words, listing)
}

// TestCleanRemovesWhatAKilledRunLeft kills a run on every kind of server: its
// folder is left alone while it may be alive, and removed once it is over.
func TestCleanRemovesWhatAKilledRunLeft(t *testing.T) {
	t.Parallel()
	for _, kind := range servers.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, kind, servers.Options{})
			if out, said := cleaning(t, server, exitFine); out != "" || !strings.Contains(said, "no run folders found") {
				t.Errorf("before: %q, %q", out, said)
			}
			f := startFamily(t, "run", server.URL(), "-c", "2", "-d", "50s", "--size", "10kB", "--files", "5", "--mode", "passive",
				"--op", "retr=4,stor=4,mkd=2,rename=2", "--verify", "size")
			f.awaitSaid("passive: measuring")
			f.Send(os.Kill)
			f.Await()
			folder, fields := markerIn(t, server)
			name := filepath.Base(folder)
			begun, _ := time.Parse(time.RFC3339, fields["started"].(string))
			end, _ := time.Parse(time.RFC3339, fields["planned_end"].(string))
			if since := time.Since(begun); since < 0 || since > 2*time.Minute || time.Until(end) < 50*time.Second {
				t.Errorf("started %s, planned end %s", begun, end)
			}
			// It may be alive, whatever is asked for.
			for _, args := range [][]string{nil, {"--yes"}, {"--yes", "--older-than", "1s"}} {
				out, _ := cleaning(t, server, exitFine, args...)
				wantLine(t, out, name, "may be alive")
			}
			rewrite(t, folder, fields, map[string]any{
				"started": time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), "planned_end": time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)})
			out, _ := cleaning(t, server, exitFine, "--yes")
			wantLine(t, out, name, "may be alive") // an hour's margin
			out, _ = cleaning(t, server, exitFine, "--yes", "--older-than", "2h")
			wantLine(t, out, name, "may be alive")
			out, said := cleaning(t, server, exitFine, "--older-than", "30m")
			wantLine(t, out, name, "over")
			if !strings.Contains(said, "--yes") {
				t.Errorf("it does not say how to remove it: %q", said)
			}
			if _, err := os.Stat(folder + "/ftpmark-run.json"); err != nil {
				t.Errorf("without --yes: %v", err)
			}
			out, _ = cleaning(t, server, exitFine, "--yes", "--older-than", "30m", "--quiet")
			wantLine(t, out, name, "removed")
			emptyFolder(t, server.DataDir)
		})
	}
}

// TestCleanLeavesAlone what it does not know, what was kept and what holds
// something else.
func TestCleanLeavesAlone(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Pyftpdlib, servers.Options{})
	info, err := os.Stat(server.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	own := func(path string) {
		if err := os.Lchown(path, int(owner.Uid), int(owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	folder := func(name string) string {
		path := filepath.Join(server.DataDir, name)
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		own(path)
		return path
	}
	file := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		own(path)
	}
	link := func(to, path string) {
		if err := os.Symlink(to, path); err != nil {
			t.Fatal(err)
		}
		own(path)
	}
	past := func(d time.Duration) string { return time.Now().Add(-d).UTC().Format(time.RFC3339) }
	marker := func(name string, change map[string]any) string {
		path := folder(name)
		fields := map[string]any{"schema": "ftpmark.run/v1", "folder": name, "tool": "ftpmark test", "started": past(3 * time.Hour), "planned_end": past(2 * time.Hour), "kept": ""}
		rewrite(t, path, fields, change)
		own(path + "/ftpmark-run.json")
		return path
	}
	precious := folder("precious")
	file(precious+"/f000000", "precious")
	stays := map[string][]string{"precious": nil}
	// Without a marker, or one of somebody else.
	file(folder("ftpmark-none")+"/x", "x")
	stays["ftpmark-none"] = []string{"unknown", "cannot read ftpmark-run.json"}
	file(folder("ftpmark-torn")+"/ftpmark-run.json", `{"schema": "ftpmark.run/v1", "folder": "ftpmark-torn", "sta`)
	stays["ftpmark-torn"] = []string{"unknown", "not written by ftpmark"}
	marker("ftpmark-moved", map[string]any{"folder": "ftpmark-elsewhere"})
	stays["ftpmark-moved"] = []string{"unknown", "ftpmark-elsewhere"}
	marker("ftpmark-later", map[string]any{"schema": "ftpmark.run/v9"})
	stays["ftpmark-later"] = []string{"unknown", "ftpmark.run/v9"}
	file(folder("ftpmark-lacks")+"/ftpmark-run.json", `{"schema": "ftpmark.run/v1", "folder": "ftpmark-lacks", "started": "`+past(99*time.Hour)+`"}`)
	stays["ftpmark-lacks"] = []string{"unknown", "incomplete"}
	file(folder("ftpmark-large")+"/ftpmark-run.json", strings.Repeat(" ", 100_000))
	stays["ftpmark-large"] = []string{"unknown", "too large"}
	// Kept, and of a run that may be alive.
	marker("ftpmark-kept", map[string]any{"kept": "run"})
	stays["ftpmark-kept"] = []string{"kept"}
	marker("ftpmark-files-0", map[string]any{"kept": "set"})
	stays["ftpmark-files-0"] = []string{"kept"}
	marker("ftpmark-long", map[string]any{"planned_end": nil, "started": past(23 * time.Hour)})
	stays["ftpmark-long"] = []string{"may be alive", "unknown length"}
	marker("ftpmark-fresh", map[string]any{"planned_end": past(-time.Hour), "started": past(time.Minute)})
	stays["ftpmark-fresh"] = []string{"may be alive"}
	file(filepath.Join(server.DataDir, "ftpmark-file"), "no folder")
	// Over, and gone in the end: a link is removed, not followed.
	gone := marker("ftpmark-gone", nil)
	for _, sub := range []string{"files", "work", "work/mkd-0-1"} {
		folder("ftpmark-gone/" + sub)
	}
	file(gone+"/files/f000000", "x")
	file(gone+"/work/stor-0.1", "renamed by the server")
	link("../../precious", gone+"/work/mkd-0-2")
	link("../../precious/f000000", gone+"/work/stor-1")
	marker("ftpmark-unplanned", map[string]any{"planned_end": nil, "started": past(25 * time.Hour)})
	// Over, with something else in it.
	foreign := marker("ftpmark-foreign", nil)
	file(folder("ftpmark-foreign/work")+"/notes.txt", "mine")
	outside := marker("ftpmark-outside", nil)
	link("../precious", outside+"/elsewhere")

	out, said := cleaning(t, server, exitFailed, "--yes")
	for name, words := range stays {
		if words != nil {
			wantLine(t, out, append(words, name)...)
		}
		if _, err := os.Lstat(filepath.Join(server.DataDir, name)); err != nil {
			t.Errorf("%v", err)
		}
	}
	for name, what := range map[string]string{"ftpmark-foreign": "notes.txt", "ftpmark-outside": "elsewhere"} {
		wantLine(t, out, name, "not removed", what, "did not create")
		if _, err := os.Stat(filepath.Join(server.DataDir, name, "ftpmark-run.json")); err != nil {
			t.Errorf("what stays has no marker any more: %v", err)
		}
	}
	if _, err := os.Stat(foreign + "/work/notes.txt"); err != nil {
		t.Error(err)
	}
	if !strings.HasSuffix(said, "ftpmark: could not remove 2 folders of runs that are over\n") {
		t.Errorf("it said %q", said)
	}
	for _, name := range []string{"ftpmark-gone", "ftpmark-unplanned"} {
		wantLine(t, out, name, "removed")
		if _, err := os.Lstat(filepath.Join(server.DataDir, name)); !os.IsNotExist(err) {
			t.Errorf("%s is still there (%v)", name, err)
		}
	}
	if b, err := os.ReadFile(precious + "/f000000"); string(b) != "precious" {
		t.Errorf("what links led to is %q (%v)", b, err)
	}
	if strings.Contains(out, "ftpmark-file ") {
		t.Errorf("a file was taken for a folder:\n%s", out)
	}
}

// TestCleanWhereItMayNot: the server deletes nothing, which is said, and is an error.
func TestCleanWhereItMayNot(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Vsftpd, servers.Options{Extra: []string{"cmds_denied=DELE,RMD"}})
	f := startFamily(t, "run", server.URL(), "-n", "5", "-c", "1", "--size", "1kB", "--mode", "passive")
	if code := f.Await(); code != exitFine {
		t.Errorf("exit %d; it said\n%s", code, f.Stderr())
	}
	folder, fields := markerIn(t, server)
	name := filepath.Base(folder)
	lines := strings.Split(strings.TrimSuffix(f.Stderr(), "\n"), "\n")
	last := lines[len(lines)-1]
	for _, words := range []string{name + " may still be on the server", "550 Permission denied", "ftpmark clean --yes ftp://" + server.User + "@" + server.Addr.String() + "/"} {
		if !strings.Contains(last, words) {
			t.Errorf("the last line does not say %q:\n%s", words, f.Stderr())
		}
	}
	rewrite(t, folder, fields, map[string]any{"started": "2026-01-02T03:04:05Z", "planned_end": "2026-01-02T03:05:05Z"})
	out, said := cleaning(t, server, exitFailed, "--yes")
	wantLine(t, out, name, "not removed", "550 Permission denied")
	if !strings.HasSuffix(said, "ftpmark: could not remove 1 folder of runs that are over\n") {
		t.Errorf("it said %q", said)
	}
}

// TestCleanBadInput: what cannot work is said in one line.
func TestCleanBadInput(t *testing.T) {
	t.Parallel()
	for _, c := range []badInput{
		{"no target", []string{"clean"}, exitUsage, []string{"clean needs a TARGET"}},
		{"two targets", []string{"clean", "ftp://a/", "ftp://b/"}, exitUsage, []string{"one TARGET"}},
		{"an age of nothing", []string{"clean", "ftp://" + closedPort + "/", "--older-than", "0s"}, exitUsage, []string{"--older-than", "1h"}},
		{"no age", []string{"clean", "ftp://" + closedPort + "/", "--older-than", "1"}, exitUsage, []string{"--older-than", "1s"}},
		{"nobody there", []string{"clean", "ftp://u:" + secret + "@" + closedPort + "/"}, exitFailed, []string{"connection refused"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t)
		})
	}
	server := servers.Start(t, servers.Vsftpd, servers.Options{})
	_, said := cleaning(t, server, exitFine)
	if !strings.HasPrefix(said, "ftpmark: ") {
		t.Errorf("%q", said)
	}
	out, said, code := runFtpmark(t, "clean", strings.TrimSuffix(server.URL(), "/")+"/nowhere")
	if code != exitFailed || out != "" || !strings.Contains(said, "nowhere") {
		t.Errorf("a folder that is not there: exit %d, %q, %q", code, out, said)
	}
}
