package loadgen

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Experiment is what a run carries out: variants, each measured in a number of
// trials. They are run block by block, each block with one trial of every
// variant, so that whatever changes slowly changes for all of them alike.
type Experiment struct {
	// Base is the plan that the variants vary: the result file describes it.
	Base *Plan
	// Variants are what is measured, by names that differ; if there are none,
	// each mode of Base is one. Their plans must be resolved, and be of Base's
	// load model and stages.
	Variants []Variant
	// Trials is how many blocks there are; 0 is 1.
	Trials int
	// Compare is written to the result file, nil for a run that compares
	// nothing. With it the order within a block is random, by the seed.
	Compare *resultfile.ComparePlan
	// Cooldown is a pause between trials, so that what one left to be done does
	// not slow the next down.
	Cooldown time.Duration
	// Converse has one operation of each variant recorded before the first trial,
	// outside of every window.
	RecordTranscript bool
	// More is asked after Trials blocks, and after each block from there on,
	// whether there is to be another; nil for no more. All records of the blocks
	// are in the sink by then.
	More func(blocks int) bool
}

// Variant is one way of doing what the base plan says.
type Variant struct {
	Name string
	// Plan has one mode, if it transfers anything. Variants that differ in nothing else may share it, or
	// have equal ones: they then use the same files on the target.
	Plan *Plan
	// Settings are what it overrides, for a reader.
	Settings map[string]string
}

// controlOnly names the one variant of operations that make no data connection.
const controlOnly = "control"

// byMode returns a variant for each mode of the plan; where no operation of the
// mix has a data connection there is one alone.
func byMode(p *Plan) (vs []Variant) {
	if !p.Profile.Op.Transfers() {
		return []Variant{{Name: controlOnly, Plan: p, Settings: map[string]string{"mode": string(sessionMode(&p.Profile))}}}
	}
	for _, m := range p.Profile.Mode {
		vs = append(vs, Variant{Name: string(m), Plan: p.withMode(m), Settings: map[string]string{"mode": string(m)}})
	}
	return vs
}

// sessionMode is the mode of the sessions of a plan that has one: empty where
// nothing makes a data connection, also not to make the files that are to be
// deleted or renamed.
func sessionMode(p *profiles.Profile) profiles.Mode {
	if len(p.Mode) == 0 || !p.Op.Transfers() && !p.Op.Has("dele") && !p.Op.Has("rename") {
		return ""
	}
	return p.Mode[0]
}

// withMode returns the plan with one mode.
func (p *Plan) withMode(m profiles.Mode) *Plan {
	one := *p
	one.Profile.Mode = profiles.Modes{m}
	return &one
}

// Measured returns the variants of the experiment: its own, or one for each mode.
func (s *Experiment) Measured() []Variant {
	if len(s.Variants) > 0 {
		return s.Variants
	}
	return byMode(s.Base)
}

// CheckLimits refuses an experiment of which a variant cannot be carried out.
func (s *Experiment) CheckLimits() error {
	for _, v := range s.Measured() {
		if err := v.Plan.CheckLimits(); err != nil {
			return err
		}
	}
	return nil
}

// severalTrials reports whether a variant is measured more than once.
func (r *run) severalTrials() bool {
	return r.experiment.Trials > 1 || r.experiment.More != nil || r.search != nil
}

// order returns the variants' numbers in the order in which a block runs them.
func (s *Experiment) order(block, n int) []int {
	if s.Compare != nil {
		return rand.New(rand.NewPCG(s.Base.Profile.Seed, orderStream+uint64(block))).Perm(n)
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

// orderStream sets the seed of the order apart from that of the choices.
const orderStream = 0x6f72646572 << 16

// blockSeed is what a block's random choices are drawn from: the same for every
// variant, so that they do the same things in the same order, and another one in
// each block. The files of the set stay those of the first.
func blockSeed(seed uint64, block int) uint64 {
	if block == 1 {
		return seed
	}
	return rand.New(rand.NewPCG(seed, uint64(block))).Uint64()
}

// blocks measures one block after another.
func (r *run) blocks(ctx context.Context) error {
	trials := max(r.experiment.Trials, 1)
	for block := 1; ; block++ {
		if block > trials {
			if r.experiment.More != nil && closed(r.stop) {
				return errStopped // whether that was all, nobody has asked
			}
			if !r.more(block - 1) {
				return nil
			}
		}
		for i, n := range r.experiment.order(block, len(r.variants)) {
			if block > 1 || i > 0 {
				r.cool(ctx)
			}
			if closed(r.stop) || ctx.Err() != nil {
				return errStopped
			}
			v := &r.variants[n]
			if v.env.used {
				if err := v.env.files.tidy(ctx); err != nil {
					if ctx.Err() != nil {
						return errStopped
					}
					return err
				}
			}
			v.env.used = true
			if err := r.newTrial(v, block).runTrial(ctx); err != nil {
				return err
			}
		}
	}
}

// more asks whether there is to be another block, once everything is written.
func (r *run) more(blocks int) bool {
	if r.experiment.More == nil {
		return false
	}
	answer := make(chan bool, 1)
	r.records.write(func() error { answer <- r.experiment.More(blocks); return nil })
	return <-answer
}

// cool pauses between two trials.
func (r *run) cool(ctx context.Context) {
	if r.experiment.Cooldown <= 0 {
		return
	}
	ctx, cancel := r.untilStopped(ctx)
	defer cancel()
	sleep(ctx, r.experiment.Cooldown)
}
