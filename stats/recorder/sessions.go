package recorder

import (
	"sync"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// SessionRecorder counts log-ins over a whole run. The zero value is ready; it
// is safe for concurrent use.
type SessionRecorder struct {
	mu    sync.Mutex
	delta resultfile.Sessions
	total resultfile.Sessions
}

// Opened counts a session that is logged in and set up.
func (r *SessionRecorder) Opened(p stats.SessionPhases) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.delta.Opened++
	for phase := stats.Connect; phase <= stats.Setup; phase++ {
		if d := p.Of(phase); d > 0 {
			recordPhase(&r.delta.Latency, phase, d)
		}
	}
}

// Failed counts a session of the variant that could not be set up. One that
// was cut by the end of the run does not count.
func (r *SessionRecorder) Failed(variant string, f *stats.Failure) {
	if f.Unfinished() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.delta.Failed++
	r.delta.ErrorsOf(resultfile.OneLine(variant)).Count(f)
}

// Take returns what was counted since the last Take, nil if that is nothing.
// The caller owns it.
func (r *SessionRecorder) Take() *resultfile.Sessions {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.delta.Opened == 0 && r.delta.Failed == 0 {
		return nil
	}
	taken := r.delta
	r.delta = resultfile.Sessions{}
	r.total.Merge(&taken)
	return &taken
}

// Totals returns the sum of what was taken so far.
func (r *SessionRecorder) Totals() *resultfile.Sessions {
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := new(resultfile.Sessions)
	sum.Merge(&r.total)
	return sum
}
