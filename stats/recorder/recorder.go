package recorder

import (
	"sync"
	"sync/atomic"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Recorder gathers the operations of one trial of one variant. Sessions record
// into its shards; one goroutine takes an [resultfile.Interval] now and then and, at the
// end, the [resultfile.Trial]. Its methods are safe for concurrent use.
type Recorder struct {
	variant   string
	trial     int
	shards    []*Shard
	measuring atomic.Bool // what meters look at: the window is open
	sessions  gauge       // those that hold a meter
	spread    atomic.Int64

	mu     sync.Mutex // guards what follows and orders takes; taken before shards' locks
	window stats.Window
	begun  stats.Moment
	last   stats.Moment // the end of the last interval
	step   int          // of the stages, 0 for none
	total  resultfile.SeriesSet
}

// NewRecorder returns a recorder for the given trial (from 1) of a variant that
// begins now. shards should be the number of sessions or twice GOMAXPROCS,
// whichever is less: a shard that is in use costs some 300 KiB for each
// operation and mode. It is at least 1.
func NewRecorder(variant string, trial, shards int, now stats.Moment) *Recorder {
	r := &Recorder{variant: variant, trial: trial, begun: now, last: now}
	for range max(shards, 1) {
		r.shards = append(r.shards, &Shard{recorder: r, live: new(resultfile.SeriesSet), spare: new(resultfile.SeriesSet)})
	}
	return r
}

// Shard returns shard i modulo their number.
func (r *Recorder) Shard(i int) *Shard { return r.shards[i%len(r.shards)] }

// OpenWindow opens the measured window and returns the moment it opened: at,
// or the latest moment already recorded if that is later, so that no operation
// is judged twice by different windows. It opens once; later calls change
// nothing and return the same.
func (r *Recorder) OpenWindow(at stats.Moment) stats.Moment {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.window.Open == 0 {
		r.setWindow(func(latest stats.Moment) stats.Window { return stats.Window{Open: max(at, latest)} })
		r.measuring.Store(true)
	}
	return r.window.Open
}

// CloseWindow closes the window, which must be open, and returns the moment it
// closed: at, or the latest moment already recorded if that is later. Call it
// with the present moment, or with the last completion's if that ends the run.
// It closes once.
func (r *Recorder) CloseWindow(at stats.Moment) stats.Moment {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.window.Open != 0 && r.window.Close == 0 {
		r.measuring.Store(false)
		r.setWindow(func(latest stats.Moment) stats.Window {
			return stats.Window{Open: r.window.Open, Close: max(at, latest, r.window.Open)}
		})
	}
	return r.window.Close
}

// setWindow changes the window in all shards at once: with every lock held no
// operation is recorded between the choice of the moment and its taking effect.
func (r *Recorder) setWindow(choose func(latest stats.Moment) stats.Window) {
	var latest stats.Moment
	for _, s := range r.shards {
		s.mu.Lock()
		defer s.mu.Unlock()
		latest = max(latest, s.latest)
	}
	r.window = choose(latest)
	for _, s := range r.shards {
		s.window = r.window
		for _, m := range s.meters {
			m.edge(s)
		}
	}
}

// Spread returns how many good uploads there were whose progress was asked for,
// by an interval or at the window's edge, and not to be had: their bytes were
// counted as if they had moved evenly over the upload's time.
func (r *Recorder) Spread() int64 { return r.spread.Load() }

// Window returns the window so far.
func (r *Recorder) Window() stats.Window {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.window
}

// AddDropped counts an arrival that was due at the given moment and was turned
// away then, because too many were waiting. It counts if that lies in the window.
// What is still waiting when the run gives up goes to [Recorder.AddAbandoned], or
// is recorded as an unfinished operation without a t1: else fewer were due than
// were.
func (r *Recorder) AddDropped(op stats.Op, mode stats.Mode, due stats.Moment) {
	r.shards[0].addDropped(op, mode, due)
}

// AddAbandoned counts an arrival that was due at the given moment and still
// waited to begin when the run gave up. It is dropped as with
// [Recorder.AddDropped]; unlike one that was turned away, it was also waiting at
// the window's close, and at its open if it was due before that. Call it after
// [Recorder.CloseWindow].
func (r *Recorder) AddAbandoned(op stats.Op, mode stats.Mode, due stats.Moment) {
	r.shards[0].addAbandoned(op, mode, due)
}
