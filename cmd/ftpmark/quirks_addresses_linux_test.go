package main

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// TestQuirkL09: a host with several addresses of which only one answers is
// measured there, in whichever order they come, and the report says where.
func TestQuirkL09(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		at   string   // where the server is
		all  []string // the host's addresses
		peer peerFares
	}{
		{"second is IPv6", "::1", []string{"127.0.0.1", "::1"}, peerWorks},
		{"second is IPv4", "127.0.0.1", []string{"::1", "127.0.0.1"}, peerWorks},
		{"two of IPv4", "127.0.0.1", []string{"127.0.0.3", "127.0.0.1"}, peerWorks},
		{"the other way round", "127.0.0.3", []string{"127.0.0.3", "127.0.0.1"}, peerWorks},
		{"last of four", "127.0.0.4", []string{"127.0.0.5", "127.0.0.6", "::1", "127.0.0.4"}, peerWorks},
		{"none", "127.0.0.7", []string{"127.0.0.5", "::1"}, peerFails},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr(c.at),
				scripted.Script{Tree: &scripted.Tree{Files: map[string]int64{"/probe.bin": quirkSize}}})
			port := server.Addr().Port()
			url := fmt.Sprintf("ftp://u:%s@several.test:%d/", quirkPassword, port)
			hosts := filepath.Join(t.TempDir(), "hosts")
			var lines strings.Builder
			for _, a := range c.all {
				fmt.Fprintf(&lines, "%s several.test\n", a)
			}
			if err := os.WriteFile(hosts, []byte(lines.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			p := startCommand(t, withHosts(t, hosts, commandOf(t, "run", url, "-n", "6", "-c", "2", "--size", "4KiB", "--reply-timeout", "4s")))
			code := p.Await()
			text := p.Stdout() + p.Stderr()
			if took := time.Since(begun); took > quirkTime {
				t.Errorf("it took %v", took)
			}
			tellsNobody(t, quirkPassword, text)
			if c.peer == peerFails {
				if code != exitFailed {
					t.Errorf("exit %d, want %d", code, exitFailed)
				}
				contains(t, "the run", text, append([]string{"refused"}, c.all...)) // every one was tried
			} else {
				if code != exitFine {
					t.Errorf("exit %d, want %d:\n%s", code, exitFine, text)
				}
				contains(t, "the run", text, []string{" at " + c.at + " "})
			}
			if left := server.Paths(); len(left) != 1 {
				t.Errorf("left on the server: %q", left)
			}
			curlResolves(t, hosts, fmt.Sprintf("ftp://several.test:%d/probe.bin", port), c.peer)
		})
	}
}

// withHosts has a command that was not started yet read another /etc/hosts, in a
// mount namespace of its own. It needs root.
func withHosts(t *testing.T, hosts string, c *exec.Cmd) *exec.Cmd {
	t.Helper()
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		t.Fatal(err)
	}
	script := `mount --bind "$0" /etc/hosts && exec "$@"`
	c.Args = append([]string{unshare, "--mount", "sh", "-c", script, hosts, c.Path}, c.Args[1:]...)
	c.Path = unshare
	return c
}

// curlResolves has curl read a file of a host with those addresses.
func curlResolves(t *testing.T, hosts, url string, want peerFares) {
	t.Helper()
	path, err := exec.LookPath("curl")
	if err != nil {
		t.Logf("curl is not installed: run `make servers`")
		return
	}
	c := exec.Command(path, "-q", "-sS", "--noproxy", "*", "--max-time", "8", "-u", "u:"+quirkPassword, "-o", filepath.Join(t.TempDir(), "out.bin"), url)
	said, err := withHosts(t, hosts, c).CombinedOutput()
	if works := err == nil; works != (want == peerWorks) {
		t.Errorf("curl: %v, which is not what this test says\n%s", err, said)
	}
	t.Logf("curl: %v", err)
}
