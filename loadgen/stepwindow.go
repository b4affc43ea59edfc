package loadgen

import (
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/loadgen/search"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// stepWindow watches the window of a step and closes it when it has seen enough. It is
// told what happens by the trial's goroutine alone.
type stepWindow struct {
	steady   search.Steady
	needed   int64 // samples
	confirms bool  // a window that confirms does not do with fewer
	server   ServerWatch
	close    chan struct{}

	found     bool           // the throughput was steady when it was last looked at
	ok        map[kind]int64 // operations that have succeeded
	perSecond []float64      // how many completed, in each second so far
	opened    bool
	closed    bool
	used      *resultfile.ServerUse // by the server's processes; nil where nobody watched them
}

// kind is what a series is of.
type kind struct {
	op   stats.Op
	mode stats.Mode
}

// ServerWatch watches the processes of a server.
type ServerWatch interface {
	Begin()
	End() resultfile.ServerUse
}

// record takes an interval.
func (w *stepWindow) record(i *resultfile.Interval) {
	for _, s := range i.Series {
		w.ok[kind{s.Op, s.Mode}] += s.OK
	}
	if w.server == nil {
		return
	}
	if i.Window.Open != 0 && !w.opened {
		w.opened = true
		w.server.Begin()
	}
	if i.Window.Close != 0 && w.used == nil {
		used := w.server.End()
		w.used = &used
	}
}

// pulse looks each second of the window whether it may close.
func (w *stepWindow) pulse(p *rig.Pulse) {
	if p.Part != rig.PartWindow || p.Extra || w.closed {
		return
	}
	var done int64
	for _, s := range p.Interval.Series {
		done += s.CompletedInside
	}
	if took := p.Interval.End.Sub(p.Interval.Start).Seconds(); took > 0 {
		w.perSecond = append(w.perSecond, float64(done)/took)
	}
	if w.enough(p.Elapsed) {
		w.closed = true
		close(w.close)
	}
}

// enough reports whether the window may close.
func (w *stepWindow) enough(elapsed time.Duration) bool {
	samples, needed := w.samples(), w.needed
	if !w.confirms && elapsed >= w.steady.Floor && float64(samples)*w.steady.Cap.Seconds() < float64(needed)*elapsed.Seconds() {
		needed = 1 // as many will not come: on the way up the longest operation tells, too
	}
	var done bool
	done, w.found = w.steady.Done(elapsed, w.perSecond, samples, needed)
	return done && (samples >= needed || elapsed >= moreTime*w.steady.Cap)
}

// samples is how many operations of the rarest kind have succeeded.
func (w *stepWindow) samples() (n int64) {
	first := true
	for _, ok := range w.ok {
		if first || ok < n {
			n, first = ok, false
		}
	}
	return n
}
