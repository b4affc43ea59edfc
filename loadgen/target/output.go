package target

import (
	"bytes"
	"strings"
	"sync"
)

// firstLine is a child's standard output: it delivers the first line once and
// swallows the rest, so that the child never waits for a reader.
type firstLine struct {
	line chan string // of capacity 1
	buf  []byte
	sent bool
}

func newFirstLine() *firstLine { return &firstLine{line: make(chan string, 1)} }

// Write is called by one goroutine.
func (f *firstLine) Write(p []byte) (int, error) {
	if f.sent {
		return len(p), nil
	}
	f.buf = append(f.buf, p...)
	end := bytes.IndexByte(f.buf, '\n')
	if end < 0 && len(f.buf) < maxLine {
		return len(p), nil
	}
	if end < 0 {
		end = maxLine
	}
	f.line <- strings.TrimSuffix(string(f.buf[:end]), "\r")
	f.buf, f.sent = nil, true
	return len(p), nil
}

// tail is a child's standard error: it keeps the last few lines for the error
// message. It is safe for concurrent use.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

// tailSize is what is kept, in bytes.
const tailSize = 2048

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p[max(0, len(p)-tailSize):]...)
	if over := len(t.buf) - tailSize; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

// quoted is the tail as the end of an error message, or nothing.
func (t *tail) quoted() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	said := strings.TrimSpace(string(t.buf))
	if said == "" {
		return ""
	}
	return "; its output: " + said
}
