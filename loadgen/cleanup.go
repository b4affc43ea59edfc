package loadgen

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
)

const (
	// cleanUpTime bounds the removal of the run's files, and each further
	// thousand gets cleanUpMore.
	cleanUpTime = 30 * time.Second
	cleanUpMore = 10 * time.Second
	// removeAtOnce is how many sessions take the files away, one for each
	// removeEach of them.
	removeAtOnce, removeEach = 8, 200
)

// remove takes the run's files off the server. It returns what is left behind
// and why, nil if nothing is.
func (f *files) remove(ctx context.Context) error {
	inner, outer := f.left()
	if len(outer) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, cleanUpBound(inner))
	defer cancel()
	left := func(err error) error {
		return fmt.Errorf("%s may still be on the server: %w", outer[len(outer)-1], err)
	}
	if failure := f.sendAll(ctx, inner); failure != nil {
		return left(failure)
	}
	s, failure := f.connect.unhurried().openPatiently(ctx, 0, "", "", nil)
	if failure != nil {
		return left(failure)
	}
	defer s.Close()
	for _, folder := range outer {
		if err := s.RemoveFolder(folder); err != nil && !(f.unsure && failureOf(err).Code == 550) { // it never came to be
			return left(err)
		}
	}
	f.made, f.setUp = false, false
	return nil
}

// tidy takes away what the slots have, so that the next variant begins like the
// one before it.
func (f *files) tidy(ctx context.Context) error {
	inner := f.leftBySlots()
	ctx, cancel := context.WithTimeout(ctx, cleanUpBound(inner))
	defer cancel()
	if failure := f.sendAll(ctx, inner); failure != nil {
		return &PrepareError{What: "removing the files of a variant", Err: failure}
	}
	for i := range f.slots {
		f.slots[i] = newOwn(f, i)
	}
	return nil
}

func cleanUpBound(lines []string) time.Duration {
	return cleanUpTime + time.Duration(len(lines)/1000)*cleanUpMore
}

// sendAll sends the commands, once more if a session was lost on the way.
func (f *files) sendAll(ctx context.Context, lines []string) *stats.Failure {
	failure := f.send(ctx, lines)
	if failure != nil && !failure.Unfinished() {
		failure = f.send(ctx, lines)
	}
	return failure
}

// left returns the commands that take away what lies in the run's folders, and
// then these, the inner before the outer.
func (f *files) left() (inner, folders []string) {
	if f.setUp && !f.set.shared {
		for i := range f.begun {
			inner = append(inner, "DELE "+f.set.path(i))
		}
		folders = append(folders, f.set.folder)
	}
	if !f.made {
		return inner, folders
	}
	return append(inner, f.leftBySlots()...), append(folders, f.folder)
}

func (f *files) leftBySlots() (lines []string) {
	for _, o := range f.slots {
		names, folders := o.left()
		for _, n := range names {
			lines = append(lines, "DELE "+n)
		}
		for _, d := range folders {
			lines = append(lines, "RMD "+d)
		}
	}
	return lines
}

// send sends commands that are independent of each other, by several sessions
// where there are many.
func (f *files) send(ctx context.Context, lines []string) *stats.Failure {
	if len(lines) == 0 {
		return nil
	}
	var next atomic.Int64
	var failed atomic.Pointer[stats.Failure]
	var wg sync.WaitGroup
	for range min(1+len(lines)/removeEach, removeAtOnce) {
		wg.Go(func() {
			s, failure := f.connect.unhurried().openPatiently(ctx, 0, "", "", nil)
			if failure == nil {
				failure = sendSome(s, lines, &next, &failed)
				s.Close()
			}
			if failure != nil {
				failed.CompareAndSwap(nil, failure)
			}
		})
	}
	wg.Wait()
	return failed.Load()
}

// sendSome sends what other sessions do not.
func sendSome(s *workers.Session, lines []string, next *atomic.Int64, failed *atomic.Pointer[stats.Failure]) *stats.Failure {
	for failed.Load() == nil {
		i := int(next.Add(1) - 1)
		if i >= len(lines) {
			return nil
		}
		// 550: it never came to be. The folder around it tells in the end.
		if r, _, err := s.Command(lines[i]); err != nil {
			return failureOf(err)
		} else if r.Code == 421 {
			return &stats.Failure{Phase: stats.Service, Class: stats.ClassReply, Code: r.Code, Text: fmt.Sprintf("the server said %s", r)}
		}
	}
	return nil
}
