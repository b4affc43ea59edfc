package resultfile

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// maxSteps is the most stages that a run may have.
const maxSteps = 1000

// StageInfo is a planned part of the measured window with a load of its own.
type StageInfo struct {
	Name    string  `json:"name"` // as a reader is to see it, such as "30s at 10→200 sessions"
	Seconds float64 `json:"seconds"`
	// From and To are the load at its beginning and its end, and Of what
	// they count: "sessions", or "rate" for arrivals per second.
	From float64 `json:"from"`
	To   float64 `json:"to"`
	Of   string  `json:"of"`
}

// StageList holds a run's stages in order; an interval's step counts them from
// 1. There are at most 1,000.
type StageList []StageInfo

// UnmarshalJSON refuses a list that is longer than it can be.
func (l *StageList) UnmarshalJSON(b []byte) error {
	*l = nil
	return eachElement(b, func(s *StageInfo) error {
		*l = append(*l, *s)
		return l.checkLength()
	})
}

func (l StageList) checkLength() error {
	if len(l) > maxSteps {
		return fmt.Errorf("more than %d stages", maxSteps)
	}
	return nil
}

func (l StageList) check() error {
	for i, s := range l {
		if !(min(s.Seconds, s.From, s.To) >= 0) {
			return fmt.Errorf("stage %d: a number is negative", i+1)
		}
	}
	return l.checkLength()
}

// TrialStage is what one stage of a trial comes to: the sum of its intervals.
// An operation is counted in the stage in which it ended.
type TrialStage struct {
	Step int // from 1
	// Measured is the part of the window that the stage took, and Sessions
	// the most that were in use at one time.
	Measured time.Duration
	Sessions int
	// Series hold the counters and, of the phases, service; in an open load
	// lag and response too.
	Series SeriesList
}

// StageSums gathers the stages of the trial that is going on.
type StageSums map[int]*stageSum

type stageSum struct {
	TrialStage
	series SeriesSet
}

// At returns the sum of a stage, nil for an interval outside of all stages.
func (m *StageSums) At(step int) *stageSum {
	if step == 0 {
		return nil
	}
	if *m == nil {
		*m = StageSums{}
	}
	s := (*m)[step]
	if s == nil {
		s = &stageSum{TrialStage: TrialStage{Step: step}}
		(*m)[step] = s
	}
	return s
}

// List returns the stages in order, nil if there were none.
func (m StageSums) List() (l []TrialStage) {
	for _, s := range m {
		s.Series = s.series.List()
		l = append(l, s.TrialStage)
	}
	slices.SortFunc(l, func(a, b TrialStage) int { return cmp.Compare(a.Step, b.Step) })
	return l
}

// Merge adds what o holds.
func (s *stageSum) Merge(o *TrialStage) {
	s.Measured += o.Measured
	s.Sessions = max(s.Sessions, o.Sessions)
	for _, x := range o.Series {
		s.series.At(KeyOf(x.Op, x.Mode)).Merge(x)
	}
}

// stagePhases returns the phases that stages keep.
func stagePhases(open bool) []stats.Phase {
	if open {
		return []stats.Phase{stats.Lag, stats.Service, stats.Response}
	}
	return []stats.Phase{stats.Service}
}

// addStage adds an interval to the stage that it belongs to.
func (c *Collector) addStage(i *Interval) {
	if last := c.stages[c.stage]; last != nil && i.Step != c.stage {
		last.compact()
	}
	c.stage = i.Step
	s := c.stages.At(i.Step)
	if s == nil {
		c.addLate(i)
		return
	}
	s.Measured += i.Window.Within(i.Start, i.End)
	s.Sessions = max(s.Sessions, i.Sessions)
	for _, x := range i.Series {
		sum := s.series.At(KeyOf(x.Op, x.Mode))
		sum.Counters.Add(&x.Counters)
		for _, p := range stagePhases(c.result.Header.Load.open()) {
			sum.Latency.mergePhase(p, x.Latency[p])
		}
	}
}

// addLate adds what a drain says of the window to its last stage: how much of an
// upload has moved inside is known only once it has ended.
func (c *Collector) addLate(i *Interval) {
	if i.Window.Close == 0 {
		return
	}
	last := c.stages[len(c.result.Header.Stages)]
	if last == nil {
		return
	}
	for _, x := range i.Series {
		sum := last.series.At(KeyOf(x.Op, x.Mode))
		sum.MovedInside += x.MovedInside
		sum.WastedInside += x.WastedInside
	}
}

// compact puts the sum away until the stage goes on, if it does.
func (s *stageSum) compact() {
	for _, x := range s.series.List().compacted() {
		s.series[KeyOf(x.Op, x.Mode)] = x
	}
}

// Stage returns what was planned for a stage, nil if that is not known.
func (h *Header) Stage(step int) *StageInfo {
	if step < 1 || step > len(h.Stages) {
		return nil
	}
	return &h.Stages[step-1]
}
