package capacity

import (
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
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
	step    func(*resultfile.Step)
	series  func(*resultfile.Series)
}

const seconds = 10

// searched is a complete search for sessions with the looks' trials.
func searched(looks ...look) *resultfile.Result {
	r := &resultfile.Result{
		Header: resultfile.Header{
			Tool: resultfile.ToolInfo{Name: "ftpmark", Version: "v0.5.0", Go: "go1.26.0", OS: "linux", Arch: "amd64"},
			Seed: 42, Target: resultfile.TargetInfo{URL: "ftp://bench@192.0.2.10/", Banner: "(vsFTPd 3.0.5)"},
			Capacity: &resultfile.CapacityPlan{
				Vary: resultfile.VarySessions, Objectives: []string{"service.p99 < 200ms"}, From: 10, Most: 1000, Precision: 0.05,
			},
			Load: &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 1},
		},
		Footer: &resultfile.Footer{Complete: true},
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

func (x look) add(r *resultfile.Result, number int) {
	s := resultfile.Step{
		Variant: x.variant, Trial: number, Level: x.level, Purpose: x.purpose, Verdict: x.verdict,
		Opened: int(x.level), Wanted: int(x.level), Steady: true,
	}
	if s.Purpose == "" {
		s.Purpose = resultfile.StepRamp
	}
	if s.Verdict == "" {
		s.Verdict = resultfile.StepHeld
	}
	if x.opened > 0 {
		s.Opened = x.opened
	}
	if x.step != nil {
		x.step(&s)
	}
	r.Variants = append(r.Variants, resultfile.Variant{Variant: x.variant, Trial: number})
	t := &resultfile.Trial{Variant: x.variant, Trial: number, Complete: !x.none}
	if !x.none {
		t.Start, t.Window = 1, stats.Window{Open: 1, Close: 1 + stats.Moment(seconds*time.Second)}
		t.End = t.Window.Close
		one := x.measured()
		if x.series != nil {
			x.series(one)
		}
		t.Series = resultfile.SeriesList{one}
	}
	r.Trials = append(r.Trials, t)
	r.Generators = append(r.Generators, resultfile.Generator{Variant: x.variant, Trial: number, CPUs: 2, CPUSeconds: 1, Limited: x.limited})
	r.Steps = append(r.Steps, s)
}

// measured is downloads of 64 KiB.
func (x look) measured() *resultfile.Series {
	n := int64(x.perSec * seconds)
	s := &resultfile.Series{Op: stats.Retr, Mode: stats.EPSV, Counters: resultfile.Counters{
		OK: n, Failed: x.bad, Bytes: n << 16, CompletedInside: n, MovedInside: n << 16,
	}}
	h := hdr.NewLatencyHistogram()
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
	return look{level: level, verdict: resultfile.StepFailed, opened: opened, none: true, step: func(s *resultfile.Step) {
		s.Cause, s.Code, s.Text = cause, code, text
	}}
}

// slow is a level at which a latency objective was missed.
func slow(level, perSec float64, p99 time.Duration) look {
	return look{level: level, verdict: resultfile.StepFailed, perSec: perSec, p99: p99, step: func(s *resultfile.Step) {
		s.Cause, s.Text = resultfile.CauseLatency, "MISSED  service.p99 < 200ms (retr): "+duration(int64(p99))
	}}
}

func held(level, perSec float64, p99 time.Duration) look {
	return look{level: level, perSec: perSec, p99: p99}
}

// as gives a look another purpose.
func (x look) as(purpose string) look { x.purpose = purpose; return x }
