package scripted

import (
	"fmt"
	"path"
	"strings"
)

// full returns the full name of what a session calls name.
func (s *scriptedSession) full(name string) string {
	if !path.IsAbs(name) {
		name = path.Join(s.folder, name)
	}
	return path.Clean(name)
}

// size returns a file's size, negative if there is no such file.
func (s *scriptedSession) size(script *Script, name string) int64 {
	if s.srv.tree != nil {
		return s.srv.tree.size(s.full(name))
	}
	return s.srv.size(script, name)
}

// taken says whether STOR finds that name taken.
func (s *scriptedSession) taken(name string) bool {
	if s.srv.tree != nil {
		return s.srv.tree.size(s.full(name)) >= 0
	}
	return s.srv.has(name)
}

// store notes the size of an uploaded file.
func (s *scriptedSession) store(name string, size int64) {
	if s.srv.tree != nil {
		s.srv.tree.put(s.full(name), size)
		return
	}
	s.srv.store(name, size)
}

// move renames a file, or removes it if to is empty.
func (s *scriptedSession) move(script *Script, from, to string) error {
	switch tree := s.srv.tree; {
	case tree == nil && to == "" && s.srv.size(script, from) < 0:
		return errScriptedNoFile
	case tree == nil:
		s.srv.move(from, to)
		return nil
	case to == "":
		return tree.remove(s.full(from))
	default:
		return tree.rename(s.full(from), s.full(to))
	}
}

// named says whether the server takes that name as the argument of a verb.
func (s *scriptedSession) named(script *Script, verb, arg string) error {
	if script.Tree == nil || !script.Tree.PlainNames || !strings.Contains(arg, "/") {
		return nil
	}
	switch verb {
	case "MKD", "RMD", "DELE", "RNFR", "RNTO", "SIZE", "RETR", "STOR", "APPE", "LIST", "NLST", "MLSD":
		return errScriptedSlash
	}
	return nil
}

// fileName settles the name that an upload is stored under, or says why it cannot
// be stored at all; reply is how.
func (t *scriptedTransfer) fileName() (reply Reply, err error) {
	name := t.op.Path
	if t.srv.tree != nil {
		if err := t.srv.tree.room(t.full(name)); err != nil {
			return Reply{}, err
		}
	}
	existing := t.script.Upload.Existing
	if t.op.Verb == "STOR" && existing != ReplaceExisting && t.rest == 0 && t.taken(name) {
		if existing == RefuseExisting {
			return t.script.Upload.ExistingReply, errScriptedExists
		}
		for i := 1; t.taken(name); i++ {
			name = fmt.Sprintf("%s.%d", t.op.Path, i)
		}
	}
	t.rec.with(func() { t.op.Stored = name })
	return Reply{}, nil
}
