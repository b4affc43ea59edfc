package loadgen

import (
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
)

// Progress is what happened in about the last second.
type Progress struct {
	Variant string
	// Extra is not one of those each second: the last part of a window, which
	// may be short, or the end of a trial, when all of it has been counted.
	Extra bool
	// Trial is the number of the block, from 1, and Trials how many there are
	// to be: with an experiment that goes on, how many there are at least.
	Trial, Trials int
	Part          rig.PartName
	// Elapsed and Length are the part's; Length is 0 where it has no bound.
	Elapsed, Length time.Duration
	// Up of Wanted sessions are logged in.
	Up, Wanted int
	// Files of OfFiles have been prepared; zero in every other part.
	Files, OfFiles int
	// Waiting arrivals are due and have no session yet.
	Waiting int
	// Took is the length of the interval, mostly a second: Operations ended and
	// Failed in it; BytesPerSecond moved.
	Took               time.Duration
	Operations, Failed int64
	OperationsPerSec   float64
	BytesPerSecond     float64
	// Done of the OfOperations that end the window; zero where none do.
	Done, OfOperations int64
	// Stage of Stages is that of a load that changes, from 1; zero in
	// every other load, and before and after the window.
	Stage, Stages int
	// Level is what a search asks of this trial, nil where there is none.
	Level *Level
	// Left is about how long the run still takes, without log-ins and drains;
	// zero where that is not known.
	Left time.Duration
	// ThisTrial is what this trial's window has brought so far, SoFar what all
	// windows of the variant have. A search looks at each trial by itself:
	// there both are the same.
	ThisTrial, SoFar LiveTotals
}

// Level is one step of a search for capacity.
type Level struct {
	// Vary and Purpose are those of [resultfile.CapacityPlan] and [resultfile.Step].
	Vary, Purpose string
	// Value is in sessions, arrivals per second or bytes per second. Held is
	// the highest that has met the objectives so far and Failed the lowest
	// that has not, 0 where there is none.
	Value, Held, Failed float64
}

// progressOf is what the observer is told of a pulse.
func (r *run) progressOf(t *trialOutput, pulse *rig.Pulse) Progress {
	p := Progress{
		Variant: t.variant, Extra: pulse.Extra, Trial: t.order.Trial, Trials: max(r.experiment.Trials, 1),
		Part: pulse.Part, Elapsed: pulse.Elapsed, Length: pulse.Length, Up: pulse.Up, Wanted: pulse.Wanted, Waiting: pulse.Waiting,
		Stage: pulse.Stage, Level: t.level,
	}
	if pulse.Stage > 0 {
		p.Stages = len(t.profile.Stages)
	}
	if n := t.profile.Operations; n > 0 {
		p.Done, p.OfOperations = min(pulse.Done, n), n
	}
	p.Left = r.left(t, pulse)
	var moved int64
	for _, s := range pulse.Interval.Series {
		p.Operations += s.CompletedInside + s.Failed
		if p.Part == rig.PartWarmup {
			p.Operations += s.WarmupOK + s.WarmupFailed
		}
		p.Failed += s.Failed + s.WarmupFailed
		moved += s.MovedInside
	}
	p.Took = pulse.Interval.End.Sub(pulse.Interval.Start)
	if took := p.Took.Seconds(); took > 0 {
		p.OperationsPerSec = float64(p.Operations) / took
		p.BytesPerSecond = float64(moved) / took
	}
	return p
}

// preparing returns what is told of each file that has been prepared: the
// observer hears of it once a second.
func (r *run) preparing() func(done, of int) {
	if r.observe == nil {
		return func(int, int) {}
	}
	var mu sync.Mutex
	begun := time.Now()
	said := begun
	return func(done, of int) {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); now.Sub(said) >= time.Second {
			said = now
			r.observe(Progress{Part: rig.PartPrepare, Elapsed: now.Sub(begun), Files: done, OfFiles: of})
		}
	}
}

// tellCleanUp tells the observer, once, that the run's files are being removed,
// if there are any to be removed.
func (r *run) tellCleanUp() {
	if r.observe != nil && r.rig.Facts().Files {
		r.records.write(func() error {
			r.observe(Progress{Part: rig.PartCleanUp})
			return nil
		})
	}
}
