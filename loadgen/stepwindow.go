package loadgen

import (
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/loadgen/search"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// stepWindow watches the window of a step and closes it when it has seen enough. It is
// told what happens by the trial's goroutine alone.
type stepWindow struct {
	steady   search.Steady
	most     time.Duration      // for want of samples; that of steady is for want of calm
	needed   map[stats.Op]int64 // samples of each operation
	confirms bool               // a window that confirms does not do with fewer
	server   ServerWatch
	close    chan struct{}
	longer   []longerThan // what took too long for an objective on a percentile

	found     bool               // the throughput was steady when it was last looked at
	ok        map[stats.Op]int64 // operations that have succeeded
	perSecond []float64          // how many completed, in each second so far
	opened    bool
	closed    bool
	used      *resultfile.ServerUse // by the server's processes; nil where nobody watched them
}

// longerThan is the share of each operation that took longer than an objective's bound.
type longerThan struct {
	objective threshold.Threshold
	allowed   float64
	shares    map[stats.Op]*search.Share
}

// sharesOf are those of objectives of which nothing has been seen yet.
func sharesOf(objectives []threshold.Threshold) (all []longerThan) {
	for _, o := range objectives {
		if part, ok := o.MayTakeLonger(); ok {
			all = append(all, longerThan{o, part, map[stats.Op]*search.Share{}})
		}
	}
	return all
}

// ServerWatch watches the processes of a server.
type ServerWatch interface {
	Begin()
	End() resultfile.ServerUse
}

// record takes an interval.
func (w *stepWindow) record(i *resultfile.Interval) {
	for _, s := range i.Series {
		w.ok[s.Op] += s.OK
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
	for _, l := range w.longer {
		for _, s := range p.Interval.Series {
			if longer, of := l.objective.TookLonger(s); of > 0 {
				if l.shares[s.Op] == nil {
					l.shares[s.Op] = &search.Share{}
				}
				l.shares[s.Op].Add(longer, of)
			}
		}
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
	samples, needed := w.scarcest()
	// As many will not come: on the way up the longest operation tells, too.
	few := !w.confirms && elapsed >= w.steady.Floor && float64(samples)*w.most.Seconds() < float64(needed)*elapsed.Seconds()
	if few {
		samples, needed = 1, 1
	}
	var done bool
	done, w.found = w.steady.Done(elapsed, w.perSecond, samples, needed)
	return done && (samples >= needed && (few || w.settled()) || elapsed >= w.most)
}

// settled reports whether chance has no say any more in which objectives are met.
func (w *stepWindow) settled() bool {
	for _, l := range w.longer {
		for _, s := range l.shares {
			if !s.Settled(l.allowed) {
				return false
			}
		}
	}
	return true
}

// scarcest returns how many samples there are, and how many are needed, of the operation that
// is farthest from having them.
func (w *stepWindow) scarcest() (samples, needed int64) {
	samples, needed = 1, 1
	for op, need := range w.needed {
		if ok := w.ok[op]; float64(ok)/float64(need) < float64(samples)/float64(needed) {
			samples, needed = ok, need
		}
	}
	return samples, needed
}
