package liveview

import (
	"io"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
)

// leastPause is the time between two drawings, at least.
const leastPause = 250 * time.Millisecond

// A program that was suspended may hear of something to draw before it hears that
// it goes on (see [Screen.Resume]), and would draw over what the shell wrote: so
// after a pause that is longer than usual it waits a moment.
const (
	longPause  = 1500 * time.Millisecond
	afterPause = 50 * time.Millisecond
)

// Terminal is where a [Screen] draws.
type Terminal struct {
	io.Writer
	// Size returns the number of columns and rows, zeros if it is not known.
	// It is asked before each drawing.
	Size          func() (columns, rows int)
	Colour, ASCII bool
}

// Screen shows a run on a terminal until it is closed. It is safe for
// concurrent use.
type Screen struct {
	terminal Terminal
	clock    func() time.Time

	mu     sync.Mutex
	view   *View
	region Region
	drawn  time.Time
	later  *time.Timer // a drawing that is due, nil for none
	closed bool
}

// NewScreen returns a screen for the variants of those names. It writes nothing
// yet. The clock is asked for the time of each drawing.
func NewScreen(t Terminal, clock func() time.Time, variants []string) *Screen {
	return &Screen{terminal: t, clock: clock, view: New(variants), region: Region{Colour: t.Colour}}
}

// Observe shows what the run tells of itself, at once or soon.
func (s *Screen) Observe(now time.Time, p loadgen.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.view.Observe(now, p)
	s.soon()
}

// Redraw draws again, at once or soon: the terminal's size may be another.
func (s *Screen) Redraw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.soon()
}

// Resume draws anew below what others wrote while the program was suspended.
func (s *Screen) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.region.Forget()
	s.region.columns = 0
	s.soon()
}

// Write writes whole lines above the block.
func (s *Screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	columns, _ := s.size()
	if _, err := io.WriteString(s.terminal, s.region.Erase(columns)); err != nil {
		return 0, err
	}
	n, err := s.terminal.Write(text)
	s.soon()
	return n, err
}

// Close takes the block away. What is observed from then on is not shown, and
// what is written is only passed on.
func (s *Screen) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.later != nil {
		s.later.Stop()
		s.later = nil
	}
	columns, _ := s.size()
	_, _ = io.WriteString(s.terminal, s.region.Erase(columns)) // a terminal that is gone shows nothing
}

// soon draws now if the last drawing is long enough ago, and else then.
func (s *Screen) soon() {
	if s.closed || s.later != nil {
		return
	}
	since := s.clock().Sub(s.drawn)
	wait := leastPause - since
	if !s.drawn.IsZero() && since > longPause {
		wait = afterPause
	}
	if wait <= 0 {
		s.draw()
		return
	}
	s.later = time.AfterFunc(wait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.later = nil; !s.closed {
			s.draw()
		}
	})
}

// draw brings the terminal up to date.
func (s *Screen) draw() {
	s.drawn = s.clock()
	columns, rows := s.size()
	lines := s.view.Lines(s.drawn, Look{Columns: columns, Rows: rows, ASCII: s.terminal.ASCII})
	if codes := s.region.Draw(lines, columns); codes != "" {
		_, _ = io.WriteString(s.terminal, codes)
	}
}

// size returns the terminal's, the usual one if it is not known.
func (s *Screen) size() (columns, rows int) {
	columns, rows = s.terminal.Size()
	if columns <= 0 {
		columns = 80
	}
	if rows <= 0 {
		rows = 24
	}
	return columns, rows
}
