package schedule

import (
	"sync"
	"time"
)

// Queue is the backlog of an open load. Arrivals that are due and find no free
// session wait in it, first come, first served; one that comes when as many as
// the bound wait already is dropped at the moment it is due.
//
// A session that is free takes the next arrival before it is due and sleeps
// until then, so that only overdue ones are ever in the queue. Nothing but Take
// leaves room, so it is enough to look at the arrivals when somebody asks: the
// outcome is that of a queue watched at every moment, provided that sessions
// ask in the order in which they are free.
//
// A session that is free at the very moment at which an arrival is due was
// there first: it makes room, or takes that one, before the arrival is judged.
//
// Safe for concurrent use. The functions that are called for dropped arrivals
// run inside the queue's lock, in the order of dropping: they must be short and
// not call the queue. They may be nil.
type Queue struct {
	mu       sync.Mutex
	arrivals *Arrivals
	bound    int
	next     Arrival // the first that is not in the queue yet
	more     bool    // whether there is one
	closed   bool

	// A ring that grows by doubling, never beyond the bound.
	ring    []Arrival
	head    int
	waiting int
}

// NewQueue returns an empty queue that a comes into; at most bound of them wait
// (with 0, those that find no free session are dropped). It owns a from now on.
func NewQueue(a *Arrivals, bound int) *Queue {
	q := &Queue{arrivals: a, bound: max(bound, 0)}
	q.next, q.more = a.Next()
	return q
}

// Take returns the arrival that a session which is free at now has to carry
// out: the one that has waited longest, or else the next one to come, whose Due
// is then not before now. dropped is called for each arrival found dropped. It
// returns false when there is none any more.
func (q *Queue) Take(now time.Duration, dropped func(Arrival)) (Arrival, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.advance(now, dropped)
	if q.waiting > 0 {
		return q.pop(), true
	}
	if !q.more {
		return Arrival{}, false
	}
	a := q.next
	q.next, q.more = q.arrivals.Next()
	return a, true
}

// Overdue returns how many arrivals wait at now, those that are due at that
// very moment not counted. dropped is called for each found dropped.
func (q *Queue) Overdue(now time.Duration, dropped func(Arrival)) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.advance(now, dropped)
	return q.waiting
}

// Close ends the load at now: no Take returns anything any more. All that wait,
// and all that were due up to and at now, are reported as dropped; later ones
// are forgotten. Another call does nothing.
func (q *Queue) Close(now time.Duration, dropped func(Arrival)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.closed = true
	q.advance(now, dropped)
	for q.waiting > 0 {
		q.drop(q.pop(), dropped)
	}
	for q.more && q.next.Due <= now {
		q.drop(q.next, dropped)
		q.next, q.more = q.arrivals.Next()
	}
	q.more = false
	q.ring = nil
}

// Stop lets no arrival come that is due after now. Those that wait stay, and
// Take returns them; whoever has taken a later one already keeps it.
func (q *Queue) Stop(now time.Duration, dropped func(Arrival)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.advance(now, dropped)
	q.more = false
}

// advance lets those come that were due before now.
func (q *Queue) advance(now time.Duration, dropped func(Arrival)) {
	for q.more && q.next.Due < now {
		if q.waiting < q.bound {
			q.push(q.next)
		} else {
			q.drop(q.next, dropped)
		}
		q.next, q.more = q.arrivals.Next()
	}
}

func (q *Queue) drop(a Arrival, dropped func(Arrival)) {
	if dropped != nil {
		dropped(a)
	}
}

func (q *Queue) push(a Arrival) {
	if q.waiting == len(q.ring) {
		wider := make([]Arrival, min(max(2*len(q.ring), 16), q.bound))
		n := copy(wider, q.ring[q.head:])
		copy(wider[n:], q.ring[:q.head])
		q.ring, q.head = wider, 0
	}
	tail := q.head + q.waiting
	if tail >= len(q.ring) {
		tail -= len(q.ring)
	}
	q.ring[tail] = a
	q.waiting++
}

func (q *Queue) pop() Arrival {
	a := q.ring[q.head]
	if q.head++; q.head == len(q.ring) {
		q.head = 0
	}
	q.waiting--
	return a
}
