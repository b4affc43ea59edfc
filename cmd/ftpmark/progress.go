package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// progress says how a run is getting on. What is written to it appears in order
// with that; write whole lines. It is safe for concurrent use.
type progress interface {
	io.Writer
	// observe shows what the run tells of itself, once a second.
	observe(now time.Time, x loadgen.Progress)
	// close takes off the terminal what is not to stay there.
	close()
}

// noProgress says nothing.
type noProgress struct{ io.Writer }

func (noProgress) observe(time.Time, loadgen.Progress) {}

func (noProgress) close() {}

// plainProgress writes lines: one every ten seconds and whenever the variant or
// the part changes.
type plainProgress struct {
	mu   sync.Mutex
	w    io.Writer
	last string
	said time.Time
}

// plainEvery is the pause between lines.
const plainEvery = 10 * time.Second

func (p *plainProgress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.w.Write(b)
}

func (p *plainProgress) observe(now time.Time, x loadgen.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if x.Extra || x.Part == rig.PartCleanUp {
		return // mostly over at once
	}
	key := x.Variant + string(x.Part)
	if x.Trials > 1 {
		key = fmt.Sprint(x.Trial) // their parts are short and many
	}
	if key == p.last && now.Sub(p.said) < plainEvery {
		return
	}
	p.last, p.said = key, now
	fmt.Fprintln(p.w, oneLine(describeProgress(x)))
}

func (p *plainProgress) close() {}

func describeProgress(x loadgen.Progress) string {
	if x.Part == rig.PartPrepare {
		return fmt.Sprintf("%s: %d/%d", x.Part, x.Files, x.OfFiles)
	}
	at := x.Elapsed.Round(time.Second).String()
	if x.Length > 0 {
		at += "/" + x.Length.Round(time.Second).String()
	}
	name := x.Variant
	if x.Trials > 1 {
		name = fmt.Sprintf("%d/%d %s", x.Trial, max(x.Trials, x.Trial), x.Variant)
	}
	s := fmt.Sprintf("%s: %s %s, %d/%d sessions", name, x.Part, at, x.Up, x.Wanted)
	if x.Part == rig.PartConnect {
		return s
	}
	s += fmt.Sprintf(", %.0f op/s", x.OperationsPerSec)
	if x.Part == rig.PartWindow {
		s += ", " + quantity.ByteRate.Show(x.BytesPerSecond)
	}
	if x.Waiting > 0 {
		s += fmt.Sprintf(", %d waiting", x.Waiting)
	}
	if x.Failed > 0 {
		s += fmt.Sprintf(", %d failed", x.Failed)
	}
	return s
}

// The ways of showing progress.
const (
	progressNone  = "none"
	progressPlain = "plain"
	progressLive  = "live"
)

// progressWays are what --progress accepts.
func progressWays() []string { return []string{progressNone, progressPlain, progressLive} }

// progressWay returns how progress is shown on w, given what was asked for,
// empty for nothing.
func progressWay(asked string, quiet bool, w io.Writer, lookup func(string) (string, bool)) (string, error) {
	switch dumb := isSet(lookup, "TERM", "dumb"); {
	case quiet:
		return progressNone, nil
	case asked == "" && isTerminal(w) && !dumb && !isSet(lookup, "NO_COLOR", ""):
		return progressLive, nil
	case asked == "":
		return progressPlain, nil
	case asked == progressLive && !isTerminal(w):
		return "", fmt.Errorf("stderr is not a terminal: want %s or %s", progressPlain, progressNone)
	case asked == progressLive && dumb:
		return "", fmt.Errorf("this terminal cannot move its cursor (TERM=dumb): want %s or %s", progressPlain, progressNone)
	}
	return asked, nil
}

// isSet reports whether a variable has the given value; with an empty one,
// whether it has any at all that is not empty.
func isSet(lookup func(string) (string, bool), name, value string) bool {
	v, _ := lookup(name)
	return v != "" && (value == "" || v == value)
}

// utf8Locale reports whether the terminal is to be sent more than ASCII: what
// the locale says, the first of its variables that is set.
func utf8Locale(lookup func(string) (string, bool)) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v, _ := lookup(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}
