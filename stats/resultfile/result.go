package resultfile

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
)

// maxConversations is the most conversations of a result.
const maxConversations = 64

// Result is a run in memory: gathered while it ran, or read back from its
// file. Everything that a report shows is made from it.
type Result struct {
	Header Header
	// Conversations show one transfer of each variant; empty where they were not
	// recorded.
	Conversations []*stats.Conversation
	// Variants are the trials that began, in order.
	Variants []Variant
	// Trials are those trials' sums. One that did not end is remade from its
	// intervals and not Complete.
	Trials     []*Trial
	Sessions   Sessions
	Generators []Generator
	// Steps are what the trials of a search for capacity came to, in order.
	Steps []Step
	// footer is nil if the run did not end in order.
	Footer *Footer
	// Missing says what is not in the result; empty for a complete one.
	Missing []string
}

// Complete reports whether the run ended by itself with nothing missing.
func (r *Result) Complete() bool {
	return r.Footer != nil && r.Footer.Complete && len(r.Missing) == 0
}

// Collector is a [Sink] that gathers a run's records into a [Result]. It
// refuses records out of their order. Of a run of more trials than it can keep
// it keeps the first and says what it left out: see [Result.Missing]. It is not
// safe for concurrent use. The zero value is ready.
type Collector struct {
	result    Result
	headed    bool
	open      *Variant // the trial that is going on
	intervals int      // of it, so far
	sum       Trial    // of these
	series    SeriesSet
	stages    StageSums
	stage     int // the last that was added to
	retained  retained
	cutLine   int // the line that was cut off, 0 for none
}

// Write adds a record; nil, and nil Sessions, are none.
func (c *Collector) Write(r Record) error {
	switch r := r.(type) {
	case nil:
		return nil
	case *Header:
		return c.header(r)
	case *stats.Conversation:
		return c.conversation(r)
	case *Variant:
		return c.variant(r)
	case *Interval:
		return c.interval(r)
	case *Sessions:
		return c.sessions(r)
	case *Generator:
		return c.generator(r)
	case *Trial:
		return c.trial(r)
	case *Step:
		return c.step(r)
	case *Footer:
		return c.footer(r)
	}
	return fmt.Errorf("%T is not a record", r)
}

// header begins the run.
func (c *Collector) header(h *Header) error {
	if c.headed {
		return errors.New("a second header")
	}
	if err := errors.Join(h.Load.check(), h.Stages.check(), h.Compare.Check(), h.Capacity.check()); err != nil {
		return err
	}
	c.headed = true
	c.result.Header = *h
	return nil
}

// conversation adds what a session and its server said to each other.
func (c *Collector) conversation(x *stats.Conversation) error {
	if err := c.expect(); err != nil {
		return err
	}
	if err := x.Check(); err != nil {
		return fmt.Errorf("conversation of variant %q: %w", x.Variant, err)
	}
	if len(c.result.Conversations) == maxConversations {
		return fmt.Errorf("more than %d conversations", maxConversations)
	}
	c.result.Conversations = append(c.result.Conversations, x)
	return nil
}

// variant begins a trial. One that is still going on has then ended early.
func (c *Collector) variant(v *Variant) error {
	if err := c.expect(); err != nil {
		return err
	}
	if err := v.Load.check(); err != nil {
		return err
	}
	c.endEarly()
	open := *v
	c.open, c.intervals = &open, 0
	c.sum = Trial{Variant: v.Variant, Trial: v.Trial, Start: v.At, End: v.At}
	c.begin()
	return nil
}

// interval adds to the trial that is going on.
func (c *Collector) interval(i *Interval) error {
	if err := c.expectTrial("interval", i.Variant, i.Trial); err != nil {
		return err
	}
	if err := checkSpan(i.Start, i.End, i.Window); err != nil {
		return err
	}
	if i.Step < 0 || i.Step > maxSteps || i.Sessions < 0 {
		return fmt.Errorf("interval of stage %d with %d sessions", i.Step, i.Sessions)
	}
	if c.retained.full() {
		return nil
	}
	for _, s := range i.Series {
		c.series.At(KeyOf(s.Op, s.Mode)).Merge(s)
	}
	c.addStage(i)
	if c.intervals++; c.intervals == 1 {
		c.sum.Start = i.Start
	}
	c.sum.End, c.sum.Window = i.End, i.Window
	return nil
}

