package rig

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
)

// PrepareError is a target that cannot be used as the plan wants it.
type PrepareError struct {
	What string
	Err  error
	Hint string // what to do, may be empty
}

// Error names what was tried, gives the server's own words and says what to do.
func (e *PrepareError) Error() string {
	s := fmt.Sprintf("%s: %v", e.What, e.Err)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Unwrap returns the failure.
func (e *PrepareError) Unwrap() error { return e.Err }

// notWritable is the hint for a folder or file that cannot be made.
const notWritable = "name a directory that may be written below, or read an existing file with --path"

// prepare logs in, learns what the server says of itself, and puts the files
// in place. Its sessions are closed before anything is measured. The run then takes so
// long at most, 0 if that is not known.
func (f *files) prepare(ctx context.Context, atMost time.Duration, observe func(done, of int)) (resultfile.TargetInfo, error) {
	f.length = atMost
	info := f.plan.TargetInfo()
	s, err := f.opening(ctx)
	if err != nil {
		return info, err
	}
	defer func() { s.Close() }()
	f.plan.Used(s.Peer())
	info.Address = f.plan.Address.String()
	info.Banner = s.Banner()
	info.TLS = f.plan.Security(s.Secured())
	if info.Features = s.Features(); info.Features == nil {
		info.Features = []string{}
	}
	if info.Syst = s.System(); !s.Usable() {
		// It does not answer that, or has gone for another reason, such as a want
		// of ports.
		s.Close()
		another, err := f.session(ctx, "")
		if err != nil {
			return info, err
		}
		s = another
	}
	if f.source != "" {
		if err := f.measure(ctx, s); err != nil {
			return info, err
		}
	}
	if dir := f.plan.Target.Dir; dir != "" && (f.folder != "" || f.set.Count > 0) {
		if err := s.HasFolder(dir); err != nil {
			return info, refused("the target's directory "+strconv.Quote(dir), err,
				"name one that is there, below where the log-in leads; from the root it is written /%2Fdir")
		}
		if !s.Usable() { // it could not be brought back
			s.Close()
			another, err := f.session(ctx, "")
			if err != nil {
				return info, err
			}
			s = another
		}
	}
	if err := f.makeFolders(s); err != nil {
		return info, err
	}
	return info, f.fill(ctx, s, observe)
}

// opening opens the first session, with which as much is done as can be: in the
// mode that is tried first for writing, if anything is to be written. A server that
// refuses that mode may take another.
func (f *files) opening(ctx context.Context) (*workers.Session, error) {
	if f.set.Count > 0 || f.plan.Profile.Op.Writes() {
		mode := f.uploadModes()[0]
		s, err := f.session(ctx, mode)
		if err != nil && !ofConnections(failureOf(err)) {
			return nil, err
		}
		if err == nil && f.settled(mode) {
			return s, nil
		}
		if err == nil {
			s.Close() // it found no way, and what it asked may have cost it the server
		}
	}
	return f.session(ctx, "")
}

// settled reports whether a mode is one verb, or known to be.
func (f *files) settled(m profiles.Mode) bool {
	_, known := f.connect.habits.Verb(m)
	return known || m != profiles.Passive && m != profiles.Active || f.plan.Address.Addr().Is6()
}

// makeFolders makes the run's folders and those of its set.
func (f *files) makeFolders(s *workers.Session) error {
	if f.folder != "" {
		if err := f.make(s, f.folder); err != nil {
			return refused("making the run's folder "+f.folder, err, notWritable)
		}
	}
	if f.work != "" {
		if err := f.make(s, f.work); err != nil {
			return refused("making the folder "+f.work, err, notWritable)
		}
	}
	switch {
	case f.set.shared:
		return f.shared(s)
	case f.set.Count > 0:
		if err := f.make(s, f.set.folder); err != nil {
			return refused("making the folder "+f.set.folder, err, notWritable)
		}
		f.setUp = true
	}
	return nil
}

// make makes a folder of the run's own. One whose making was not answered counts
// as made: it is to be removed.
func (f *files) make(s *workers.Session, path string) error {
	err := s.MakeFolder(path)
	if unsure := err != nil && failureOf(err).Class != stats.ClassReply; err == nil || unsure {
		f.made = append(f.made, madeFolder{path, unsure})
	}
	return err
}

// shared makes the folders of a set that stays, unless they are there from
// another run.
func (f *files) shared(s *workers.Session) error {
	outer := s.MakeFolder(f.set.outer)
	inner := outer
	if s.Usable() {
		inner = s.MakeFolder(f.set.folder)
	}
	if inner != nil && s.Usable() && s.HasFolder(f.set.folder) == nil {
		inner, f.before = nil, true
	}
	if inner == nil {
		f.setUp = true
		return nil
	}
	path, err := f.set.folder, inner
	if outer != nil {
		path, err = f.set.outer, outer
	}
	if unsure := outer != nil && failureOf(outer).Class != stats.ClassReply; outer == nil || unsure {
		f.made = append(f.made, madeFolder{f.set.outer, unsure}) // it is of no use
	}
	return refused("making the folder "+path, err, notWritable)
}

// refused makes the error of what failed or was refused. hint is for a name that
// the server does not accept.
func refused(what string, err error, hint string) *PrepareError {
	f := failureOf(err)
	if f.Hint != "" || f.Class != stats.ClassReply || f.Code != 550 && f.Code != 553 {
		hint = ""
	}
	return &PrepareError{What: what, Err: plain(err), Hint: hint}
}

// plain leaves out the phase of what a server refused outside of any operation:
// that says nothing to a reader.
func plain(err error) error {
	if f := failureOf(err); f.Class == stats.ClassReply {
		return plainFailure{f}
	}
	return err
}

type plainFailure struct{ failure *stats.Failure }

// Error returns what the server said and what to do.
func (p plainFailure) Error() string {
	if p.failure.Hint != "" {
		return p.failure.Text + " (" + p.failure.Hint + ")"
	}
	return p.failure.Text
}

// Unwrap returns the failure.
func (p plainFailure) Unwrap() error { return p.failure }

// measure asks for the size of the existing file that is to be read. A server that
// does not tell it may still send the file.
func (f *files) measure(ctx context.Context, s *workers.Session) error {
	size, known, err := s.FileSize(f.source)
	if err == nil && !known {
		err = f.unreadable(ctx)
	}
	if err != nil {
		return refused("the file "+strconv.Quote(f.source)+" of --path", err,
			"name a file that is there and may be read; --path is relative to the target's directory")
	}
	if f.size = size; !known {
		f.size = -1
	}
	return f.resumable()
}

// unreadable returns the server's refusal to send the file, nil if it begins to
// send it or does not come as far as to say that it would not.
func (f *files) unreadable(ctx context.Context) error {
	for _, mode := range f.uploadModes() {
		ctx, cancel := context.WithCancel(ctx)
		s, err := f.session(ctx, mode)
		if err != nil {
			cancel()
			return nil // for that to be told where it is measured
		}
		began := false
		job := workers.Job{Op: stats.Retr, Path: f.source, Want: -1, Meter: movedFunc(func(int) { began = true; cancel() })}
		failure := s.Do(&job).Failure
		s.Close()
		cancel()
		if began || failure == nil {
			return nil
		}
		if failure.Phase == stats.Command && failure.Class == stats.ClassReply {
			return failure
		}
	}
	return nil
}

// movedFunc is a meter that calls itself.
type movedFunc func(int)

// Moved implements [workers.Meter].
func (f movedFunc) Moved(n int) { f(n) }

// resumable reports offsets that do not fit the existing file.
func (f *files) resumable() error {
	for i := range f.plan.Profile.Op {
		from := &f.plan.Profile.Op[i].From
		switch {
		case from.Percent > 0 && f.size < 0:
			return &PrepareError{What: "SIZE " + f.source, Err: errors.New("the server does not tell it, and a download begins at a part of it"),
				Hint: "give the offset in bytes"}
		case f.size >= 0 && int64(from.Bytes) > f.size:
			return &PrepareError{What: "SIZE " + f.source, Err: fmt.Errorf("the file has %d bytes, and a download begins behind them", f.size)}
		}
	}
	return nil
}

// uploadModes are the modes to try for writing the files, passive before active
// and those of the plan before others: a mode that a firewall blocks is to fail
// where it is measured, not here.
func (f *files) uploadModes() []profiles.Mode {
	var modes []profiles.Mode
	for _, m := range f.plan.Profile.Mode {
		if m == profiles.Passive || m == profiles.EPSV || m == profiles.PASV {
			modes = append(modes, m)
		}
	}
	var once []profiles.Mode
	for _, m := range append(append(modes, f.plan.Profile.Mode...), profiles.Passive, profiles.Active) {
		if !slices.Contains(once, m) {
			once = append(once, m)
		}
	}
	return once
}

// session opens a session that is not part of the measurement. Where the server
// has no place, it may not yet have noticed that a session of ours has ended: that
// is waited for, as long as patience lasts.
func (f *files) session(ctx context.Context, mode profiles.Mode) (*workers.Session, error) {
	until := time.Now().Add(f.connect.patience)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		s, err := workers.Open(ctx, f.connect.unpaced(0, mode))
		if err == nil {
			return s, nil
		}
		if !diagnosis.Limit(failureOf(err)) || time.Now().Add(pause).After(until) || !sleep(ctx, pause) {
			return nil, err
		}
	}
}
