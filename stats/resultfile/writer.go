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

// NewFileWriter writes records to w, which should not buffer. name is for
// messages.
func NewWriter(name string, w io.WriteCloser) *Writer {
	return &Writer{name: name, w: w}
}

// Name returns the file's name.
func (w *Writer) Name() string { return w.name }

// Header writes the first record. It sets h's schema and hash.
func (w *Writer) Header(h *Header) error {
	h.Schema = Schema
	if h.Profile != nil {
		compact, err := json.Marshal(h.Profile)
		if err != nil {
			return fmt.Errorf("profile: %w", err)
		}
		sum := sha256.Sum256(compact)
		h.Profile, h.ProfileSHA256 = compact, hex.EncodeToString(sum[:])
	}
	return w.write(recordHeader, h)
}

// Conversation writes what one session and its server said to each other.
func (w *Writer) Conversation(c *stats.Conversation) error { return w.write(recordTalk, c) }

// Variant writes the record that begins a trial.
func (w *Writer) Variant(v *Variant) error { return w.write(recordVariant, v) }

// Interval writes an interval of the trial that was begun last.
func (w *Writer) Interval(i *Interval) error { return w.write(recordInterval, i) }

// Sessions writes what a [recorder.SessionRecorder.Take] returned; nil writes nothing.
func (w *Writer) Sessions(s *Sessions) error {
	if s == nil {
		return nil
	}
	return w.write(recordSessions, s)
}

// Generator writes how the generator fared in a trial.
func (w *Writer) Generator(g *Generator) error { return w.write(recordGenerator, g) }

// Trial writes the record that ends a trial.
func (w *Writer) Trial(t *Trial) error { return w.write(recordTrial, t) }

// Step writes what a trial of a search came to.
func (w *Writer) Step(s *Step) error { return w.write(recordStep, s) }

// Footer writes the last record.
func (w *Writer) Footer(f *Footer) error { return w.write(recordFooter, f) }

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
