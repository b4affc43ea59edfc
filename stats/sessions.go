package stats

import (
	"sync"
	"time"
)

// SessionPhases are the durations of a session's set-up. A zero one did not
// happen.
type SessionPhases struct {
	Connect  time.Duration // TCP connect
	Greeting time.Duration // until the 220 reply is read
	TLS      time.Duration // AUTH TLS and the handshake
	Login    time.Duration // USER to 230
	Setup    time.Duration // FEAT, TYPE, PBSZ, PROT, mode resolution
}

// phase returns the duration of one of them.
func (s *SessionPhases) phase(p Phase) time.Duration {
	switch p {
	case Connect:
		return s.Connect
	case Greeting:
		return s.Greeting
	case TLS:
		return s.TLS
	case LoginDone:
		return s.Login
	case Setup:
		return s.Setup
	}
	return 0
}

// Sessions counts log-ins: in an interval, or in the whole run.
type Sessions struct {
	Opened  int64           `json:"opened"`
	Failed  int64           `json:"failed"`
	Latency PhaseHistograms `json:"latency_ns"`
	// Errors holds the failures by variant.
	Errors []SessionErrors `json:"errors,omitempty"`
}

// SessionErrors counts one variant's failed log-ins.
type SessionErrors struct {
	Variant string      `json:"variant"`
	Errors  ErrorCounts `json:"errors"`
}

// Merge adds what o counted.
func (s *Sessions) Merge(o *Sessions) {
	s.Opened = addClamped(s.Opened, o.Opened)
	s.Failed = addClamped(s.Failed, o.Failed)
	s.Latency.merge(&o.Latency)
	for _, e := range o.Errors {
		s.errorsOf(e.Variant).merge(e.Errors)
	}
}

func (s *Sessions) errorsOf(variant string) *ErrorCounts {
	for i := range s.Errors {
		if s.Errors[i].Variant == variant {
			return &s.Errors[i].Errors
		}
	}
	s.Errors = append(s.Errors, SessionErrors{Variant: variant})
	return &s.Errors[len(s.Errors)-1].Errors
}

// SessionRecorder counts log-ins over a whole run. The zero value is ready; it
// is safe for concurrent use.
type SessionRecorder struct {
	mu    sync.Mutex
	delta Sessions
	total Sessions
}

// Opened counts a session that is logged in and set up.
func (r *SessionRecorder) Opened(p SessionPhases) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.delta.Opened++
	for phase := Connect; phase <= Setup; phase++ {
		if d := p.phase(phase); d > 0 {
			r.delta.Latency.record(phase, int64(d))
		}
	}
}

// Failed counts a session of the variant that could not be set up. One that
// was cut by the end of the run does not count.
func (r *SessionRecorder) Failed(variant string, f *Failure) {
	if f.Unfinished() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.delta.Failed++
	r.delta.errorsOf(oneLine(variant)).count(f)
}

// Take returns what was counted since the last Take, nil if that is nothing.
// The caller owns it.
func (r *SessionRecorder) Take() *Sessions {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.delta.Opened == 0 && r.delta.Failed == 0 {
		return nil
	}
	taken := r.delta
	r.delta = Sessions{}
	r.total.Merge(&taken)
	return &taken
}

// Totals returns the sum of what was taken so far.
func (r *SessionRecorder) Totals() *Sessions {
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := new(Sessions)
	sum.Merge(&r.total)
	return sum
}
