package servers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Transfer is one transfer as the server itself logged it: evidence to hold against what
// a client counted. Listings are not logged.
type Transfer struct {
	Upload   bool
	Bytes    int64  // payload bytes that the server moved
	Path     string // from DataDir on, with a leading slash; xferlogs show a space as _
	Complete bool   // the server thinks it moved all; Pure-FTPd writes so of each, cut off or not
}

// transferRecord is what reading the log gave.
type transferRecord struct {
	transfers []Transfer
	err       error
}

// Transfers returns what the server's transfer log has so far, in its order; after Stop,
// what it had. A server may log a transfer a moment after the client has its 226, and not
// at all if it is stopped in that moment: see AwaitTransfers.
func (s *Server) Transfers() ([]Transfer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return s.final.transfers, s.final.err
	}
	return s.readTransfers()
}

// AwaitTransfers waits until the log has at least n transfers, at most for limit, and
// returns them. Fewer are an error, beside which they are returned too.
func (s *Server) AwaitTransfers(n int, limit time.Duration) ([]Transfer, error) {
	end := time.Now().Add(limit)
	for {
		got, err := s.Transfers()
		if err != nil || len(got) >= n {
			return got, err
		}
		if time.Now().After(end) {
			return got, fmt.Errorf("%s logged %d transfers within %v, not %d", s.Kind, len(got), limit, n)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// readTransfers reads the log. No file yet is no transfer yet.
func (s *Server) readTransfers() ([]Transfer, error) {
	if s.recipe.readLog == nil {
		return nil, fmt.Errorf("%s keeps no log of transfers", s.Kind)
	}
	got, err := s.recipe.readLog(s.recipe.transfer, s.DataDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return got, err
}

// wholeLines returns the lines of a log that end in a newline: the last one may still be
// in the writing.
func wholeLines(path string) ([]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b = b[:bytes.LastIndexByte(b, '\n')+1]
	if len(b) == 0 {
		return nil, nil
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n"), nil
}

// readXferlog reads the format of wu-ftpd's xferlog(5), which vsftpd, ProFTPD and
// Pure-FTPd write:
//
//	Mon Jan  2 15:04:05 2006 SECONDS HOST BYTES PATH TYPE ACTION DIRECTION MODE USER SERVICE AUTH ID STATUS
func readXferlog(file, dataDir string) ([]Transfer, error) {
	lines, err := wholeLines(file)
	if err != nil {
		return nil, err
	}
	var all []Transfer
	for i, line := range lines {
		const before, after = 8, 9 // fields on either side of the path, which may hold spaces
		f := strings.Fields(line)
		if len(f) <= before+after {
			return nil, fmt.Errorf("%s:%d: not a line of an xferlog: %q", file, i+1, line)
		}
		size, err := strconv.ParseInt(f[7], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: byte count %q", file, i+1, f[7])
		}
		tail := f[len(f)-after:]
		t := Transfer{
			Bytes:    size,
			Path:     clientPath(strings.Join(f[before:len(f)-after], " "), dataDir),
			Complete: tail[8] == "c",
		}
		switch tail[2] {
		case "i":
			t.Upload = true
		case "o":
		default:
			continue // ProFTPD logs deletions too, as d
		}
		all = append(all, t)
	}
	return all, nil
}

// readTransferLines reads the lines of JSON that pyftpdlib_server.py writes.
func readTransferLines(file, dataDir string) ([]Transfer, error) {
	lines, err := wholeLines(file)
	if err != nil {
		return nil, err
	}
	var all []Transfer
	for i, line := range lines {
		var t Transfer
		if err := json.Unmarshal([]byte(line), &t); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
		t.Path = clientPath(t.Path, dataDir)
		all = append(all, t)
	}
	return all, nil
}

// clientPath returns the path as seen from the data directory: some servers log the
// path inside it, others the machine's.
func clientPath(logged, dataDir string) string {
	if rel, ok := strings.CutPrefix(filepath.ToSlash(logged), filepath.ToSlash(dataDir)); ok {
		logged = rel
	}
	return path.Join("/", logged)
}
