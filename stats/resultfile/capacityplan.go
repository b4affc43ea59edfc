package resultfile

import (
	"fmt"
	"math"
	"slices"
)

// The loads that a search for capacity varies.
const (
	VarySessions  = "sessions"  // concurrent sessions of the closed model
	VaryRate      = "rate"      // arrivals per second of the open model
	VaryBandwidth = "bandwidth" // bytes per second of all sessions together
)

// CapacityPlan says how a run searches for the load that its target holds. It is
// decided beforehand and kept in the file.
type CapacityPlan struct {
	// Vary is [VarySessions], [VaryRate] or [VaryBandwidth].
	Vary string `json:"vary"`
	// Objectives are thresholds that a level must meet to be held.
	Objectives []string `json:"objectives"`
	// From and Most bound the levels: sessions, arrivals per second or bytes
	// per second.
	From float64 `json:"from"`
	Most float64 `json:"most"`
	// Precision is how close the found level is to one that fails, 0.05 for 5%.
	Precision float64 `json:"precision"`
	// StepMin and StepMax bound what is measured of a step, as texts such as "3s"; empty in
	// files that lack them.
	StepMin string `json:"step_min,omitempty"`
	StepMax string `json:"step_max,omitempty"`
}

func (p *CapacityPlan) check() error {
	switch {
	case p == nil:
		return nil
	case !slices.Contains([]string{VarySessions, VaryRate, VaryBandwidth}, p.Vary):
		return fmt.Errorf("capacity: %q is varied", p.Vary)
	case !(p.From > 0) || !(p.Most >= p.From) || math.IsInf(p.Most, 0):
		return fmt.Errorf("capacity: levels from %v to %v", p.From, p.Most)
	case !(p.Precision > 0 && p.Precision < 1):
		return fmt.Errorf("capacity: a precision of %v", p.Precision)
	case len(p.Objectives) > 100:
		return fmt.Errorf("capacity: %d objectives", len(p.Objectives))
	}
	return nil
}

// The purposes of a step.
const (
	StepRamp    = "ramp"    // the next level of the way up
	StepSearch  = "search"  // between one that was held and one that was not
	StepConfirm = "confirm" // the found level once more, for longer
)

// The verdicts on a step.
const (
	StepHeld    = "held"    // every objective was met
	StepFailed  = "failed"  // one was not, or the target did not let all sessions in
	StepUnknown = "unknown" // the load generator was the limit, or too little is known
)

// Step is what one level of a search for capacity came to. Its record follows
// that of its trial: in a search a trial that the target cut short is data, not
// an error of the run.
type Step struct {
	// Variant and Trial say which trial it was. The trials of a variant are
	// its steps, from 1.
	Variant string  `json:"variant"`
	Trial   int     `json:"trial"`
	Level   float64 `json:"level"`
	Purpose string  `json:"purpose"`
	Verdict string  `json:"verdict"`
	// Opened of Wanted sessions were logged in when the window opened, or when
	// it turned out that no more would be let in.
	Opened int `json:"opened"`
	Wanted int `json:"wanted"`
	// Steady says that the throughput had no trend when the window closed.
	Steady bool `json:"steady"`
	// Cause is what broke, a word such as too-many-users; empty for a level that
	// was held. Code is the FTP reply's, 0 where there was none. Text says it in
	// words, Hint what to do.
	Cause string `json:"cause,omitempty"`
	Code  int    `json:"code,omitempty"`
	Text  string `json:"text,omitempty"`
	Hint  string `json:"hint,omitempty"`
	// DespiteLag says that an objective was missed by more than the generator woke up late,
	// which would else have made it the limit.
	DespiteLag bool `json:"despite_lag,omitempty"`
	// Outcomes are the objectives, each in a line with what was found.
	Outcomes []string `json:"outcomes,omitempty"`
	// Server is what the server's processes used, nil if they were not watched.
	Server *ServerUse `json:"server,omitempty"`
}

// ServerUse is what a server's processes used while a step's window was open.
type ServerUse struct {
	CPUSeconds float64 `json:"cpu_seconds"`
	// Seconds is how long they were watched.
	Seconds float64 `json:"seconds"`
	// The most that was seen at one time, summed over the processes.
	Processes   int   `json:"processes"`
	RSSBytes    int64 `json:"rss_bytes"`
	Descriptors int64 `json:"descriptors,omitempty"`
	// BaseRSSBytes and BaseProcesses are those before any session was there.
	BaseRSSBytes  int64 `json:"base_rss_bytes"`
	BaseProcesses int   `json:"base_processes"`
}

// The causes of a level's failure.
const (
	CauseTooMany    = "too-many-users"     // 421 (or 530): the server's own limit on sessions
	CausePerAddress = "per-address-limit"  // the same, for one client address
	CauseRefused    = "connection-refused" // nobody listens, or the backlog is full
	CauseNoGreeting = "no-greeting"        // the connection was closed or left silent before the 220
	CauseLogin      = "login-refused"      // 530 and the like at log-in
	CauseAccept     = "accept-timeout"     // the server's active connect did not come
	CauseDataPorts  = "no-ports"           // 425 or a dead session: the passive or active ports are used up
	CauseResets     = "resets"             // connections were cut
	CauseErrors     = "errors"             // operations failed otherwise
	CauseLatency    = "latency"            // an objective on time was missed
	CauseThroughput = "throughput"         // an objective on throughput was missed
	CauseRate       = "rate-not-kept"      // arrivals were dropped or piled up
	CauseBandwidth  = "bandwidth-not-reached"
	CauseDown       = "down"      // nobody was let in any more
	CauseGenerator  = "generator" // the load generator was the limit
	CauseObjective  = "objective" // another objective was missed
)
