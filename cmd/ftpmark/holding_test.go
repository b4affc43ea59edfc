//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// held is what came of sessions that were held for a while.
type held struct {
	asked    int
	answered int           // did an operation at the end, and none of them twice
	lost     int           // had to be opened again
	failed   int64         // operations and log-ins
	setUp    time.Duration // from the first connect until all stood still
	rss      int64         // of the client, in bytes, half-way through the idle time
	file     string        // the result
}

// fine reports whether all were held.
func (h held) fine() bool { return h.answered == h.asked && h.lost == 0 && h.failed == 0 }

// holding is a client under way that holds sessions.
type holding struct {
	*exec.Cmd
	sessions       int
	idle           time.Duration
	stdout, stderr bytes.Buffer
	file           string
	readings       []reading
	done           chan error
}

// reading is a VmRSS in bytes.
type reading struct {
	at  time.Time
	rss int64
}

// hold logs in so many sessions, has each of them do a NOOP, lets all of them be
// idle, and has each do another. exe is ftpmark; args are its flags and target.
func hold(tb testing.TB, exe string, sessions int, idle time.Duration, args ...string) *holding {
	tb.Helper()
	h := &holding{sessions: sessions, idle: idle, file: filepath.Join(tb.TempDir(), "result.jsonl"), done: make(chan error, 1)}
	h.Cmd = commandOf(tb, append([]string{
		"run", "-c", strconv.Itoa(sessions), "--op", "noop", "-n", strconv.Itoa(2 * sessions), "--think", idle.String(),
		"--warmup", "0", "--drain", "2m", "--format", "json", "-o", h.file,
	}, args...)...)
	h.Path = exe
	h.Stdout, h.Stderr = &h.stdout, &h.stderr
	h.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := h.Start(); err != nil {
		tb.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Wait() }()
	go func() {
		every := time.NewTicker(100 * time.Millisecond)
		defer every.Stop()
		for {
			select {
			case err := <-ended:
				h.done <- err
				return
			case <-every.C:
				if rss := rssOf(h.Process.Pid); rss > 0 {
					h.readings = append(h.readings, reading{time.Now(), rss})
				}
			}
		}
	}()
	tb.Cleanup(func() { _ = h.Process.Kill() })
	return h
}

// rssOf returns a process's VmRSS in bytes, 0 if it is not to be had.
func rssOf(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	var kib int64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		return 0
	}
	return kib << 10
}

// await waits for the end and says what came of it. Each session pauses for the
// idle time behind its first operation. So within a window of less than twice
// that time none can do more than two, and twice as many operations as there are
// sessions are two of each: the second one after the idle time.
func (h *holding) await(tb testing.TB) held {
	tb.Helper()
	select {
	case err := <-h.done:
		if err != nil {
			tb.Fatalf("%s: %v; it said\n%s", h.Args, err, h.stderr.String())
		}
	case <-time.After(10 * time.Minute):
		tb.Fatalf("%s hangs; it said\n%s", h.Args, h.stderr.String())
	}
	var s summary.Summary
	if err := json.Unmarshal(h.stdout.Bytes(), &s); err != nil {
		tb.Fatalf("%v in %s", err, h.stdout.String())
	}
	f, err := os.Open(h.file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r, err := resultfile.Read(resultfile.NewReader(f), nil)
	if err != nil {
		tb.Fatal(err)
	}
	trial := r.Variants[0]
	window := r.Trials[0].Window
	x := &s.Series[0]
	h2 := held{
		asked: h.sessions, answered: int(x.OK) - h.sessions, lost: int(s.Sessions.Opened) - h.sessions,
		failed: x.Failed + x.Unfinished + s.Sessions.Failed, setUp: window.Open.Sub(trial.At), file: h.file,
	}
	if length := window.Close.Sub(window.Open); length >= 2*h.idle {
		tb.Errorf("the window lasted for %s: a session may have done more than two operations, others fewer", length)
		h2.answered = 0
	}
	middle := r.Header.Epoch.Add(time.Duration(window.Open) + h.idle/2)
	nearest := time.Duration(math.MaxInt64)
	for _, one := range h.readings {
		if d := one.at.Sub(middle).Abs(); d < nearest {
			nearest, h2.rss = d, one.rss
		}
	}
	if nearest > h.idle/4 {
		tb.Errorf("no reading of the memory while the sessions were idle: the nearest is %s away", nearest)
	}
	return h2
}

// TestSessionsAreHeld has hundreds of sessions idle on real servers and
// thousands on the embedded one, of which none is lost and each still answers.
func TestSessionsAreHeld(t *testing.T) {
	const idle = 3 * time.Second
	exe := built(t, "../ftpmark")
	for _, c := range []struct {
		name     string
		kind     servers.Kind // empty for the embedded target
		sessions int
		args     []string
	}{
		{"embedded", "", 2000, nil},
		{"embedded, TLS", "", 200, []string{"--tls", "explicit"}},
		{"vsftpd", servers.Vsftpd, 300, nil},
		{"proftpd", servers.ProFTPD, 300, nil},
		{"pyftpdlib", servers.Pyftpdlib, 500, []string{"--connect-rate", "400/s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := c.args
			if c.kind != "" {
				args = append(args, servers.Start(t, c.kind, servers.Options{}).URL())
			}
			got := hold(t, exe, c.sessions, idle, args...).await(t)
			if !got.fine() {
				t.Errorf("%d of %d answered at the end, %d had been opened again, %d failures", got.answered, got.asked, got.lost, got.failed)
			}
			if c.kind == servers.Pyftpdlib && got.setUp < time.Second*499/400*95/100 { // the first begins a moment before it is looked at
				t.Errorf("500 sessions at 400/s were logged in within %s", got.setUp)
			}
			t.Logf("%d sessions were logged in within %s", got.asked, got.setUp.Round(time.Millisecond))
		})
	}
}
