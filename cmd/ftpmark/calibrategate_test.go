//go:build calibrate && linux

package main

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// What the topic ci asks of a gate.
const (
	gateGoodput = "compare.new/old.goodput > 0.9"
	gateTime    = "compare.new/old.service.p50 < 1.1"
)

// computing is a server whose downloads take so much of a processor each: one that a neighbour
// on its machine slows down.
func computing(each time.Duration) scripted.Script {
	return scripted.Script{Download: scripted.Download{Size: 16 << 10}, Choose: func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == "RETR" {
			runtime.LockOSThread() // each thread has a clock of its own
			defer runtime.UnlockOSThread()
			for end := processorTime() + each; processorTime() < end; {
			}
		}
		return nil
	}}
}

// processorTime is what the thread has used of its processor. Its resource usage would not do: that
// moves with the kernel's tick, every 4 ms.
func processorTime() time.Duration {
	var used unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &used)
	return time.Duration(used.Nano())
}

// neighbour takes from both processors, in turns of up to two seconds from nothing to all that it
// can get, until it is told to stop.
func neighbour(t *testing.T, stop chan struct{}) *sync.WaitGroup {
	var all sync.WaitGroup
	for i := range 2 {
		c := exec.Command("sh", "-c", "while :; do :; done")
		c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
			random := rand.New(rand.NewPCG(uint64(i), 7))
			const period = 20 * time.Millisecond
			for {
				busy := time.Duration(random.Float64() * float64(period))
				for end := time.Now().Add(time.Duration(random.Float64() * float64(2*time.Second))); time.Now().Before(end); {
					select {
					case <-stop:
						return
					default:
					}
					_ = c.Process.Signal(syscall.SIGCONT)
					time.Sleep(busy)
					_ = c.Process.Signal(syscall.SIGSTOP)
					time.Sleep(period - busy)
				}
			}
		})
	}
	return &all
}

// gate holds a new server to an old one by compare, as ci.sh does, and returns the exit code and
// the result file.
func gate(t *testing.T, old, new *scripted.Server, file string) int {
	t.Helper()
	user := func(s *scripted.Server) string { return "ftp://user@" + s.Addr().String() }
	c := commandOf(t, "compare", user(old), "--op", "retr", "--size", "16KiB", "-c", "1", "--primary", "goodput,service.p50",
		"--variant", "old:mode=passive", "--variant", "new:mode=passive,target="+user(new), "--pairs", "10", "--trial", "1s", "--warmup", "200ms", "--cooldown", "0s",
		"--threshold", gateGoodput, "--threshold", gateTime, "-q", "-o", file)
	c.Env = append(c.Env, "FTPMARK_PASSWORD="+secret)
	p := startCommand(t, c)
	code := p.Await()
	if !slices.Contains([]int{exitFine, exitMissed, exitUnjudged}, code) {
		t.Fatalf("exit %d, stderr\n%s", code, p.Stderr())
	}
	return code
}

// storedGate holds a server to a baseline of the same server, or of another.
func storedGate(t *testing.T, old, new *scripted.Server, file string) int {
	t.Helper()
	run := func(s *scripted.Server, more ...string) int {
		c := commandOf(t, append([]string{"run", "ftp://user@" + s.Addr().String(), "--op", "retr", "--size", "16KiB", "-c", "1", "--mode", "passive",
			"--trials", "6", "-d", "1s", "--warmup", "200ms", "-q"}, more...)...)
		c.Env = append(c.Env, "FTPMARK_PASSWORD="+secret)
		return startCommand(t, c).Await()
	}
	base := strings.TrimSuffix(file, ".jsonl") + "-base.jsonl"
	if code := run(old, "-o", base); code != exitFine {
		t.Fatalf("baseline: exit %d", code)
	}
	return run(new, "--baseline", base, "--max-regression", "10%", "--primary", "goodput,service.p50", "-o", file)
}

// TestCalibrateGate counts false alarms and what is missed, by compare and by a stored baseline,
// on a quiet machine and beside a neighbour that comes and goes. It takes 80 minutes, each of its
// four parts 15 to 25.
func TestCalibrateGate(t *testing.T) {
	const same, slower, alarms, unjudged, found = 40, 20, 0.05, 8, 18
	old := scriptedServer(t, computing(2*time.Millisecond))
	alike := scriptedServer(t, computing(2*time.Millisecond))
	worse := scriptedServer(t, computing(2600*time.Microsecond)) // a fifth less is done, with what an operation takes besides
	for _, part := range []struct {
		name             string
		compared, beside bool
	}{{"compare-beside", true, true}, {"compare-quiet", true, false}, {"baseline-quiet", false, false}, {"baseline-beside", false, true}} {
		t.Run(part.name, func(t *testing.T) {
			if part.beside {
				stop := make(chan struct{})
				all := neighbour(t, stop)
				defer func() { close(stop); all.Wait() }()
			}
			folder := t.TempDir()
			gates := func(what string, new *scripted.Server, n int) (codes map[int]int, files []string) {
				codes = map[int]int{}
				for i := range n {
					file := filepath.Join(folder, fmt.Sprintf("%s-%d.jsonl", what, i))
					if files = append(files, file); part.compared {
						codes[gate(t, old, new, file)]++
					} else {
						codes[storedGate(t, old, new, file)]++
					}
				}
				t.Logf("%s: passed %d, missed %d, not judged %d of %d", what, codes[exitFine], codes[exitMissed], codes[exitUnjudged], n)
				return codes, files
			}
			unchanged, files := gates("unchanged", alike, same)
			regressed, _ := gates("slower", worse, slower)
			if !part.compared {
				return // what it is worth is stated
			}
			if n := unchanged[exitMissed]; float64(n) > alarms*same {
				t.Errorf("%d of %d gates raised a false alarm", n, same)
			}
			if n := unchanged[exitUnjudged]; !part.beside && n > unjudged {
				t.Errorf("%d of %d gates were not judged", n, same)
			}
			if n := regressed[exitMissed]; !part.beside && n < found {
				t.Errorf("%d of %d regressions were found", n, slower)
			}
			replays, missed := replayed(t, files)
			t.Logf("of %d replays with the pairs' signs at random %d are false alarms", replays, missed)
			if float64(missed) > alarms*float64(replays) {
				t.Errorf("more than %g%%", 100*alarms)
			}
		})
	}
}

// replayed swaps old and new in each pair of the recorded gates by chance, 2,000 times, and counts
// how many gates are missed.
func replayed(t *testing.T, files []string) (replays, missed int) {
	var results []*resultfile.Result
	for _, name := range files {
		r, err := readResult(name)
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	var objectives []threshold.Threshold
	for _, text := range []string{gateGoodput, gateTime} {
		one, err := threshold.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		objectives = append(objectives, one)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		r := *results[random.IntN(len(results))]
		r.Trials = slices.Clone(r.Trials)
		swap := map[int]bool{}
		for i, x := range r.Trials {
			if _, drawn := swap[x.Trial]; !drawn {
				swap[x.Trial] = random.IntN(2) == 0
			}
			if swap[x.Trial] {
				c := *x
				c.Variant = map[string]string{"old": "new", "new": "old"}[x.Variant]
				r.Trials[i] = &c
			}
		}
		c, err := compare.Of(&r)
		if err != nil {
			t.Fatal(err)
		}
		replays++
		var found []threshold.Outcome
		for _, o := range objectives {
			found = append(found, o.CheckComparison(c, threshold.CheckOptions{})...)
		}
		if threshold.Worst(found) == threshold.Miss {
			missed++
		}
	}
	return replays, missed
}
