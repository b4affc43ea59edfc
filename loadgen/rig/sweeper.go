package rig

import (
	"context"
	"fmt"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
)

const (
	// sweeperSessions is how often a sweeper opens a session: it may be lost.
	sweeperSessions = 3
	// mostListings bounds how often a folder is listed: some servers show a part
	// of what there is (Pure-FTPd: 10,000 names).
	mostListings = 1000
	// mostRefusals is after how many refusals a folder is left as it is.
	mostRefusals = 20
)

// sweeper removes things, with a session that is opened when it is needed and
// replaced if it is lost. It is for one goroutine.
type sweeper struct {
	open    func(context.Context) (*workers.Session, *stats.Failure)
	session *workers.Session
	opened  int
	lost    error // what became of the last one
}

// close says good-bye.
func (s *sweeper) close() {
	if s.session != nil {
		s.session.Close()
		s.session = nil
	}
}

// do does something with a session: again, with another, if that one is lost. It
// must be something that can be done twice.
func (s *sweeper) do(ctx context.Context, what func(*workers.Session) error) error {
	if s.session != nil && !s.session.Usable() {
		s.close()
	}
	for {
		if s.session == nil {
			if s.opened == sweeperSessions {
				return s.lost
			}
			s.opened++
			session, failure := s.open(ctx)
			if failure != nil {
				s.lost = failure
				return failure
			}
			s.session = session
		}
		err := what(s.session)
		if err == nil || s.session.Usable() {
			return err
		}
		s.close()
		s.lost = err
		if failureOf(err).Unfinished() || ctx.Err() != nil {
			return err
		}
	}
}

// removeFolder removes a folder that the run has made, with whatever lies in it:
// a server may have given files names of its own. If it is unsure whether the
// folder ever came to be, it is gone where the server knows nothing of it.
func (s *sweeper) removeFolder(ctx context.Context, path string, unsure bool) error {
	no := s.rmd(ctx, path)
	if no == nil || !saidNo(no) {
		return no
	}
	gone, err := s.empty(ctx, path, func(workers.Entry) string { return "" })
	switch {
	case gone || unsure && (err == nil || saidNo(err)):
		return nil
	case err == nil:
		return fmt.Errorf("removing %s: %w", path, plain(no))
	}
	return err
}

func (s *sweeper) rmd(ctx context.Context, path string) error {
	return s.do(ctx, func(s *workers.Session) error { return s.RemoveFolder(path) })
}

// empty removes what lies in the folder and then the folder itself, and reports
// whether that is gone; without an error it is not because there was nothing in it
// and yet it stayed. spare says why something is not to be touched, and nothing
// for what is to go: what is spared stays, and so does the folder. Folders in it
// are removed if they are empty, and never looked into.
func (s *sweeper) empty(ctx context.Context, path string, spare func(workers.Entry) string) (gone bool, err error) {
	for range mostListings {
		var entries []workers.Entry
		err := s.do(ctx, func(s *workers.Session) (err error) {
			entries, _, err = s.ReadFolder(path)
			return err
		})
		if err != nil {
			return false, fmt.Errorf("listing %s: %w", path, plain(err))
		}
		removed, refused := 0, 0
		var spared, cause error
		for _, e := range entries {
			e.Name = baseName(e.Name)
			if !properName(e.Name) {
				continue
			}
			if why := spare(e); why != "" {
				spared = fmt.Errorf("it holds %.100q, %s", e.Name, why)
				continue
			}
			err := s.removeEntry(ctx, path, e)
			switch {
			case err == nil:
				removed++
				continue
			case !saidNo(err):
				return false, err
			}
			if cause == nil {
				cause = fmt.Errorf("removing %s/%.100s: %w", path, e.Name, plain(err))
			}
			if refused++; refused == mostRefusals {
				return false, cause
			}
		}
		if spared != nil {
			return false, spared // some servers remove a folder with all that is in it
		}
		no := s.rmd(ctx, path)
		if no == nil || !saidNo(no) {
			return no == nil, no
		}
		if removed == 0 {
			if cause == nil && len(entries) > 0 {
				cause = fmt.Errorf("removing %s: %w", path, plain(no))
			}
			return false, cause
		}
	}
	return false, fmt.Errorf("there is no end to what %s holds", path)
}

// removeEntry removes a file, a link or an empty folder. Some servers show a link
// as what it leads to, so a folder that is none is removed as a file.
func (s *sweeper) removeEntry(ctx context.Context, folder string, e workers.Entry) error {
	path := folder + "/" + e.Name
	if e.Folder {
		err := s.do(ctx, func(s *workers.Session) error { return s.RemoveFolder(path) })
		if err == nil || !saidNo(err) {
			return err
		}
		if s.do(ctx, func(s *workers.Session) error { return s.RemoveFile(path) }) == nil {
			return nil
		}
		return err
	}
	return s.do(ctx, func(s *workers.Session) error { return s.RemoveFile(path) })
}

// properName reports whether a listed name is one in that folder.
func properName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\r\n\x00")
}
