package rig

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

// remains are what is to be removed: files, and then folders, of which none lies
// in another.
type remains struct{ files, folders []string }

func (r *remains) len() int { return len(r.files) + len(r.folders) }

// remove removes the i-th of them.
func (r *remains) remove(s *workers.Session, i int) error {
	if i < len(r.files) {
		return s.RemoveFile(r.files[i])
	}
	return s.RemoveFolder(r.folders[i-len(r.files)])
}

// remove takes the run's files off the server: first those that it remembers, then
// what else lies in its folders, then these. It returns what is left behind and
// why, nil if nothing is.
func (f *files) remove(ctx context.Context) error {
	if len(f.made) == 0 {
		return nil
	}
	all := f.left()
	ctx, cancel := context.WithTimeout(ctx, cleanUpBound(all.len()))
	defer cancel()
	sweep := &sweeper{open: f.reopen}
	defer sweep.close()
	err := f.removeAll(ctx, sweep, all)
	for i := len(f.made) - 1; i >= 0 && err == nil; i-- {
		folder := f.made[i]
		if i == 0 && folder.path == f.folder {
			f.removeMarker(ctx, sweep) // not before: whatever stays has it
		}
		if f.set.shared && folder.path == f.set.outer {
			// Other runs may use it, so it goes only if there is nothing in it.
			if err = sweep.rmd(ctx, folder.path); saidNo(err) && folder.unsure {
				err = nil
			}
		} else {
			err = sweep.removeFolder(ctx, folder.path, folder.unsure)
		}
		if err == nil {
			f.made = f.made[:i]
		}
	}
	if err != nil {
		return fmt.Errorf("%s may still be on the server: %w", strings.Join(f.outermost(), " and "), err)
	}
	f.setUp = f.setUp && f.set.shared
	return nil
}

// outermost returns the run's folders that lie in none of its others.
func (f *files) outermost() (paths []string) {
	for _, m := range f.made {
		if m.path == f.folder || m.path == f.set.outer {
			paths = append(paths, m.path)
		}
	}
	return paths
}

// removeMarker removes the marker, if there is or may be one. A refusal shows when
// its folder is to go.
func (f *files) removeMarker(ctx context.Context, sweep *sweeper) {
	if f.marked == nil && f.unmarked == nil {
		return
	}
	if sweep.do(ctx, func(s *workers.Session) error { return s.RemoveFile(f.folder + "/" + markerName) }) == nil {
		f.marked = nil
	}
}

// reopen opens a session that cleans up.
func (f *files) reopen(ctx context.Context) (*workers.Session, *stats.Failure) {
	return f.connect.unhurried().openPatiently(ctx, 0, "", "", nil)
}

// tidy takes away what the slots have, so that the next variant begins like the
// one before it.
func (f *files) tidy(ctx context.Context) error {
	all := f.leftBySlots()
	ctx, cancel := context.WithTimeout(ctx, cleanUpBound(all.len()))
	defer cancel()
	sweep := &sweeper{open: f.reopen}
	defer sweep.close()
	if err := f.removeAll(ctx, sweep, all); err != nil {
		return &PrepareError{What: "removing the files of a variant", Err: err}
	}
	for i := range f.slots {
		f.slots[i] = f.slots[i].successor()
	}
	return nil
}

func cleanUpBound(n int) time.Duration {
	return cleanUpTime + time.Duration(n/1000)*cleanUpMore
}

// left returns what the run remembers to have put into its folders, but for its
// marker.
func (f *files) left() *remains {
	all := f.leftBySlots()
	if f.setUp && !f.set.shared {
		for i := range f.begun {
			all.files = append(all.files, f.set.path(i))
		}
	}
	if f.tried {
		all.files = append(all.files, f.work+"/"+tryFile)
		if op := f.plan.Profile.Op; op.Has("mkd") || op.Has("rmd") {
			all.folders = append(all.folders, f.work+"/"+tryDir)
		}
	}
	return all
}

func (f *files) leftBySlots() *remains {
	all := new(remains)
	for _, o := range f.slots {
		files, folders := o.left()
		all.files, all.folders = append(all.files, files...), append(all.folders, folders...)
	}
	return all
}

// removeAll removes what lies in the run's folders, by several sessions where
// there is much, and once more if a session was lost on the way. Refusals are none
// of its errors: there may be nothing of the name, and the folder around it tells
// in the end.
func (f *files) removeAll(ctx context.Context, sweep *sweeper, all *remains) error {
	if f.keeps != nil {
		all.files = nil // the server deletes nothing
	}
	if f.keepsDirs != nil {
		all.folders = nil
	}
	if all.len() == 0 {
		return nil
	}
	var next atomic.Int64
	var failed atomic.Pointer[stats.Failure]
	var wg sync.WaitGroup
	for range min(all.len()/removeEach, removeAtOnce-1) {
		wg.Go(func() {
			more := &sweeper{open: f.reopen}
			defer more.close()
			if failure := more.removeSome(ctx, all, &next, &failed); failure != nil {
				failed.CompareAndSwap(nil, failure)
			}
		})
	}
	if failure := sweep.removeSome(ctx, all, &next, &failed); failure != nil {
		failed.CompareAndSwap(nil, failure)
	}
	wg.Wait()
	if failure := failed.Load(); failure != nil {
		return failure
	}
	return nil
}

// removeSome removes what other sessions do not.
func (s *sweeper) removeSome(ctx context.Context, all *remains, next *atomic.Int64, failed *atomic.Pointer[stats.Failure]) *stats.Failure {
	for failed.Load() == nil {
		i := int(next.Add(1) - 1)
		if i >= all.len() {
			return nil
		}
		if err := s.do(ctx, func(s *workers.Session) error { return all.remove(s, i) }); err != nil && !saidNo(err) {
			return failureOf(err)
		}
	}
	return nil
}

// saidNo reports whether the server said no, and did not hang up.
func saidNo(err error) bool {
	var f *stats.Failure
	return errors.As(err, &f) && f.Class == stats.ClassReply && f.Code != 421
}
