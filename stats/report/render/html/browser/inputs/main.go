// Inputs writes the result files of a comparison and of a search for capacity
// that nobody ran, for the browser tests: measured ones take long, and on a busy
// machine they come out otherwise each time. These are the same every time.
//
//	inputs DIR BANNER REFUSAL
//
// BANNER is the server's greeting, REFUSAL what it says to one session too many.
package main

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: inputs DIR BANNER REFUSAL")
		os.Exit(2)
	}
	dir, banner, refusal := os.Args[1], os.Args[2], os.Args[3]
	err := errors.Join(
		write(filepath.Join(dir, "compare.jsonl"), banner, comparison),
		write(filepath.Join(dir, "capacity.jsonl"), banner, func(f *file) error { return search(f, refusal) }),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "inputs:", err)
		os.Exit(1)
	}
}

// file is a result file in the making, with a clock and chance of its own.
type file struct {
	*resultfile.Writer
	header resultfile.Header
	now    stats.Moment
	random *rand.Rand
}

func write(name, banner string, fill func(*file) error) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	w, err := resultfile.CreateFile(name)
	if err != nil {
		return err
	}
	began := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	f := &file{Writer: w, now: second, random: rand.New(rand.NewPCG(7, 7)), header: resultfile.Header{
		Tool:    resultfile.ToolInfo{Name: "ftpmark", Version: "v0.6.0", Go: "go1.26.0", OS: "linux", Arch: "amd64"},
		Started: began, Epoch: began, Seed: 7,
		Target: resultfile.TargetInfo{URL: "ftp://bench@192.0.2.10/pub", Banner: banner, Syst: "UNIX Type: L8"},
		Host:   resultfile.Host{OS: "linux", Kernel: "6.1.0", CPUs: 4, Settings: map[string]string{"net.core.somaxconn": "4096"}},
	}}
	err = fill(f)
	if err == nil {
		err = f.Write(&resultfile.Footer{Ended: began.Add(time.Duration(f.now)), Complete: true})
	}
	return errors.Join(err, f.Close())
}

const second = stats.Moment(time.Second)

// trial is what a trial is made of: sessions that download one file after the
// other, with a pause in between.
type trial struct {
	variant  string
	number   int
	mode     stats.Mode
	sessions int
	seconds  int
	bytes    int64
	pause    time.Duration
	// parts are the medians of the six parts of an operation.
	parts [stats.NumSegments]time.Duration
}

// run plays a trial, a second of warm-up before it, and writes its records.
func (f *file) run(t trial) error {
	if err := f.Write(&resultfile.Variant{Variant: t.variant, Trial: t.number, At: f.now, Settings: map[string]string{"mode": t.variant}}); err != nil {
		return err
	}
	r := recorder.NewRecorder(t.variant, t.number, 1, f.now)
	slow := math.Exp(f.random.NormFloat64() * 0.01) // of the whole trial
	free := make([]stats.Moment, t.sessions)        // when each session begins its next operation
	for i := range free {
		free[i] = f.now + stats.Moment(f.random.Int64N(int64(t.pause)+1))
	}
	open, end := f.now+second, f.now+second*stats.Moment(1+t.seconds)
	var ended []stats.Sample // that have not been recorded yet
	for f.now < end {
		next := f.now + second
		for i := range free {
			for free[i] < next && free[i] < end {
				s := f.sample(&t, free[i], slow, open, end)
				ended = append(ended, s)
				free[i] = s.Moments[stats.T8] + stats.Moment(t.pause)
			}
		}
		ended = record(r, ended, next)
		if f.now = next; f.now == end {
			r.CloseWindow(end)
		}
		if err := f.Write(r.Take(f.now)); err != nil {
			return err
		}
		if f.now == open {
			r.OpenWindow(open)
		}
	}
	record(r, ended, math.MaxInt64)
	f.now += second / 4
	last, sum := r.Finish(f.now, true)
	lag := hdr.NewLatencyHistogram()
	for range 100 * t.seconds {
		lag.Record(int64(50_000 * math.Exp(f.random.NormFloat64())))
	}
	return errors.Join(f.Write(last), f.Write(sum), f.Write(&resultfile.Generator{
		Variant: t.variant, Trial: t.number, CPUs: 4, CPUSeconds: 0.2 * float64(t.seconds), PeakRSSBytes: 47_400_000, SchedLag: lag,
	}))
}

// record records what ended by the given moment and returns the rest.
func record(r *recorder.Recorder, samples []stats.Sample, by stats.Moment) (rest []stats.Sample) {
	for i := range samples {
		if samples[i].Moments[stats.T8] <= by {
			r.Shard(0).Record(nil, &samples[i])
		} else {
			rest = append(rest, samples[i])
		}
	}
	return rest
}

