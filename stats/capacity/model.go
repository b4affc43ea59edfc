package capacity

import (
	"fmt"

	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/usl"
)

// Model is throughput against sessions, by the Universal Scalability Law
// (Gunther 2007) and by a line with a knee: see package usl.
type Model struct {
	// Gamma is the throughput of one session, Alpha contention, Beta coherency.
	Gamma usl.Estimate `json:"gamma"`
	Alpha usl.Estimate `json:"alpha"`
	Beta  usl.Estimate `json:"beta"`
	// PeakSessions is where throughput is greatest, PeakOperations how great it
	// is. The value of the first is null where the law never falls; the second is
	// then what it approaches, or null where it grows without limit.
	PeakSessions   usl.Estimate `json:"peak_sessions"`
	PeakOperations usl.Estimate `json:"peak_operations_per_second"`
	// PeakExtrapolated says that the peak was not among the levels measured.
	PeakExtrapolated bool `json:"peak_is_extrapolated"`
	// Residuals are measured ÷ modelled throughput − 1, in the order of Points;
	// Deviation is their standard deviation and R2 the share of the variance that
	// the law explains, null where there is none.
	Residuals []float64 `json:"residuals"`
	Deviation float64   `json:"residual_deviation"`
	R2        *float64  `json:"r2"`
	// Points are the steps it was fitted to, Levels how many different levels
	// they are.
	Points []Point `json:"points"`
	Levels int     `json:"levels"`
	Knee   Knee    `json:"knee"`
	// Difference is by how much the AICc of the model that is not the better is
	// larger. Close says that it is below 2, which supports both about equally.
	Difference float64 `json:"aicc_difference"`
	Close      bool    `json:"too_close_to_call"`
	// Confidence is that of the intervals, 0.95.
	Confidence float64 `json:"confidence_level"`
}

// Knee is the alternative: throughput grows in proportion to the sessions, up to
// a knee, and stays there.
type Knee struct {
	// PerSession is null where throughput is the same from the least level on,
	// Operations where it grows up to the largest; Sessions in either case.
	PerSession usl.Estimate `json:"operations_per_second_per_session"`
	Sessions   usl.Estimate `json:"sessions"`
	Operations usl.Estimate `json:"operations_per_second"`
	Residuals  []float64    `json:"residuals"`
	Deviation  float64      `json:"residual_deviation"`
	R2         *float64     `json:"r2"`
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
		r.ModelWhy = "the models are of throughput against sessions, which were not varied"
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
		r.ModelWhy = fmt.Sprintf("a model needs %d levels of sessions with all of them let in and the load generator not the limit, there are %d",
			usl.MinLevels, n)
		return
	}
	c, err := usl.Compare(xy)
	if err != nil {
		r.ModelWhy = err.Error()
		return
	}
	r.Better, r.USL = c.Better, &Model{
		Gamma: c.USL.Gamma, Alpha: c.USL.Alpha, Beta: c.USL.Beta,
		PeakSessions: c.USL.PeakN, PeakOperations: c.USL.PeakX, PeakExtrapolated: c.USL.PeakExtrapolated,
		Residuals: c.USL.Residuals, Deviation: c.USL.Deviation, R2: c.USL.R2, Points: points, Levels: c.USL.Levels,
		Knee: Knee{
			PerSession: c.Knee.Slope, Sessions: c.Knee.Load, Operations: c.Knee.Throughput,
			Residuals: c.Knee.Residuals, Deviation: c.Knee.Deviation, R2: c.Knee.R2,
		},
		Difference: c.Difference, Close: c.Close, Confidence: c.USL.Level,
	}
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
