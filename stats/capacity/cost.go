package capacity

import (
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// cost fills in what the server's processes used.
func (r *Result) cost() {
	var largest *Step
	watched := false
	for i := range r.Steps {
		s := &r.Steps[i]
		if s.Server == nil {
			continue
		}
		watched = true
		if s.Verdict == resultfile.StepHeld && s.Opened > 0 && (largest == nil || s.Opened > largest.Opened) {
			largest = s
		}
	}
	if !watched {
		return
	}
	r.Cost = &Cost{}
	if largest != nil {
		u, sessions := largest.Server, float64(largest.Opened)
		if u.BaseRSSBytes > 0 && u.RSSBytes >= u.BaseRSSBytes {
			r.Cost.BytesPerSession = number(float64(u.RSSBytes-u.BaseRSSBytes) / sessions)
		}
		if u.BaseProcesses > 0 && u.Processes >= u.BaseProcesses {
			r.Cost.ProcessesPerSession = number(float64(u.Processes-u.BaseProcesses) / sessions)
		}
	}
	if r.Capacity != nil {
		r.costAt(*r.Capacity)
	}
}

// costAt fills in what the processor did at the found level: in the step that
// confirmed it, the longest, else in the last.
func (r *Result) costAt(level float64) {
	var at *Step
	for i := range r.Steps {
		s := &r.Steps[i]
		if s.Level != level || s.Verdict != resultfile.StepHeld || s.Server == nil {
			continue
		}
		if at == nil || s.Purpose == resultfile.StepConfirm || at.Purpose != resultfile.StepConfirm {
			at = s
		}
	}
	if at == nil || !(at.Server.CPUSeconds > 0) || !(at.Server.Seconds > 0) {
		return
	}
	const gib = 1 << 30
	cores := at.Server.CPUSeconds / at.Server.Seconds
	if at.Goodput != nil && *at.Goodput > 0 {
		r.Cost.CPUSecondsPerGiB = number(cores / *at.Goodput * gib)
	}
	if at.OperationsPerSecond != nil && *at.OperationsPerSecond > 0 {
		r.Cost.CPUSecondsPerOperation = number(cores / *at.OperationsPerSecond)
	}
	if at.Opened > 0 {
		r.Cost.SessionsPerCore = number(float64(at.Opened) / cores)
	}
}
