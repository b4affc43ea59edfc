package report

import (
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// level is one step of a search that is made up, with what its trial measured.
type level struct {
	variant, purpose, verdict string // passive, ramp and held if empty
	at                        float64
	opened                    int // fewer than wanted if not 0
	perSecond                 float64
	p99                       time.Duration
	bytes                     int64 // of each operation; 64 KiB if 0
	failed                    int64
	limited, unsteady         bool
	cause, text, hint         string
	code                      int
	server                    *resultfile.ServerUse
}

// searched is a search that came to its end.
func searched(vary string, most float64, levels ...level) *resultfile.Result {
	r := &resultfile.Result{
		Header: resultfile.Header{
			Tool:    resultfile.ToolInfo{Name: "ftpmark", Version: "v0.5.0", Go: "go1.26.0", OS: "linux", Arch: "amd64"},
			Started: time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC), Seed: 42,
			Target:   resultfile.TargetInfo{URL: "ftp://bench@192.0.2.10:2121/pub", Banner: "(vsFTPd 3.0.5)", Syst: "UNIX Type: L8"},
			Capacity: &resultfile.CapacityPlan{Vary: vary, Objectives: []string{"service.p99 < 200ms", "errors.rate < 0.1%"}, From: 1, Most: most, Precision: 0.05},
			Load:     &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 1, Operations: "retr", Size: "64KiB", Files: 1},
		},
		Footer: &resultfile.Footer{Complete: true},
	}
	trials := map[string]int{}
	for _, x := range levels {
		if x.variant == "" {
			x.variant = "passive"
		}
		trials[x.variant]++
		x.record(r, trials[x.variant])
	}
	return r
}

