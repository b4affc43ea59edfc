package pace

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// greedy takes what it is given for as long as the context lasts, in asks of
// most bytes, and comes back late each time.
func greedy(take func(int) (int, error), most int, late time.Duration, moved func(n int)) {
	for {
		n, err := take(most)
		if err != nil {
			return
		}
		if n < 1 || n > most {
			panic("a grant of another size than asked for")
		}
		moved(n)
		if late > 0 {
			time.Sleep(late)
		}
	}
}

// TestLimits lets sessions take as much as they can by a clock of the test's:
// each second has what its limit is, the first one too, and the sessions have
// equal parts of it.
func TestLimits(t *testing.T) {
	const seconds = 10
	for _, c := range []struct {
		name           string
		total, session Rates
		sessions, most int
		late           time.Duration
		uploads        bool
		want           float64 // bytes per second of all sessions together
	}{
		{name: "total, one session", total: Rates{All: 1 << 20}, sessions: 1, most: 1 << 20, want: 1 << 20},
		{name: "total, eight sessions", total: Rates{Down: 1 << 20}, sessions: 8, most: 1 << 20, want: 1 << 20},
		{name: "total, a hundred sessions", total: Rates{All: 1 << 20}, sessions: 100, most: 1 << 20, want: 1 << 20},
		{name: "total, a thousand sessions", total: Rates{All: 100 << 20}, sessions: 1000, most: 1 << 20, want: 100 << 20},
		{name: "small asks", total: Rates{All: 1 << 20}, sessions: 3, most: 100, want: 1 << 20},
		{name: "late wake-ups", total: Rates{All: 1 << 30}, sessions: 1, most: 256 << 10, late: 200 * time.Microsecond, want: 1 << 30},
		{name: "later wake-ups", total: Rates{All: 1 << 20}, sessions: 1, most: 1 << 20, late: 9 * time.Millisecond, want: 1 << 20},
		{name: "each", session: Rates{All: 64 << 10}, sessions: 100, most: 1 << 20, want: 6400 << 10},
		{name: "each and total", total: Rates{All: 1 << 20}, session: Rates{Up: 64 << 10}, sessions: 8, most: 1 << 20, uploads: true, want: 512 << 10},
		{name: "total and each", total: Rates{All: 256 << 10}, session: Rates{Up: 64 << 10}, sessions: 8, most: 1 << 20, uploads: true, want: 256 << 10},
		{name: "the tighter of two", total: Rates{All: 1 << 20, Down: 1 << 18}, sessions: 2, most: 1 << 20, want: 1 << 18},
		{name: "a byte in a second and a half", total: Rates{All: 2}, sessions: 3, most: 10, want: 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				p := New(c.total, c.session)
				// A clock that has long run: nothing was saved up meanwhile.
				time.Sleep(time.Hour)
				start := time.Now()
				var mu sync.Mutex
				var bins [seconds + 1]float64
				parts := make([]float64, c.sessions)
				var running sync.WaitGroup
				for i := range c.sessions {
					take, up := p.Session(ctx)
					if c.uploads {
						take = up
					}
					running.Go(func() {
						greedy(take, c.most, c.late, func(n int) {
							mu.Lock()
							defer mu.Unlock()
							bins[min(int(time.Since(start)/time.Second), seconds)] += float64(n)
							parts[i] += float64(n)
						})
					})
				}
				time.Sleep(seconds * time.Second)
				cancel()
				running.Wait()

				sum := 0.0
				for i, n := range bins[:seconds] {
					sum += n
					// A piece may fall on either side of the second's end.
					if off := math.Abs(n - c.want); off > c.want*0.021+1 {
						t.Errorf("second %d has %.0f bytes, want %.0f", i+1, n, c.want)
					}
				}
				if mean := sum / seconds; math.Abs(mean-c.want) > c.want*0.003+1 {
					t.Errorf("the mean is %.0f bytes a second, want %.0f", mean, c.want)
				}
				for i, n := range parts {
					if equal := sum / float64(c.sessions); math.Abs(n-equal) > equal/4+1 {
						t.Errorf("session %d has %.0f bytes, an equal part is %.0f", i, n, equal)
					}
				}
			})
		})
	}
}

// TestNoBurst follows the sum through its first moments, and through those
// after a pause: never more than the rate has come to, and a piece.
func TestNoBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 1 << 20
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		p := New(Rates{All: limit}, Rates{})
		take, _ := p.Session(ctx)
		for range 3 {
			time.Sleep(5 * time.Second)
			start := time.Now()
			for sum := 0; time.Since(start) < time.Second; {
				n, err := take(64 << 10)
				if err != nil {
					t.Fatal(err)
				}
				sum += n
				if most := limit * (time.Since(start) + piece).Seconds(); float64(sum) > most {
					t.Fatalf("%d bytes after %v, want at most %.0f", sum, time.Since(start), most)
				}
			}
		}
	})
}

