//go:build calibrate && linux

package main

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/workers/ftptest/queueing"
)

// TestCalibrateSearch searches for the rate that a server of M/D/16 holds while the generator
// alone is stopped for 5 to 15 ms at random moments, three times a second: it finds the limit in
// 18 of 20, and never a wrong one.
func TestCalibrateSearch(t *testing.T) {
	const searches, found = 20, 18
	const service, bound, precision, wrong = 100 * time.Millisecond, "200ms", 0.05, 0.10
	want := queueing.RateOf(service, 2*service)
	var mu sync.Mutex
	right := 0
	t.Run("searches", func(t *testing.T) {
		for i := range searches {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				server := scriptedServer(t, queueing.Serving(service, queueing.Slotted(service)))
				p := startCommand(t, commandOf(t, "capacity", scriptedURL(server), "--op", "noop", "--vary", "rate", "--rate", "1/s", "--arrivals", "poisson",
					"-c", "100", "--from", "110/s", "--most", "170/s", "--precision", "5%", "--slo", "response.p99 < "+bound,
					"--step-min", "8s", "--step-max", "60s", "--warmup", "1s", "--format", "json", "-q", "-o", "none"))
				p.late.Reset(20 * time.Minute)
				go stopAtRandom(p, rand.New(rand.NewPCG(uint64(i), 16)))
				code := p.Await()
				var r capacity.Report
				if err := json.Unmarshal([]byte(p.Stdout()), &r); err != nil {
					t.Fatalf("exit %d, %v, stderr\n%s", code, err, p.Stderr())
				}
				x := &r.Results[0]
				t.Logf("in theory %.1f/s: %s", want, x.Headline)
				if x.Capacity == nil {
					return
				}
				off := math.Abs(*x.Capacity/want - 1)
				if off > wrong {
					t.Errorf("%.1f/s is off by %.1f%%", *x.Capacity, 100*off)
				}
				if off <= precision {
					mu.Lock()
					right++
					mu.Unlock()
				}
			})
		}
	})
	t.Logf("%d of %d searches found the limit within %g%%", right, searches, 100*precision)
	if right < found {
		t.Errorf("want %d", found)
	}
}

// stopAtRandom stops a process for 5 to 15 ms at a time, as a neighbour does that has a processor
// to itself for a moment.
func stopAtRandom(p *ftpmarkProcess, random *rand.Rand) {
	for {
		select {
		case <-p.done:
			return
		case <-time.After(time.Duration(random.ExpFloat64() * float64(330*time.Millisecond))):
		}
		if p.Process.Signal(syscall.SIGSTOP) != nil {
			return
		}
		time.Sleep(time.Duration(5+10*random.Float64()) * time.Millisecond)
		_ = p.Process.Signal(syscall.SIGCONT)
	}
}
