package stats

import (
	"errors"
	"fmt"
	"slices"
)

// Result is a run in memory: gathered while it ran, or read back from its
// file. Everything that a report shows is made from it.
type Result struct {
	Header Header
	// Variants are the trials that began, in order.
	Variants []Variant
	// Trials are those trials' sums. One that did not end is remade from its
	// intervals and not Complete.
	Trials     []*Trial
	Sessions   Sessions
	Generators []Generator
	// Steps are what the trials of a search for capacity came to, in order.
	Steps []Step
	// Footer is nil if the run did not end in order.
	Footer *Footer
	// Missing says what is not in the result; empty for a complete one.
	Missing []string
}

// Complete reports whether the run ended by itself with nothing missing.
func (r *Result) Complete() bool {
	return r.Footer != nil && r.Footer.Complete && len(r.Missing) == 0
}

// Bounds on what a file may ask for, well above what a run makes.
const (
	maxTrials    = 10_000
	maxPagesKept = 1 << 18 // of 2 KiB: 512 MiB of histograms
)

// Collector is a [Sink] that gathers a run's records into a [Result]. It
// refuses records out of their order. It is not safe for concurrent use. The
// zero value is ready.
type Collector struct {
	result    Result
	headed    bool
	open      *Variant // the trial that is going on
	intervals int      // of it, so far
	sum       Trial    // of these
	series    seriesSet
	stages    stageSums
	pages     int // of the histograms kept
	cutLine   int // the line that was cut off, 0 for none

	stageSeries int // kept by stages, of all trials
}

