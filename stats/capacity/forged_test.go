package capacity

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Results that no run makes but a file can hold: they give an error or a report
// that can be written, at no great cost.
func TestForgedResults(t *testing.T) {
	hostile := strings.Repeat("\x1b[2J\xff\u202e\n", 5000)
	many := func() *resultfile.Result {
		r := searched()
		one := look{variant: "a", level: 7, perSec: 0.3, p99: ms}
		for i := range 10_000 {
			one.level, one.verdict = float64(1+i%997), [...]string{resultfile.StepHeld, resultfile.StepFailed}[i/997%2]
			one.add(r, i+1)
		}
		return r
	}
	each := func(change func(*resultfile.Step)) *resultfile.Result {
		r := scaling(20, 0.02, 2e-5)
		for i := range r.Steps {
			change(&r.Steps[i])
		}
		return r
	}
	counted := func(change func(*resultfile.Trial)) *resultfile.Result {
		r := scaling(20, 0.02, 2e-5)
		for _, x := range r.Trials {
			change(x)
		}
		return r
	}
	for name, r := range map[string]*resultfile.Result{
		"nothing":            {Header: resultfile.Header{Capacity: &resultfile.CapacityPlan{}}},
		"thousands of steps": many(),
		"a plan of nothing": func() *resultfile.Result {
			r := scaling(20, 0, 0)
			*r.Header.Capacity = resultfile.CapacityPlan{Vary: hostile}
			return r
		}(),
		"no trials": func() *resultfile.Result {
			r := scaling(20, 0, 0)
			r.Trials, r.Generators, r.Variants = nil, nil, nil
			return r
		}(),
		"steps twice": func() *resultfile.Result { r := scaling(20, 0, 0); r.Steps = append(r.Steps, r.Steps...); return r }(),
		"hostile words": each(func(s *resultfile.Step) {
			s.Variant, s.Purpose, s.Cause, s.Text, s.Hint = hostile, hostile, hostile, hostile, hostile
			s.Code, s.Verdict, s.Outcomes = -1, resultfile.StepFailed, []string{hostile}
		}),
		"hostile objectives": each(func(s *resultfile.Step) {
			s.Cause, s.Text, s.Verdict = resultfile.CauseLatency, "MISSED"+hostile+": "+hostile, resultfile.StepFailed
		}),
		"hostile replies": each(func(s *resultfile.Step) {
			s.Cause, s.Text, s.Code, s.Verdict = resultfile.CauseTooMany, hostile, math.MaxInt, resultfile.StepFailed
		}),
		"tiny levels":   each(func(s *resultfile.Step) { s.Level = math.SmallestNonzeroFloat64 * float64(s.Trial) }),
		"great levels":  each(func(s *resultfile.Step) { s.Level = math.MaxFloat64 / float64(s.Trial) }),
		"no such words": each(func(s *resultfile.Step) { s.Verdict, s.Purpose = hostile, "" }),
		"impossible use": each(func(s *resultfile.Step) {
			s.Server = &resultfile.ServerUse{CPUSeconds: math.MaxFloat64, Seconds: 1e-300, Processes: math.MaxInt, RSSBytes: math.MaxInt64, BaseRSSBytes: 1, BaseProcesses: 1}
		}),
		"negative use": each(func(s *resultfile.Step) {
			s.Server = &resultfile.ServerUse{CPUSeconds: -1, Seconds: -1, Processes: -1, RSSBytes: math.MinInt64, BaseRSSBytes: math.MaxInt64, BaseProcesses: math.MinInt}
		}),
		"numbers at their ends": counted(func(x *resultfile.Trial) {
			for _, s := range x.Series {
				s.OK, s.Failed, s.Dropped, s.CompletedInside, s.MovedInside = math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64
			}
		}),
		"windows without length": counted(func(x *resultfile.Trial) { x.Window.Close = x.Window.Open }),
		"windows of a moment":    counted(func(x *resultfile.Trial) { x.Window.Close = x.Window.Open + 1 }),
		"no histograms": counted(func(x *resultfile.Trial) {
			for _, s := range x.Series {
				s.Latency = resultfile.PhaseHistograms{}
			}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(name, "hostile") {
				r.Header.Target.Banner, r.Header.Profile = hostile, json.RawMessage(`{"mode":7}`)
			}
			c, err := Of(r)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := json.Marshal(c); err != nil {
				t.Error(err)
			}
			for i := range c.Results {
				x := &c.Results[i]
				for _, s := range append([]string{x.Headline, x.Why, x.ModelWhy}, c.Warnings...) {
					if len(s) > 2000 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
						t.Errorf("%d bytes: %.300q", len(s), s)
					}
				}
			}
		})
	}
}

func TestFigures(t *testing.T) {
	for want, v := range map[string]float64{
		"0": 0, "1": 1, "0.25": 0.25, "12.3": 12.345, "100": 99.96, "1,240": 1240, "1,234,568": 1234567.8, "1.80e+308": math.MaxFloat64,
	} {
		if got := figure(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	for want, v := range map[string]float64{"999 B/s": 999, "1 KiB/s": 1024, "812 MiB/s": 812 << 20, "1 MiB/s": 1<<20 - 1} {
		if got := bytesPerSecond(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	if got := fmt.Sprint(duration(999_960), ", ", duration(187_400_000), ", ", duration(1_500_000_000)); got != "1 ms, 187 ms, 1.5 s" {
		t.Error(got)
	}
}
