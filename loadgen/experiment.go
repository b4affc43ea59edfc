package loadgen

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Experiment is what a run carries out: variants, each measured in a number of
// trials. They are run block by block, each block with one trial of every
// variant, so that whatever changes slowly changes for all of them alike.
type Experiment struct {
	// Base is the plan that the variants vary: the result file describes it.
	Base *plan.Plan
	// Variants are what is measured, by names that differ; if there are none,
	// each mode of Base is one. Their plans must be resolved, and be of Base's
	// load model and stages.
	Variants []plan.Variant
	// Trials is how many blocks there are; 0 is 1.
	Trials int
	// Compare is written to the result file, nil for a run that compares
	// nothing. With it the order within a block is random, by the seed.
	Compare *resultfile.ComparePlan
	// Cooldown is a pause between trials, so that what one left to be done does
	// not slow the next down.
	Cooldown time.Duration
	// RecordTranscript has one operation of each variant recorded before the first trial,
	// outside of every window.
	RecordTranscript bool
	// More is asked after Trials blocks, and after each block from there on,
	// whether there is to be another; nil for no more. All records of the blocks
	// are in the sink by then.
	More func(blocks int) bool
}

// Measured returns the variants of the experiment: its own, or one for each mode.
func (e *Experiment) Measured() []plan.Variant {
	if len(e.Variants) > 0 {
		return e.Variants
	}
	return plan.ByMode(e.Base)
}

// CheckLimits refuses an experiment of which a variant cannot be carried out.
func (e *Experiment) CheckLimits() error {
	for _, v := range e.Measured() {
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
func (e *Experiment) order(block, n int) []int {
	if e.Compare != nil {
		return rand.New(rand.NewPCG(e.Base.Profile.Seed, orderStream+uint64(block))).Perm(n)
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
			if r.experiment.More != nil && r.stopped(ctx) {
				return rig.ErrInterrupted // whether that was all, nobody has asked
			}
			if !r.more(block - 1) {
				return nil
			}
		}
		for i, n := range r.experiment.order(block, len(r.variants)) {
			if r.isGivenUp(n) {
				continue
			}
			if block > 1 || i > 0 {
				r.cool(ctx)
			}
			if r.stopped(ctx) {
				return rig.ErrInterrupted
			}
			if err := r.rig.Tidy(ctx, n); err != nil {
				if ctx.Err() != nil {
					return rig.ErrInterrupted
				}
				return err
			}
			order := rig.Order{Variant: n, Trial: block, Seed: blockSeed(r.experiment.Base.Profile.Seed, block)}
			_, err := r.runTrial(ctx, &trialOutput{variant: r.variants[n].Name, order: order, profile: &r.variants[n].Plan.Profile})
			if f := hopeless(err); f == nil && err != nil {
				return err
			} else if f != nil && r.giveUp(n, f) {
				return nil
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
	r.sleep(ctx, r.experiment.Cooldown)
}