// TestDelayIsMadeGood lets one wake-up come late: what was due meanwhile moves
// behind it, but no more than the bucket holds.
func TestDelayIsMadeGood(t *testing.T) {
	for _, c := range []struct{ late, lost time.Duration }{
		{30 * time.Millisecond, 0},
		{240 * time.Millisecond, 200 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			const limit = 1 << 20
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			take, _ := New(Rates{All: limit}, Rates{}).Session(ctx)
			start, sum := time.Now(), 0
			for i := 0; time.Since(start) < time.Second; i++ {
				n, err := take(limit)
				if err != nil {
					t.Fatal(err)
				}
				if sum += n; i == 20 {
					time.Sleep(c.late)
				}
			}
			want := limit * (time.Second - c.lost).Seconds()
			if math.Abs(float64(sum)-want) > 2*limit*piece.Seconds() {
				t.Errorf("%v late: %d bytes in a second, want %.0f", c.late, sum, want)
			}
		})
	}
}

// TestNothingIsLost takes by many short transfers, whose last ask is small:
// they come to as much as one long one.
func TestNothingIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, file = 1 << 20, 10_001
		down, up := New(Rates{}, Rates{All: limit}).Session(t.Context())
		start, sum := time.Now(), 0
		for i := 0; time.Since(start) < 10*time.Second; i++ {
			take := down
			if i%2 == 1 {
				take = up
			}
			for left := file; left > 0; {
				n, err := take(min(left, 1000))
				if err != nil {
					t.Fatal(err)
				}
				left, sum = left-n, sum+n
			}
		}
		if want := 10.0 * limit; math.Abs(float64(sum)-want) > want*0.003 {
			t.Errorf("%d bytes in 10 s, want %.0f", sum, want)
		}
	})
}

// TestEndOfContext ends a wait at once.
func TestEndOfContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		take, _ := New(Rates{All: 1}, Rates{}).Session(ctx)
		start := time.Now()
		time.AfterFunc(time.Millisecond, cancel)
		if _, err := take(1); !errors.Is(err, context.Canceled) {
			t.Errorf("the wait ended with %v", err)
		}
		if waited := time.Since(start); waited != time.Millisecond {
			t.Errorf("the wait went on for %v", waited)
		}
		if _, err := take(1); !errors.Is(err, context.Canceled) {
			t.Errorf("after the end: %v", err)
		}
	})
}

// TestUnlimited has no function where there is nothing to wait for.
func TestUnlimited(t *testing.T) {
	if p := New(Rates{}, Rates{}); p != nil {
		t.Error("no limits made a pace")
	}
	for _, c := range []struct {
		total, session Rates
		down, up       bool
	}{
		{},
		{total: Rates{All: 1}, down: true, up: true},
		{session: Rates{All: 1}, down: true, up: true},
		{total: Rates{Down: 1}, down: true},
		{session: Rates{Up: 1}, up: true},
	} {
		down, up := New(c.total, c.session).Session(t.Context())
		if (down != nil) != c.down || (up != nil) != c.up {
			t.Errorf("total %+v, session %+v: download %v, upload %v", c.total, c.session, down != nil, up != nil)
		}
	}
}

func TestReceiveBuffer(t *testing.T) {
	for _, c := range []struct {
		name           string
		total, session Rates
		sessions, want int
	}{
		{name: "no limit"},
		{name: "uploads only", total: Rates{Up: 1000}, session: Rates{Up: 1000}, sessions: 1},
		{name: "slow", session: Rates{Down: 64 << 10}, sessions: 100, want: smallestBuffer},
		{name: "a fifth of a second", session: Rates{All: 500_000}, sessions: 1, want: 100_000},
		{name: "a part of the total", total: Rates{All: 4_000_000}, sessions: 8, want: 100_000},
		{name: "the tighter one", total: Rates{Down: 4_000_000}, session: Rates{All: 400_000}, sessions: 8, want: 80_000},
		{name: "fast", total: Rates{All: 1 << 30}, sessions: 4},
		{name: "less than a byte each", total: Rates{All: 1}, sessions: 100, want: smallestBuffer},
		{name: "no sessions yet", total: Rates{All: 500_000}, want: 100_000},
	} {
		if got := ReceiveBuffer(c.total, c.session, c.sessions); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// BenchmarkTake asks a pace that never waits.
func BenchmarkTake(b *testing.B) {
	take, _ := New(Rates{All: 1 << 60}, Rates{All: 1 << 60}).Session(b.Context())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := take(1 << 20); err != nil {
			b.Fatal(err)
		}
	}
}

// TestNoAllocation takes whole pieces and waits for each.
func TestNoAllocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		take, _ := New(Rates{All: 1 << 20}, Rates{All: 1 << 20}).Session(t.Context())
		if n := testing.AllocsPerRun(100, func() { _, _ = take(1 << 20) }); n > 0 {
			t.Errorf("%.0f allocations for each piece", n)
		}
	})
}
