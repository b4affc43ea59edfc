package main

import (
	"io"
	"os"
	"os/signal"
	"time"

	"golang.org/x/term"

	"github.com/ftpmark/ftpmark/cmd/ftpmark/liveview"
	"github.com/ftpmark/ftpmark/loadgen"
)

// newProgress returns what shows progress on w in the given way.
func newProgress(way string, w io.Writer, variants []string) progress {
	f, file := w.(*os.File)
	switch {
	case way == progressLive && file && controlCodes(f):
		return newLive(f, variants)
	case way == progressNone:
		return noProgress{w}
	}
	return &plainProgress{w: w}
}

// live is the live view on a terminal.
type live struct {
	*liveview.Screen
	resized, resumed chan os.Signal
	done             chan struct{}
}

func newLive(f *os.File, variants []string) *live {
	t := liveview.Terminal{
		Writer: f, Colour: colour(f), ASCII: !unicodeTerminal(os.LookupEnv),
		Size: func() (int, int) {
			columns, rows, err := term.GetSize(int(f.Fd()))
			if err != nil {
				return 0, 0
			}
			return columns, rows
		},
	}
	l := &live{
		Screen:  liveview.NewScreen(t, time.Now, variants),
		resized: make(chan os.Signal, 1), resumed: make(chan os.Signal, 1), done: make(chan struct{}),
	}
	notifyTerminal(l.resized, l.resumed)
	go l.watch()
	return l
}

// watch draws again when the terminal has another size, or is ours again.
func (l *live) watch() {
	for {
		select {
		case <-l.resized:
			l.Redraw()
		case <-l.resumed:
			l.Resume()
		case <-l.done:
			return
		}
	}
}

func (l *live) observe(now time.Time, x loadgen.Progress) { l.Observe(now, x) }

// close is called once.
func (l *live) close() {
	signal.Stop(l.resized)
	signal.Stop(l.resumed)
	close(l.done)
	l.Close()
}
