package workers

import (
	"fmt"
	"path"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// place is the folder that a session is in: the names that lead there from where
// the log-in led, or from the root, which is then the first. Sessions leave it
// only on servers that refuse names with a slash.
type place []string

// placeOf returns the folder that a path names.
func placeOf(folder string) (p place) {
	if strings.HasPrefix(folder, "/") {
		p = append(p, "/")
	}
	for name := range strings.SplitSeq(folder, "/") {
		if name != "" && name != "." {
			p = append(p, name)
		}
	}
	return p
}

// split parts a path into the folder and the name in it.
func split(name string) (place, string) {
	dir, base := path.Split(strings.TrimRight(name, "/"))
	return placeOf(dir), base
}

// enter brings the session to a folder, with a command for each step. Some servers
// take no path there either.
func (s *Session) enter(to place) *stats.Failure {
	same := 0
	for same < len(to) && same < len(s.place) && to[same] == s.place[same] {
		same++
	}
	if len(s.place) > 0 && s.place[0] == "/" && (len(to) == 0 || to[0] != "/") {
		s.broken = true
		return &stats.Failure{Phase: stats.Setup, Class: stats.ClassOther, Text: "cannot return to the login directory"}
	}
	for len(s.place) > same {
		if f := s.must("CDUP", ""); f != nil {
			s.broken = true // who knows where it is
			return f
		}
		s.place = s.place[:len(s.place)-1]
	}
	for _, name := range to[same:] {
		if f := s.must("CWD", name); f != nil {
			return f
		}
		s.place = append(s.place, name)
	}
	return nil
}

// must sends a command that is not measured and has to be carried out.
func (s *Session) must(verb, arg string) *stats.Failure {
	r, f := s.send(verb, arg)
	if f == nil && !r.Positive() {
		f = s.refused(verb, r)
	}
	return f
}

// send sends a command that is not measured.
func (s *Session) send(verb, arg string) (wire.Reply, *stats.Failure) {
	if s.broken || s.closed {
		return wire.Reply{}, &stats.Failure{Phase: stats.Setup, Class: stats.ClassOther, Text: "the session is no longer usable"}
	}
	r, err := s.link.Command(verb, arg)
	if err != nil {
		s.broken = true
		return r, asFailure(err, Config{})
	}
	if r.Code == 421 {
		s.broken = true
	}
	return r, nil
}

// refused is the failure of a command that is not measured.
func (s *Session) refused(verb string, r wire.Reply) *stats.Failure {
	return &stats.Failure{Phase: stats.Service, Class: stats.ClassReply, Code: r.Code,
		Text: withoutPassword(fmt.Sprintf("the server answered %s with %s", verb, r), s.password)}
}

// names returns the arguments of an operation's commands. On a server that refuses
// names with a slash the session changes to their folder first, outside of all
// spans.
func (s *Session) names(j *Job) (path, to string, f *stats.Failure) {
	listing := j.Op == stats.List || j.Op == stats.Mlsd || j.Op == stats.Nlst
	switch {
	case !s.habits.get().plainNames || j.Op == stats.Noop:
		if listing && strings.HasPrefix(j.Path, "-") {
			return "./" + j.Path, "", nil // else it is taken for options of ls
		}
		return j.Path, j.To, nil
	case listing:
		return "", "", s.enter(placeOf(j.Path))
	}
	folder, name := split(j.Path)
	_, to = split(j.To)
	return name, to, s.enter(folder)
}

// named sends a command with a name that is not measured. Where the server refuses
// that, perhaps for the slash in it, the session changes to the folder and says
// the name alone; if that is taken, so it will be from now on.
func (s *Session) named(verb, path string) (wire.Reply, *stats.Failure) {
	if s.habits.get().plainNames {
		folder, name := split(path)
		if f := s.enter(folder); f != nil {
			return wire.Reply{Code: f.Code}, f
		}
		return s.send(verb, name)
	}
	r, f := s.send(verb, path)
	inside := strings.Contains(strings.Trim(path, "/"), "/")
	switch {
	case f != nil || !inside:
	case r.Positive() || r.Code/100 == 3:
		s.habits.slashes()
	case r.Code/100 == 5 && !s.habits.get().slashes && !s.broken:
		folder, name := split(path)
		if s.enter(folder) == nil {
			if plain, f := s.send(verb, name); f == nil && (plain.Positive() || plain.Code/100 == 3) {
				s.habits.plainNames()
				return plain, nil
			}
		}
		if f := s.enter(nil); f != nil {
			return r, f
		}
	}
	return r, f
}
