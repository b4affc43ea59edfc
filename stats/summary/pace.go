package summary

import (
	"math"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Pace is how a target fared with an open load.
type Pace uint8

// What a target may have done.
const (
	PaceKept    Pace = iota
	PaceFailed       // it answered in time, but operations failed
	PaceLate         // it fell behind
	PaceUnknown      // chance, or its last operations, may have made the window longer
)

// enough is the part of the operations due that must succeed in time for a
// target to have kept up with the rate.
const enough = 0.95

// LoadOf returns the load that was asked of a variant: its own, or the run's,
// which may be nil.
func (s *Summary) LoadOf(t *TotalSummary) *resultfile.LoadInfo {
	if t.Load != nil {
		return t.Load
	}
	return s.Load
}

// DueOver is for how many seconds operations were due: as long as the window,
// unless the result says otherwise.
func DueOver(due, window float64) float64 {
	if due > 0 {
		return due
	}
	return window
}

// PaceOf says how a variant of an open load kept up, and with how many operations due per
// second, which is 0 where that is not known; ok is false where nothing was due at a rate.
// Percentiles of a target that did not keep up say how long the run was, not how fast the
// target is.
//
// What a target that keeps up has in hand when the last arrival has come is not
// held against it: by Little's law the rate times the mean service, at most one
// operation for each session. Where the window closes then, these are as good
// as done.
func (s *Summary) PaceOf(t *TotalSummary) (p Pace, perSecond float64, ok bool) {
	load := s.LoadOf(t)
	if load == nil || load.Model != resultfile.OpenLoad || t.Due == 0 || !(t.WindowSeconds > 0) {
		return PaceUnknown, 0, false
	}
	over := DueOver(t.DueSeconds, t.WindowSeconds)
	if perSecond = float64(t.Due) / over; load.Count > 0 {
		perSecond = load.RatePerSecond
	}
	sessions := float64(max(load.Sessions, load.MaxSessions))
	trials := float64(max(t.Trials, 1))
	due, dropped := perSecond*t.WindowSeconds, float64(t.Dropped)
	inHand := perSecond * s.meanSeconds(t.Variant, stats.Service)
	allBusy := load.Count <= 0 || float64(t.Due) > sessions*trials // or there were fewer arrivals
	if sessions > 0 && allBusy {
		inHand = min(inHand, sessions)
	}
	inHand *= trials // each has a window of its own, which closed
	done := t.OperationsPerSecond * t.WindowSeconds
	failed := float64(t.Failed) * t.WindowSeconds / over
	// A few that wait at one moment and not at the other are chance, and so
	// is a burst that was more than could wait. A backlog that is full at
	// both moments does not grow: then the others are dropped.
	few := max(10*trials, float64(t.Due)/100)
	chance := max(few, sessions*trials)
	switch {
	case dropped > few || float64(t.BacklogGrowth)+dropped > chance:
		return PaceLate, perSecond, true
	case load.Count > 0:
		if load.Arrivals == "poisson" { // as many arrivals take longer or shorter by chance
			inHand += 3 * math.Sqrt(due)
		}
		return s.paceOfCount(t, perSecond, done, failed, inHand, chance), perSecond, true
	case done+inHand+failed < enough*due:
		return PaceLate, perSecond, true
	case done+inHand < enough*due:
		return PaceFailed, perSecond, true
	}
	return PaceKept, perSecond, true
}

// paceOfCount judges a window that lasted until the last operation was done.
// What was then in hand drew it out, and so did any that took much longer than
// the others: the window is the longer for them, which shows neither a target
// that fell behind nor one that did not. How many had to wait for a session may
// still show it.
func (s *Summary) paceOfCount(t *TotalSummary, perSecond, done, failed, inHand, chance float64) Pace {
	due := perSecond * t.WindowSeconds
	drawnOut := inHand + perSecond*s.beyond(t.Variant)*float64(max(t.Trials, 1))
	waiting := perSecond * s.meanSeconds(t.Variant, stats.Lag) // Little's law again
	switch {
	case due == 0:
		return PaceUnknown
	case done >= enough*due:
		return PaceKept
	case done+failed >= enough*due:
		return PaceFailed
	case waiting > chance || done+failed+drawnOut < enough*due:
		return PaceLate
	}
	return PaceUnknown
}

// Busy reports whether a variant's sessions, of which there were so many, were hardly ever free,
// so that they may have been too few. By Little's law the operations per second times the mean
// service are how many were in hand.
func (s *Summary) Busy(t *TotalSummary) (sessions int, busy bool) {
	load := s.LoadOf(t)
	if load == nil {
		return 0, false
	}
	sessions = max(load.Sessions, load.MaxSessions)
	return sessions, sessions > 0 && t.OperationsPerSecond*s.meanSeconds(t.Variant, stats.Service) >= 0.9*float64(sessions)
}

// meanSeconds returns the mean of a phase of all of a variant's operations, 0 if it is not known.
func (s *Summary) meanSeconds(variant string, p stats.Phase) float64 {
	var n, took float64
	for i := range s.Series {
		if c := &s.Series[i]; c.Variant == variant {
			if l := c.Latency[p]; l != nil && !math.IsNaN(l.Mean) && !math.IsInf(l.Mean, 0) {
				n += float64(l.Count)
				took += float64(l.Count) * l.Mean
			}
		}
	}
	if !(n > 0) {
		return 0
	}
	return took / n / 1e9
}

// beyond returns by how many seconds the longest of a variant's operations took
// longer than nine tenths of its kind.
func (s *Summary) beyond(variant string) (most float64) {
	for i := range s.Series {
		if c := &s.Series[i]; c.Variant == variant {
			if l := c.Latency[stats.Service]; l != nil && l.Count > 0 {
				most = max(most, (float64(l.Max)-float64(l.P90))/1e9)
			}
		}
	}
	return most
}
