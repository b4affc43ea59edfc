package schedule

import (
	"container/heap"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestQueue(t *testing.T) {
	var dropped []int64
	note := func(a Arrival) { dropped = append(dropped, a.Index) }
	q := NewQueue(Constant(Curve{{10 * s1, 1, 1}}, Share{}), 3) // due at 0s … 9s

	take := func(now time.Duration, want Arrival) {
		t.Helper()
		if got, ok := q.Take(now, note); !ok || got != want {
			t.Errorf("Take(%v) = %+v, %v, want %+v", now, got, ok, want)
		}
	}
	overdue := func(now time.Duration, want int) {
		t.Helper()
		if got := q.Overdue(now, note); got != want {
			t.Errorf("Overdue(%v) = %d, want %d", now, got, want)
		}
	}
	take(0, Arrival{0, 0})
	take(100*ms, Arrival{1, s1}) // ahead of time
	overdue(2*s1, 0)
	overdue(2*s1+1, 1)
	take(3*s1, Arrival{2, 2 * s1}) // 3 comes now, and later than this one
	take(3*s1, Arrival{3, 3 * s1})
	overdue(6500*ms, 3) // 4, 5, 6
	take(7*s1, Arrival{4, 4 * s1})
	overdue(7*s1+1, 3) // 5, 6, 7: 4 made room at the moment that 7 came
	overdue(8500*ms, 3)
	if !slices.Equal(dropped, []int64{8}) {
		t.Errorf("dropped %v, want 8", dropped)
	}
	q.Close(9*s1, note)
	if !slices.Equal(dropped, []int64{8, 5, 6, 7, 9}) {
		t.Errorf("dropped %v, want 8, then what waits, then what has just come", dropped)
	}
	q.Close(20*s1, note)
	overdue(20*s1, 0)
	if a, ok := q.Take(20*s1, note); ok {
		t.Errorf("Take after Close: %+v", a)
	}
}

func TestQueueEnds(t *testing.T) {
	q := NewQueue(Constant(Curve{{s1, 2, 2}}, Share{}), 5)
	for range 2 {
		if _, ok := q.Take(3*s1, nil); !ok {
			t.Error("an overdue arrival is not to be had after the end")
		}
	}
	if a, ok := q.Take(3*s1, nil); ok {
		t.Errorf("Take after the last: %+v", a)
	}
	if q := NewQueue(Constant(nil, Share{}), 5); q.Overdue(s1, nil) != 0 {
		t.Error("nothing comes, but some wait")
	}
}

func TestQueueWithoutRoom(t *testing.T) {
	var drops int
	q := NewQueue(Constant(steady, Share{}), 0)
	if a, ok := q.Take(1001*ms, func(Arrival) { drops++ }); !ok || a.Due != 1005*ms || drops != 201 {
		t.Errorf("Take = %+v, %v after %d drops", a, ok, drops)
	}
}

// world is a load to be simulated: sessions that join at some moment, carry out
// one arrival after the other, and leave after so many.
type world struct {
	arrivals func() *Arrivals
	bound    int
	joins    []time.Duration
	leaves   []int
	service  func(index int64) time.Duration
	until    time.Duration
}

// outcome says of each arrival that was due what became of it: when it began,
// or dropped. Later ones are not in it.
type outcome struct {
	began   map[int64]time.Duration
	dropped []int64
	left    map[int64]time.Duration // when it no longer waited
}

type event struct {
	at      time.Duration
	session int
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].session < e[j].session
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// simulate goes from event to event: a session becomes free, an arrival comes.
// It keeps a list of idle sessions and one of waiting arrivals, of which one is
// always empty.
func simulate(w world) outcome {
	got := outcome{began: map[int64]time.Duration{}, left: map[int64]time.Duration{}}
	var free events
	for i, at := range w.joins {
		heap.Push(&free, event{at, i})
	}
	left := slices.Clone(w.leaves)
	var idle []int
	var waiting []Arrival
	begin := func(session int, a Arrival, now time.Duration) {
		got.began[a.Index], got.left[a.Index] = now, now
		if left[session]--; left[session] > 0 {
			heap.Push(&free, event{now + w.service(a.Index), session})
		}
	}
	arrivals := w.arrivals()
	next, more := arrivals.Next()
	for {
		departs := len(free) > 0 && free[0].at <= w.until
		arrives := more && next.Due <= w.until
		switch {
		case departs && (!arrives || free[0].at <= next.Due):
			e := heap.Pop(&free).(event)
			if len(waiting) > 0 {
				a := waiting[0]
				waiting = waiting[1:]
				begin(e.session, a, e.at)
			} else {
				idle = append(idle, e.session)
			}
		case arrives:
			if len(idle) > 0 {
				session := idle[0]
				idle = idle[1:]
				begin(session, next, next.Due)
			} else if len(waiting) < w.bound {
				waiting = append(waiting, next)
			} else {
				got.dropped = append(got.dropped, next.Index)
				got.left[next.Index] = next.Due
			}
			next, more = arrivals.Next()
		default:
			for _, a := range waiting {
				got.dropped = append(got.dropped, a.Index)
				got.left[a.Index] = w.until
			}
			return got
		}
	}
}

// drive has the sessions ask the queue, in the order in which they are free.
func drive(t *testing.T, w world, r *rand.Rand, want outcome, dues []Arrival) outcome {
	got := outcome{began: map[int64]time.Duration{}}
	drop := func(a Arrival) { got.dropped = append(got.dropped, a.Index) }
	q := NewQueue(w.arrivals(), w.bound)
	var free events
	for i, at := range w.joins {
		heap.Push(&free, event{at, i})
	}
	left := slices.Clone(w.leaves)
	last := time.Duration(-1)
	for len(free) > 0 && free[0].at <= w.until {
		e := heap.Pop(&free).(event)
		// Looking must not change anything. Another session that was free at
		// this very moment may have taken some already.
		if r.IntN(4) == 0 && last < e.at {
			waiting := 0
			for _, a := range dues {
				if a.Due < e.at && want.left[a.Index] >= e.at {
					waiting++
				}
			}
			if n := q.Overdue(e.at, drop); n != waiting {
				t.Fatalf("%d wait at %v, want %d", n, e.at, waiting)
			}
		}
		last = e.at
		a, ok := q.Take(e.at, drop)
		if !ok {
			continue
		}
		start := max(e.at, a.Due)
		if a.Due <= w.until {
			got.began[a.Index] = start
		}
		if left[e.session]--; left[e.session] > 0 {
			heap.Push(&free, event{start + w.service(a.Index), e.session})
		}
	}
	q.Close(w.until, drop)
	return got
}

func TestQueueAgainstSimulation(t *testing.T) {
	var began, dropped, ahead int
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 0))
		curve := randomCurve(r, 30)
		w := world{
			arrivals: func() *Arrivals { return Constant(curve, Share{}) },
			bound:    []int{0, 1, 2, 5, 40, 1000}[r.IntN(6)],
			until:    time.Duration(r.Int64N(int64(40 * s1))),
		}
		if r.IntN(2) == 0 {
			w.arrivals = func() *Arrivals { return Poisson(curve, seed, Share{}) }
		}
		// Whole tenths of a second make many things happen at one moment.
		unit := []time.Duration{1, 100 * ms}[r.IntN(2)]
		if unit > 1 {
			w.until = w.until / unit * unit
		}
		mean := time.Duration(1 + r.Int64N(int64(s1)))
		w.service = func(index int64) time.Duration {
			// Never 0, or the order of two at one moment would be undecided.
			return max(time.Duration(2*Uniform(seed, 1, index)*float64(mean))/unit*unit, unit)
		}
		for range 1 + r.IntN(12) {
			w.joins = append(w.joins, time.Duration(r.Int64N(int64(10*s1)))/unit*unit*time.Duration(r.IntN(2)))
			w.leaves = append(w.leaves, []int{1 << 30, 1 + r.IntN(50)}[r.IntN(2)])
		}

		var due []Arrival
		for a := w.arrivals(); ; {
			next, ok := a.Next()
			if !ok || next.Due > w.until {
				break
			}
			due = append(due, next)
		}
		want := simulate(w)
		got := drive(t, w, r, want, due)

		if len(got.began)+len(got.dropped) != len(due) {
			t.Fatalf("seed %d: %d began, %d dropped, %d were due", seed, len(got.began), len(got.dropped), len(due))
		}
		slices.Sort(got.dropped)
		slices.Sort(want.dropped)
		if !slices.Equal(got.dropped, want.dropped) {
			t.Fatalf("seed %d: dropped %v, want %v", seed, got.dropped, want.dropped)
		}
		if !maps.Equal(got.began, want.began) {
			t.Fatalf("seed %d: began at %v, want %v", seed, got.began, want.began)
		}
		began += len(got.began)
		dropped += len(got.dropped)
		for _, a := range due {
			if start, ok := got.began[a.Index]; ok && start == a.Due {
				ahead++
			}
		}
	}
	// The comparison is worth nothing where only one thing happens.
	if ahead < 1000 || began-ahead < 1000 || dropped < 1000 {
		t.Errorf("%d on time, %d late, %d dropped: too few of some", ahead, began-ahead, dropped)
	}
}

