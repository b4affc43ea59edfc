package ftptest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// answer does what a verb without a data connection does and returns the
// proper reply to it.
func (s *scriptedSession) answer(script *Script, verb, arg string) string {
	switch verb {
	case "USER":
		return "331 Password, please.\r\n"
	case "PASS":
		return "230 Logged in.\r\n"
	case "SYST":
		return "215 UNIX Type: L8\r\n"
	case "FEAT":
		return scriptedFeatures(script.Features)
	case "TYPE", "MODE", "STRU", "OPTS", "NOOP":
		return "200 Fine.\r\n"
	case "ALLO":
		return "202 Not needed.\r\n"
	case "PWD":
		return "257 \"/\" is the current directory.\r\n"
	case "CWD", "CDUP", "RMD":
		return "250 Done.\r\n"
	case "MKD":
		return fmt.Sprintf("257 %q created.\r\n", arg)
	case "DELE":
		if s.srv.size(script, arg) < 0 {
			return "550 No such file.\r\n"
		}
		s.srv.move(arg, "")
		return "250 Done.\r\n"
	case "RNFR":
		if s.srv.size(script, arg) < 0 {
			return "550 No such file.\r\n"
		}
		s.from = arg
		return "350 To what?\r\n"
	case "RNTO":
		s.srv.move(s.from, arg)
		return "250 Done.\r\n"
	case "SIZE":
		n := s.srv.size(script, arg)
		if n < 0 {
			return "550 No such file.\r\n"
		}
		return fmt.Sprintf("213 %d\r\n", n)
	case "REST":
		n, err := strconv.ParseInt(arg, 10, 64)
		if err != nil || n < 0 {
			return "501 Not an offset.\r\n"
		}
		s.rest = n
		return fmt.Sprintf("350 From %d.\r\n", n)
	case "ABOR":
		if s.data.conn == nil {
			return "226 Nothing to abort.\r\n"
		}
		s.data.drop()
		return "426 Aborted.\r\n226 Abort done.\r\n"
	case "QUIT":
		return "221 Goodbye.\r\n"
	}
	return fmt.Sprintf("502 %s is not implemented.\r\n", verb)
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
func (s *ScriptedServer) size(script *Script, name string) int64 {
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

// store notes the size of an uploaded file.
func (s *ScriptedServer) store(name string, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stored[scriptedName(name)] = size
}

// move renames an uploaded file, or removes it if to is empty.
func (s *ScriptedServer) move(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size, ok := s.stored[scriptedName(from)]
	delete(s.stored, scriptedName(from))
	if ok && to != "" {
		s.stored[scriptedName(to)] = size
	}
}

func scriptedName(path string) string { return strings.TrimPrefix(path, "/") }

// listing returns the payload of LIST, NLST or MLSD.
func (d *ScriptDownload) listing(verb string) string {
	if text, ok := d.Listings[verb]; ok {
		return text
	}
	var names []string
	for name, size := range d.Sizes {
		if size >= 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		switch verb {
		case "LIST":
			fmt.Fprintf(&b, "-rw-r--r-- 1 ftp ftp %12d Jan 02 2024 %s\r\n", d.Sizes[name], name)
		case "MLSD":
			fmt.Fprintf(&b, "type=file;size=%d;modify=20240102030405; %s\r\n", d.Sizes[name], name)
		default:
			b.WriteString(name + "\r\n")
		}
	}
	return b.String()
}
