//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// wantStays fails the test unless the lines before the given number of last ones
// say what stays on the server and how to remove it.
func wantStays(t *testing.T, server *servers.Server, stderr string, behind int) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	found, _ := filepath.Glob(server.DataDir + "/ftpmark-*")
	if len(found) != 1 || len(lines) <= behind {
		t.Fatalf("on the server is %q; it said\n%s", found, stderr)
	}
	last := lines[len(lines)-1-behind]
	for _, words := range []string{filepath.Base(found[0]), "may still be on the server: ", "550 Permission denied", "remove it with: ftpmark clean --yes ftp://" + server.User + "@" + server.Addr.String() + "/"} {
		if !strings.Contains(last, words) {
			t.Errorf("the last line of it does not say %q:\n%s", words, stderr)
		}
	}
	if strings.Count(stderr, "may still be on the server") != 1 {
		t.Errorf("it is not said once:\n%s", stderr)
	}
	if strings.Contains(stderr, server.Pass+"@") {
		t.Errorf("the password is in\n%s", stderr)
	}
}

// TestLastLinesSayWhatStays, whatever made it: the server removes nothing.
func TestLastLinesSayWhatStays(t *testing.T) {
	t.Parallel()
	const exitAny = -2 // whether this machine was too busy is of no matter here
	for _, c := range []struct {
		name   string
		args   []string
		code   int
		behind int // lines behind those
	}{
		{"run", []string{"run", "-n", "5", "-c", "1", "--format", "json"}, exitFine, 0},
		{"run in text", []string{"run", "-n", "5", "-c", "1", "--op", "stor"}, exitFine, 0},
		{"quiet run", []string{"run", "-n", "5", "-c", "1", "--quiet"}, exitFine, 0},
		{"compare", []string{"compare", "-n", "3", "-c", "1", "--pairs", "6", "--cooldown", "0s"}, exitFine, 0},
		{"capacity", []string{"capacity", "--step-min", "500ms", "--step-max", "500ms", "--warmup", "0", "--most", "1"}, exitAny, 0},
		{"explain", []string{"explain", "--mode", "pasv"}, exitFine, 0},
		{"explain as json", []string{"explain", "--mode", "pasv", "--format", "json"}, exitFine, 0},
		{"failed preparation", []string{"run", "-n", "5", "--verify", "size"}, exitFailed, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			extra := []string{"cmds_denied=DELE,RMD"}
			if c.code == exitFailed {
				extra = []string{"cmds_denied=DELE,RMD,SIZE"}
			}
			server := servers.Start(t, servers.Vsftpd, servers.Options{Extra: extra})
			f := startFamily(t, append([]string{c.args[0], server.URL(), "--size", "1kB"}, c.args[1:]...)...)
			if code := f.Await(); code != c.code && c.code != exitAny {
				t.Errorf("exit %d, want %d; it said\n%s", code, c.code, f.Stderr())
			}
			wantStays(t, server, f.Stderr(), c.behind)
		})
	}
}

// TestLastLinesOfAnInterruptedRun: the report, the file, what stays, and that it
// was interrupted.
func TestLastLinesOfAnInterruptedRun(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Vsftpd, servers.Options{Extra: []string{"cmds_denied=DELE,RMD"}})
	f := startFamily(t, "run", server.URL(), "-c", "1", "-d", "50s", "--size", "1kB", "--mode", "passive")
	f.awaitSaid("passive: measuring")
	f.Send(os.Interrupt)
	if code := f.Await(); code != exitInterrupted {
		t.Errorf("exit %d; it said\n%s", code, f.Stderr())
	}
	wantStays(t, server, f.Stderr(), 1)
	if !strings.Contains(f.Stdout(), "may still be on the server") {
		t.Errorf("the report's notes do not say it:\n%s", f.Stdout())
	}
}