func TestQueueIsSafe(t *testing.T) {
	const sessions, limit = 16, 50_000
	arrivals := Poisson(Curve{{0, 1000, 1000}}, 4, Share{})
	arrivals.Limit(limit)
	q := NewQueue(arrivals, 30)
	var clock atomic.Int64
	var seen [limit]atomic.Int32
	note := func(a Arrival) { seen[a.Index].Add(1) }
	var group sync.WaitGroup
	for i := range sessions {
		group.Go(func() {
			for k := int64(0); ; k++ {
				now := time.Duration(clock.Add(int64(float64(3*ms) * Uniform(uint64(i), 0, k))))
				if k%7 == 0 {
					q.Overdue(now, note)
				}
				a, ok := q.Take(now, note)
				if !ok {
					return
				}
				note(a)
			}
		})
	}
	group.Wait()
	q.Close(time.Duration(clock.Load()), note)
	for i := range seen {
		if n := seen[i].Load(); n != 1 {
			t.Fatalf("arrival %d was given out %d times", i, n)
		}
	}
	if len(q.ring) > 30 {
		t.Errorf("room for %d", len(q.ring))
	}
}

func TestQueueMemoryIsBounded(t *testing.T) {
	q := NewQueue(Constant(endless, Share{}), 100)
	for _, bound := range []struct {
		now  time.Duration
		most int
	}{{50 * ms, 16}, {100 * ms, 32}, {s1, 100}, {100 * s1, 100}} {
		q.Overdue(bound.now, nil)
		if len(q.ring) > bound.most {
			t.Errorf("at %v there is room for %d, want no more than %d", bound.now, len(q.ring), bound.most)
		}
	}
}

func BenchmarkTake(b *testing.B) {
	for _, c := range []struct {
		name string
		step time.Duration // a session is free this often; 5 ms is as often as needed
	}{{"ahead", 0}, {"waiting", 5 * ms}, {"dropping", 50 * ms}} {
		b.Run(c.name, func(b *testing.B) {
			q := NewQueue(Poisson(endless, 1, Share{}), 1000)
			var drops int64
			note := func(Arrival) { drops++ }
			now := 10 * s1
			q.Overdue(now, note)
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := q.Take(now, note); !ok {
					b.Fatal("no more")
				}
				now += c.step
			}
		})
	}
}
