//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/ftptest"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// built builds a command as users do. The race detector multiplies memory, and
// slows a thousand goroutines down to where a test of them shows only itself.
func built(t *testing.T, pkg string) string {
	t.Helper()
	ftptest.SkipShort(t, "it builds another program, and makes load with it for long")
	file := filepath.Join(t.TempDir(), filepath.Base(pkg))
	c := exec.Command("go", "build", "-race=false", "-o", file, pkg)
	c.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GOFLAGS=") })
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", c, err, out)
	}
	return file
}

// Not parallel, as the other tests' load would only make it slow.
func TestThousandSessions(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	const sessions, size = 1000, 1 << 10
	c := commandOf(t, "run", "-c", strconv.Itoa(sessions), "-d", "2s", "--warmup", "0", "--size", "1KiB", "--format", "json")
	c.Path = built(t, "../ftpmark")
	f := startMarked(t, c)
	code := f.Await()
	if code != exitFine {
		t.Fatalf("exit %d; it said\n%s", code, f.Stderr())
	}
	f.allGone(0)
	s := summaryIn(t, f.Stdout())
	if s.Status != summary.Complete || s.Sessions.Failed != 0 || s.Sessions.Opened != sessions*int64(len(s.Series)) {
		t.Errorf("status %s, %d sessions opened, %d failed: want complete, %d, 0; errors %+v",
			s.Status, s.Sessions.Opened, s.Sessions.Failed, sessions*len(s.Series), s.Errors)
	}
	if len(s.Series) != 2 {
		t.Fatalf("%d series", len(s.Series))
	}
	for i := range s.Series {
		x := &s.Series[i]
		wantCounts(t, x, size)
		if x.Failed != 0 || x.Unfinished != 0 || x.Attempts < sessions {
			t.Errorf("%s: %d attempts, %d failed, %d unfinished; errors %+v", x.Variant, x.Attempts, x.Failed, x.Unfinished, s.Errors)
		}
		t.Logf("%s: %d operations, %.0f/s", x.Variant, x.OK, x.OperationsPerSecond)
	}
	t.Logf("peak memory of the run: %.1f MiB, all of it counted (%.1f KiB for each session, transfers under way)",
		float64(s.Generator.PeakRSSBytes)/(1<<20), float64(s.Generator.PeakRSSBytes)/sessions/1024)
}

// serving starts the embedded target by itself and returns its address.
func serving(t *testing.T) string {
	t.Helper()
	c := commandOf(t, "serve", "--listen", "127.0.0.1:0")
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // or it would serve for ever
	f := startMarked(t, c)
	address := regexp.MustCompile(`serving ftp://([0-9.]+:[0-9]+)/`)
	var found []string
	f.awaitTrue("it names its address", func() bool {
		found = address.FindStringSubmatch(f.Stderr())
		return found != nil
	})
	return found[1]
}

// TestMemoryOfIdleSession holds 1,000 sessions in a process of their own.
func TestMemoryOfIdleSession(t *testing.T) {
	const sessions, size, most = 1000, 1 << 10, 24 << 10
	client := built(t, "./testdata/idle")
	address := serving(t)
	const name = "ftpmark-idle"
	upload(t, address, name, size)

	cmd := exec.Command(client, address, "anyone", strconv.Itoa(sessions), name, strconv.Itoa(size))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, stderr.String())
	}
	var r struct{ None, Idle, AfterUse, HeapObjects, Goroutines int64 }
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	each := func(now int64) float64 { return float64(now-r.None) / sessions }
	t.Logf("a session that is logged in and idle takes %.0f bytes (%.1f KiB) of the client's memory: VmRSS is %d bytes with none, %d with %d; live objects are %d bytes, goroutines %d",
		each(r.Idle), each(r.Idle)/1024, r.None, r.Idle, sessions, r.HeapObjects, r.Goroutines)
	t.Logf("idle again after a download: %.0f bytes (%.1f KiB)", each(r.AfterUse), each(r.AfterUse)/1024)
	if r.Goroutines < sessions {
		t.Errorf("%d goroutines: the sessions were not all there", r.Goroutines)
	}
	for _, now := range []int64{r.Idle, r.AfterUse} {
		if x := each(now); x > most || x < 1024 {
			t.Errorf("%.0f bytes for each idle session, want at most %d (and no less than is plausible)", x, most)
		}
	}
}

