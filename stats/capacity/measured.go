package capacity

import (
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// trialID names a trial.
type trialID struct {
	variant string
	trial   int
}

// measured has what was measured, by trial.
type measured struct {
	trials  map[trialID]*resultfile.Trial
	limited map[trialID]bool
	late    map[trialID]bool // of these, those that were limited by wake-up lag alone
	most    stats.Op         // the operation that was due most
	any     bool             // any was
}

func newMeasured(r *resultfile.Result) *measured {
	m := &measured{trials: map[trialID]*resultfile.Trial{}, limited: map[trialID]bool{}, late: map[trialID]bool{}}
	var due [stats.NumOps]resultfile.Counters
	for _, t := range r.Trials {
		m.trials[trialID{t.Variant, t.Trial}] = t
		for _, x := range t.Series {
			if x.Op < stats.NumOps {
				due[x.Op].Add(&x.Counters)
			}
		}
	}
	for op := range due {
		if n := due[op].Due(); n > 0 && (!m.any || n > due[m.most].Due()) {
			m.most, m.any = stats.Op(op), true
		}
	}
	for i := range r.Generators {
		g := &r.Generators[i]
		if id := (trialID{g.Variant, g.Trial}); g.Limited {
			m.limited[id], m.late[id] = true, g.LimitedByLag
		}
	}
	return m
}

// operation names the operation that was due most, of all variants together:
// its times can be held against each other, level by level and mode by mode.
func (m *measured) operation() string {
	if !m.any {
		return ""
	}
	return m.most.String()
}

// modes returns the verbs that a variant used.
func (m *measured) modes(variant string) []string {
	var used [stats.NumModes]bool
	for id, t := range m.trials {
		if id.variant != variant {
			continue
		}
		for _, x := range t.Series {
			if x.Mode < stats.NumModes && x.Due() > 0 {
				used[x.Mode] = true
			}
		}
	}
	modes := []string{}
	for mode := stats.NoMode + 1; mode < stats.NumModes; mode++ {
		if used[mode] {
			modes = append(modes, mode.String())
		}
	}
	return modes
}

// step returns a step with what its trial measured, and whether that does not
// bear out the verdict in the record.
func (m *measured) step(of *resultfile.Step) (s Step, changed bool) {
	id := trialID{of.Variant, of.Trial}
	s = Step{Step: *of, Limited: m.limited[id]}
	s.Outcomes = slices.Clone(of.Outcomes)
	if t := m.trials[id]; t != nil {
		s.measure(t, m.most)
	}
	s.Verdict = s.settled(of.DespiteLag && m.late[id])
	if s.Verdict == resultfile.StepUnknown && s.Limited && s.Cause != resultfile.CauseGenerator {
		s.Cause, s.Code, s.Hint = resultfile.CauseGenerator, 0, ""
		s.Text = "the load generator was the limit"
	}
	return s, s.Verdict != of.Verdict
}

// settled returns the verdict that the step supports. A target that turned
// sessions away did so whatever the generator was short of, and one that was slower by more
// than the generator's lateness was too slow.
func (s *Step) settled(slower bool) string {
	letIn := s.Opened >= s.Wanted
	switch {
	case s.Verdict == resultfile.StepFailed && slower:
		return resultfile.StepFailed
	case s.Cause == resultfile.CauseGenerator, s.Limited && letIn:
	case s.Verdict == resultfile.StepHeld && letIn:
		return resultfile.StepHeld
	case s.Verdict == resultfile.StepFailed:
		return resultfile.StepFailed
	}
	return resultfile.StepUnknown
}

// measure fills in what a trial measured, with the times of one operation.
func (s *Step) measure(t *resultfile.Trial, op stats.Op) {
	var c resultfile.Counters
	var one resultfile.Series
	for _, x := range t.Series {
		c.Add(&x.Counters)
		if x.Op == op {
			merged := resultfile.Series{Counters: x.Counters}
			merged.Latency[stats.Service] = x.Latency[stats.Service]
			one.Merge(&merged)
		}
	}
	s.Attempts, s.Failed = max(c.Attempts(), 0), max(c.Failed, 0)
	if due := c.Due(); due > 0 {
		share := float64(min(max(due-c.OK, 0), due)) / float64(due)
		s.ErrorRate = &share
	}
	window := t.Window.Length(t.End)
	if window <= 0 {
		return
	}
	s.WindowSeconds = window.Seconds()
	perSecond, goodput := c.RatesOver(window)
	s.OperationsPerSecond, s.Goodput = number(perSecond), number(goodput)
	l := summary.LatencyOf(one.Latency[stats.Service], one.Others(stats.Service))
	if l == nil {
		return
	}
	s.ServiceP50, s.ServiceP99 = &l.P50, l.P99
	s.MedianDoubtful = slices.Contains(l.Doubtful, "p50")
	s.Doubtful = slices.Contains(l.Doubtful, "p99")
}
