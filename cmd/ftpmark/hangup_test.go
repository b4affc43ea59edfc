//go:build linux

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// TestHangUpDrainsAndCleansUp: a terminal that is closed ends a run as SIGTERM
// does, and the second SIGHUP, which shells and kernels send, is no second
// Ctrl-C.
func TestHangUpDrainsAndCleansUp(t *testing.T) {
	t.Parallel()
	// Each transfer takes a second or more.
	server := servers.Start(t, servers.Vsftpd, servers.Options{Extra: []string{"local_max_rate=100000"}})
	f := startFamily(t, "run", server.URL(), "-c", "2", "-d", "50s", "--warmup", "0", "--mode", "passive", "--size", "100kB", "--format", "json", "-o", "it.jsonl")
	f.awaitSaid("measuring")
	f.awaitTrue("a transfer has ended", func() bool {
		log, err := server.Transfers()
		return err == nil && len(log) > 2
	})
	f.Send(syscall.SIGHUP)
	f.awaitSaid("again to stop now")
	time.Sleep(sameSignal + 50*time.Millisecond) // or it would be the same signal
	f.Send(syscall.SIGHUP)
	f.endsInterrupted(10 * time.Second)
	emptyFolder(t, server.DataDir)
	if strings.Contains(f.Stderr(), "stopping now") {
		t.Errorf("the second one stopped it:\n%s", f.Stderr())
	}
	s := summaryIn(t, f.Stdout())
	text, again := reported(t, f.onlyResult())
	for _, s := range []*summary.Summary{s, again} {
		wantPartial(t, text, s, "the run was interrupted")
		wantCounts(t, &s.Series[0], 100_000)
		if x := s.Series[0]; x.OK == 0 || x.Failed != 0 || x.Unfinished != 0 {
			t.Errorf("%d ok, %d failed, %d unfinished", x.OK, x.Failed, x.Unfinished)
		}
	}
}

// TestHangUpWithNobodyToTell: whatever read stderr has gone with the terminal,
// and the run is cleaned up all the same.
func TestHangUpWithNobodyToTell(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Vsftpd, servers.Options{})
	c := commandOf(t, "run", server.URL(), "-c", "2", "-d", "50s", "--mode", "passive", "--size", "1KiB", "-q", "-o", "it.jsonl")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr, c.Stdout = write, io.Discard
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	ended := make(chan struct{})
	go func() { _ = c.Wait(); close(ended) }()
	t.Cleanup(func() { _ = c.Process.Kill(); <-ended })
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		if log, err := server.Transfers(); err == nil && len(log) > 10 {
			break
		}
		if time.Since(begun) > 30*time.Second {
			t.Fatal("no transfers")
		}
	}
	_ = read.Close()
	if err := c.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("it goes on")
	}
	if code := c.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("%s, want exit %d", c.ProcessState, exitInterrupted)
	}
	emptyFolder(t, server.DataDir)
	if r := resultFiles(t, c.Dir); len(r) != 1 {
		t.Errorf("result files %q", r)
	}
}

// TestNohup: a process that was started with SIGHUP ignored goes on ignoring it.
func TestNohup(t *testing.T) {
	t.Parallel()
	nohup, err := exec.LookPath("nohup")
	if err != nil {
		t.Fatal(err)
	}
	c := commandOf(t, "run", "-c", "1", "-d", "2s", "--warmup", "0", "--mode", "passive", "--size", "1KiB", "--format", "json", "-o", filepath.Join(t.TempDir(), "r.jsonl"))
	c.Args = append([]string{"nohup", c.Path}, c.Args[1:]...)
	c.Path = nohup
	f := startMarked(t, c)
	f.awaitSaid("measuring")
	f.Send(syscall.SIGHUP)
	if code := f.Await(); code != exitFine || strings.Contains(f.Stderr(), "again to stop now") {
		t.Errorf("exit %d, it said\n%s", code, f.Stderr())
	}
	if s := summaryIn(t, f.Stdout()); s.Status != summary.Complete || s.Series[0].WindowSeconds < 1.9 {
		t.Errorf("%s after %g s", s.Status, s.Series[0].WindowSeconds)
	}
}
