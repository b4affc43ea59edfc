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
	names, folders := f.left()
	if len(folders) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, cleanUpTime+time.Duration(len(names)/1000)*cleanUpMore)
	defer cancel()
	left := func(err error) error {
		return fmt.Errorf("%s may still be on the server: %w", folders[len(folders)-1], err)
	}
	failure := f.delete(ctx, names)
	if failure != nil && !failure.Unfinished() {
		failure = f.delete(ctx, names) // a session may be lost here as anywhere
	}
	if failure != nil {
		return left(failure)
	}
	s, failure := f.connect.openPatiently(ctx, 0, "", "", nil)
	if failure != nil {
		return left(failure)
	}
	defer s.Close()
	for _, folder := range folders {
		gone := []int{250}
		if folder != f.folder && folder != f.set.folder || f.unsure {
			gone = append(gone, 550) // it never came to be
		}
		if err := s.MustCommand("RMD "+folder, gone...); err != nil {
			return left(err)
		}
	}
	f.made, f.setUp = false, false
	return nil
}

// left returns what is to be taken away: files, then folders from the inner to
// the outer.
func (f *files) left() (names, folders []string) {
	if f.setUp && !f.set.shared {
		for i := range f.begun {
			names = append(names, f.set.path(i))
		}
		folders = append(folders, f.set.folder)
	}
	if !f.made {
		return names, folders
	}
	for _, o := range f.slots {
		n, d := o.left()
		names, folders = append(names, n...), append(folders, d...)
	}
	return names, append(folders, f.folder)
}

// delete deletes the files, by several sessions where there are many.
func (f *files) delete(ctx context.Context, names []string) *stats.Failure {
	if len(names) == 0 {
		return nil
	}
	var next atomic.Int64
	var failed atomic.Pointer[stats.Failure]
	var wg sync.WaitGroup
	for range min(1+len(names)/removeEach, removeAtOnce) {
		wg.Go(func() {
			s, failure := f.connect.openPatiently(ctx, 0, "", "", nil)
			if failure == nil {
				failure = deleteSome(s, names, &next, &failed)
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

// deleteSome deletes what other sessions do not.
func deleteSome(s *workers.Session, names []string, next *atomic.Int64, failed *atomic.Pointer[stats.Failure]) *stats.Failure {
	for failed.Load() == nil {
		i := int(next.Add(1) - 1)
		if i >= len(names) {
			return nil
		}
		// 550: it never came to be. The folder tells in the end.
		if r, _, err := s.Command("DELE " + names[i]); err != nil {
			return failureOf(err)
		} else if r.Code == 421 {
			return &stats.Failure{Phase: stats.Service, Class: stats.ClassReply, Code: r.Code, Text: fmt.Sprintf("the server said %s", r)}
		}
	}
	return nil
}
