package loadgen

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/search"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// CapacitySearch is a search for the highest load at which a target meets its objectives.
// Every step is a trial at one level; variants are searched in turns, level by
// level, so that they meet the target in the same state.
type CapacitySearch struct {
	// Base and Variants are those of a [Experiment].
	Base     *Plan
	Variants []Variant
	// Plan says what is varied and from where to where.
	Plan resultfile.CapacityPlan
	// Objectives are what a level must meet, by the words of Plan.
	Objectives []threshold.Threshold
	// Floor and Cap bound a step's window, which closes in between as soon as
	// the throughput has no trend and there are samples enough. A window whose
	// objectives need more samples than come until Cap goes on up to three
	// times as long.
	Floor, Cap time.Duration
	// Patience is how long a session may take to be let in, with all retries: a
	// server may need a moment to forget the last step's.
	Patience time.Duration
	// Server watches the server's processes, nil for none.
	Server ServerWatch
}

// ServerWatch watches the processes of a server.
type ServerWatch interface {
	Begin()
	End() resultfile.ServerUse
}

// The bounds of a step where a CapacitySearch does not say.
const (
	defaultFloor    = 3 * time.Second
	defaultCap      = 20 * time.Second
	defaultPatience = 3 * time.Second
	// moreTime is by how much a window may exceed Cap for want of samples, and
	// a confirming one anything.
	moreTime = 3
	// huntAtOnce is how many sessions are opened at a time: a backlog that
	// overflows would be taken for the server's limit, and Pure-FTPd's does at 24.
	huntAtOnce = 4
	// admission bounds the wait for a server that lets nobody in.
	admission = 30 * time.Second
)

// Run carries out the search. It returns nil if it came to an end, whatever that
// was; else what [Experiment.Run] does.
func (h *CapacitySearch) Run(ctx context.Context, o Options) error {
	s := &Experiment{Base: h.Base, Variants: h.Variants}
	return s.run(ctx, o, h)
}

// variantSearch is the search for one variant.
type variantSearch struct {
	variant *variantAt
	search  *search.Search
	trials  int // so far
	over    bool
	// held and failed are those of a [Level].
	held, failed float64
}

