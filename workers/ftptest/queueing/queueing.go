// Package queueing makes scripted servers of which theory says how much load they hold.
package queueing

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// Slots is how many operations a server does at a time; the others wait in line.
const Slots = 16

// Slotted gives each operation the slot that is free first, in the order in which they come,
// and returns when it begins: with arrivals that are Poisson, the server of M/D/16.
func Slotted(service time.Duration) func() time.Time {
	var free [Slots]time.Time
	return func() time.Time {
		first := 0
		for i := range free {
			if free[i].Before(free[first]) {
				first = i
			}
		}
		begin := later(free[first], time.Now())
		free[first] = begin.Add(service)
		return begin
	}
}

// Staggered is the same with slots that begin one after the other: so many are
// busy at a time, and they do not all end together, which sessions that go round
// in step would never get out of.
func Staggered(service time.Duration) func() time.Time {
	var last time.Time
	return func() time.Time {
		last = later(last.Add(service/Slots), time.Now())
		return last
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Serving is a server whose NOOPs begin when next says, and then take so long.
func Serving(service time.Duration, next func() time.Time) scripted.Script {
	var mu sync.Mutex
	return scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == "NOOP" {
			mu.Lock()
			begin := next()
			mu.Unlock()
			time.Sleep(time.Until(begin.Add(service)))
		}
		return nil
	}}
}

// RateOf is the rate at which p99 of the response in M/D/16 is the bound, from
// the queue's own recursion: an arrival begins when it comes or when the 16th
// before it is done, whichever is later. It computes for seconds.
func RateOf(service, bound time.Duration) float64 {
	low, high := 1.0, Slots/service.Seconds()
	for range 30 {
		rate := (low + high) / 2
		random := rand.New(rand.NewPCG(1, 2))
		const arrivals = 300_000
		ends := make([]float64, arrivals)
		responses := make([]float64, arrivals)
		now := 0.0
		for i := range ends {
			now += random.ExpFloat64() / rate
			begin := now
			if i >= Slots {
				begin = max(begin, ends[i-Slots])
			}
			ends[i] = begin + service.Seconds()
			responses[i] = ends[i] - now
		}
		slices.Sort(responses)
		if responses[arrivals*99/100] < bound.Seconds() {
			low = rate
		} else {
			high = rate
		}
	}
	return low
}
