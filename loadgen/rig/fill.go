package rig

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ftpmark/ftpmark/loadgen/target"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/workers"
)

// fillAtOnce is how many sessions write the set.
const fillAtOnce = 16

// fill writes the markers and the set, and tries whatever else the load needs.
// observe is told how many files are there.
func (f *files) fill(ctx context.Context, s *workers.Session, observe func(done, of int)) error {
	switch {
	case f.set.Count > 0:
	case f.plan.Profile.Op.Writes():
		return f.tryAlone(ctx, s)
	default:
		return nil
	}
	f.begun = 1
	marking, unmarkable := true, false
	begin := func(s *workers.Session) (string, *stats.Failure) {
		if marking {
			if failure := f.mark(s, false); failure != nil {
				unmarkable = true
				return "writing " + f.folder + "/" + markerName, failure
			}
			unmarkable = false
		}
		if failure := f.place(s, 0); failure != nil {
			return "writing " + f.set.path(0), failure
		}
		if failure := f.sameSeed(s); failure != nil {
			return "reading back " + f.set.path(0), failure
		}
		if f.plan.Profile.Op.Writes() {
			if what, failure := f.try(s); failure != nil {
				return what, failure
			}
		}
		if f.set.Count == 1 {
			f.mark(s, true)
		}
		return "", nil
	}
	err := f.first(ctx, s, begin)
	if err != nil && unmarkable && ctx.Err() == nil {
		marking = false
		err = f.first(ctx, s, begin)
	}
	if err != nil {
		return err
	}
	if err := f.verifiable(); err != nil {
		return err
	}
	return f.fillFrom(ctx, observe)
}

// tryAlone tries what a load without a set needs.
func (f *files) tryAlone(ctx context.Context, s *workers.Session) error {
	err := f.first(ctx, s, func(s *workers.Session) (string, *stats.Failure) {
		if what, failure := f.try(s); failure != nil {
			return what, failure
		}
		f.mark(s, true)
		return "", nil
	})
	if err != nil {
		return err
	}
	return f.verifiable()
}

// verifiable refuses uploads that cannot be verified: the server answers SIZE for
// another file.
func (f *files) verifiable() error {
	if !f.renames || f.fresh || !f.verifies() {
		return nil
	}
	return &PrepareError{What: "--upload-names reuse with --verify " + f.plan.Profile.Verify,
		Err:  errors.New("the server stores an upload to a name that is taken under another name, so SIZE is that of another file"),
		Hint: "leave out --upload-names, or use --verify bytes"}
}

// sameSeed reports a target of ftpmark's own, started by hand, whose content is
// not what it is compared with: it serves what its seed says, and keeps nothing
// of uploads.
func (f *files) sameSeed(s *workers.Session) *stats.Failure {
	p := &f.plan.Profile
	if p.Verify != "checksum" || f.plan.Embedded || !strings.Contains(s.Banner(), target.Greeting) {
		return nil
	}
	job := workers.Job{Op: stats.Retr, Meter: nobody{}}
	f.download(&job, &profiles.Operation{}, 0)
	failure := s.Do(&job).Failure
	if failure != nil && failure.Class == stats.ClassCorrupt {
		failure.Hint = fmt.Sprintf("ftpmark serve makes its content of its own seed: start it with --seed %d, or give this run its seed", p.Seed)
	}
	return failure
}

// first writes one file, in the first mode in which that can be done, and notes
// that mode. s is a session that is there already. write says what failed, too.
func (f *files) first(ctx context.Context, s *workers.Session, write func(*workers.Session) (what string, failure *stats.Failure)) error {
	var what string
	var last *stats.Failure
	for i, mode := range f.uploadModes() {
		if i > 0 || !s.Usable() || s.Mode() == stats.NoMode {
			s.Close() // its place may be the only one
			another, err := f.session(ctx, mode)
			if err != nil && ofConnections(failureOf(err)) {
				what, last = "opening a session in mode "+string(mode), failureOf(err)
				continue
			}
			if err != nil {
				return err
			}
			s = another
		}
		var refused error
		if what, last = write(s); last == nil {
			refused = s.Learn(f.plan.Profile.Mode)
		}
		if s.Close(); last == nil {
			f.writes = mode
			if len(f.plan.Profile.Mode) == 1 {
				return refused // then there is nothing to measure
			}
			return nil
		}
		if !ofConnections(last) {
			break
		}
	}
	return writeError(what, last)
}

// ofConnections reports whether an upload failed for who connects to whom.
func ofConnections(f *stats.Failure) bool {
	switch f.Phase {
	case stats.DataReady, stats.Negotiate, stats.Setup:
		return !f.Unfinished() && f.Code != 421
	case stats.Command:
		return f.Code == 425
	}
	return false
}

func writeError(what string, f *stats.Failure) *PrepareError {
	e := &PrepareError{What: what, Err: f}
	if f.Hint == "" && (f.Code == 550 || f.Code == 553) {
		e.Hint = notWritable
	}
	return e
}

// fillFrom writes the files behind the first, several at a time.
func (f *files) fillFrom(ctx context.Context, observe func(done, of int)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, done atomic.Int64
	next.Store(1)
	done.Store(1)
	f.begun = f.set.Count
	var wg sync.WaitGroup
	for range min(fillAtOnce, f.plan.Profile.MostSessions(), f.set.Count-1) {
		wg.Go(func() {
			if err := f.fillSome(ctx, &next, &done, observe); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// fillSome is one of the sessions that write the set.
func (f *files) fillSome(ctx context.Context, next, done *atomic.Int64, observe func(done, of int)) error {
	s, failure := f.connect.openPatiently(ctx, 0, "", f.writes, nil)
	if failure != nil {
		return failure
	}
	defer s.Close()
	for {
		i := int(next.Add(1) - 1)
		if i >= f.set.Count || ctx.Err() != nil {
			return nil
		}
		if failure := f.place(s, i); failure != nil {
			return writeError("writing "+f.set.path(i), failure)
		}
		n := int(done.Add(1))
		if observe != nil {
			observe(n, f.set.Count)
		}
		if n == f.set.Count {
			f.mark(s, true)
		}
	}
}

// place makes sure that file i of the set is there with the right size.
func (f *files) place(s *workers.Session, i int) *stats.Failure {
	path, size := f.set.path(i), f.set.Size(i)
	if f.plan.Profile.Reuse {
		there, known, err := s.FileSize(path)
		if err != nil && !s.Usable() {
			return failureOf(err)
		}
		if err == nil && known && there == size {
			f.found.Add(1)
			return nil
		}
	}
	if f.before {
		// Not every server takes a file that is there already.
		if err := s.RemoveFile(path); err != nil && !s.Usable() {
			return failureOf(err)
		}
	}
	return f.write(s, path, size)
}

// describeSet says how large the set is.
func (f *files) describeSet() string {
	return fmt.Sprintf("%s files in %s", quantity.Count(int64(f.set.Count)), f.set.folder)
}
