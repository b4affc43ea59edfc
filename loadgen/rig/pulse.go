package rig

import (
	"time"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// PartName names what a trial is doing.
type PartName string

// The parts of a run and of a trial, as progress shows them.
const (
	PartPrepare PartName = "preparing files"
	PartConnect PartName = "connecting"
	PartWarmup  PartName = "warm-up"
	PartWindow  PartName = "measuring"
	PartDrain   PartName = "draining"
	PartOver    PartName = "over" // the trial is
	PartCleanUp PartName = "removing files"
)

// pulse tells how the trial is getting on.
func (t *trial) pulse(part PartName, elapsed, length time.Duration, i *resultfile.Interval) {
	t.out.Pulse(t.state(part, elapsed, length, i))
}

// pulseAtClose tells of the last part of the window.
func (t *trial) pulseAtClose(i *resultfile.Interval) {
	p := t.state(PartWindow, i.Window.Length(i.End), time.Duration(t.env.plan.Profile.Duration), i)
	p.Extra = true
	t.out.Pulse(p)
}

// pulseOver tells that the trial is over, with all that it was.
func (t *trial) pulseOver(last *resultfile.Interval) {
	if last.Window.Open == 0 {
		return
	}
	p := t.state(PartOver, 0, 0, last)
	p.Extra = true
	t.out.Pulse(p)
}

// state is how the trial is getting on.
func (t *trial) state(part PartName, elapsed, length time.Duration, i *resultfile.Interval) Pulse {
	p := Pulse{
		Part: part, Elapsed: elapsed, Length: length, Interval: i,
		Up: int(t.pool.up.Load()), Wanted: t.wanted(), Done: t.load.ended.Load(), Stage: t.stage, Before: t.before,
	}
	if t.pool.sessionless {
		p.Up = p.Wanted
	}
	if t.load.queue != nil && closed(t.started) && part != PartOver {
		p.Waiting = t.load.queue.Overdue(t.elapsed(), t.dropped(t.loadBegan))
	}
	return p
}

// wanted is how many sessions the load asks for now.
func (t *trial) wanted() int {
	if !t.staged() || !closed(t.started) {
		return max(t.pool.initial, int(t.pool.up.Load()))
	}
	return int(t.load.share.Count(t.load.curve.At(t.elapsed())))
}
