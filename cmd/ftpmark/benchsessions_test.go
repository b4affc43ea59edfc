//go:build linux && benchsessions

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// The floors.
const (
	mostPlainKiB = 24.0
	mostTLSKiB   = 64.0
	mostCost     = 1.3
)

// hardLimit is how many descriptors a process may have here at most.
func hardLimit(tb testing.TB) int {
	tb.Helper()
	var r syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r); err != nil {
		tb.Fatal(err)
	}
	return int(r.Max)
}

// TestBenchHolding holds as many sessions as one process can, and prints a table.
func TestBenchHolding(t *testing.T) {
	exe := built(t, "../ftpmark")
	alone := map[string]held{}
	for _, security := range []string{"off", "explicit"} {
		alone[security] = hold(t, exe, 1, 4*time.Second, "--tls", security).await(t)
	}
	table := []string{fmt.Sprintf("%-18s %8s %8s %6s %8s %12s %s", "server", "asked", "held", "lost", "set-up", "RSS/session", "all answered at the end")}
	for _, c := range []struct {
		name     string
		kind     servers.Kind
		security string
		sessions int
		idle     time.Duration
		most     float64 // KiB for each session
		args     []string
	}{
		{"embedded", "", "off", min(19_000, hardLimit(t)-1000), 25 * time.Second, mostPlainKiB, nil},
		{"embedded, TLS", "", "explicit", 5_000, 15 * time.Second, mostTLSKiB, nil},
		{"pyftpdlib", servers.Pyftpdlib, "off", 10_000, 25 * time.Second, mostPlainKiB, nil},
		{"vsftpd", servers.Vsftpd, "off", 10_000, 40 * time.Second, mostPlainKiB, []string{"--connect-rate", "500/s"}},
		{"proftpd", servers.ProFTPD, "off", 10_000, 40 * time.Second, mostPlainKiB, []string{"--connect-rate", "500/s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append(c.args, "--tls", c.security)
			if c.kind != "" {
				args = append(args, servers.Start(t, c.kind, servers.Options{}).URL())
			}
			got := hold(t, exe, c.sessions, c.idle, args...).await(t)
			each := float64(got.rss-alone[c.security].rss) / float64(c.sessions-1) / 1024
			table = append(table, fmt.Sprintf("%-18s %8d %8d %6d %7.1fs %8.1f KiB %v", c.name, got.asked, got.answered, got.lost, got.setUp.Seconds(), each, got.fine()))
			t.Log(table[len(table)-1])
			if !got.fine() {
				t.Errorf("not all were held: %+v", got)
			}
			if each > c.most {
				t.Errorf("%.1f KiB for each session, want at most %.0f", each, c.most)
			}
		})
	}
	t.Log("\n" + strings.Join(table, "\n"))
}

// TestBenchTwoProcesses holds more sessions than a process may have descriptors:
// two generators against one server, whose results are merged. Here a process
// may have just over half of what this machine allows, since the server is one
// process too.
func TestBenchTwoProcesses(t *testing.T) {
	exe := built(t, "../ftpmark")
	each := (hardLimit(t) - 1000) / 2
	limit := each + 500
	limited := filepath.Join(t.TempDir(), "limited")
	script := fmt.Sprintf("#!/bin/sh\nulimit -n %d && exec %s \"$@\"\n", limit, exe)
	if err := os.WriteFile(limited, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	address := "ftp://anyone@" + serveAlone(t, exe) + "/"
	one := commandOf(t, "run", address, "--op", "noop", "-c", strconv.Itoa(2*each), "--dry-run")
	one.Path = limited
	if out, err := one.CombinedOutput(); one.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(out), "descriptors") {
		t.Fatalf("one process alone: %v\n%s", err, out)
	}
	var both [2]*holding
	for i := range both {
		both[i] = hold(t, limited, each, 40*time.Second, address, "--source", fmt.Sprintf("127.0.0.%d", i+1), "--connect-rate", "400/s")
	}
	all := 0
	merge := []string{"merge"}
	for _, h := range both {
		got := h.await(t)
		if !got.fine() {
			t.Errorf("not all were held: %+v", got)
		}
		all += got.answered
		merge = append(merge, got.file)
		t.Logf("%d of %d held, set-up %.1fs", got.answered, got.asked, got.setUp.Seconds())
	}
	c := commandOf(t, append(merge, "--format", "json")...)
	c.Path = exe
	out, err := c.Output()
	if err != nil {
		t.Fatalf("merge: %v", err)
	}
	var s summary.Summary
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatal(err)
	}
	if x := &s.Series[0]; all != 2*each || s.Sessions.Opened != int64(all) || s.Sessions.Failed != 0 || x.OK != int64(2*all) || x.Failed != 0 {
		t.Errorf("%d sessions held; merged: %d log-ins, %d failed, %d operations, %d failed", all, s.Sessions.Opened, s.Sessions.Failed, x.OK, x.Failed)
	}
	t.Logf("%d sessions held by two processes with %d descriptors each, and merged into one result", all, limit)
}

// serveAlone starts the embedded target by itself and returns its address.
func serveAlone(t *testing.T, exe string) string {
	t.Helper()
	c := commandOf(t, "serve", "--listen", "127.0.0.1:0")
	c.Path = exe
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	said, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = c.Process.Kill(), c.Wait() })
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(line, "ftp://")
	address, _, _ := strings.Cut(rest, "/")
	return address
}

// TestBenchCostOfManySessions compares the processor time of an operation with
// many sessions to that with few, at the same rate, in pairs.
func TestBenchCostOfManySessions(t *testing.T) {
	exe := built(t, "../ftpmark")
	const pairs, rate = 5, 1000
	cost := func(op string, sessions int) (each float64, kept bool) {
		c := commandOf(t, "run", "-c", strconv.Itoa(sessions), "--op", op, "--mode", "epsv", "--op-rate", strconv.Itoa(rate)+"/s", "-d", "6s",
			"--warmup", "3s", "--size", "1KiB", "-q", "--format", "json")
		c.Path = exe
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		var s summary.Summary
		if err := json.Unmarshal(out, &s); err != nil {
			t.Fatal(err)
		}
		x := &s.Series[0]
		if x.Failed != 0 || s.Sessions.Failed != 0 || s.Sessions.Opened < int64(sessions) {
			t.Fatalf("%d sessions: %d failed, %d opened", sessions, x.Failed, s.Sessions.Opened)
		}
		return s.Generator.CPUSeconds / float64(x.OK) * 1e6, x.OperationsPerSecond > 0.9*rate
	}
	for _, op := range []string{"noop", "retr"} {
		var few, many, ratios []float64
		for try := 0; len(ratios) < pairs; try++ {
			a, keptA := cost(op, 50)
			b, keptB := cost(op, 5000)
			if !keptA || !keptB {
				if try >= 2*pairs {
					t.Fatalf("%s: the machine is too busy for %d/s", op, rate)
				}
				continue // another load took the processors
			}
			few, many, ratios = append(few, a), append(many, b), append(ratios, b/a)
		}
		for _, of := range [][]float64{few, many, ratios} {
			slices.Sort(of)
		}
		t.Logf("%s: %.1f µs of CPU an operation with 50 sessions, %.1f µs with 5,000; ratio %.2f (%.2f to %.2f)",
			op, few[pairs/2], many[pairs/2], ratios[pairs/2], ratios[0], ratios[pairs-1])
		if ratios[pairs/2] > mostCost {
			t.Errorf("%s: %.2f times as much, want at most %.1f", op, ratios[pairs/2], mostCost)
		}
	}
}
