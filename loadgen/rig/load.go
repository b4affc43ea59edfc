package rig

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/profiles"
)

// load is what a trial asks of its sessions.
type load struct {
	share     schedule.Share
	levels    schedule.Curve  // of all shares, over the window
	curve     schedule.Curve  // and from loadBegan on
	queue     *schedule.Queue // arrivals of the open model, nil in the closed one
	warmQueue *schedule.Queue // those of a warm-up that ends with a standstill
	cap       *rate.Limiter   // of operations in the closed model, nil for none

	limit  int64        // how many operations end the window, 0 for no such number
	given  atomic.Int64 // of those, how many have been given out
	ended  atomic.Int64 // and have ended
	lastAt atomic.Int64 // the moment the last of them ended
	cut    atomic.Bool  // the arrivals were ended early

	mu      sync.Mutex
	skipped []turn // arrivals that a session had taken and did not begin
}

// newLoad makes the load of a profile, which is the share's part of that of all; its
// arrivals are drawn from the seed.
func newLoad(p, all *profiles.Profile, share schedule.Share, seed uint64) *load {
	l := &load{share: share, levels: plan.Levels(all), curve: timeline(all), limit: p.Operations}
	if p.Open() {
		l.queue = l.arrivals(p, seed, l.curve, p.Operations)
		if paced(p) && p.Warmup > 0 {
			first := l.curve[0].From
			l.warmQueue = l.arrivals(p, seed, schedule.Curve{{For: time.Duration(p.Warmup), From: first, To: first}}, 0)
		}
	}
	if p.OpRate > 0 {
		l.cap = rate.NewLimiter(rate.Limit(p.OpRate), 1)
	}
	return l
}

// sessions is how many the load begins with.
func (l *load) sessions(p *profiles.Profile) int {
	if p.Open() || len(p.Stages) == 0 {
		return p.Sessions
	}
	return int(l.share.Count(l.levels[0].From))
}

// another reports whether one more operation is to begin.
func (l *load) another() bool { return l.limit == 0 || l.given.Add(1) <= l.limit }

// skipArrival keeps an arrival that a session had taken and will not begin, for
// abandon to judge.
func (l *load) skipArrival(at turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.skipped = append(l.skipped, at)
}

// abandon counts the arrivals that were due and never began. No worker is left.
func (t *trial) abandon() {
	queue := t.load.queue
	if queue == nil || t.loadBegan == 0 {
		return
	}
	now := t.env.plan.Clock()
	// What found the queue full was dropped at its time; the rest waits until now.
	queue.Overdue(now.Sub(t.loadBegan), t.dropped(t.loadBegan))
	give := func(at turn) {
		if at.due <= now {
			op, mode := t.kind(at)
			t.rec.AddAbandoned(op, mode, at.due)
		}
	}
	queue.Close(now.Sub(t.loadBegan), func(a schedule.Arrival) {
		give(turn{slot: -1, index: a.Index, due: t.loadBegan.Add(a.Due)})
	})
	for _, at := range t.load.skipped {
		give(at)
	}
}

// untilWindow is how long the warm-up lasts. Arrivals at a constant rate lie on
// a grid with one at the end of the warm-up: the window opens between that and
// the one before, so that a moment's delay does not decide to whom it belongs.
func (t *trial) untilWindow() time.Duration {
	warmup := time.Duration(t.env.plan.Profile.Warmup)
	if t.load.queue == nil || t.load.curve[0].From <= 0 {
		return warmup
	}
	half := time.Duration(float64(time.Second) / t.load.curve[0].From / 2)
	return max(warmup-half, warmup/2)
}

// poissonStream sets the seed of the arrivals apart from that of the content.
const poissonStream = 0x6172726976616c73

// timeline is the load from the moment it begins: with the warm-up in front, at
// the first level, unless the window opens on a standstill.
func timeline(p *profiles.Profile) schedule.Curve {
	c := plan.Levels(p)
	if paced(p) || p.Warmup == 0 {
		return c
	}
	first := c[0].From
	return append(schedule.Curve{{For: time.Duration(p.Warmup), From: first, To: first}}, c...)
}

// arrivals makes the queue of the open model over a curve; limit bounds how many
// there are, 0 for no bound.
func (l *load) arrivals(p *profiles.Profile, seed uint64, c schedule.Curve, limit int64) *schedule.Queue {
	var a *schedule.Arrivals
	if p.Arrivals == "poisson" {
		a = schedule.Poisson(c, seed^poissonStream, l.share)
	} else {
		a = schedule.Constant(c, l.share)
	}
	a.Limit(limit)
	return schedule.NewQueue(a, p.MaxBacklog)
}