// sample is an operation that begins at the given moment: its parts scatter
// around their medians, with a tail.
func (f *file) sample(t *trial, at stats.Moment, slow float64, open, end stats.Moment) stats.Sample {
	s := stats.Sample{Op: stats.Retr, Mode: t.mode, Commands: 2, Connects: 1, Bytes: t.bytes}
	m := &s.Moments
	m[stats.T0], m[stats.T1] = at, at
	for i, to := range []int{stats.T2, stats.T4, stats.T5, stats.T6, stats.T7, stats.T8} {
		at += stats.Moment(float64(t.parts[i]) * slow * math.Exp(f.random.NormFloat64()*0.4))
		m[to] = at
	}
	m[stats.T3] = m[stats.T4]
	if t.mode.Active() { // as a server does that connects after the command
		m[stats.T3] = m[stats.T5]
	}
	// What moved while the window was open; operations are short.
	if m[stats.T7] > open && m[stats.T7] <= end {
		s.Inside = s.Bytes
	}
	return s
}

// ms returns milliseconds.
func ms(v float64) time.Duration { return time.Duration(v * float64(time.Millisecond)) }

// comparison is passive against active where the server connects 5 ms late.
func comparison(f *file) error {
	const blocks = 10
	f.header.Planned, f.header.Trials = []string{"passive", "active"}, blocks
	f.header.Compare = &resultfile.ComparePlan{Pairs: blocks, MaxPairs: blocks, Primary: []string{"goodput", "service.p99"}, ThresholdEffect: 0.03}
	f.header.Load = &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 4, MaxSessions: 4, Think: "4ms", Operations: "retr", Size: "64KiB", Files: 1}
	f.header.Profile = []byte(`{"version":1,"op":"retr","size":"64KiB","mode":"passive,active","sessions":4,"think":"4ms","duration":"3s","seed":7}`)
	if err := f.Write(&f.header); err != nil {
		return err
	}
	passive := trial{variant: "passive", mode: stats.EPSV, parts: [...]time.Duration{ms(0.2), ms(0.1), ms(0.15), ms(0.05), ms(2.6), ms(0.05)}}
	active := trial{variant: "active", mode: stats.EPRT, parts: [...]time.Duration{ms(0.15), ms(0.01), ms(5.2), ms(0.05), ms(2.6), ms(0.05)}}
	for n := range blocks {
		pair := []trial{passive, active}
		f.random.Shuffle(2, func(i, j int) { pair[i], pair[j] = pair[j], pair[i] })
		for _, t := range pair {
			t.number, t.sessions, t.seconds, t.bytes, t.pause = n+1, 4, 3, 64<<10, ms(4)
			if err := f.run(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// search is a search on a server that lets in 40 sessions, and gets slower with
// each.
func search(f *file, refusal string) error {
	f.header.Planned = []string{"passive"}
	f.header.Capacity = &resultfile.CapacityPlan{Vary: resultfile.VarySessions, Objectives: []string{"errors.rate < 0.1%"}, From: 1, Most: 10_000, Precision: 0.05}
	f.header.Load = &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 1, MaxSessions: 1, Operations: "retr", Size: "64KiB", Files: 1}
	f.header.Profile = []byte(`{"version":1,"op":"retr","size":"64KiB","mode":"passive","seed":7}`)
	if err := f.Write(&f.header); err != nil {
		return err
	}
	const most = 40
	for i, level := range []int{1, 2, 4, 8, 16, 32, 64, most, most + 1, most} {
		purpose := resultfile.StepRamp
		if level == most || level == most+1 {
			purpose = resultfile.StepSearch
		}
		if i == 9 {
			purpose = resultfile.StepConfirm
		}
		s := resultfile.Step{Variant: "passive", Trial: i + 1, Level: float64(level), Purpose: purpose, Opened: min(level, most), Wanted: level, Steady: level != 16}
		if level > most {
			s.Verdict, s.Cause, s.Code = resultfile.StepFailed, resultfile.CauseTooMany, 421
			s.Text, s.Hint = "the server said 421 "+refusal, "the server's own limit on sessions: vsftpd's max_clients"
			at := f.now
			f.now += second
			none := &resultfile.Trial{Variant: s.Variant, Trial: s.Trial, Start: at, End: f.now}
			err := errors.Join(f.Write(&resultfile.Variant{Variant: s.Variant, Trial: s.Trial, At: at}), f.Write(none), f.Write(&s))
			if err != nil {
				return err
			}
			continue
		}
		s.Verdict, s.Outcomes = resultfile.StepHeld, []string{"PASSED  errors.rate < 0.1%: 0%"}
		// Contention: with more sessions each of them waits longer.
		wait := 1 + 0.06*float64(level-1)
		err := f.run(trial{
			variant: s.Variant, number: s.Trial, mode: stats.EPSV, sessions: level, seconds: 3, bytes: 64 << 10, pause: ms(20),
			parts: [...]time.Duration{ms(0.2), ms(0.1), ms(3 * wait), ms(0.05), ms(12 * wait), ms(0.1)},
		})
		if err = errors.Join(err, f.Write(&s)); err != nil {
			return err
		}
	}
	return nil
}