// sessions adds log-ins. They are the run's: those of trials that are left out
// count too.
func (c *Collector) sessions(s *Sessions) error {
	if err := c.expect(); err != nil || s == nil {
		return err
	}
	c.result.Sessions.Merge(s)
	if n := len(c.result.Sessions.Errors); n > maxTrials {
		return fmt.Errorf("failed sessions of more than %d variants", maxTrials)
	}
	return nil
}

// generator adds how the generator fared in a trial.
func (c *Collector) generator(g *Generator) error {
	if err := c.expect(); err != nil {
		return err
	}
	for _, h := range []*hdr.Histogram{g.SchedLag, g.GCPause} {
		if h != nil && h.Unit() != hdr.Nanoseconds {
			return errors.New("not a histogram of nanoseconds")
		}
	}
	c.retainGenerator(g)
	return nil
}

// trial ends the trial that is going on. Its sums replace those remade from
// the intervals, which are the same.
func (c *Collector) trial(t *Trial) error {
	if err := c.expectTrial("trial", t.Variant, t.Trial); err != nil {
		return err
	}
	if err := checkSpan(t.Start, t.End, t.Window); err != nil {
		return err
	}
	if d := t.DisconnectedShare; !(d >= 0 && d <= 1) {
		return fmt.Errorf("a disconnected share of %g, which is not between 0 and 1", d)
	}
	if t.DueOver < 0 {
		return fmt.Errorf("operations due over %s", t.DueOver)
	}
	c.end(t)
	return nil
}

// step adds what the last trial came to.
func (c *Collector) step(s *Step) error {
	if err := c.expect(); err != nil {
		return err
	}
	n := len(c.result.Trials)
	if c.open != nil || n == 0 || c.result.Trials[n-1].Variant != s.Variant || c.result.Trials[n-1].Trial != s.Trial {
		return fmt.Errorf("step of variant %q, trial %d, which is not the last trial", s.Variant, s.Trial)
	}
	if k := len(c.result.Steps); k > 0 && c.result.Steps[k-1].Variant == s.Variant && c.result.Steps[k-1].Trial == s.Trial {
		return fmt.Errorf("a second step of variant %q, trial %d", s.Variant, s.Trial)
	}
	if !(s.Level > 0) || s.Opened < 0 || s.Wanted < 0 {
		return fmt.Errorf("step at level %v with %d of %d sessions", s.Level, s.Opened, s.Wanted)
	}
	c.result.Steps = append(c.result.Steps, *s)
	return nil
}

// footer ends the run.
func (c *Collector) footer(f *Footer) error {
	if err := c.expect(); err != nil {
		return err
	}
	c.endEarly()
	footer := *f
	c.result.Footer = &footer
	return nil
}

// SoFar returns the trials that have ended, while the run goes on. It shares
// them with the collector and is not to be changed.
func (c *Collector) SoFar() *Result {
	r := c.result
	return &r
}

// Result returns what was gathered, with what is missing named. The collector
// must not be used after it.
func (c *Collector) Result() (*Result, error) {
	if !c.headed {
		return nil, errors.New("no header")
	}
	c.endEarly()
	r := &c.result
	if c.cutLine > 0 {
		r.Missing = append(r.Missing, fmt.Sprintf("the last record, line %d, is cut off", c.cutLine))
	}
	if r.Footer == nil {
		r.Missing = append(r.Missing, "the end of the run: it was killed, lost its disk or is still running")
	} else {
		r.Missing = append(r.Missing, r.Footer.Missing...)
		if r.Footer.Target != nil {
			r.Header.Target = *r.Footer.Target
		}
	}
	r.Missing = append(r.Missing, c.retained.missing()...)
	r.Missing = append(r.Missing, r.missingTrials(c.retained.leftOut)...)
	return r, nil
}

// trialID names a trial.
type trialID struct {
	variant string
	trial   int
}

