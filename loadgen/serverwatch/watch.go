package serverwatch

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"runtime"
	"time"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

const (
	// beat is the time from one sample to the next, if that is cheap enough.
	beat = 250 * time.Millisecond
	// share is the most of one processor that samples may take. Reading a
	// process takes some 30 µs, another one of the machine 10: above 170 of the
	// server's, samples are rarer; of 2,000 there is one every three seconds.
	share = 0.02
)

// Watch observes the processes of a server, in windows from [Watch.Begin] to
// [Watch.End]. It belongs to one goroutine. Between windows it does nothing.
type Watch struct {
	root, self int32
	sys        *system
	members    *members
	// What was there before any session.
	baseProcesses int
	baseRSS       int64

	// Of the window that is open or was the last.
	stop, stopped chan struct{}
	first, last   time.Time // its samples, the last of them that found anything
	account       *account
	processes     int     // the most in one sample
	most          holding // the same
	blind         bool    // some process's time could not be read
}

// New returns a watch of the server whose process pid is, the listener, after a
// first sample: what its processes hold before there is any session. It fails if
// there is no such process, or if it may not be read.
func New(pid int) (*Watch, error) {
	switch {
	case pid < 1 || pid > math.MaxInt32:
		return nil, fmt.Errorf("%d is not a process ID: give that of the server's listening process", pid)
	case pid == os.Getpid():
		return nil, fmt.Errorf("process %d is the load generator itself: give the ID of the server's listening process", pid)
	}
	w := &Watch{root: int32(pid), self: int32(os.Getpid()), sys: newSystem()}
	if err := w.sys.check(w.root); err != nil {
		return nil, explain(pid, err)
	}
	s, err := w.sample(nil)
	switch {
	case err != nil:
		return nil, explain(pid, err)
	case s.blind:
		return nil, explain(pid, fs.ErrPermission)
	}
	w.baseProcesses, w.baseRSS = s.running, s.rss
	return w, nil
}

// explain says why a process cannot be watched, and what to do.
func explain(pid int, err error) error {
	switch {
	case gone(err):
		return fmt.Errorf("there is no process %d on this machine (or this user may not see it): give the ID of the server's listening process", pid)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("no permission to watch process %d: run as the server's user, or as root", pid)
	}
	return fmt.Errorf("process %d cannot be watched: %w", pid, err)
}

// Begin opens a window, with a sample: it returns when all processes have been
// read, some 30 µs for each. A window that is open is given up.
func (w *Watch) Begin() {
	w.halt()
	w.account, w.processes, w.most, w.blind = nil, 0, holding{}, false
	cost, _ := w.take(nil)
	w.stop, w.stopped = make(chan struct{}), make(chan struct{})
	go w.beats(cost)
}

// End closes the window, with another sample, and returns what was used in it:
// all zero if none of the server's processes was there any more, or if there
// was no window. A field is 0 if it is not known, because the platform does not
// tell or some process may not be read. Seconds are those between the two
// samples, or to the last one that found a process.
//
// Memory is the sum of what each process has in core: what processes share, as
// those forked from one do, counts for each of them.
func (w *Watch) End() resultfile.ServerUse {
	if w.stop == nil {
		return resultfile.ServerUse{}
	}
	w.halt()
	if _, err := w.take(nil); err != nil {
		w.blind = true // of what happened since the sample before
	}
	if w.processes == 0 {
		return resultfile.ServerUse{}
	}
	u := resultfile.ServerUse{
		Seconds:       w.last.Sub(w.first).Seconds(),
		Processes:     w.processes,
		RSSBytes:      max(w.most.rss, 0),
		Descriptors:   max(w.most.descriptors, 0),
		BaseProcesses: w.baseProcesses,
		BaseRSSBytes:  max(w.baseRSS, 0),
	}
	if !w.blind {
		u.CPUSeconds = w.account.total().Seconds()
	}
	return u
}

// Close gives up a window that is open.
func (w *Watch) Close() { w.halt() }

// halt ends the samples between.
func (w *Watch) halt() {
	if w.stop != nil {
		close(w.stop)
		<-w.stopped
		w.stop = nil
	}
}

// beats takes samples until it is told to stop.
func (w *Watch) beats(cost time.Duration) {
	defer close(w.stopped)
	for {
		t := time.NewTimer(pause(cost))
		select {
		case <-t.C:
			cost, _ = w.take(w.stop)
		case <-w.stop:
			t.Stop()
			return
		}
	}
}

// pause is how long to wait after a sample that took cost.
func pause(cost time.Duration) time.Duration {
	return max(beat-cost, time.Duration(float64(cost)*(1/share-1)))
}

// take adds a sample to the window and returns what processor time that took.
func (w *Watch) take(stop <-chan struct{}) (cost time.Duration, err error) {
	began, elapsed := time.Now(), stopwatch()
	s, err := w.sample(stop)
	if err == nil {
		w.note(&s, began)
	}
	return elapsed(), err
}

// note adds a sample that began at that time.
func (w *Watch) note(s *sample, began time.Time) {
	if w.account == nil {
		w.first, w.last = began, began
		w.account = openAccount(s.processes, s.at)
	} else {
		w.account.add(s.processes, s.at)
	}
	if len(s.processes) > 0 {
		w.last = began
	}
	w.processes = max(w.processes, s.running)
	w.most.raise(s.holding)
	w.blind = w.blind || s.blind
}

// stopwatch returns a function that returns the processor time used since by
// this goroutine, which keeps its thread until then; the time that went by where
// the other is not known.
func stopwatch() func() time.Duration {
	runtime.LockOSThread()
	began := time.Now()
	before, ok1 := spent()
	return func() time.Duration {
		defer runtime.UnlockOSThread()
		if after, ok := spent(); ok && ok1 {
			return after - before
		}
		return time.Since(began)
	}
}
