package resultfile

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/ftpmark/ftpmark/stats"
)

// WriteError is why a result file could not be written further.
type WriteError struct {
	Name string // the file's name
	Err  error
}

// Error names the file and the cause.
func (e *WriteError) Error() string { return fmt.Sprintf("result file %s: %v", e.Name, e.Err) }

// Unwrap returns the cause, such as syscall.ENOSPC.
func (e *WriteError) Unwrap() error { return e.Err }

// FileWriter appends records to a result file. Each record is one write of a
// whole line, so that a run killed at any moment leaves what it had. After a
// write has failed the file is left alone: the first call returns a
// *[WriteError], later records are counted and dropped without an error, and
// Close reports. FileWriter is safe for concurrent use.
type Writer struct {
	name string

	mu      sync.Mutex
	w       io.WriteCloser
	failed  *WriteError
	dropped int
}

// CreateFile makes a new result file; one that exists is not overwritten. The
// caller writes the header next.
func CreateFile(name string) (*Writer, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, &WriteError{Name: name, Err: err}
	}
	return NewWriter(name, f), nil
}

// NewWriter writes records to w, which should not buffer. name is for
// messages.
func NewWriter(name string, w io.WriteCloser) *Writer {
	return &Writer{name: name, w: w}
}

// Name returns the file's name.
func (w *Writer) Name() string { return w.name }

// Write writes a record; nil Sessions are none. It sets the schema of a header and the hash of
// its profile.
func (w *Writer) Write(r Record) error {
	switch r := r.(type) {
	case *Header:
		if err := r.name(); err != nil {
			return err
		}
		return w.write(recordHeader, r)
	case *stats.Conversation:
		return w.write(recordTalk, r)
	case *Variant:
		return w.write(recordVariant, r)
	case *Interval:
		return w.write(recordInterval, r)
	case *Sessions:
		if r == nil {
			return nil
		}
		return w.write(recordSessions, r)
	case *Generator:
		return w.write(recordGenerator, r)
	case *Trial:
		return w.write(recordTrial, r)
	case *Step:
		return w.write(recordStep, r)
	case *Footer:
		return w.write(recordFooter, r)
	}
	return fmt.Errorf("%T is not a record", r)
}

// name sets the schema and, of a header with a profile, its hash.
func (h *Header) name() error {
	h.Schema = Schema
	if h.Profile == nil {
		return nil
	}
	compact, err := json.Marshal(h.Profile)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	sum := sha256.Sum256(compact)
	h.Profile, h.ProfileSHA256 = compact, hex.EncodeToString(sum[:])
	return nil
}

// Dropped returns how many records were not written after a write failed.
func (w *Writer) Dropped() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dropped
}

// Close closes the file. It returns the error that ended the writing, with the
// number of records lost since, or what closing gave.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.w.Close()
	if w.failed != nil {
		return fmt.Errorf("%w (%d records were not written)", w.failed, w.dropped)
	}
	if err != nil {
		return &WriteError{Name: w.name, Err: err}
	}
	return nil
}

func (w *Writer) write(kind string, record any) error {
	body, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("%s record: %w", kind, err)
	}
	// Every record is an object with at least one field: the kind goes first.
	line := append([]byte(`{"record":"`+kind+`",`), body[1:]...)
	line = append(line, '\n')

	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		w.dropped++
		return nil
	}
	n, err := w.w.Write(line)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	if err != nil {
		w.dropped++
		w.failed = &WriteError{Name: w.name, Err: err}
		return w.failed
	}
	return nil
}
