//go:build linux

package servers

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// holding tells the test binary that it is the one to be killed.
const holding = "FTPTEST_HOLD_SERVERS"

// held is what that one says of a server it holds.
type held struct {
	Kind Kind
	Dir  string
	All  []int
}

func TestServersEndWithAKilledTest(t *testing.T) {
	t.Parallel()
	ftptest.SkipShort(t, "it needs root")
	if os.Geteuid() != 0 {
		t.Fatal("needs root: without PID namespaces sessions may stay behind")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestHoldServers$")
	cmd.Env = append(os.Environ(), holding+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	var servers []held
	lines := bufio.NewScanner(out)
	for range Kinds() {
		var h held
		if !lines.Scan() || json.Unmarshal(lines.Bytes(), &h) != nil {
			t.Fatalf("the holder said %q", lines.Text())
		}
		servers = append(servers, h)
	}
	cmd.Process.Kill()
	cmd.Wait()
	for _, h := range servers {
		for range 500 {
			if !slices.ContainsFunc(h.All, alive) {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		for _, pid := range h.All {
			if alive(pid) {
				t.Errorf("%s: process %d of %v outlived the test binary", h.Kind, pid, h.All)
			}
		}
		// The files go when the next server is started.
		sweepRunDirs(filepath.Dir(h.Dir))
		if _, err := os.Stat(h.Dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %s is still there (%v)", h.Kind, h.Dir, err)
		}
	}
}

// TestHoldServers tests nothing: it is the process that TestServersEndWithAKilledTest
// starts and kills.
func TestHoldServers(t *testing.T) {
	if os.Getenv(holding) == "" {
		return
	}
	for _, kind := range Kinds() {
		s := Start(t, kind, Options{})
		loginRaw(t, s)
		if err := json.NewEncoder(os.Stdout).Encode(held{kind, s.dir.path, s.Processes()}); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(time.Minute) // and no longer, should nobody kill it
}

func TestSweepSparesTheLiving(t *testing.T) {
	t.Parallel()
	d, err := newRunDir()
	if err != nil {
		t.Fatal(err)
	}
	defer d.remove()
	sweepRunDirs(filepath.Dir(d.path))
	if _, err := os.Stat(d.path); err != nil {
		t.Error(err)
	}
}
