package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/stats/report"
)

// progress writes how a run is getting on: on a terminal one line that is
// rewritten each second, elsewhere a line every ten seconds and whenever the
// variant or the stage changes. It is safe for concurrent use.
type progress struct {
	w    io.Writer
	live bool

	mu    sync.Mutex
	width int // of the line on the terminal
	last  string
	said  time.Time
}

func newProgress(w io.Writer) *progress { return &progress{w: w, live: terminal(w)} }

// plainEvery is the pause between lines where there is no terminal.
const plainEvery = 10 * time.Second

// observe shows one second.
func (p *progress) observe(now time.Time, x loadgen.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := x.Variant + string(x.Stage)
	if x.Trials > 1 {
		key = fmt.Sprint(x.Trial) // their stages are short and many
	}
	if !p.live && key == p.last && now.Sub(p.said) < plainEvery {
		return
	}
	p.last, p.said = key, now
	line := describeProgress(x)
	if !p.live {
		fmt.Fprintln(p.w, line)
		return
	}
	wide := columns(p.w) // each time: a window may be resized
	if wide == 0 {
		wide = 80
	}
	if runes := []rune(line); len(runes) >= wide { // the last column would wrap
		line = string(runes[:max(wide-1, 0)])
	}
	p.width = min(p.width, wide-1)
	pad := max(p.width-len([]rune(line)), 0)
	p.width = len([]rune(line))
	fmt.Fprint(p.w, "\r"+line+strings.Repeat(" ", pad))
}

// clear takes the line off the terminal, before something else is written.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live && p.width > 0 {
		fmt.Fprint(p.w, "\r"+strings.Repeat(" ", p.width)+"\r")
		p.width = 0
	}
}

func describeProgress(x loadgen.Progress) string {
	if x.Stage == loadgen.StagePrepare {
		return fmt.Sprintf("%s: %d/%d", x.Stage, x.Files, x.OfFiles)
	}
	at := x.Elapsed.Round(time.Second).String()
	if x.Length > 0 {
		at += "/" + x.Length.Round(time.Second).String()
	}
	name := x.Variant
	if x.Trials > 1 {
		name = fmt.Sprintf("%d/%d %s", x.Trial, max(x.Trials, x.Trial), x.Variant)
	}
	s := fmt.Sprintf("%s: %s %s, %d/%d sessions", name, x.Stage, at, x.Up, x.Wanted)
	if x.Stage == loadgen.StageConnect {
		return s
	}
	s += fmt.Sprintf(", %.0f op/s", x.OperationsPerSec)
	if x.Stage == loadgen.StageWindow {
		s += ", " + report.Rate(x.BytesPerSecond)
	}
	if x.Waiting > 0 {
		s += fmt.Sprintf(", %d waiting", x.Waiting)
	}
	if x.Failed > 0 {
		s += fmt.Sprintf(", %d failed", x.Failed)
	}
	return s
}
