package loadgen

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/loadgen/search"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// CapacitySearch is a search for the highest load at which a target meets its objectives.
// Every step is a trial at one level; variants are searched in turns, level by
// level, so that they meet the target in the same state.
type CapacitySearch struct {
	// Base and Variants are those of a [Experiment].
	Base     *plan.Plan
	Variants []plan.Variant
	// Plan says what is varied and from where to where.
	Plan resultfile.CapacityPlan
	// Objectives are what a level must meet, by the words of Plan.
	Objectives []threshold.Threshold
	// Floor and Cap bound a step's window, which closes in between as soon as
	// the throughput has no trend, every operation has the samples that its
	// objectives need, and chance does not decide whether these are met (see
	// [search.Share]). For want of calm alone it is open for a third of Cap at
	// most; one that confirms is open three times as long as Floor at least.
	Floor, Cap time.Duration
	// Patience is how long a session may take to be let in, with all retries: a
	// server may need a moment to forget the last step's.
	Patience time.Duration
	// Server watches the server's processes, nil for none.
	Server ServerWatch
}

// The bounds of a step where a CapacitySearch does not say.
const (
	defaultFloor    = 3 * time.Second
	defaultCap      = time.Minute
	defaultPatience = 3 * time.Second
	// moreTime is how many times as long a window may be for want of evidence as for want of
	// calm, and how many times as long a confirming one is at least.
	moreTime = 3
	// admission bounds the wait for a server that lets nobody in.
	admission = 30 * time.Second
)

// Run carries out the search. It returns nil if it came to an end, whatever that
// was; else what [Experiment.Run] does.
func (c *CapacitySearch) Run(ctx context.Context, o Options) error {
	s := &Experiment{Base: c.Base, Variants: c.Variants}
	return s.run(ctx, o, c)
}

// variantSearch is the search for one variant.
type variantSearch struct {
	variant int
	name    string
	search  *search.Search
	trials  int // so far
	over    bool
	// held and failed are those of a [Level].
	held, failed float64
}

// searchCapacity searches all variants in turns.
func (r *run) searchCapacity(ctx context.Context) error {
	h := r.search
	config := h.config()
	var all []*variantSearch
	for i := range r.variants {
		s, err := search.New(config)
		if err != nil {
			return &plan.UsageError{Reason: err.Error()}
		}
		all = append(all, &variantSearch{variant: i, name: r.variants[i].Name, search: s})
	}
	for going := true; going; {
		going = false
		for _, one := range all {
			if one.over {
				continue
			}
			ask, more := one.search.Next()
			if !more {
				one.over = true
				continue
			}
			going = true
			answer, err := r.step(ctx, one, ask)
			if err != nil {
				return err
			}
			one.search.Tell(answer)
		}
	}
	return nil
}

// step measures one level and writes what it came to.
func (r *run) step(ctx context.Context, one *variantSearch, ask search.Ask) (answer search.Answer, err error) {
	if r.stopped(ctx) {
		return answer, rig.ErrInterrupted
	}
	if err := r.rig.Tidy(ctx, one.variant); err != nil {
		return answer, err
	}
	r.admitted(ctx, one)
	one.trials++
	step := &resultfile.Step{Variant: one.name, Trial: one.trials, Level: ask.Level, Purpose: string(ask.Purpose)}
	h, profile := r.search, r.variants[one.variant].Plan.Profile
	plan.SetLevel(&profile, h.Plan.Vary, ask.Level)
	profile.Operations = 0 // no number of operations ends a step
	window := h.window(ask, &profile)
	t := &trialOutput{
		variant: one.name, profile: &profile,
		order: rig.Order{
			Variant: one.variant, Trial: one.trials, Seed: blockSeed(r.experiment.Base.Profile.Seed, one.trials), Close: window.close,
			Step: &rig.StepOrder{Vary: h.Plan.Vary, Level: ask.Level, Most: window.most, Patience: orElse(h.Patience, defaultPatience), LagTolerance: lagTolerance(h.Objectives)},
		},
		level:  &Level{Vary: h.Plan.Vary, Purpose: string(ask.Purpose), Value: ask.Level, Held: one.held, Failed: one.failed},
		window: window,
	}
	outcome, err := r.runTrial(ctx, t)
	var refused *rig.SessionError
	broken := hopeless(err)
	if err != nil && broken == nil && !errors.As(err, &refused) {
		return answer, err
	}
	step.Wanted, step.Opened, step.Steady = outcome.Sessions, outcome.Sessions, window.found
	if window.used != nil && window.used.Seconds > 0 { // else none of the server's processes was there: nothing is known
		step.Server = window.used
	}
	if broken != nil {
		r.giveUp(one.variant, broken)
		one.over = true
		answer = neverWorked(step, broken)
	} else {
		answer = r.judge(outcome, step, refused)
	}
	one.note(step)
	r.records.write(func() error { return r.sink.Write(step) })
	return answer, nil
}

