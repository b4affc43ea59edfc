package loadgen

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// files are what a run reads and writes on the target: a folder of its own, or
// one existing file that it only reads.
type files struct {
	plan    *Plan
	connect *connector
	block   *mover.Block

	folder  string // empty with --path
	source  string // the file that is downloaded
	size    int64  // its size, -1 if the server would not say
	made    bool   // the folder is on the server
	unsure  bool   // or so we must think: nobody said
	uploads int    // upload names 0..uploads-1 may be on the server
}

// newFiles names the run's files; nothing is touched yet.
func newFiles(p *Plan, c *connector, b *mover.Block) *files {
	f := &files{plan: p, connect: c, block: b, size: int64(p.Profile.Size)}
	if p.Profile.Path != "" {
		f.source = p.Target.Join(p.Profile.Path)
		return f
	}
	var id [6]byte
	_, _ = rand.Read(id[:]) // never fails
	f.folder = p.Target.Join("ftpmark-" + hex.EncodeToString(id[:]))
	f.source = f.folder + "/retr"
	return f
}

// upload is the name that the session in the given slot writes to. Each has its
// own: servers lock a file that is being written (vsftpd), and would make one
// session wait for another.
func (f *files) upload(slot int) string { return f.folder + "/stor-" + strconv.Itoa(slot) }

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

// prepare logs in, learns what the server says of itself, and puts the files
// in place. Its session is closed before anything is measured.
func (f *files) prepare(ctx context.Context) (stats.TargetInfo, error) {
	info := stats.TargetInfo{URL: f.plan.Target.URL(), Embedded: f.plan.Embedded, Features: []string{}}
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
	if f.folder == "" {
		return info, f.measure(s)
	}
	if dir := f.plan.Target.Dir; dir != "" {
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
	if r, _, err := s.Command("MKD " + f.folder); err != nil || r.Code != 257 && r.Code != 250 {
		var unanswered *stats.Failure
		f.made = errors.As(err, &unanswered)
		f.unsure = f.made
		return info, refused("making the run's folder "+f.folder, r, err,
			"name a directory that may be written below, or read an existing file with --path")
	}
	f.made = true
	return info, f.fill(ctx)
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
	return nil
}

// fill writes the file to download, or, where uploads are to be measured, tries
// that an upload is allowed at all.
func (f *files) fill(ctx context.Context) error {
	name, size := f.source, f.size
	if f.plan.Profile.Op == stats.Stor.String() {
		name, size = f.upload(0), min(f.size, 1024)
		f.uploads = f.plan.Profile.Sessions
	}
	var last *stats.Failure
	for _, mode := range f.uploadModes() {
		s, err := f.session(ctx, mode)
		if err != nil {
			return err
		}
		last = s.Do(&workers.Job{Op: stats.Stor, Path: name, Upload: &wire.Upload{Block: f.block, Size: size, Meter: nobody{}}}).Failure
		s.Close()
		if last == nil || last.Unfinished() {
			break
		}
		if last.Phase != stats.DataReady && last.Phase != stats.Negotiate && last.Phase != stats.Setup {
			break // not a matter of who connects to whom
		}
	}
	if last != nil {
		e := &PrepareError{What: "writing " + name, Err: last}
		if last.Hint == "" && (last.Code == 550 || last.Code == 553) {
			e.Hint = "name a directory that may be written below, or read an existing file with --path"
		}
		return e
	}
	return nil
}

// uploadModes are the modes to try for writing the files, passive before active
// and those of the plan before others: a mode that a firewall blocks is to fail
// where it is measured, not here.
func (f *files) uploadModes() []profiles.Mode {
	var modes []profiles.Mode
	for _, m := range f.plan.Profile.Modes {
		if m == profiles.Passive || m == profiles.EPSV || m == profiles.PASV {
			modes = append(modes, m)
		}
	}
	modes = append(modes, f.plan.Profile.Modes...)
	return append(modes, profiles.Passive)
}

// session opens a session that is not part of the measurement.
func (f *files) session(ctx context.Context, mode profiles.Mode) (*workers.Session, error) {
	s, err := workers.Open(ctx, f.connect.config(0, mode))
	if err != nil {
		return nil, err
	}
	return s, nil
}

// nobody is a meter for payload that is not measured.
type nobody struct{}

func (nobody) Moved(int) {}

// cleanUpTime bounds the removal of the run's files.
const cleanUpTime = 30 * time.Second

// remove takes the run's files off the server. It returns what is left behind
// and why, nil if nothing is.
func (f *files) remove(ctx context.Context) error {
	if !f.made {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, cleanUpTime)
	defer cancel()
	left := func(err error) error {
		return fmt.Errorf("%s may still be on the server: %w", f.folder, err)
	}
	s, failure := f.connect.openPatiently(ctx, 0, "", "", nil)
	if failure != nil {
		return left(failure)
	}
	defer s.Close()
	for _, name := range f.names() {
		// 550: it never came to be. The folder tells in the end.
		if r, _, err := s.Command("DELE " + name); err != nil {
			return left(err)
		} else if r.Code == 421 {
			return left(fmt.Errorf("the server said %s", r))
		}
	}
	gone := []int{250}
	if f.unsure {
		gone = append(gone, 550) // it never came to be
	}
	if err := s.MustCommand("RMD "+f.folder, gone...); err != nil {
		return left(err)
	}
	f.made = false
	return nil
}

// names are the files that may be in the run's folder.
func (f *files) names() []string {
	if f.uploads == 0 {
		return []string{f.source}
	}
	names := make([]string, f.uploads)
	for i := range names {
		names[i] = f.upload(i)
	}
	return names
}