func (x level) record(r *resultfile.Result, trial int) {
	s := resultfile.Step{
		Variant: x.variant, Trial: trial, Level: x.at, Purpose: x.purpose, Verdict: x.verdict, Steady: !x.unsteady,
		Opened: int(x.at), Wanted: int(x.at), Cause: x.cause, Code: x.code, Text: x.text, Hint: x.hint, Server: x.server,
	}
	if r.Header.Capacity.Vary != resultfile.VarySessions {
		s.Opened, s.Wanted = 64, 64
	}
	if x.perSecond > 0 && x.verdict == "" {
		s.Outcomes = []string{"PASSED  service.p99 < 200ms (retr): " + quantity.Time.Show(float64(x.p99)), "PASSED  errors.rate < 0.1%: 0%"}
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
	t := &resultfile.Trial{Variant: x.variant, Trial: trial}
	if x.perSecond > 0 {
		t.Start, t.Window, t.Complete = 1, stats.Window{Open: 1, Close: 1 + 10_000*millisecond}, true
		t.End = t.Window.Close
		t.Series = resultfile.SeriesList{x.series()}
	}
	r.Variants = append(r.Variants, resultfile.Variant{Variant: x.variant, Trial: trial})
	r.Trials = append(r.Trials, t)
	g := resultfile.Generator{Variant: x.variant, Trial: trial, CPUs: 4, CPUSeconds: 2.5, PeakRSSBytes: 47_400_000, Limited: x.limited}
	if x.limited {
		g.Reasons = []string{x.variant + ": cpu: the generator's process used 99.9% of its allowance of 4 CPUs (90% is the limit)"}
	}
	r.Generators = append(r.Generators, g)
	r.Steps = append(r.Steps, s)
}

// series is downloads of which 3% took as long as p99, the others half of it.
func (x level) series() *resultfile.Series {
	n := int64(x.perSecond * 10)
	bytes := x.bytes
	if bytes == 0 {
		bytes = 64 << 10
	}
	mode := stats.EPSV
	if x.variant == "active" {
		mode = stats.EPRT
	}
	s := &resultfile.Series{Op: stats.Retr, Mode: mode, Counters: resultfile.Counters{
		OK: n, Failed: x.failed, Bytes: n * bytes, CompletedInside: n, MovedInside: n * bytes,
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

func found1(t testing.TB, r *resultfile.Result) *capacity.Report {
	t.Helper()
	c, err := capacity.Of(r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const (
	ms          = time.Millisecond
	fullWords   = "421 There are too many connected users, please try later."
	failedSLO   = "MISSED  service.p99 < 200ms (retr): "
	limitedText = "the load generator was the limit: cpu: the generator's process used 99.9% of its allowance of 4 CPUs (90% is the limit)"
)

// refusedAt50 is a server with max_clients=50.
func refusedAt50() *resultfile.Result {
	full := func(at float64, purpose string) level {
		return level{at: at, purpose: purpose, verdict: resultfile.StepFailed, opened: 50, cause: resultfile.CauseTooMany, code: 421, text: fullWords,
			hint: "the server's own limit on sessions: vsftpd's max_clients"}
	}
	return searched(resultfile.VarySessions, 10_000,
		level{at: 1, perSecond: 210, p99: 6 * ms}, level{at: 2, perSecond: 415, p99: 6 * ms}, level{at: 4, perSecond: 820, p99: 6500 * time.Microsecond},
		level{at: 8, perSecond: 1490, p99: 8 * ms}, level{at: 16, perSecond: 2180, p99: 13 * ms, unsteady: true}, level{at: 32, perSecond: 2240, p99: 28 * ms},
		full(64, resultfile.StepRamp), level{at: 50, purpose: resultfile.StepSearch, perSecond: 2238, p99: 44 * ms}, full(51, resultfile.StepSearch),
		level{at: 50, purpose: resultfile.StepConfirm, perSecond: 2241, p99: 45 * ms},
	)
}

// scaled are levels of a server whose throughput follows the scalability law.
func scaled(variant string, levels ...float64) (all []level) {
	for i, n := range levels {
		wobble := 1 + 0.01*float64(i%3-1)
		x := 21 * n / (1 + 0.018*(n-1) + 0.00002*n*(n-1)) * wobble
		all = append(all, level{variant: variant, at: n, perSecond: x, p99: time.Duration(n / x * 1.3e9)})
	}
	return all
}

// tooSlow makes the last level one that missed its objective.
func tooSlow(all []level) []level {
	x := &all[len(all)-1]
	x.verdict, x.cause, x.text = resultfile.StepFailed, resultfile.CauseLatency, failedSLO+quantity.Time.Show(float64(x.p99))
	return all
}

func as(purpose string, all []level) []level {
	for i := range all {
		all[i].purpose = purpose
	}
	return all
}

// byLatency is a search that a model can be made of, on a watched server.
func byLatency() *resultfile.Result {
	all := tooSlow(scaled("", 1, 2, 4, 8, 16, 32, 64, 128))
	all = append(all, as(resultfile.StepSearch, tooSlow(scaled("", 96, 112)))...)
	all = append(all, as(resultfile.StepSearch, scaled("", 107))...)
	all = append(all, as(resultfile.StepConfirm, scaled("", 107))...)
	for i := range all {
		n := int64(all[i].at)
		all[i].server = &resultfile.ServerUse{
			CPUSeconds: all[i].perSecond * 0.0031, Seconds: 10, Processes: int(1 + 2*n), RSSBytes: 4<<20 + n*(2300<<10),
			Descriptors: 9 * n, BaseRSSBytes: 4 << 20, BaseProcesses: 1,
		}
	}
	return searched(resultfile.VarySessions, 10_000, all...)
}

// bothModes is a server that holds more passive sessions, its active ports being
// used up.
func bothModes() *resultfile.Result {
	passive, active := tooSlow(scaled("passive", 8, 16, 32, 64, 112)), tooSlow(scaled("active", 8, 16, 32, 64))
	x := &active[3]
	x.cause, x.code, x.failed, x.text = resultfile.CauseDataPorts, 425, 71, "71 operations failed in data_ready: 425 Failed to establish connection."
	x.hint = "20 ports ÷ 60 s of TIME_WAIT carry 0.33 transfers/s"
	var turns []level
	for i := range passive {
		turns = append(turns, passive[i])
		if i < len(active) {
			turns = append(turns, active[i])
		}
	}
	turns = append(turns, as(resultfile.StepSearch, scaled("passive", 96, 107))...)
	turns = append(turns, as(resultfile.StepSearch, scaled("active", 48, 61))...)
	turns = append(turns, as(resultfile.StepConfirm, scaled("passive", 107))...)
	turns = append(turns, as(resultfile.StepConfirm, scaled("active", 61))...)
	r := searched(resultfile.VarySessions, 10_000, turns...)
	r.Header.Planned = []string{"passive", "active"}
	return r
}

// atLeast is a search that ended at its own bound.
func atLeast() *resultfile.Result {
	return searched(resultfile.VarySessions, 32, append(scaled("", 8, 16, 32), as(resultfile.StepConfirm, scaled("", 32))...)...)
}

// heldBackAt32 is a search of which the generator was the limit.
func heldBackAt32() *resultfile.Result {
	all := scaled("", 8, 16, 32)
	x := &all[2]
	x.limited, x.verdict, x.cause, x.text = true, "unknown", resultfile.CauseGenerator, limitedText
	x.hint = "use a larger machine, or several machines and ftpmark merge"
	return searched(resultfile.VarySessions, 10_000, all...)
}

// fallen is a server that did not come back after it was given too much.
func fallen() *resultfile.Result {
	all := scaled("", 25, 50, 100, 200)
	all[3].verdict, all[3].cause, all[3].failed, all[3].text = resultfile.StepFailed, resultfile.CauseResets, 4000, "4,000 operations failed in payload: connection reset by peer"
	down := level{at: 100, purpose: resultfile.StepSearch, verdict: resultfile.StepFailed, opened: 3, cause: resultfile.CauseDown, text: "the server let nobody in for 30s"}
	all = append(all, down)
	all = append(all, as(resultfile.StepSearch, scaled("", 50))...)
	all = append(all, as(resultfile.StepConfirm, scaled("", 50))...)
	return searched(resultfile.VarySessions, 10_000, all...)
}

// outOfPorts is a server with a passive range of 20 ports.
func outOfPorts() *resultfile.Result {
	all := scaled("", 4, 8, 16, 32)
	x := &all[3]
	x.failed = 1000
	x.verdict, x.cause, x.code, x.text = resultfile.StepFailed, resultfile.CauseDataPorts, 425, "1,000 operations failed in negotiate: 425 Can't open passive connection."
	x.hint = "the server's passive range of 20 ports is used up: 20 ports hold 20 transfers at a time, and 20 ÷ 60 s of TIME_WAIT are 0.33 transfers/s"
	all = append(all, as(resultfile.StepSearch, scaled("", 20))...)
	all[4].unsteady = true
	return searched(resultfile.VarySessions, 10_000, all...)
}

// cutSearch is a search that was interrupted on the way up.
func cutSearch() *resultfile.Result {
	r := searched(resultfile.VarySessions, 10_000, scaled("", 8, 16)...)
	r.Footer, r.Missing = nil, []string{"the end of the run: it was killed, lost its disk or is still running"}
	return r
}

// byRate and byBandwidth vary another load.
func byRate() *resultfile.Result {
	r := searched(resultfile.VaryRate, 100_000,
		level{at: 100, perSecond: 100, p99: 9 * ms}, level{at: 400, perSecond: 400, p99: 11 * ms}, level{at: 1600, perSecond: 1290, p99: 900 * ms,
			verdict: resultfile.StepFailed, cause: resultfile.CauseRate, text: "12,900 of 16,000 due operations were done in time, 2,100 were dropped, and the backlog grew by 1000"},
		level{at: 1240, purpose: resultfile.StepSearch, perSecond: 1240, p99: 87 * ms}, level{at: 1240, purpose: resultfile.StepConfirm, perSecond: 1240, p99: 88 * ms},
		level{at: 1290.5, purpose: resultfile.StepSearch, perSecond: 1285, p99: 400 * ms, verdict: resultfile.StepFailed, cause: resultfile.CauseLatency, text: "MISSED  response.p99 < 200ms (retr): 1.2 s"})
	r.Header.Load.Model = resultfile.OpenLoad
	return r
}

func byBandwidth() *resultfile.Result {
	const mib = 1 << 20
	return searched(resultfile.VaryBandwidth, 100e9,
		level{at: 100 * mib, perSecond: 100, bytes: mib, p99: 90 * ms}, level{at: 800 * mib, perSecond: 799, bytes: mib, p99: 95 * ms},
		level{at: 830 * mib, perSecond: 802, bytes: mib, p99: 120 * ms, verdict: resultfile.StepFailed, cause: resultfile.CauseBandwidth, text: "840.9 of 870.3 MB/s came about"},
		level{at: 800 * mib, purpose: resultfile.StepConfirm, perSecond: 799, bytes: mib, p99: 96 * ms})
}

// forgedSearch has everything in it that should not be passed on.
func forgedSearch() *resultfile.Result {
	r := byLatency()
	for i := range r.Steps {
		s := &r.Steps[i]
		s.Purpose, s.Cause, s.Text, s.Hint = hostileText+s.Purpose, hostileText, hostileText, "=1+1"+hostileText
		s.Code, s.Level, s.Outcomes = i*1e6, s.Level*1e12, []string{hostileText}
		s.Variant = "=\x1b[2J|@all<b>`" + hostileText
		r.Trials[i].Variant, r.Generators[i].Variant = s.Variant, s.Variant
	}
	for i := range 90 {
		s := r.Steps[i%12]
		s.Level = float64(i) + 0.1
		r.Steps = append(r.Steps, s)
	}
	r.Header.Target.URL, r.Header.Target.Banner, r.Header.Target.Syst = hostileText, hostileText, hostileText
	for range 30 {
		r.Header.Capacity.Objectives = append(r.Header.Capacity.Objectives, hostileText)
	}
	r.Header.Notes, r.Missing = []string{hostileText}, []string{hostileText}
	r.Footer.Warnings = []string{hostileText}
	r.Generators[0].Limited, r.Generators[0].Reasons, r.Generators[0].Warnings = true, []string{hostileText}, []string{hostileText}
	return r
}
