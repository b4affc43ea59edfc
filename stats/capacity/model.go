package capacity

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/usl"
)

// Model is throughput against sessions, by the Universal Scalability Law
// (Gunther 2007) and by a line with a knee: see package usl.
type Model struct {
	usl.Model
	// Points are the steps it was fitted to, Levels how many different levels
	// they are.
	Points []Point  `json:"points"`
	Levels int      `json:"levels"`
	Knee   usl.Knee `json:"knee"`
	// Difference is by how much the AICc of the model that is not the better is
	// larger. Close says that it is below 2, which supports both about equally.
	Difference float64 `json:"aicc_difference"`
	Close      bool    `json:"too_close_to_call"`
	// Unfit names the model, usl or knee, that the levels contradict (see [unfit]): the
	// other one is then the better, whatever the AICc says. If both are, there is no Model.
	Unfit string `json:"unfit,omitempty"`
	// Confidence is that of the intervals, 0.95.
	Confidence float64 `json:"confidence_level"`
}

// Point is a step that a model was fitted to.
type Point struct {
	Trial               int     `json:"trial"`
	Sessions            float64 `json:"sessions"`
	OperationsPerSecond float64 `json:"operations_per_second"`
}

// model fits throughput against sessions.
func (r *Result) model() {
	if r.Vary != resultfile.VarySessions {
		r.ModelWhy = "the models describe throughput against sessions, but sessions were not varied"
		return
	}
	var points []Point
	var xy []usl.Point
	levels := map[float64]bool{}
	for i := range r.Steps {
		if s := &r.Steps[i]; s.modelled() {
			points = append(points, Point{s.Trial, s.Level, *s.OperationsPerSecond})
			xy = append(xy, usl.Point{N: s.Level, X: *s.OperationsPerSecond})
			levels[s.Level] = true
		}
	}
	if n := len(levels); n < usl.MinLevels {
		r.ModelWhy = fmt.Sprintf("a model needs %d levels at which all sessions were admitted and the load generator was not the limit; there are %d",
			usl.MinLevels, n)
		return
	}
	c, err := usl.Compare(xy)
	if err != nil {
		r.ModelWhy = err.Error()
		return
	}
	m := &Model{
		Model: *c.USL, Points: points, Levels: c.USL.Levels, Knee: *c.Knee,
		Difference: c.Difference, Close: c.Close, Confidence: usl.Level,
	}
	law := unfit(xy, c.USL.Deviation, c.USL.PeakN.Value, c.USL.At)
	knee := unfit(xy, c.Knee.Deviation, c.Knee.Load.Value, c.Knee.At)
	switch {
	case law != "" && knee != "":
		r.ModelWhy = "no model fits the levels: of the Universal Scalability Law " + law + "; of a line with a knee " + knee
		return
	case law != "":
		m.Unfit, c.Better = usl.BetterUSL, usl.BetterKnee
	case knee != "":
		m.Unfit, c.Better = usl.BetterKnee, usl.BetterUSL
	}
	m.Close = m.Close && m.Unfit == ""
	r.Better, r.USL = c.Better, m
}

// What keeps a model from being told.
const (
	mostDeviation = 0.15 // typical residual
	mostBeyond    = 0.05 // by which a level beyond the bend may exceed what was carried before it
)

// unfit says why a model cannot be told of, empty if it can: its typical residual is large, or a
// level beyond its bend, where throughput stays or falls, carried more than the model says of the
// bend and than any level before it.
func unfit(points []usl.Point, deviation float64, bend *float64, at func(float64) (float64, bool)) string {
	if deviation > mostDeviation {
		return fmt.Sprintf("the typical residual is %.0f%%", 100*deviation)
	}
	if bend == nil {
		return ""
	}
	before, _ := at(*bend)
	for _, p := range points {
		if p.N <= *bend {
			before = max(before, p.X)
		}
	}
	for _, p := range points {
		if p.N > *bend && p.X > before*(1+mostBeyond) {
			return fmt.Sprintf("%.6g sessions carried %.3g/s, more than its bend at %.3g", p.N, p.X, *bend)
		}
	}
	return ""
}

// modelled reports whether the step's throughput is that of so many sessions:
// all were let in, and what may have been missed is only how fast they were
// served. A confirming step lies at a level that is there already, at another
// time and for longer.
func (s *Step) modelled() bool {
	slow := s.Verdict == resultfile.StepFailed && (s.Cause == resultfile.CauseLatency || s.Cause == resultfile.CauseThroughput)
	return (s.Verdict == resultfile.StepHeld || slow) && s.Purpose != resultfile.StepConfirm && !s.Limited &&
		s.Opened >= s.Wanted && s.OperationsPerSecond != nil && *s.OperationsPerSecond > 0
}
