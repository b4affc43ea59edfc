package metrics

import (
	"strings"
	"sync"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// MaxVariants is how many variants have a name of their own in labels.
const MaxVariants = 16

// other stands for the variants beyond.
const other = "other"

// maxVariantName is the longest name that a profile's variant has.
const maxVariantName = 40

// Config says what a [Live] cannot read from the records.
type Config struct {
	// Tool is what runs.
	Tool resultfile.ToolInfo
	// CPUs is how many processors this process may use; 0 if that is not known.
	CPUs float64
	// CPUTime returns the processor time that this process has used; may be nil.
	CPUTime func() time.Duration
}

// Live sums a run's records up while it goes on. It is a [resultfile.Sink] that
// refuses nothing, and safe for concurrent use.
type Live struct {
	config Config

	mu        sync.Mutex
	variants  []*variant
	named     int   // of them, but for other
	opened    int64 // sessions
	failed    int64
	setUp     [stats.NumPhases]*Distribution
	generator generator
	vary      string // what a search for capacity varies
}

// New returns a Live that has seen no record.
func New(config Config) *Live { return &Live{config: config} }

// generator is what is known of the load generator after a trial.
type generator struct {
	limited int64 // trials
	peak    int64 // bytes
	lag     *Distribution
	pause   *Distribution
}

// variant is what is counted of one variant, or of all those without a name.
type variant struct {
	name     string
	series   [stats.NumOps][stats.NumModes]*series
	measured measured
	sessions int
	open     bool
	trials   int64
	refused  map[failure]int64 // log-ins
	steps    map[string]int64  // by verdict
	level    float64           // of the last step
}

// measured is the time in windows. What is shown never falls: a window that is to
// end with the last operation may turn out to have closed a moment before the
// last interval did.
type measured struct {
	past, now, shown time.Duration
}

func (m *measured) at(now time.Duration) {
	m.now = now
	m.shown = max(m.shown, m.past+m.now)
}

func (m *measured) end() { m.past, m.now = m.past+m.now, 0 }

// failure is a kind of failure as labels tell it.
type failure struct {
	phase stats.Phase
	class stats.Class
}

// series is what is counted of one operation in one mode.
type series struct {
	ended      map[ending]int64
	sum        resultfile.Counters
	phases     [stats.NumPhases]*Distribution
	throughput *Distribution
	failures   map[failure]int64
}

// ending is how and when an operation ended.
type ending struct {
	stage   stats.Part
	outcome string
}

// The outcomes of an operation.
const (
	outcomeOK         = "ok"
	outcomeFailed     = "failed"
	outcomeUnfinished = "unfinished"
	outcomeDropped    = "dropped"
)

// variant returns that of a name.
func (l *Live) variant(name string) *variant {
	if !nameable(name) {
		name = other
	}
	for _, v := range l.variants {
		if v.name == name {
			return v
		}
	}
	if name != other {
		if l.named == MaxVariants {
			return l.variant(other)
		}
		l.named++
	}
	v := &variant{name: name, refused: map[failure]int64{}, steps: map[string]int64{}}
	l.variants = append(l.variants, v)
	return v
}

// nameable reports whether a profile's variant may have that name.
func nameable(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
	return name != "" && len(name) <= maxVariantName && strings.Trim(name, letters) == ""
}

// kind returns a failure as labels tell it: a class that is none of ours is other.
func kind(e resultfile.ErrorCount) failure {
	f := failure{phase: e.Phase, class: e.Class}
	switch e.Class {
	case stats.ClassReply, stats.ClassTimeout, stats.ClassAcceptTimeout, stats.ClassStalled, stats.ClassRefused,
		stats.ClassUnreachable, stats.ClassReset, stats.ClassClosed, stats.ClassShort, stats.ClassLong, stats.ClassCorrupt,
		stats.ClassMalformed, stats.ClassLocal, stats.ClassTLS, stats.ClassAborted:
	default:
		f.class = stats.ClassOther
	}
	return f
}

// Write adds a record. It never fails. Conversations lie outside of what is measured.
func (l *Live) Write(r resultfile.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch r := r.(type) {
	case *resultfile.Header:
		l.header(r)
	case *resultfile.Variant:
		l.begin(r)
	case *resultfile.Interval:
		l.interval(r)
	case *resultfile.Sessions:
		l.loggedIn(r)
	case *resultfile.Generator:
		l.watched(r)
	case *resultfile.Trial:
		l.trial(r)
	case *resultfile.Step:
		l.step(r)
	case *resultfile.Footer:
		l.footer(r)
	}
	return nil
}

// header begins the run.
func (l *Live) header(h *resultfile.Header) {
	if h.Capacity != nil {
		l.vary = h.Capacity.Vary
	}
}

// begin begins a trial.
func (l *Live) begin(v *resultfile.Variant) {
	for _, x := range l.variants {
		x.rest() // one that is still going on has ended early
	}
	l.variant(v.Variant)
}

// rest is what a variant does while another is measured.
func (v *variant) rest() {
	v.measured.end()
	v.sessions, v.open = 0, false
}

// interval adds what happened in a second.
func (l *Live) interval(i *resultfile.Interval) {
	v := l.variant(i.Variant)
	v.sessions, v.open = i.Sessions, i.Window.Open != 0 && i.Window.Close == 0
	v.measured.at(i.Window.Length(i.End))
	for _, s := range i.Series {
		if s.Op < stats.NumOps && s.Mode < stats.NumModes {
			v.at(s.Op, s.Mode).add(s, i)
		}
	}
}

func (v *variant) at(op stats.Op, mode stats.Mode) *series {
	if v.series[op][mode] == nil {
		// All endings that there can be, from the start: of a series that
		// appears with a value, Prometheus does not see the increase.
		s := &series{ended: map[ending]int64{}, failures: map[failure]int64{}}
		for _, stage := range []stats.Part{stats.Warmup, stats.Measured, stats.Drain} {
			for _, outcome := range []string{outcomeOK, outcomeFailed, outcomeUnfinished} {
				s.ended[ending{stage, outcome}] = 0
			}
		}
		v.series[op][mode] = s
	}
	return v.series[op][mode]
}

// add adds what an interval has of the series. Which operations succeeded inside
// the window is known exactly; the others ended before it, or if it has closed
// after it. Failures are told apart by when the interval began.
func (s *series) add(x *resultfile.Series, i *resultfile.Interval) {
	outside := stats.Warmup
	if i.Window.Close != 0 {
		outside = stats.Drain
	}
	s.ended[ending{stats.Measured, outcomeOK}] += x.CompletedInside
	s.ended[ending{outside, outcomeOK}] += max(x.OK+x.WarmupOK-x.CompletedInside, 0)
	stage := i.Stage
	if stage != stats.Measured && stage != stats.Drain {
		stage = stats.Warmup
	}
	s.ended[ending{stage, outcomeFailed}] += x.Failed + x.WarmupFailed
	s.ended[ending{stage, outcomeUnfinished}] += x.Unfinished
	s.sum.Add(&x.Counters)
	for p, h := range x.Latency {
		addTo(&s.phases[p], h, seconds)
	}
	addTo(&s.throughput, x.Throughput, bytesPerSecond)
	for _, e := range x.Errors {
		s.failures[kind(e)] += e.Count
	}
}

// addTo adds a histogram to a distribution that is made when it is needed.
func addTo(d **Distribution, h *hdr.Histogram, of func() *quantity) {
	if h == nil || h.Count() == 0 {
		return
	}
	if *d == nil {
		*d = newDistribution(of())
	}
	(*d).add(h)
}

// loggedIn adds log-ins, nil for none.
func (l *Live) loggedIn(s *resultfile.Sessions) {
	if s == nil {
		return
	}
	l.opened += s.Opened
	l.failed += s.Failed
	for p, h := range s.Latency {
		addTo(&l.setUp[p], h, seconds)
	}
	for _, one := range s.Errors {
		v := l.variant(one.Variant)
		for _, e := range one.Errors {
			v.refused[kind(e)] += e.Count
		}
	}
}

// watched adds how the generator fared in a trial.
func (l *Live) watched(g *resultfile.Generator) {
	if g.Limited {
		l.generator.limited++
	}
	l.generator.peak = max(l.generator.peak, g.PeakRSSBytes)
	addTo(&l.generator.lag, g.SchedLag, seconds)
	addTo(&l.generator.pause, g.GCPause, seconds)
}

// trial ends a trial. Its sums have been added interval by interval.
func (l *Live) trial(t *resultfile.Trial) {
	v := l.variant(t.Variant)
	v.measured.at(t.Window.Length(t.End))
	v.rest()
	v.trials++
}

// step adds what a step of a search came to.
func (l *Live) step(s *resultfile.Step) {
	v := l.variant(s.Variant)
	verdict := s.Verdict
	if verdict != resultfile.StepHeld && verdict != resultfile.StepFailed {
		verdict = resultfile.StepUnknown
	}
	v.steps[verdict]++
	v.level = s.Level
}

// footer ends the run.
func (l *Live) footer(*resultfile.Footer) {
	for _, v := range l.variants {
		v.rest()
	}
}

var _ resultfile.Sink = (*Live)(nil)
