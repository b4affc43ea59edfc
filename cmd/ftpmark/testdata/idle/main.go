// Command idle holds sessions that are logged in and do nothing, and prints
// what memory each of them takes of this process:
//
//	idle ADDR:PORT USER SESSIONS FILE SIZE
//
// Its sessions are held as a run holds them: each by a goroutine of its own,
// with a meter and a random source. Only runtime.GC is called, once before each
// reading of VmRSS; no memory is handed back to the system by force.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// atOnce is how many sessions are opened, or transfer, at any moment.
const atOnce = 24

// readings are resident set sizes in bytes.
type readings struct {
	None        int64 // before the first session
	Idle        int64 // with every session logged in
	AfterUse    int64 // with every session idle again after a download
	Goroutines  int   // with every session logged in
	HeapObjects int64 // bytes of live objects then
}

func main() {
	if err := hold(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "idle:", err)
		os.Exit(1)
	}
}

func hold(args []string) error {
	if len(args) != 5 {
		return fmt.Errorf("%d arguments, want 5", len(args))
	}
	target, err := netip.ParseAddrPort(args[0])
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	size, err := strconv.ParseInt(args[4], 10, 64)
	if err != nil {
		return err
	}
	clock := stats.NewClock(time.Now())
	cfg := workers.Config{
		Wire:        wire.Config{Target: target, Clock: clock},
		Credentials: profiles.Credentials{User: args[1], Password: os.Getenv("FTPMARK_PASSWORD")},
		Mode:        profiles.Passive,
		Habits:      new(workers.Habits),
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	rec := recorder.NewRecorder("idle", 1, 2*runtime.NumCPU(), clock())

	var r readings
	if r.None, err = resident(); err != nil {
		return err
	}
	gate := make(chan struct{}, atOnce)
	steps := make(chan error)
	use, over := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	for slot := range n {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(slot)))
			meter := rec.Shard(slot).NewMeter()
			defer meter.Release()
			gate <- struct{}{}
			s, err := workers.Open(ctx, cfg)
			<-gate
			steps <- err
			if err != nil {
				return
			}
			defer s.Close()
			<-use
			gate <- struct{}{}
			meter.Begin(stats.Retr, s.Mode())
			sample := s.Do(&workers.Job{Op: stats.Retr, Path: args[3], Want: size, Meter: meter})
			<-gate
			err = nil
			if sample.Failure != nil {
				err = sample.Failure
			}
			steps <- err
			<-over
			_ = random.Int64()
		})
	}
	if err := awaitAll(steps, n); err != nil {
		return err
	}
	if r.Idle, err = resident(); err != nil {
		return err
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r.HeapObjects, r.Goroutines = int64(m.HeapAlloc), runtime.NumGoroutine()
	close(use)
	if err := awaitAll(steps, n); err != nil {
		return err
	}
	if r.AfterUse, err = resident(); err != nil {
		return err
	}
	close(over)
	cancel() // a good-bye from each would take the longer
	all.Wait()
	return json.NewEncoder(os.Stdout).Encode(r)
}

// awaitAll waits until each session has made a step.
func awaitAll(steps <-chan error, n int) error {
	for i := range n {
		if err := <-steps; err != nil {
			return fmt.Errorf("session %d: %w", i+1, err)
		}
	}
	return nil
}

// resident returns VmRSS in bytes, after one garbage collection.
func resident() (int64, error) {
	runtime.GC()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS in /proc/self/status (%v)", lines.Err())
}
