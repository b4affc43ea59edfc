package workers

import (
	"strings"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// What follows makes and removes what measured operations need. Nothing of it is
// measured. Errors are [*stats.Failure], of class reply where the server refuses.

// MakeFolder makes a folder.
func (s *Session) MakeFolder(path string) error { return s.change("MKD", path) }

// RemoveFolder removes an empty folder.
func (s *Session) RemoveFolder(path string) error { return s.change("RMD", path) }

// RemoveFile removes a file.
func (s *Session) RemoveFile(path string) error { return s.change("DELE", path) }

// change sends a command that changes what the name stands for.
func (s *Session) change(verb, path string) error {
	r, f := s.named(verb, path)
	if f == nil && !r.Positive() {
		f = s.refused(verb, r)
	}
	return asError(f)
}

// HasFolder finds out whether there is a folder that the session may enter; it is
// where it was again when it returns. A session that cannot be brought back is not
// usable any more.
func (s *Session) HasFolder(path string) error {
	if s.habits.get().plainNames {
		return asError(s.enter(placeOf(path)))
	}
	home, f := s.home()
	if f != nil {
		return f
	}
	r, f := s.send("CWD", path)
	switch {
	case f != nil:
		return f
	case !r.Positive():
		refusal := s.refused("CWD", r)
		if strings.Contains(strings.Trim(path, "/"), "/") && r.Code/100 == 5 && !s.habits.get().slashes && s.enter(placeOf(path)) == nil {
			s.habits.plainNames()
			return nil
		}
		if !s.broken {
			_ = s.enter(nil)
		}
		return refusal
	}
	if home == "" || s.must("CWD", home) != nil {
		s.broken = true
	}
	return nil
}

// System asks the server what system it runs on (SYST), empty if it does not say. A
// session on which that is not answered is not usable any more.
func (s *Session) System() string {
	r, err := s.link.Optional("SYST")
	if err != nil {
		s.broken = true
		return ""
	}
	if r.Code == 421 {
		s.broken = true
	}
	if r.Code != 215 {
		return ""
	}
	return r.Text
}

// home is the working directory as the server names it, empty if it does not.
func (s *Session) home() (string, *stats.Failure) {
	r, f := s.send("PWD", "")
	if f != nil || r.Code != 257 {
		return "", f
	}
	return quotedName(r.Text), nil
}

// quotedName is the name that a server's words begin with, in quotes, empty if there
// is none. A quote in it is doubled (RFC 959, appendix II).
func quotedName(words string) string {
	_, rest, ok := strings.Cut(words, `"`)
	for end := 0; ok && end < len(rest); end++ {
		switch {
		case rest[end] != '"':
		case strings.HasPrefix(rest[end:], `""`):
			end++
		default:
			return strings.ReplaceAll(rest[:end], `""`, `"`)
		}
	}
	return ""
}

// FileSize asks how many bytes a file has; known is false where the server does not
// say, for whatever reason.
func (s *Session) FileSize(path string) (size int64, known bool, err error) {
	size, known, _, f := s.sizeOf(path)
	return size, known, asError(f)
}

// sizeOf is FileSize with the server's answer.
func (s *Session) sizeOf(path string) (size int64, known bool, answer wire.Reply, f *stats.Failure) {
	if answer, f = s.named("SIZE", path); f != nil {
		return 0, false, answer, f
	}
	size, known = s.link.Size()
	return size, known, answer, nil
}

// WriteFile uploads a short text.
func (s *Session) WriteFile(path string, content []byte) error {
	return asError(s.moved(stats.Stor, path, int64(len(content)), func(l *wire.Link, name string) {
		if l.Negotiate() && l.Connect() && l.Transfer("STOR", name) && l.GoAhead() {
			l.Write(content)
			l.Complete()
		}
	}))
}

// ReadFile downloads a file that has at most so many bytes; a longer one costs the
// session.
func (s *Session) ReadFile(path string, most int) (content []byte, err error) {
	f := s.moved(stats.Retr, path, -1, func(l *wire.Link, name string) {
		if l.Negotiate() && l.Connect() && l.Transfer("RETR", name) && l.GoAhead() {
			content = l.Read(int64(most))
			l.Complete()
		}
	})
	return content, asError(f)
}

// moved runs a transfer of a file that is not measured.
func (s *Session) moved(op stats.Op, path string, want int64, run func(l *wire.Link, name string)) *stats.Failure {
	name, _, f := s.names(&Job{Op: op, Path: path})
	if f != nil {
		return f
	}
	return s.transfer(op, want, func(l *wire.Link) { run(l, name) })
}

// transfer runs a transfer that is not measured, and judges it as one that is. A
// session that was opened without a mode has the passive one.
func (s *Session) transfer(op stats.Op, want int64, run func(*wire.Link)) *stats.Failure {
	if s.link.Mode() == stats.NoMode {
		if err := s.resolve(profiles.Passive, 0); err != nil {
			s.broken = true
			return asFailure(err, Config{Mode: profiles.Passive})
		}
	}
	s.link.Begin(op)
	run(s.link)
	t := s.link.End()
	f := judge(t, want, s.accept)
	s.sample = stats.Sample{Failure: f}
	s.note(t)
	return f
}

// asError makes an error of a failure that may be nil.
func asError(f *stats.Failure) error {
	if f == nil {
		return nil
	}
	return f
}
