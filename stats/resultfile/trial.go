package resultfile

import (
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// Interval is what happened in a trial since the last interval. Operations are
// counted when they end, bytes when they move; the sum of a trial's intervals
// is the trial.
type Interval struct {
	Variant string `json:"variant"`
	Trial   int    `json:"trial"`
	// Stage is the part of the trial in which the interval began. Take one
	// right after opening and closing the window, so that none straddles.
	Stage stats.Part `json:"stage"`
	// Step is the number, from 1, of the run's stage that the whole interval
	// lies in; 0 for none.
	Step int `json:"step,omitempty"`
	// Start and End are moments of the run's clock.
	Start stats.Moment `json:"start_ns"`
	End   stats.Moment `json:"end_ns"`
	// Sessions is the most that were in use at one time.
	Sessions int `json:"sessions,omitempty"`
	// Window is the window as known when the interval was taken.
	Window stats.Window `json:"window"`
	// Series holds those in which anything happened.
	Series SeriesList `json:"series"`
}

// Trial is the sum of a trial's intervals.
type Trial struct {
	Variant string       `json:"variant"`
	Trial   int          `json:"trial"`
	Start   stats.Moment `json:"start_ns"`
	End     stats.Moment `json:"end_ns"`
	Window  stats.Window `json:"window"`
	// Complete means that the trial ran as long as it was meant to.
	Complete bool `json:"complete"`
	// DisconnectedShare is the share, 0 to 1, of the session time in the
	// window in which sessions that should have been there had no
	// connection. A [recorder.Recorder] does not know it: the caller sets it.
	DisconnectedShare float64 `json:"disconnected_share,omitempty"`
	// DueOver is the length of time that the window's operations were due in,
	// 0 where that is the window's. In a merged result the window is what
	// the generators' windows have in common, and the operations are those
	// of their whole windows. A [recorder.Recorder] leaves it 0.
	DueOver time.Duration `json:"due_over_ns,omitempty"`

	Series SeriesList `json:"series"`
	// Stages are the trial's stages that began, in order. They are made from
	// the intervals by a [Collector] and are not written.
	Stages []TrialStage `json:"-"`
}

// DueLength returns how long operations were due.
func (t *Trial) DueLength() time.Duration {
	if t.DueOver > 0 {
		return t.DueOver
	}
	return t.Window.Length(t.End)
}
