package capacity

import (
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// look is one step of a search made by hand.
type look struct {
	variant string // "passive" if empty
	level   float64
	purpose string // ramp if empty
	verdict string // held if empty
	opened  int    // below Wanted if not 0
	perSec  float64
	p99     time.Duration // of the slowest 3%; half of it for the rest
	bad     int64         // operations that failed
	limited bool          // the generator was
	none    bool          // no window opened
	step    func(*stats.Step)
	series  func(*stats.Series)
}

const seconds = 10

// hunted is a complete search for sessions with the looks' trials.
func hunted(looks ...look) *stats.Result {
	r := &stats.Result{
		Header: stats.Header{
			Tool: stats.ToolInfo{Name: "ftpmark", Version: "v0.5.0", Go: "go1.26.0", OS: "linux", Arch: "amd64"},
			Seed: 42, Target: stats.TargetInfo{URL: "ftp://bench@192.0.2.10/", Banner: "(vsFTPd 3.0.5)"},
			Capacity: &stats.CapacityPlan{
				Vary: stats.VarySessions, Objectives: []string{"service.p99 < 200ms"}, From: 10, Most: 1000, Precision: 0.05,
			},
			Load: &stats.LoadInfo{Model: stats.ClosedLoad, Sessions: 1},
		},
		Footer: &stats.Footer{Complete: true},
	}
	trials := map[string]int{}
	for _, x := range looks {
		if x.variant == "" {
			x.variant = "passive"
		}
		trials[x.variant]++
		x.add(r, trials[x.variant])
	}
	return r
}

func (x look) add(r *stats.Result, number int) {
	s := stats.Step{
		Variant: x.variant, Trial: number, Level: x.level, Purpose: x.purpose, Verdict: x.verdict,
		Opened: int(x.level), Wanted: int(x.level), Steady: true,
	}
	if s.Purpose == "" {
		s.Purpose = stats.StepRamp
	}
	if s.Verdict == "" {
		s.Verdict = stats.StepHeld
	}
	if x.opened > 0 {
		s.Opened = x.opened
	}
	if x.step != nil {
		x.step(&s)
	}
	r.Variants = append(r.Variants, stats.Variant{Variant: x.variant, Trial: number})
	t := &stats.Trial{Variant: x.variant, Trial: number, Complete: !x.none}
	if !x.none {
		t.Start, t.Window = 1, stats.Window{Open: 1, Close: 1 + stats.Moment(seconds*time.Second)}
		t.End = t.Window.Close
		one := x.measured()
		if x.series != nil {
			x.series(one)
		}
		t.Series = stats.SeriesList{one}
	}
	r.Trials = append(r.Trials, t)
	r.Generators = append(r.Generators, stats.Generator{Variant: x.variant, Trial: number, CPUs: 2, CPUSeconds: 1, Limited: x.limited})
	r.Steps = append(r.Steps, s)
}

// measured is downloads of 64 KiB.
func (x look) measured() *stats.Series {
	n := int64(x.perSec * seconds)
	s := &stats.Series{Op: stats.Retr, Mode: stats.EPSV, Counters: stats.Counters{
		OK: n, Failed: x.bad, Bytes: n << 16, CompletedInside: n, MovedInside: n << 16,
	}}
	h := stats.NewLatencyHistogram()
	for i := range n {
		d := x.p99
		if i >= n*3/100 {
			d /= 2
		}
		h.Record(int64(d))
	}
	s.Latency[stats.Service] = h
	return s
}

// turnedAway is a level at which the server let only so many in.
func turnedAway(level float64, opened int, cause string, code int, text string) look {
	return look{level: level, verdict: stats.StepFailed, opened: opened, none: true, step: func(s *stats.Step) {
		s.Cause, s.Code, s.Text = cause, code, text
	}}
}

// slow is a level at which an objective on time was missed.
func slow(level, perSec float64, p99 time.Duration) look {
	return look{level: level, verdict: stats.StepFailed, perSec: perSec, p99: p99, step: func(s *stats.Step) {
		s.Cause, s.Text = stats.CauseLatency, "MISSED  service.p99 < 200ms (retr): "+duration(int64(p99))
	}}
}

func held(level, perSec float64, p99 time.Duration) look {
	return look{level: level, perSec: perSec, p99: p99}
}

// as gives a look another purpose.
func (x look) as(purpose string) look { x.purpose = purpose; return x }