// missingTrials compares what was planned with what there is. leftOut are the
// trials that began and are not in the result, by variant.
func (r *Result) missingTrials(leftOut map[string]*trialCount) (missing []string) {
	stepped := map[trialID]bool{}
	for i := range r.Steps {
		stepped[trialID{r.Steps[i].Variant, r.Steps[i].Trial}] = true
	}
	for _, t := range r.Trials {
		if t.Complete || stepped[trialID{t.Variant, t.Trial}] || r.givenUp(t.Variant) {
			continue
		}
		what := "its window never opened"
		if t.Window.Open != 0 {
			what = fmt.Sprintf("it stops %.1f s into its window", t.Window.Length(t.End).Seconds())
		}
		if n := len(t.Stages); n > 0 && len(r.Header.Stages) > 0 {
			what += fmt.Sprintf(", in stage %d of %d", t.Stages[n-1].Step, len(r.Header.Stages))
		}
		missing = append(missing, fmt.Sprintf("variant %s, trial %d, ended early: %s", t.Variant, t.Trial, what))
	}
	begun, whole := map[string]int{}, map[string]int{}
	for name, n := range leftOut {
		begun[name], whole[name] = n.begun, n.whole
	}
	for _, v := range r.Variants {
		begun[v.Variant]++
	}
	for _, t := range r.Trials {
		if t.Complete {
			whole[t.Variant]++
		}
	}
	for _, name := range r.Header.Planned {
		switch want := max(r.Header.Trials, 1); {
		case r.givenUp(name):
			missing = append(missing, fmt.Sprintf("variant %s was given up: no operation succeeded", name))
		case begun[name] == 0:
			missing = append(missing, fmt.Sprintf("variant %s did not run", name))
		case whole[name] < want && want > 1: // of one alone it has been said
			missing = append(missing, fmt.Sprintf("variant %s has %s of %d", name, wholeTrials(whole[name]), want))
		}
	}
	return missing
}

// givenUp reports whether a variant was.
func (r *Result) givenUp(name string) bool {
	return r.Footer != nil && slices.ContainsFunc(r.Footer.GivenUp, func(g GivenUp) bool { return g.Variant == name })
}

func wholeTrials(n int) string {
	if n == 1 {
		return "1 whole trial"
	}
	return fmt.Sprintf("%d whole trials", n)
}

func (c *Collector) expect() error {
	switch {
	case !c.headed:
		return errors.New("no header before it")
	case c.result.Footer != nil:
		return errors.New("it follows the footer")
	}
	return nil
}

func (c *Collector) expectTrial(kind, variant string, trial int) error {
	if err := c.expect(); err != nil {
		return err
	}
	if c.open == nil || c.open.Variant != variant || c.open.Trial != trial {
		return fmt.Errorf("%s of variant %q, trial %d, which is not in progress", kind, variant, trial)
	}
	return nil
}

// endEarly ends a trial that has no record of its own.
func (c *Collector) endEarly() {
	if c.open == nil {
		return
	}
	t := c.sum
	t.Series = c.series.List()
	c.end(&t)
}

// end puts the trial that is going on away.
func (c *Collector) end(t *Trial) {
	c.retainTrial(t)
	c.open, c.series, c.stages = nil, SeriesSet{}, StageSums{}
}

func checkSpan(start, end stats.Moment, w stats.Window) error {
	if start < 0 || end < start || w.Open < 0 || w.Close != 0 && w.Close < w.Open || w.Open == 0 && w.Close != 0 {
		return fmt.Errorf("moments out of order: %d to %d, window %d to %d", start, end, w.Open, w.Close)
	}
	return nil
}

// VariantNames returns the variants in the order in which they began.
func (r *Result) VariantNames() (names []string) {
	for _, t := range r.Trials {
		if !slices.Contains(names, t.Variant) {
			names = append(names, t.Variant)
		}
	}
	return names
}

// CommonLoad is the load of all variants that began, nil where it was not recorded, or where one
// of them changed more than its mode.
func (r *Result) CommonLoad() *LoadInfo {
	for i := range r.Variants {
		for key := range r.Variants[i].Settings {
			if key != "mode" {
				return nil
			}
		}
	}
	return r.Header.Load
}
