package pace

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// piece is the most that is handed out at once, as time at the full rate:
	// a hundredth of a second is a hundredth of the bins that a result counts
	// bytes in, and far above what a timer is late by.
	piece = 10 * time.Millisecond
	// turn is how long it should take at most until every session that waits
	// has had its piece: where more than ten wait the pieces are smaller.
	turn = 100 * time.Millisecond
	// first is the part of a piece that a session begins with.
	first = 16
	// spare is what a bucket holds: so much delay, of the scheduler or of the
	// transfer itself, is made good. More would make the mean no better on a
	// machine fit to measure with, and a bin after a longer pause too full.
	spare = 4
	// idle is the pause after which a bucket is empty again. It was not late
	// then; nobody wanted anything.
	idle = time.Second
)

// bucket is one limit. Whoever takes out of it what is not there yet has a
// place in a queue: pieces are due in the order in which they were taken.
type bucket struct {
	piece, turn int // in bytes

	mu      sync.Mutex
	limiter *rate.Limiter
	due     time.Time // of the last piece
	waiting int
}

// newBucket makes a bucket of so many bytes per second, above 0.
func newBucket(limit int64) *bucket {
	worth := func(d time.Duration) int { return int(float64(limit) * d.Seconds()) }
	one := max(worth(piece), 1)
	return &bucket{
		piece:   one,
		turn:    worth(turn),
		limiter: rate.NewLimiter(rate.Limit(limit), spare*one),
	}
}

// share is the size of one more session's next piece, in bytes.
func (b *bucket) share() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(min(b.piece, b.turn/(b.waiting+1)), 1)
}

// reserve takes n bytes, no more than a piece, and returns how long to wait
// until they are due. Whoever took them calls left once he has waited.
func (b *bucket) reserve(n int) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	// The time is read under the lock: the limiter counts an interval twice
	// if it is told of times out of order.
	now := time.Now()
	if now.Sub(b.due) > idle {
		b.limiter.AllowN(now, int(b.limiter.TokensAt(now)))
	}
	r := b.limiter.ReserveN(now, n)
	wait := r.DelayFrom(now)
	b.due = now.Add(wait)
	b.waiting++
	return wait
}

// left ends a wait.
func (b *bucket) left() {
	b.mu.Lock()
	b.waiting--
	b.mu.Unlock()
}
