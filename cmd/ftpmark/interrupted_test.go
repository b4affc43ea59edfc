//go:build linux

package main

import (
	"fmt"
	mathrand "math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// endsInterrupted waits for the end of ftpmark, which must come soon, and wants the
// code of an interrupted run.
func (f *family) endsInterrupted(within time.Duration) {
	f.tb.Helper()
	begun := time.Now()
	code := f.Await()
	if took := time.Since(begun); took > within {
		f.tb.Errorf("it took %s to end, want at most %s; it said\n%s", took, within, f.Stderr())
	}
	if code != exitInterrupted {
		f.tb.Errorf("exit %d (%s), want %d; it said\n%s", code, f.ProcessState, exitInterrupted, f.Stderr())
	}
	if !strings.HasSuffix(f.Stderr(), "ftpmark: interrupted\n") {
		f.tb.Errorf("the last line does not say that it was interrupted:\n%s", f.Stderr())
	}
	f.allGone(0)
}

// silent is a script that does not greet.
func silent() *scripted.Script {
	return &scripted.Script{Replies: map[string]scripted.Reply{scripted.Greeting: {Silent: true}}}
}

// scripted starts a scripted server on 127.0.0.1.
func startScripted(tb testing.TB, s scripted.Script) *scripted.Server {
	return scripted.Start(tb, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), s)
}

func TestInterruptDrainsAndCleansUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		op     string
		signal os.Signal
	}{{"retr", os.Interrupt}, {"stor", syscall.SIGTERM}} {
		t.Run(c.op, func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, servers.Vsftpd, servers.Options{})
			f := startFamily(t, "run", server.URL(), "-c", "4", "-d", "50s", "--op", c.op, "--size", "100kB", "--format", "json", "-o", "it.jsonl")
			f.awaitSaid("passive: measuring")
			if found, _ := filepath.Glob(server.DataDir + "/ftpmark-*"); len(found) != 1 {
				t.Errorf("the run's folder on the server: %q", found)
			}
			f.Send(c.signal)
			f.endsInterrupted(10 * time.Second)
			emptyFolder(t, server.DataDir)
			if !strings.Contains(f.Stderr(), "result file: it.jsonl\n") {
				t.Errorf("the result file is not named:\n%s", f.Stderr())
			}
			s := summaryIn(t, f.Stdout())
			text, again := reported(t, f.onlyResult())
			for _, s := range []*summary.Summary{s, again} {
				wantPartial(t, text, s, "the run was interrupted", "variant passive, trial 1, ended early", "variant active did not run")
				if len(s.Series) != 1 {
					t.Fatalf("%d series", len(s.Series))
				}
				wantCounts(t, &s.Series[0], 100_000)
				if x := s.Series[0]; x.Failed != 0 || x.Unfinished != 0 {
					t.Errorf("%d failed, %d unfinished, though the operations in flight were awaited", x.Failed, x.Unfinished)
				}
			}
			if s.Series[0].OK != again.Series[0].OK {
				t.Errorf("%d ok in the report, %d in the file", s.Series[0].OK, again.Series[0].OK)
			}
		})
	}
}

// TestSecondInterruptStopsAtOnce stalls every transfer in a way that would
// take a minute to give up.
func TestSecondInterruptStopsAtOnce(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	for _, c := range []struct {
		name, op, mode string
		first, second  os.Signal
		script         scripted.Script
	}{
		{"download stalls", "retr", "epsv", os.Interrupt, os.Interrupt,
			scripted.Script{Download: scripted.Download{Stop: scripted.EndHold, StopAfter: 1000}}},
		{"upload stalls", "stor", "pasv", syscall.SIGTERM, syscall.SIGTERM,
			scripted.Script{Upload: scripted.Upload{Stop: scripted.EndHold, StopAfter: 100_000, ReceiveBuffer: 64 << 10}}},
		{"server never connects", "retr", "eprt", os.Interrupt, syscall.SIGTERM,
			scripted.Script{ActiveConnect: scripted.NeverConnect}},
		{"no reply", "retr", "port", syscall.SIGTERM, os.Interrupt,
			scripted.Script{Replies: map[string]scripted.Reply{"PORT": {Silent: true}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var proper scripted.Script
			c.script.Choose = func(turn scripted.Turn) *scripted.Script {
				if turn.Session <= 1 { // the one that prepares
					return &proper
				}
				return nil
			}
			server := startScripted(t, c.script)
			f := startFamily(t, "run", server.URL(), "-c", "3", "-d", "50s", "--warmup", "0", "--op", c.op, "--mode", c.mode,
				"--size", fmt.Sprint(size), "--format", "json")
			f.awaitSaid("measuring")
			f.Send(c.first)
			f.awaitSaid("again to stop now")
			time.Sleep(300 * time.Millisecond) // the drain lasts
			select {
			case <-f.Done():
				t.Fatalf("it did not wait for the operations in flight:\n%s", f.Stderr())
			default:
			}
			f.Send(c.second)
			f.endsInterrupted(3 * time.Second)
			if !strings.Contains(f.Stderr(), "may still be on the server") {
				t.Errorf("it does not say what it left:\n%s", f.Stderr())
			}
			s := summaryIn(t, f.Stdout())
			text, again := reported(t, f.onlyResult())
			for _, s := range []*summary.Summary{s, again} {
				wantPartial(t, text, s, "the run was interrupted")
				if len(s.Series) != 1 {
					t.Fatalf("%d series", len(s.Series))
				}
				if x := s.Series[0]; x.Attempts != 3 || x.Unfinished != 3 || x.Failed != 0 {
					t.Errorf("%d attempts, %d unfinished, %d failed: want 3 attempts, all unfinished", x.Attempts, x.Unfinished, x.Failed)
				}
			}
		})
	}
}

func TestInterruptWhileConnecting(t *testing.T) {
	t.Parallel()
	refuses := func(code int, text string) *scripted.Script {
		return &scripted.Script{Replies: map[string]scripted.Reply{scripted.Greeting: scripted.NewReply(code, text)}}
	}
	for _, c := range []struct {
		name   string
		signal os.Signal
		later  *scripted.Script
	}{
		{"no greeting", os.Interrupt, silent()},
		{"too many", syscall.SIGTERM, refuses(421, "Too many connections.")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var healed atomic.Bool
			server := startScripted(t, scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
				// One session prepares, and three of those that measure come up.
				if turn.Verb == scripted.Greeting && turn.Session > 4 && !healed.Load() {
					return c.later
				}
				return nil
			}})
			f := startFamily(t, "run", server.URL(), "-c", "4", "-d", "50s", "--size", "1KiB", "--mode", "passive")
			f.awaitSaid("connecting")
			f.Send(c.signal)
			healed.Store(true) // for the session that cleans up
			f.awaitSaid("again to stop now")
			f.endsInterrupted(5 * time.Second)
			text, s := reported(t, f.onlyResult())
			wantPartial(t, text, s, "the run was interrupted", "its window never opened")
			if strings.Contains(f.Stderr(), "still be on the server") {
				t.Errorf("it did not clean up:\n%s", f.Stderr())
			}
		})
	}
}

