//go:build benchpeers && linux

package benchpeers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// Where this checkout and another commit differ by more than chance: in each of so many
// repetitions, and by so much at the median. If they were alike that would come about once
// in 128 times.
const (
	checkReps = 7
	tolerated = 1.03
)

// TestBenchCheck measures this checkout beside a commit, interleaved.
func TestBenchCheck(t *testing.T) {
	commit := os.Getenv("BENCH_AGAINST")
	if commit == "" {
		b, err := os.ReadFile("README.md")
		if err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile(`(?m)^Commit ([0-9a-f]+)`).FindSubmatch(b)
		if m == nil {
			t.Fatal("README.md names no commit: set BENCH_AGAINST")
		}
		commit = string(m[1])
	}
	now, before := built(t), builtOf(t, commit)
	content := randomFile(t, 1<<30)
	const this = "this checkout"
	both := func(flags ...string) []client {
		return []client{now.ours(this, flags...), before.ours(commit, flags...)}
	}
	const file, size = "1g", 1 << 30
	bulk := work{unit: gib, server: servers.Vsftpd, size: size, low: 1, high: 4, limit: 40 * time.Second}
	down, up, secure := bulk, bulk, bulk
	down.title, down.files, down.clients = "RETR 1 GiB", map[string]int64{file: size}, both("--path", "/"+file, "-c", "1", "--mode", "epsv")
	up.title, up.upload, up.clients = "STOR 1 GiB", true, both("--op", "stor", "--size", "1GiB", "-c", "1", "--mode", "epsv")
	secure.title, secure.files, secure.high = "TLS 1.3 RETR 1 GiB", map[string]int64{file: size}, 3
	secure.server, secure.opts, secure.tailor = servers.PureFTPd, servers.Options{TLS: servers.Explicit}, now.sameCipher
	secure.clients = both("--path", "/"+file, "--tls", "explicit", "--tls-min", "1.3", "-c", "1", "--mode", "epsv")
	all := []work{down, up, secure}
	for _, sessions := range []int{1, 50} {
		all = append(all, work{
			title: "RETR 1 KiB, " + plural(sessions), unit: operation, server: servers.Vsftpd, files: map[string]int64{smallFile: smallSize}, size: smallSize,
			low: 500, high: 500 + 3000*min(sessions, 2), limit: 20 * time.Second,
			clients: both("--path", "/"+smallFile, "-c", fmt.Sprint(sessions), "--mode", "epsv"),
		})
	}
	for _, w := range all {
		w.name = w.title
		r := w.repeated(t, conditions{reps: checkReps, scale: 1, content: content})
		for _, what := range []measure{cpu, speed} {
			ratios := r.ratios(floor{ours: this, theirs: commit, what: what})
			if len(ratios) < checkReps {
				t.Errorf("%s: %d of %d repetitions can be compared: %v", w.title, len(ratios), checkReps, r.failed)
				continue
			}
			name, worse := "CPU", 1.0
			if what == speed {
				name, worse = "speed", -1
			}
			verdict := "as before"
			if m := median(ratios); worse*(m-1) > tolerated-1 && !slices.ContainsFunc(ratios, func(x float64) bool { return worse*(x-1) <= 0 }) {
				verdict = "WORSE"
				t.Fail()
			}
			t.Logf("%s, %s, this checkout to %s: %.3f (%.3f to %.3f): %s", w.title, name, commit, median(ratios), slices.Min(ratios), slices.Max(ratios), verdict)
		}
	}
}

// builtOf builds ftpmark of another commit.
func builtOf(t *testing.T, commit string) programs {
	t.Helper()
	dir := t.TempDir()
	root, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "ftpmark")
	for _, c := range []*exec.Cmd{
		exec.Command("sh", "-c", `git -C "$1" archive "$2" | tar -x -C "$3"`, "sh", strings.TrimSpace(string(root)), commit, dir),
		exec.Command("go", "build", "-C", dir, "-trimpath", "-buildvcs=false", "-o", program+"-before", "./cmd/ftpmark"),
	} {
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", c, err, out)
		}
	}
	return programs{ftpmark: program + "-before"}
}
