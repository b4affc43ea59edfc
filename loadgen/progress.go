package loadgen

import (
	"math"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// StageName names what a trial is doing.
type StageName string

// The stages, as progress shows them.
const (
	StagePrepare StageName = "preparing files"
	StageConnect StageName = "connecting"
	StageWarmup  StageName = "warm-up"
	StageWindow  StageName = "measuring"
	StageDrain   StageName = "draining"
	StageOver    StageName = "over" // the trial is
	StageCleanUp StageName = "removing files"
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
	Stage         StageName
	// Elapsed and Length are the stage's; Length is 0 where it has no bound.
	Elapsed, Length time.Duration
	// Up of Wanted sessions are logged in.
	Up, Wanted int
	// Files of OfFiles have been prepared; zero in every other stage.
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
	// Step of Steps is the stage of a load that changes, from 1; zero in
	// every other load, and before and after the window.
	Step, Steps int
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

// report tells the observer how the trial is getting on.
func (t *trial) report(stage StageName, elapsed, length time.Duration, i *resultfile.Interval) {
	if t.run.observe != nil {
		t.tell(t.progress(stage, elapsed, length, i))
	}
}

// reportClose tells the observer of the last part of the window.
func (t *trial) reportClose(i *resultfile.Interval) {
	if t.run.observe == nil {
		return
	}
	p := t.progress(StageWindow, i.Window.Length(i.End), time.Duration(t.env.plan.Profile.Duration), i)
	p.Extra, p.Left = true, t.run.left(t, StageDrain, 0)
	t.tell(p)
}

// reportOver tells the observer that the trial is over, with all that it was.
func (t *trial) reportOver(last *resultfile.Interval) {
	if t.run.observe == nil || last.Window.Open == 0 {
		return
	}
	p := t.progress(StageOver, 0, 0, last)
	p.Extra = true
	t.tell(p)
}

// progress is how the trial is getting on.
func (t *trial) progress(stage StageName, elapsed, length time.Duration, i *resultfile.Interval) Progress {
	p := Progress{
		Variant: t.variant, Trial: t.number, Trials: max(t.run.experiment.Trials, 1), Stage: stage, Elapsed: elapsed, Length: length,
		Up: int(t.up.Load()), Wanted: t.wanted(), Step: t.step, Level: t.level,
	}
	if t.step > 0 {
		p.Steps = len(t.env.plan.Profile.Stages)
	}
	if n := t.env.plan.Profile.Operations; n > 0 {
		p.Done, p.OfOperations = min(t.ended.Load(), n), n
	}
	p.Left = t.run.left(t, stage, elapsed)
	if t.sessionless {
		p.Up = p.Wanted
	}
	if t.queue != nil && closed(t.started) && stage != StageOver {
		p.Waiting = t.queue.Overdue(t.elapsed(), t.dropped(t.origin))
	}
	var moved int64
	for _, s := range i.Series {
		p.Operations += s.CompletedInside + s.Failed
		if stage == StageWarmup {
			p.Operations += s.WarmupOK + s.WarmupFailed
		}
		p.Failed += s.Failed + s.WarmupFailed
		moved += s.MovedInside
	}
	p.Took = i.End.Sub(i.Start)
	if took := p.Took.Seconds(); took > 0 {
		p.OperationsPerSec = float64(p.Operations) / took
		p.BytesPerSecond = float64(moved) / took
	}
	return p
}

// tell hands it over behind the interval: what is shown has been written.
func (t *trial) tell(p Progress) {
	t.run.records.write(func() error {
		p.ThisTrial, p.SoFar = t.run.totals.of(t.variant)
		t.run.observe(p)
		return nil
	})
}

// wanted is how many sessions the load asks for now.
func (t *trial) wanted() int {
	if !t.staged() || !closed(t.started) {
		return max(t.initial, int(t.up.Load()))
	}
	return int(math.Floor(t.curve.At(t.elapsed()) + 0.5))
}

// preparing returns what is told of each file that has been prepared: the
// observer hears of it once a second. Nil without an observer.
func (r *run) preparing() func(done, of int) {
	if r.observe == nil {
		return nil
	}
	var mu sync.Mutex
	begun := time.Now()
	said := begun
	return func(done, of int) {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); now.Sub(said) >= time.Second {
			said = now
			r.observe(Progress{Stage: StagePrepare, Elapsed: now.Sub(begun), Files: done, OfFiles: of})
		}
	}
}

// tellCleanUp tells the observer, once, that the run's files are being removed,
// if there are any to be removed.
func (r *run) tellCleanUp() {
	if r.observe == nil {
		return
	}
	for _, s := range r.envs {
		if len(s.files.made) > 0 && !s.plan.Profile.Keep {
			r.records.write(func() error {
				r.observe(Progress{Stage: StageCleanUp})
				return nil
			})
			return
		}
	}
}
