package scripted

import (
	"fmt"
	"strconv"
	"strings"
)

// answer does what a verb without a data connection does and returns the
// proper reply to it.
func (s *scriptedSession) answer(script *Script, verb, arg string) Reply {
	switch verb {
	case "USER":
		s.user = arg
		return NewReply(331, "Password, please.")
	case "PASS":
		return NewReply(230, "Logged in.")
	case "AUTH":
		return Reply{Raw: s.auth(script, arg)}
	case "PBSZ", "PROT":
		if s.secured == nil {
			return s.unknown(script, verb)
		}
		if verb == "PROT" {
			s.private = strings.EqualFold(arg, "P")
		}
		return NewReply(200, "Fine.")
	case "SYST":
		return NewReply(215, "UNIX Type: L8")
	case "FEAT":
		return Reply{Raw: scriptedFeatures(script.Features)}
	case "TYPE", "MODE", "STRU", "OPTS", "NOOP":
		return NewReply(200, "Fine.")
	case "ALLO":
		return NewReply(202, "Not needed.")
	case "PWD", "CWD", "CDUP", "RMD", "MKD":
		return s.inFolders(verb, arg)
	case "DELE", "RNFR", "RNTO", "SIZE":
		return s.onFile(script, verb, arg)
	case "REST":
		n, err := strconv.ParseInt(arg, 10, 64)
		if err != nil || n < 0 {
			return NewReply(501, "Not an offset.")
		}
		s.rest = n
		return NewReply(350, fmt.Sprintf("From %d.", n))
	case "ABOR":
		if s.data.conn == nil {
			return NewReply(226, "Nothing to abort.")
		}
		s.data.drop()
		return Reply{Raw: "426 Aborted.\r\n226 Abort done.\r\n"}
	case "QUIT":
		return NewReply(221, "Goodbye.")
	}
	return s.unknown(script, verb)
}

// inFolders does what a verb does with folders and returns the proper reply.
func (s *scriptedSession) inFolders(verb, arg string) Reply {
	tree := s.srv.tree
	if verb == "CDUP" {
		arg = ".."
	}
	var err error
	switch {
	case verb == "PWD":
		return NewReply(257, fmt.Sprintf("%q is the current directory.", s.folder))
	case tree == nil:
	case verb == "MKD":
		err = tree.makeFolder(s.full(arg))
	case verb == "RMD":
		err = tree.removeFolder(s.full(arg))
	case !tree.isFolder(s.full(arg)):
		err = errScriptedNoFolder
	default:
		s.folder = s.full(arg)
	}
	switch {
	case err != nil:
		return NewReply(550, err.Error()+".")
	case verb == "MKD":
		return NewReply(257, fmt.Sprintf("%q created.", arg))
	}
	return NewReply(250, "Done.")
}

// onFile does what a verb does with one file and returns the proper reply.
func (s *scriptedSession) onFile(script *Script, verb, arg string) Reply {
	var err error
	switch verb {
	case "DELE":
		err = s.move(script, arg, "")
	case "RNTO":
		err = s.move(script, s.from, arg)
	default: // RNFR, SIZE
		size := s.size(script, arg)
		if size < 0 {
			err = errScriptedNoFile
		} else if verb == "SIZE" {
			return NewReply(213, fmt.Sprint(size))
		} else {
			s.from = arg
			return NewReply(350, "To what?")
		}
	}
	if err != nil {
		return NewReply(550, err.Error()+".")
	}
	return NewReply(250, "Done.")
}

func scriptedFeatures(lines []string) string {
	if lines == nil {
		lines = []string{"EPRT", "EPSV", "MLST type*;size*;modify*;", "REST STREAM", "SIZE", "UTF8"}
	}
	if len(lines) == 0 {
		return "502 FEAT is not implemented.\r\n"
	}
	return "211-Features:\r\n " + strings.Join(lines, "\r\n ") + "\r\n211 End\r\n"
}

// size returns a file's size: as uploaded, as scripted by name, or as scripted
// for all. A negative size is no file.
func (s *Server) size(script *Script, name string) int64 {
	name = scriptedName(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, ok := s.stored[name]; ok {
		return n
	}
	if n, ok := script.Download.Sizes[name]; ok {
		return n
	}
	return script.Download.Size
}

// has says whether a file of that name was uploaded.
func (s *Server) has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.stored[scriptedName(name)]
	return ok
}

// store notes the size of an uploaded file.
func (s *Server) store(name string, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stored[scriptedName(name)] = size
}

// move renames an uploaded file, or removes it if to is empty.
func (s *Server) move(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size, ok := s.stored[scriptedName(from)]
	delete(s.stored, scriptedName(from))
	if ok && to != "" {
		s.stored[scriptedName(to)] = size
	}
}

func scriptedName(path string) string { return strings.TrimPrefix(path, "/") }
