package serverwatch

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

const ms = time.Millisecond

func proc(pid, parent int32, start int64, cpu, reaped time.Duration) process {
	return process{id: id{pid, start}, parent: parent, cpu: cpu, reaped: reaped}
}

// A listener, 10, has used 1 s and reaped 5 s before the window.
func TestAccount(t *testing.T) {
	type samples [][]process
	for _, c := range []struct {
		name    string
		samples samples
		want    time.Duration
	}{
		{"nothing", samples{{proc(10, 1, 0, 1000*ms, 5000*ms)}}, 0},
		{"one process", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms)},
			{proc(10, 1, 0, 1300*ms, 5000*ms)},
		}, 300 * ms},
		{"a child that was there before", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(11, 10, 0, 700*ms, 0)},
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(11, 10, 0, 900*ms, 0)},
			{proc(10, 1, 0, 1000*ms, 5910*ms)}, // it used 10 ms more
		}, 210 * ms},
		{"a child that was born, seen and reaped", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms)},
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(11, 10, 150, 80*ms, 0)},
			{proc(10, 1, 0, 1000*ms, 5100*ms)},
		}, 100 * ms},
		{"one that came and went unseen", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms)},
			{proc(10, 1, 0, 1000*ms, 5070*ms)},
		}, 70 * ms},
		{"one that nobody waited for", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms)},
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(11, 10, 150, 80*ms, 0)},
			{proc(10, 1, 0, 1000*ms, 5000*ms)},
		}, 80 * ms},
		{"parent and child end together", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms)},
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(11, 10, 150, 20*ms, 0), proc(12, 11, 150, 80*ms, 0)},
			{proc(10, 1, 0, 1000*ms, 5110*ms)},
		}, 110 * ms},
		{"a child of a parent that went on to another one", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(11, 10, 0, 50*ms, 30*ms)},
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(11, 10, 0, 60*ms, 70*ms)}, // one unseen: 40 ms
			{proc(10, 1, 0, 1000*ms, 5130*ms)},
		}, 50 * ms},
		{"an orphan is not looked for in the listener", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(12, 1, 0, 80*ms, 0)},
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(12, 1, 0, 90*ms, 0)},
			{proc(10, 1, 0, 1000*ms, 5050*ms)},
		}, 60 * ms},
		{"one that joined counts from then", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms)},
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(9, 1, 50, 400*ms, 0)},
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(9, 1, 50, 440*ms, 0)},
		}, 40 * ms},
		{"a number that is used again", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms), proc(11, 10, 0, 700*ms, 0)},
			{proc(10, 1, 0, 1000*ms, 5700*ms), proc(11, 10, 150, 20*ms, 0)},
		}, 20 * ms},
		{"a time read in ticks does not take back", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms)},
			{proc(10, 1, 0, 1019*ms, 5000*ms)},
			{proc(10, 1, 0, 1010*ms, 5000*ms)},
		}, 19 * ms},
		{"the listener ended", samples{
			{proc(10, 1, 0, 1000*ms, 5000*ms)},
			{proc(10, 1, 0, 1200*ms, 5300*ms)},
			{},
		}, 500 * ms},
	} {
		a := openAccount(c.samples[0], 100)
		for i, s := range c.samples[1:] {
			a.add(s, 200+100*int64(i))
		}
		if got := a.total(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// simulated is a process of a simulated machine.
type simulated struct {
	process
	parent   *simulated
	children int
}

// TestAccountOfAnyTree has a listener whose descendants fork, work and end at
// random, and samples at random. All wait for their children, or none do.
func TestAccountOfAnyTree(t *testing.T) {
	for seed := range uint64(60) {
		for _, waits := range []bool{true, false} {
			rnd := rand.New(rand.NewPCG(seed, 6))
			root := &simulated{process: proc(1, 0, 0, 0, 0)}
			live := []*simulated{root}
			var now int64
			var truth time.Duration
			shot := func() (s []process) {
				for _, p := range live {
					s = append(s, p.process)
				}
				return s
			}
			step := func() {
				now++
				i := rnd.IntN(len(live))
				p := live[i]
				switch k := rnd.IntN(10); {
				case k < 3 && len(live) < 30:
					c := &simulated{parent: p, process: proc(int32(now)+1, p.pid, now, 0, 0)}
					p.children++
					live = append(live, c)
				case k < 5 && i > 0 && p.children == 0:
					if waits {
						p.parent.reaped += p.cpu + p.reaped
					}
					p.parent.children--
					live = slices.Delete(live, i, i+1)
				default:
					d := time.Duration(rnd.IntN(1000))
					p.cpu += d
					truth += d
				}
			}
			for range 200 {
				step()
			}
			truth = 0
			now++
			a := openAccount(shot(), now)
			for range 500 {
				step()
				if rnd.IntN(10) == 0 {
					now++
					a.add(shot(), now)
				}
			}
			now++
			a.add(shot(), now)
			switch got := a.total(); {
			case waits && got != truth:
				t.Fatalf("seed %d: %v, want %v", seed, got, truth)
			case !waits && (got > truth || got < truth/2):
				t.Fatalf("seed %d, nobody waits: %v of %v", seed, got, truth)
			}
		}
	}
}