// note keeps what a step says of its level, for whoever watches.
func (one *variantSearch) note(s *resultfile.Step) {
	switch {
	case s.Verdict == resultfile.StepHeld:
		one.held = max(one.held, s.Level)
	case s.Verdict == resultfile.StepFailed && (one.failed == 0 || s.Level < one.failed):
		one.failed = s.Level
	}
	if one.failed > 0 && one.failed <= one.held {
		one.held = 0 // a level that was held once and then not is not known to be
	}
}

// window returns the window that a step of a profile is to have.
func (c *CapacitySearch) window(ask search.Ask, p *profiles.Profile) *stepWindow {
	floor, most := orElse(c.Floor, defaultFloor), orElse(c.Cap, defaultCap)
	w := &stepWindow{
		most: most, needed: samplesFor(c.Objectives, p),
		confirms: ask.Purpose == search.Confirm || ask.Longer, server: c.Server, close: make(chan struct{}), longer: sharesOf(c.Objectives), ok: map[stats.Op]int64{},
	}
	if w.confirms {
		floor = min(floor*moreTime, most)
	}
	w.steady = search.Steady{Floor: floor, Cap: max(floor, most/moreTime)}
	return w
}

// tolerated is the part of the shortest time that is allowed by which the generator may wake
// up late without a say in whether it is met.
const tolerated = 0.1

// lagTolerance is the wake-up lag that does not matter to the objectives, 0 where none is a
// bound on a time.
func lagTolerance(objectives []threshold.Threshold) (tolerance time.Duration) {
	for _, t := range objectives {
		if longest, ok := t.TimeBound(); ok {
			if part := time.Duration(tolerated * float64(longest)); tolerance == 0 || part < tolerance {
				tolerance = part
			}
		}
	}
	return tolerance
}

// samplesFor is how many of each of a profile's operations the objectives' percentiles need.
func samplesFor(objectives []threshold.Threshold, p *profiles.Profile) map[stats.Op]int64 {
	needed := map[stats.Op]int64{}
	for _, o := range p.Op {
		op, err := stats.ParseOp(o.Op)
		if err != nil {
			continue // the plan has been checked
		}
		needed[op] = 1
		for _, t := range objectives {
			if t.Of(op) {
				needed[op] = max(needed[op], t.Samples())
			}
		}
	}
	return needed
}

// admitted waits until the server lets somebody in again after a step.
func (r *run) admitted(ctx context.Context, one *variantSearch) {
	ctx, cancel := r.untilStopped(ctx)
	defer cancel()
	for begun := time.Now(); ; {
		f := r.rig.Admit(ctx, one.variant)
		if f == nil {
			return
		}
		if time.Since(begun) > admission || !r.sleep(ctx, 500*time.Millisecond) {
			r.note(fmt.Sprintf("%s: after step %d the server refused new sessions for %v: %v", one.name, one.trials, admission, f))
			return
		}
	}
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}

// checkLevels refuses levels that this machine cannot generate.
func (c *CapacitySearch) checkLevels() error {
	for _, v := range (&Experiment{Base: c.Base, Variants: c.Variants}).Measured() {
		one := *v.Plan
		plan.SetLevel(&one.Profile, c.Plan.Vary, c.Plan.Most)
		one.Profile.PassivePorts = profiles.PassivePorts{} // the server's limit is what is searched for
		if err := one.CheckLimits(); err != nil {
			return fmt.Errorf("at the highest level, %s: %w", plan.LevelText(c.Plan.Vary, c.Plan.Most), err)
		}
	}
	return nil
}