// upload puts a file on the target.
func upload(t *testing.T, address, name string, size int64) {
	t.Helper()
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		t.Fatal(err)
	}
	block, err := mover.NewBlock(1, mover.BlockSize)
	if err != nil {
		t.Fatal(err)
	}
	defer block.Close()
	s, err := workers.Open(t.Context(), workers.Config{
		Wire:        wire.Config{Target: at, Clock: stats.NewClock(time.Now())},
		Credentials: profiles.Credentials{User: "anyone", Password: "any"},
		Mode:        profiles.EPSV,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if f := s.Do(&workers.Job{Op: stats.Stor, Path: name, Upload: &wire.Upload{Block: block, Size: size, Meter: unmetered{}}}).Failure; f != nil {
		t.Fatal(f)
	}
}

// unmetered is a meter for payload that nobody counts.
type unmetered struct{}

func (unmetered) Moved(int) {}

// lastCompletion returns when, in seconds before the end of the window, the
// last interval with a good operation began.
func lastCompletion(tb testing.TB, file string) float64 {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var last, closed stats.Moment
	_, err = resultfile.Read(resultfile.NewReader(f), func(i *resultfile.Interval) {
		closed = max(closed, i.Window.Close)
		for _, s := range i.Series {
			if s.CompletedInside > 0 {
				last = max(last, i.Start)
			}
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	return closed.Sub(last).Seconds()
}

func TestServerRestartedInMidRun(t *testing.T) {
	t.Parallel()
	for _, kind := range []servers.Kind{servers.Vsftpd, servers.ProFTPD, servers.Pyftpdlib} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			const sessions = 4
			server := servers.Start(t, kind, servers.Options{})
			f := startFamily(t, "run", server.URL(), "-c", strconv.Itoa(sessions), "-d", "10s", "--mode", "epsv", "--size", "10kB", "--format", "json")
			f.awaitSaid("epsv: measuring")
			if err := server.Restart(500 * time.Millisecond); err != nil {
				t.Fatal(err)
			}
			if code := f.Await(); code != exitFine {
				t.Fatalf("exit %d; it said\n%s", code, f.Stderr())
			}
			emptyFolder(t, server.DataDir)
			s := summaryIn(t, f.Stdout())
			if s.Status != summary.Complete || len(s.Series) != 1 {
				t.Fatalf("status %s, %d series, missing %q", s.Status, len(s.Series), s.Missing)
			}
			wantCounts(t, &s.Series[0], 10_000)
			if s.Series[0].Failed == 0 && s.Sessions.Failed == 0 {
				t.Error("nothing failed though the server was away")
			}
			if s.Sessions.Opened < 2*sessions {
				t.Errorf("%d sessions were opened: not all came back", s.Sessions.Opened)
			}
			if ago := lastCompletion(t, f.onlyResult()); ago > 2.5 {
				t.Errorf("no operation succeeded in the last %.1f s of the window", ago)
			}
			if len(s.Errors) == 0 {
				t.Error("the report does not say what failed")
			}
		})
	}
}

func TestServerDiesForGood(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
		code int
	}{
		// The files cannot be removed, however patient one is.
		{"one mode", []string{"--mode", "epsv"}, exitFine},
		{"two modes", []string{"--mode", "epsv", "--mode", "eprt", "--keep"}, exitFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, servers.Pyftpdlib, servers.Options{})
			f := startFamily(t, append([]string{"run", server.URL(), "-c", "3", "-d", "4s", "--size", "10kB"}, c.args...)...)
			f.awaitSaid("epsv: measuring")
			server.Kill()
			begun := time.Now()
			if code := f.Await(); code != c.code {
				t.Errorf("exit %d, want %d; it said\n%s", code, c.code, f.Stderr())
			}
			// The rest of the window, the patience with sessions and files.
			if took := time.Since(begun); took > 45*time.Second {
				t.Errorf("it took %s to end", took)
			}
			text, s := reported(t, f.onlyResult())
			if out := f.Stdout(); out != text {
				t.Errorf("report on stdout:\n%s\nof the file:\n%s", out, text)
			}
			if len(s.Series) != 1 {
				t.Fatalf("%d series", len(s.Series))
			}
			wantCounts(t, &s.Series[0], 10_000)
			if w := s.Series[0].WindowSeconds; w < 3.9 || w > 6 {
				t.Errorf("a window of %.2f s, want 4 s", w)
			}
			if !slices.ContainsFunc(s.Warnings, func(n string) bool {
				return strings.Contains(n, "epsv: sessions were without a connection for ")
			}) {
				t.Errorf("no warning says that sessions were without a connection: %q", s.Warnings)
			}
			if !slices.ContainsFunc(s.Errors, func(e summary.ErrorSummary) bool { return e.Op == "" && e.Phase == stats.Connect }) {
				t.Errorf("no session's failure among the errors %+v", s.Errors)
			}
			if c.code == exitFine {
				if s.Status != summary.Complete {
					t.Errorf("status %s, missing %q", s.Status, s.Missing)
				}
				if !strings.Contains(f.Stderr(), "may still be on the server") {
					t.Errorf("it does not say what it left:\n%s", f.Stderr())
				}
			} else {
				wantPartial(t, text, s, "no session could be opened for eprt")
			}
		})
	}
}

// TestServerDiesInWarmUp has a run that counts operations: its window opens
// only when every session stands still, and so never.
func TestServerDiesInWarmUp(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Pyftpdlib, servers.Options{})
	f := startFamily(t, "run", server.URL(), "-c", "2", "-n", "1000", "-d", "30s", "--warmup", "3s", "--mode", "epsv", "--size", "1KiB", "--keep")
	f.awaitSaid("epsv: warm-up")
	server.Kill()
	if code := f.Await(); code != exitFailed {
		t.Errorf("exit %d; it said\n%s", code, f.Stderr())
	}
	if !strings.Contains(f.Stderr(), "was lost and could not be reopened") {
		t.Errorf("it does not say why:\n%s", f.Stderr())
	}
}