// searchCapacity searches all variants in turns.
func (r *run) searchCapacity(ctx context.Context) error {
	h := r.search
	config := search.Config{From: h.Plan.From, Most: h.Plan.Most, Precision: h.Plan.Precision, Whole: h.Plan.Vary == resultfile.VarySessions}
	var all []*variantSearch
	for i := range r.variants {
		s, err := search.New(config)
		if err != nil {
			return usage("%v", err)
		}
		all = append(all, &variantSearch{variant: &r.variants[i], search: s})
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
	if closed(r.stop) || ctx.Err() != nil {
		return answer, errStopped
	}
	at := one.variant.env
	if at.used {
		if err := at.files.tidy(ctx); err != nil {
			return answer, err
		}
	}
	if at.used {
		r.admitted(ctx, one, at)
	}
	at.used = true
	one.trials++
	step := &resultfile.Step{Variant: one.variant.Name, Trial: one.trials, Level: ask.Level, Purpose: string(ask.Purpose)}
	t, err := r.trialAt(one, ask)
	if err != nil {
		return answer, err
	}
	step.Wanted = t.initial
	watch := r.search.Server
	if watch != nil {
		t.watched = watch
	}
	failure := t.runTrial(ctx)
	var refused *SessionError
	if failure != nil && !errors.As(failure, &refused) {
		return answer, failure
	}
	if t.served != nil && t.served.Seconds == 0 {
		t.served = nil // none of the server's processes was there: nothing is known
	}
	step.Server, step.Opened, step.Steady = t.served, t.initial, t.steady
	answer = r.judge(t, step, refused)
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

// trialAt makes the trial of a step: the plan of its variant at the level that
// was asked for, with the files of its site.
func (r *run) trialAt(one *variantSearch, ask search.Ask) (*trial, error) {
	h, v := r.search, *one.variant
	plan := *v.env.plan
	leveled(&plan.Profile, h.Plan.Vary, ask.Level)
	capped := orElse(h.Cap, defaultCap)
	plan.Profile.Duration, plan.Profile.Operations = profiles.Duration(moreTime*capped), 0
	connect, err := newConnector(&plan, r.sessions)
	if err != nil {
		return nil, err
	}
	connect.habits = v.env.connect.habits
	connect.patience = orElse(h.Patience, defaultPatience)
	connect.gate = make(chan struct{}, huntAtOnce)
	v.env.files.grow(plan.Profile.MostSessions())
	v.env = &targetEnv{plan: &plan, connect: connect, files: v.env.files, target: v.env.target}
	v.Settings = map[string]string{}
	for k, s := range one.variant.Settings {
		v.Settings[k] = s
	}
	v.Settings[h.Plan.Vary] = levelText(h.Plan.Vary, ask.Level)
	t := r.newTrial(&v, one.trials)
	t.level = &Level{Vary: h.Plan.Vary, Purpose: string(ask.Purpose), Value: ask.Level, Held: one.held, Failed: one.failed}
	steady := search.Steady{Floor: orElse(h.Floor, defaultFloor), Cap: capped}
	if ask.Purpose == search.Confirm {
		steady.Floor *= moreTime
		steady.Cap = max(steady.Cap, steady.Floor)
	}
	confirms := ask.Purpose == search.Confirm
	t.enough = func(elapsed time.Duration, perSecond []float64) bool {
		samples, needed := leastSamples(t.rec.Totals()), samplesFor(h.Objectives)
		if !confirms && elapsed >= steady.Floor && float64(samples)*steady.Cap.Seconds() < float64(needed)*elapsed.Seconds() {
			needed = 1 // as many will not come: on the way up the longest operation tells, too
		}
		var done bool
		done, t.steady = steady.Done(elapsed, perSecond, samples, needed)
		return done && (samples >= needed || elapsed >= moreTime*steady.Cap)
	}
	return t, nil
}

// leveled sets what is varied.
func leveled(p *profiles.Profile, vary string, level float64) {
	switch vary {
	case resultfile.VarySessions:
		p.Sessions = int(level)
	case resultfile.VaryRate:
		p.Rate = profiles.Rate(level)
		p.MaxBacklog = max(1000, int(10*level))
	case resultfile.VaryBandwidth:
		p.Bandwidth = profiles.Bandwidth{All: profiles.ByteRate(level)}
	}
}

// levelText writes a level as a setting.
func levelText(vary string, level float64) string {
	switch vary {
	case resultfile.VaryRate:
		return strconv.FormatFloat(level, 'g', 6, 64) + "/s"
	case resultfile.VaryBandwidth:
		return strconv.FormatFloat(level, 'f', 0, 64) + "B/s"
	}
	return strconv.FormatFloat(level, 'f', 0, 64)
}

// samplesFor is how many operations the objectives' percentiles need.
func samplesFor(objectives []threshold.Threshold) (n int64) {
	for _, t := range objectives {
		n = max(n, t.Samples())
	}
	return n
}

// leastSamples is how many operations of the rarest kind have succeeded.
func leastSamples(soFar *resultfile.Trial) (n int64) {
	for i, s := range soFar.Series {
		if i == 0 || s.OK < n {
			n = s.OK
		}
	}
	return n
}

// admitted waits until the server lets somebody in again after a step. It is
// good for more than those that broke down: Pure-FTPd learns of the end of
// sessions that ended together only when another one ends.
func (r *run) admitted(ctx context.Context, one *variantSearch, at *targetEnv) {
	ctx, cancel := r.untilStopped(ctx)
	defer cancel()
	for begun := time.Now(); ; {
		s, f := at.files.connect.open(ctx, 0, "", "")
		if f == nil {
			s.Close()
			sleep(ctx, letGo)
			return
		}
		if time.Since(begun) > admission || !sleep(ctx, 500*time.Millisecond) {
			r.note("%s: after step %d the server let nobody in for %v: %v", one.variant.Name, one.trials, admission, f)
			return
		}
	}
}

// letGo is a moment for a server to forget a session that has said good-bye.
const letGo = 50 * time.Millisecond

func orElse(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}

// checkLevels refuses levels that this machine cannot generate.
func (h *CapacitySearch) checkLevels() error {
	for _, v := range (&Experiment{Base: h.Base, Variants: h.Variants}).Measured() {
		plan := *v.Plan
		leveled(&plan.Profile, h.Plan.Vary, h.Plan.Most)
		plan.Profile.PassivePorts = profiles.PassivePorts{} // the server's limit is what is searched for
		if err := plan.CheckLimits(); err != nil {
			return fmt.Errorf("at the highest level, %s: %w", levelText(h.Plan.Vary, h.Plan.Most), err)
		}
	}
	return nil
}

// MostSessions returns the largest number of sessions, up to a bound, that a
// plan's limits allow this machine.
func MostSessions(p *Plan, bound int) int {
	low, high := 0, bound
	for low < high {
		n := low + (high-low+1)/2
		plan := *p
		plan.Profile.Sessions, plan.Profile.PassivePorts = n, profiles.PassivePorts{}
		if plan.CheckLimits() == nil {
			low = n
		} else {
			high = n - 1
		}
	}
	return low
}
