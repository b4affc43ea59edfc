package loadgen

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/wire"
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
// in place. Its sessions are closed before anything is measured.
func (f *files) prepare(ctx context.Context, observe func(done, of int)) (stats.TargetInfo, error) {
	info := f.plan.targetInfo()
	s, err := f.session(ctx, "")
	if err != nil {
		return info, err
	}
	defer func() {
		if s != nil {
			s.Close()
		}
	}()
	info.Banner = s.Banner()
	info.TLS = f.plan.security(s.Secured())
	if err := describe(s, &info); err != nil {
		return info, err
	}
	if f.source != "" {
		if err := f.measure(s); err != nil {
			return info, err
		}
	}
	if dir := f.plan.Target.Dir; dir != "" && (f.folder != "" || f.set.count > 0) {
		if r, _, err := s.Command("CWD " + dir); err != nil || r.Code != 250 {
			return info, refused("the target's directory "+strconv.Quote(dir), r, err,
				"name one that is there, below where the log-in leads; from the root it is written /%2Fdir")
		}
		// Every path is relative to the log-in directory, so go back there.
		s.Close()
		if s, err = f.session(ctx, ""); err != nil {
			return info, err
		}
	}
	if err := f.makeFolders(s); err != nil {
		return info, err
	}
	s.Close()
	s = nil
	return info, f.fill(ctx, observe)
}

// makeFolders makes the run's folder and that of its set.
func (f *files) makeFolders(s *workers.Session) error {
	if f.folder != "" {
		if r, _, err := s.Command("MKD " + f.folder); err != nil || r.Code != 257 && r.Code != 250 {
			var unanswered *stats.Failure
			f.made = errors.As(err, &unanswered)
			f.unsure = f.made
			return refused("making the run's folder "+f.folder, r, err, notWritable)
		}
		f.made = true
	}
	if f.set.count == 0 {
		return nil
	}
	r, _, err := s.Command("MKD " + f.set.folder)
	f.setUp = err != nil || r.Code == 257 || r.Code == 250
	f.unsure = err != nil
	if err == nil && !f.setUp && f.set.shared {
		// It may be there from another run; the files tell.
		back, _, cwd := s.Command("CWD " + f.set.folder)
		f.setUp = cwd == nil && back.Code == 250
		err = cwd
	}
	if err != nil || !f.setUp {
		return refused("making the folder "+f.set.folder, r, err, notWritable)
	}
	return nil
}

// refused makes the error of a command that failed or was answered with a
// refusal. hint is for a name that the server does not accept.
func refused(what string, r wire.Reply, err error, hint string) *PrepareError {
	if err != nil {
		return &PrepareError{What: what, Err: err}
	}
	if r.Code != 550 && r.Code != 553 {
		hint = ""
	}
	return &PrepareError{what, fmt.Errorf("the server said %s", r), hint}
}

// describe asks the server what it is. Servers may refuse to say.
func describe(s *workers.Session, info *stats.TargetInfo) error {
	if r, _, err := s.Command("SYST"); err != nil {
		return err
	} else if r.Code == 215 {
		info.Syst = r.Text
	}
	r, lines, err := s.Command("FEAT")
	if err != nil {
		return err
	}
	if r.Code == 211 && len(lines) > 2 {
		info.Features = lines[1 : len(lines)-1]
	}
	return nil
}

// measure asks for the size of the existing file that is to be read.
func (f *files) measure(s *workers.Session) error {
	r, _, err := s.Command("SIZE " + f.source)
	if err != nil {
		return err
	}
	f.size = -1
	switch {
	case r.Code == 213:
		n, err := strconv.ParseInt(strings.TrimSpace(r.Text), 10, 64)
		if err != nil || n < 0 {
			return &PrepareError{What: "SIZE " + f.source, Err: fmt.Errorf("the server answered %q, which is no size", r.Text)}
		}
		f.size = n
	case r.Code >= 400 && r.Code < 500:
		return fmt.Errorf("SIZE %s: the server said %s", f.source, r)
	case r.Code == 550:
		return refused("the file "+strconv.Quote(f.source)+" of --path", r, nil,
			"name a file that is there and may be read; --path is relative to the target's directory")
	}
	return f.resumable()
}

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
	modes = append(modes, f.plan.Profile.Mode...)
	return append(modes, profiles.Passive)
}

// session opens a session that is not part of the measurement.
func (f *files) session(ctx context.Context, mode profiles.Mode) (*workers.Session, error) {
	s, err := workers.Open(ctx, f.connect.unpaced(0, mode))
	if err != nil {
		return nil, err
	}
	return s, nil
}