func TestInterruptWhilePreparing(t *testing.T) {
	t.Parallel()
	t.Run("no greeting", func(t *testing.T) {
		t.Parallel()
		server := startScripted(t, *silent())
		f := startFamily(t, "run", server.URL())
		f.awaitTrue("the server has a session", func() bool { return len(server.Sessions()) > 0 })
		f.Send(os.Interrupt)
		f.endsInterrupted(3 * time.Second)
		if files := resultFiles(t, f.Folder); f.Stdout() != "" || len(files) != 0 {
			t.Errorf("nothing was measured, but stdout is %q and files are %q", f.Stdout(), files)
		}
	})
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run("upload, "+signal.String(), func(t *testing.T) {
			t.Parallel()
			// The file would take 100 s to upload.
			server := servers.Start(t, servers.Vsftpd, servers.Options{Extra: []string{"local_max_rate=1000000"}})
			f := startFamily(t, "run", server.URL(), "--size", "100MB")
			f.awaitTrue("the file grows on the server", func() bool {
				found, _ := filepath.Glob(server.DataDir + "/*/files/*")
				if len(found) == 0 {
					return false
				}
				info, err := os.Stat(found[0])
				return err == nil && info.Size() > 0
			})
			f.Send(signal)
			f.endsInterrupted(10 * time.Second)
			emptyFolder(t, server.DataDir)
			if files := resultFiles(t, f.Folder); f.Stdout() != "" || len(files) != 0 {
				t.Errorf("nothing was measured, but stdout is %q and files are %q", f.Stdout(), files)
			}
		})
	}
}

// TestInterruptAtAnyMoment has the embedded target, which starts and stops
// within the run.
func TestInterruptAtAnyMoment(t *testing.T) {
	t.Parallel()
	for i := range 8 {
		f := startFamily(t, "run", "-c", "2", "-d", "50s", "--size", "1KiB")
		// Before it, Go's own handling of the signal ends the process.
		late := mathrand.N(time.Duration(i+1) * 100 * time.Millisecond)
		t.Logf("interrupted %d after %v", i, late)
		time.Sleep(late)
		f.Send(os.Interrupt)
		if i%2 == 1 {
			time.Sleep(mathrand.N(50 * time.Millisecond))
			f.Send(syscall.SIGTERM)
		}
		begun := time.Now()
		code := f.Await()
		if took := time.Since(begun); took > 8*time.Second {
			t.Errorf("interrupted after %s it took %s to end; it said\n%s", late, took, f.Stderr())
		}
		if code != exitInterrupted && code != -1 {
			t.Errorf("interrupted after %s: exit %d; it said\n%s", late, code, f.Stderr())
		}
		f.allGone(2 * time.Second)
	}
}

func TestEmbeddedTargetIsGoneOnEveryPath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		code int
		args []string
	}{
		{"fine", exitFine, []string{"-n", "200", "--size", "1MiB"}},
		// The only operation would take a quarter of an hour.
		{"nothing measured", exitFailed, []string{"-d", "200ms", "--drain", "100ms", "--mode", "eprt", "--size", "1GiB", "--bandwidth", "1MB/s"}},
		{"nothing prepared", exitFailed, []string{"--reply-timeout", "1ns"}},
		{"unwritable result file", exitUsage, []string{"-o", "no/such/folder/it.jsonl"}},
		{"too many sessions", exitUsage, []string{"-c", "100000000"}},
		{"not this machine's address", exitUsage, []string{"--source", "192.0.2.99"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := startFamily(t, append([]string{"run"}, c.args...)...)
			if c.code == exitFine {
				f.awaitTrue("the embedded target runs", func() bool { return len(f.members()) == 2 })
			}
			if code := f.Await(); code != c.code {
				t.Errorf("exit %d, want %d; it said\n%s", code, c.code, f.Stderr())
			}
			f.allGone(0)
			if c.code != exitFine && strings.Count(f.Stderr(), "ftpmark: ") != 1 {
				t.Errorf("want one line that says why:\n%s", f.Stderr())
			}
		})
	}
}
