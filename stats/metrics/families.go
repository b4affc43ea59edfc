package metrics

import (
	"cmp"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Families returns a snapshot of all metrics, also of those that have no point
// yet. It shares nothing with the Live.
func (l *Live) Families() []*Family {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Concat(l.operations(), l.durations(), l.sessions(), l.trials(), l.health())
}

// operations are what was done, and how much.
func (l *Live) operations() []*Family {
	ended := &Family{
		Name: "ftpmark.operations", Unit: "{operation}", Kind: Counter,
		Help:   "Operations that have ended, by the part of the trial in which they ended (label stage). Those ok in the window, divided by ftpmark_window_duration_seconds_total, are the report's operations per second.",
		Labels: []string{"variant", "op", "mode", "stage", "outcome"},
	}
	of := &Family{
		Name: "ftpmark.window.operations", Unit: "{operation}", Kind: Counter,
		Help:   "Operations that were due in a measured window, counted when they end: the report's columns ok, failed, unfinished and dropped.",
		Labels: []string{"variant", "op", "mode", "outcome"},
	}
	failures := &Family{
		Name: "ftpmark.failures", Unit: "{failure}", Kind: Counter,
		Help:   "Failed operations of the measured windows, by phase and kind of error.",
		Labels: []string{"variant", "op", "mode", "phase", "class"},
	}
	payload := &Family{
		Name: "ftpmark.payload", Unit: "By", Kind: Counter,
		Help:   "Payload that moved while a window was open, counted as it moves, including that of operations that failed later.",
		Labels: []string{"variant", "op", "mode"},
	}
	wasted := &Family{
		Name: "ftpmark.wasted", Unit: "By", Kind: Counter,
		Help:   "The part of ftpmark_payload_bytes_total that belonged to operations that failed or did not finish.",
		Labels: []string{"variant", "op", "mode"},
	}
	bytes := &Family{
		Name: "ftpmark.window.payload", Unit: "By", Kind: Counter,
		Help:   "Payload of the ok operations of the measured windows, counted when they end: the report's bytes.",
		Labels: []string{"variant", "op", "mode"},
	}
	l.each(func(v, op, mode string, s *series) {
		for _, e := range sortedKeys(s.ended, compareEndings) {
			ended.add(float64(s.ended[e]), v, op, mode, string(e.stage), e.outcome)
		}
		of.add(float64(s.sum.OK), v, op, mode, outcomeOK)
		of.add(float64(s.sum.Failed), v, op, mode, outcomeFailed)
		of.add(float64(s.sum.Unfinished), v, op, mode, outcomeUnfinished)
		of.add(float64(s.sum.Dropped), v, op, mode, outcomeDropped)
		for _, f := range sortedKeys(s.failures, compareFailures) {
			failures.add(float64(s.failures[f]), v, op, mode, f.phase.String(), string(f.class))
		}
		payload.add(float64(s.sum.MovedInside), v, op, mode)
		wasted.add(float64(s.sum.WastedInside), v, op, mode)
		bytes.add(float64(s.sum.Bytes), v, op, mode)
	})
	return []*Family{ended, of, failures, payload, wasted, bytes}
}

// durations are how long it took.
func (l *Live) durations() []*Family {
	phases := &Family{
		Name: "ftpmark.phase.duration", Unit: "s", Kind: Histogram,
		Help:   "Duration of each phase of the ok operations of the measured windows.",
		Labels: []string{"variant", "op", "mode", "phase"},
	}
	throughput := &Family{
		Name: "ftpmark.transfer.throughput", Unit: "By/s", Kind: Histogram,
		Help:   "Throughput of each ok transfer of the measured windows.",
		Labels: []string{"variant", "op", "mode"},
	}
	l.each(func(v, op, mode string, s *series) {
		for p, d := range s.phases {
			phases.addDistribution(d, v, op, mode, stats.Phase(p).String())
		}
		throughput.addDistribution(s.throughput, v, op, mode)
	})
	return []*Family{phases, throughput}
}

// sessions are those that are there and how they came to be.
func (l *Live) sessions() []*Family {
	now := &Family{
		Name: "ftpmark.sessions", Unit: "{session}", Kind: Gauge,
		Help:   "Sessions in use: the most at one time in the last interval of one second.",
		Labels: []string{"variant"},
	}
	setups := &Family{
		Name: "ftpmark.session.setups", Unit: "{session}", Kind: Counter,
		Help:   "Sessions that were logged in and set up (ok) or could not be (failed), in the whole run.",
		Labels: []string{"outcome"},
	}
	setups.add(float64(l.opened), outcomeOK)
	setups.add(float64(l.failed), outcomeFailed)
	refused := &Family{
		Name: "ftpmark.session.failures", Unit: "{failure}", Kind: Counter,
		Help:   "Sessions that could not be set up, by phase and kind of error.",
		Labels: []string{"variant", "phase", "class"},
	}
	phases := &Family{
		Name: "ftpmark.session.phase.duration", Unit: "s", Kind: Histogram,
		Help:   "Duration of each phase of the set-up of sessions.",
		Labels: []string{"phase"},
	}
	for _, v := range l.variants {
		now.add(float64(v.sessions), v.name)
		for _, f := range sortedKeys(v.refused, compareFailures) {
			refused.add(float64(v.refused[f]), v.name, f.phase.String(), string(f.class))
		}
	}
	for p, d := range l.setUp {
		phases.addDistribution(d, stats.Phase(p).String())
	}
	return []*Family{now, setups, refused, phases}
}

// trials are how far the run has come.
func (l *Live) trials() []*Family {
	measured := &Family{
		Name: "ftpmark.window.duration", Unit: "s", Kind: Counter, Real: true,
		Help:   "Measured time: the total length of the windows so far.",
		Labels: []string{"variant"},
	}
	open := &Family{
		Name: "ftpmark.window.open", Kind: Gauge,
		Help:   "1 while the variant's window is open, else 0.",
		Labels: []string{"variant"},
	}
	trials := &Family{
		Name: "ftpmark.trials", Unit: "{trial}", Kind: Counter,
		Help:   "Trials that have ended.",
		Labels: []string{"variant"},
	}
	steps := &Family{
		Name: "ftpmark.capacity.steps", Unit: "{step}", Kind: Counter,
		Help:   "Steps of a search for capacity, by verdict.",
		Labels: []string{"variant", "verdict"},
	}
	level := &Family{
		Name: "ftpmark.capacity.level", Kind: Gauge, Real: true,
		Help:   "Load of the last step of a search for capacity, in sessions, operations per second (rate) or bytes per second (bandwidth).",
		Labels: []string{"variant", "vary"},
	}
	for _, v := range l.variants {
		measured.add(v.measured.shown.Seconds(), v.name)
		open.add(oneIf(v.open), v.name)
		trials.add(float64(v.trials), v.name)
		if l.vary == "" {
			continue
		}
		for _, verdict := range []string{resultfile.StepHeld, resultfile.StepFailed, resultfile.StepUnknown} {
			steps.add(float64(v.steps[verdict]), v.name, verdict)
		}
		level.add(v.level, v.name, l.vary)
	}
	return []*Family{measured, open, trials, steps, level}
}

// health is how the load generator fares, and what it is.
func (l *Live) health() []*Family {
	cpu := &Family{
		Name: "ftpmark.generator.cpu", Unit: "s", Kind: Counter, Real: true,
		Help: "CPU time that the load generator has used.",
	}
	if l.config.CPUTime != nil {
		cpu.add(l.config.CPUTime().Seconds())
	}
	cpus := &Family{
		Name: "ftpmark.generator.cpus", Unit: "{cpu}", Kind: Gauge, Real: true,
		Help: "CPUs that the load generator may use.",
	}
	if l.config.CPUs > 0 {
		cpus.add(l.config.CPUs)
	}
	limited := &Family{
		Name: "ftpmark.generator.limited.trials", Unit: "{trial}", Kind: Counter,
		Help: "Trials in which the load generator was the limit.",
	}
	limited.add(float64(l.generator.limited))
	peak := &Family{
		Name: "ftpmark.generator.memory.peak", Unit: "By", Kind: Gauge,
		Help: "Peak memory use of the load generator, as of the end of the last trial.",
	}
	if l.generator.peak > 0 {
		peak.add(float64(l.generator.peak))
	}
	lag := &Family{
		Name: "ftpmark.generator.wakeup.lag", Unit: "s", Kind: Histogram,
		Help: "Wake-up lag of the load generator in the windows of the trials that have ended.",
	}
	lag.addDistribution(l.generator.lag)
	pause := &Family{
		Name: "ftpmark.generator.gc.pause", Unit: "s", Kind: Histogram,
		Help: "Garbage collection pauses of the load generator in the windows of the trials that have ended.",
	}
	pause.addDistribution(l.generator.pause)
	info := &Family{
		Name: "ftpmark.build.info", Kind: Gauge,
		Help:   "Version and platform of ftpmark; always 1.",
		Labels: []string{"version", "goversion", "os", "arch"},
	}
	t := l.config.Tool
	info.add(1, t.Version, t.Go, t.OS, t.Arch)
	return []*Family{cpu, cpus, limited, peak, lag, pause, info}
}

// each calls f for every series, in order.
func (l *Live) each(f func(variant, op, mode string, s *series)) {
	for _, v := range l.variants {
		for op := range v.series {
			for mode, s := range v.series[op] {
				if s != nil {
					f(v.name, stats.Op(op).String(), stats.Mode(mode).String(), s)
				}
			}
		}
	}
}

func sortedKeys[K comparable](m map[K]int64, compare func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	return keys
}

func compareEndings(a, b ending) int {
	return cmp.Or(cmp.Compare(a.stage, b.stage), cmp.Compare(a.outcome, b.outcome))
}

func compareFailures(a, b failure) int {
	return cmp.Or(cmp.Compare(a.phase, b.phase), cmp.Compare(a.class, b.class))
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
