// Package pace keeps the payload of many sessions within declared rates.
//
// A limit is a token bucket that starts empty, so that a run opens with no
// burst, and holds little, so that what was not moved in time is made good only
// where it was the scheduler that came late. The tokens are handed out in
// pieces of about 10 ms, one piece to each session in turn.
package pace

import (
	"context"
	"time"
)

// Rates are limits in bytes per second; 0 is no limit.
type Rates struct {
	All  int64 // of both directions together
	Down int64 // of downloads and listings
	Up   int64 // of uploads
}

// Pace is the limits of one run. It is safe for concurrent use.
type Pace struct {
	total   [directions]*bucket // of all sessions together; nil is no limit
	session Rates
}

// The buckets of one set of rates.
const (
	all = iota
	down
	up
	directions
)

// New makes a pace of the limits of all sessions together and of each session.
// It is nil if nothing is limited.
func New(total, session Rates) *Pace {
	if total == (Rates{}) && session == (Rates{}) {
		return nil
	}
	return &Pace{total: buckets(total), session: session}
}

// buckets makes a bucket for each rate.
func buckets(r Rates) (b [directions]*bucket) {
	for i, limit := range [directions]int64{all: r.All, down: r.Down, up: r.Up} {
		if limit > 0 {
			b[i] = newBucket(limit)
		}
	}
	return b
}

// Session returns what paces one session until ctx ends: functions that wait
// until some of the next most bytes may move in their direction, and return how
// many, 1 to most. They fail only with ctx's error. A nil function is no limit.
//
// Each belongs to one goroutine at a time; the session's own limits last as
// long as the functions, over all of its transfers.
func (p *Pace) Session(ctx context.Context) (downloads, uploads func(most int) (int, error)) {
	if p == nil {
		return nil, nil
	}
	own := buckets(p.session)
	lane := func(direction int) func(int) (int, error) {
		l := &lane{ctx: ctx}
		for _, b := range []*bucket{p.total[all], p.total[direction], own[all], own[direction]} {
			if b != nil {
				l.limits = append(l.limits, b)
			}
		}
		if len(l.limits) == 0 {
			return nil
		}
		return l.take
	}
	return lane(down), lane(up)
}

// lane is one direction of one session.
type lane struct {
	ctx    context.Context
	limits []*bucket   // all of them bind
	credit int         // taken from the buckets and not used yet
	begun  bool        // the first piece is taken
	timer  *time.Timer // nil until the first wait
}

// take waits until payload may move, and returns how many bytes, 1 to most.
//
// The buckets are asked for a whole piece, however little is to move: sessions
// take turns, so whoever took less at his turn would get less in all. What is
// over is kept, for the session's next transfer too.
func (l *lane) take(most int) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	if l.credit == 0 {
		if err := l.next(); err != nil {
			return 0, err
		}
	}
	n := min(most, l.credit)
	l.credit -= n
	return n, nil
}

// next takes the next piece out of every bucket and waits until it is due.
func (l *lane) next() error {
	piece := l.limits[0].share()
	for _, b := range l.limits[1:] {
		piece = min(piece, b.share())
	}
	if !l.begun {
		// How many others there are shows only once they wait: the first of
		// many that begin at once would get far more than the last.
		l.begun = true
		piece = max(piece/first, 1)
	}
	var wait time.Duration
	for _, b := range l.limits {
		wait = max(wait, b.reserve(piece))
	}
	err := l.sleep(wait)
	for _, b := range l.limits {
		b.left()
	}
	if err == nil {
		l.credit = piece
	}
	return err
}

// sleep waits for d or for the end of the context. A piece that is given up
// stays taken: its place in the queue is gone with those who came behind.
func (l *lane) sleep(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	// The timer is never one that is due already: receiving from such a one, in many
	// goroutines of a synctest bubble at once, breaks the race detector (golang/go#78156).
	if l.timer == nil {
		l.timer = time.NewTimer(d)
	} else {
		l.timer.Reset(d)
	}
	select {
	case <-l.timer.C:
		return nil
	case <-l.ctx.Done():
		l.timer.Stop()
		return l.ctx.Err()
	}
}