// Header begins the run.
func (c *Collector) Header(h *Header) error {
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

// Variant begins a trial. One that is still going on has then ended early.
func (c *Collector) Variant(v *Variant) error {
	if err := c.expect(); err != nil {
		return err
	}
	if len(c.result.Variants) == maxTrials {
		return fmt.Errorf("more than %d trials", maxTrials)
	}
	if err := errors.Join(v.Load.check(), c.endEarly()); err != nil {
		return err
	}
	c.result.Variants = append(c.result.Variants, *v)
	open := *v
	c.open, c.intervals, c.series, c.stages = &open, 0, seriesSet{}, nil
	c.sum = Trial{Variant: v.Variant, Trial: v.Trial, Start: v.At, End: v.At}
	return nil
}

// Interval adds to the trial that is going on.
func (c *Collector) Interval(i *Interval) error {
	if err := c.expectTrial("interval", i.Variant, i.Trial); err != nil {
		return err
	}
	if err := checkSpan(i.Start, i.End, i.Window); err != nil {
		return err
	}
	if i.Step < 0 || i.Step > maxSteps || i.Sessions < 0 {
		return fmt.Errorf("interval of stage %d with %d sessions", i.Step, i.Sessions)
	}
	for _, s := range i.Series {
		c.series.at(keyOf(s.Op, s.Mode)).Merge(s)
	}
	if err := c.addStage(i); err != nil {
		return err
	}
	if c.intervals++; c.intervals == 1 {
		c.sum.Start = i.Start
	}
	c.sum.End, c.sum.Window = i.End, i.Window
	return nil
}

// Sessions adds log-ins.
func (c *Collector) Sessions(s *Sessions) error {
	if err := c.expect(); err != nil || s == nil {
		return err
	}
	c.result.Sessions.Merge(s)
	if n := len(c.result.Sessions.Errors); n > maxTrials {
		return fmt.Errorf("failed sessions of more than %d variants", maxTrials)
	}
	return nil
}

// Generator adds how the generator fared in a trial.
func (c *Collector) Generator(g *Generator) error {
	if err := c.expect(); err != nil {
		return err
	}
	if len(c.result.Generators) == maxTrials {
		return fmt.Errorf("more than %d generator records", maxTrials)
	}
	for _, h := range []*Histogram{g.SchedLag, g.GCPause} {
		if h != nil && h.kind != nanoseconds {
			return errors.New("not a histogram of nanoseconds")
		}
		if err := c.keep(h); err != nil {
			return err
		}
	}
	c.result.Generators = append(c.result.Generators, *g)
	return nil
}

// Trial ends the trial that is going on. Its sums replace those remade from
// the intervals, which are the same.
func (c *Collector) Trial(t *Trial) error {
	if err := c.expectTrial("trial", t.Variant, t.Trial); err != nil {
		return err
	}
	if err := checkSpan(t.Start, t.End, t.Window); err != nil {
		return err
	}
	if d := t.DisconnectedShare; !(d >= 0 && d <= 1) {
		return fmt.Errorf("a disconnected share of %g, which is not within 0 and 1", d)
	}
	if t.DueOver < 0 {
		return fmt.Errorf("operations due over %s", t.DueOver)
	}
	return c.end(t)
}

// Step adds what the last trial came to.
func (c *Collector) Step(s *Step) error {
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

// Footer ends the run.
func (c *Collector) Footer(f *Footer) error {
	if err := c.expect(); err != nil {
		return err
	}
	if err := c.endEarly(); err != nil {
		return err
	}
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
	if err := c.endEarly(); err != nil {
		return nil, err
	}
	r := &c.result
	if c.cutLine > 0 {
		r.Missing = append(r.Missing, fmt.Sprintf("the last record, line %d, is cut off", c.cutLine))
	}
	if r.Footer == nil {
		r.Missing = append(r.Missing, "the end of the run: it was killed, lost its disk or is still going on")
	} else {
		r.Missing = append(r.Missing, r.Footer.Missing...)
		if r.Footer.Target != nil {
			r.Header.Target = *r.Footer.Target
		}
	}
	r.Missing = append(r.Missing, r.missingTrials()...)
	return r, nil
}

// trialID names a trial.
type trialID struct {
	variant string
	trial   int
}

// missingTrials compares what was planned with what there is.
func (r *Result) missingTrials() (missing []string) {
	stepped := map[trialID]bool{}
	for i := range r.Steps {
		stepped[trialID{r.Steps[i].Variant, r.Steps[i].Trial}] = true
	}
	for _, t := range r.Trials {
		if t.Complete || stepped[trialID{t.Variant, t.Trial}] {
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
	for _, name := range r.Header.Planned {
		want := max(r.Header.Trials, 1)
		begun := slices.ContainsFunc(r.Variants, func(v Variant) bool { return v.Variant == name })
		whole := 0
		for _, t := range r.Trials {
			if t.Variant == name && t.Complete {
				whole++
			}
		}
		switch {
		case !begun:
			missing = append(missing, fmt.Sprintf("variant %s did not run", name))
		case whole < want && want > 1: // of one alone it has been said
			missing = append(missing, fmt.Sprintf("variant %s has %s of %d", name, wholeTrials(whole), want))
		}
	}
	return missing
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
		return fmt.Errorf("%s of variant %q, trial %d, which is not going on", kind, variant, trial)
	}
	return nil
}

// endEarly ends a trial that has no record of its own.
func (c *Collector) endEarly() error {
	if c.open == nil {
		return nil
	}
	t := c.sum
	t.Series = c.series.list()
	return c.end(&t)
}

func (c *Collector) end(t *Trial) error {
	for _, s := range t.Series {
		if err := c.keep(s.Throughput); err != nil {
			return err
		}
		for _, h := range s.Latency {
			if err := c.keep(h); err != nil {
				return err
			}
		}
	}
	kept := *t
	kept.Stages = c.stages.list()
	c.result.Trials = append(c.result.Trials, &kept)
	c.open, c.series, c.stages = nil, seriesSet{}, nil
	return nil
}

// keep counts the memory of a histogram that stays in the result.
func (c *Collector) keep(h *Histogram) error {
	return c.keepPages(h.usedPages())
}

func (c *Collector) keepPages(n int) error {
	if c.pages += n; c.pages > maxPagesKept {
		return fmt.Errorf("histograms that take more than %d MiB", maxPagesKept>>9)
	}
	return nil
}

func checkSpan(start, end Moment, w Window) error {
	if start < 0 || end < start || w.Open < 0 || w.Close != 0 && w.Close < w.Open || w.Open == 0 && w.Close != 0 {
		return fmt.Errorf("moments out of order: %d to %d, window %d to %d", start, end, w.Open, w.Close)
	}
	return nil
}

// variantNames returns the variants in the order in which they began.
func (r *Result) variantNames() (names []string) {
	for _, t := range r.Trials {
		if !slices.Contains(names, t.Variant) {
			names = append(names, t.Variant)
		}
	}
	return names
}
