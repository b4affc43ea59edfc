package loadgen

import (
	"strconv"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// StageName names what a trial is doing.
type StageName string

// The stages, as progress shows them.
const (
	StageConnect StageName = "connecting"
	StageWarmup  StageName = "warm-up"
	StageWindow  StageName = "measuring"
	StageDrain   StageName = "draining"
)

// Progress is what happened in about the last second.
type Progress struct {
	Variant string
	Stage   StageName
	// Elapsed and Length are the stage's; Length is 0 where it has no bound.
	Elapsed, Length time.Duration
	// Up of Wanted sessions are logged in.
	Up, Wanted int
	// Operations ended and Failed in the interval; BytesPerSecond moved.
	Operations, Failed int64
	OperationsPerSec   float64
	BytesPerSecond     float64
}

// report tells the observer how the trial is getting on.
func (t *trial) report(stage StageName, elapsed, length time.Duration, i *stats.Interval) {
	if t.run.observe == nil {
		return
	}
	p := Progress{
		Variant: t.variant, Stage: stage, Elapsed: elapsed, Length: length,
		Up: int(t.up.Load()), Wanted: t.run.plan.Profile.Sessions,
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
	if took := i.End.Sub(i.Start).Seconds(); took > 0 {
		p.OperationsPerSec = float64(p.Operations) / took
		p.BytesPerSecond = float64(moved) / took
	}
	// Behind the interval: what is shown has been written.
	t.run.scribe.write(func() error {
		t.run.observe(p)
		return nil
	})
}

// count writes a number with its thousands apart.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
