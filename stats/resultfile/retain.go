package resultfile

import "fmt"

// Bounds on what a result keeps: 1,000 blocks of 16 variants are 16,000 trials. A
// trial of a few thousand downloads takes some 30 KiB, one of a mix of eight
// operations some 60. What is beyond them is left out, and said to be.
const (
	maxTrials     = 20_000
	maxGenerators = 1 << 17 // a merged result has several for each trial
)

// retained is what a [Collector] has put away, and what it has not.
type retained struct {
	generators int // how many there were when the trial that is going on began

	room    string                 // what there is no more of, empty while there is
	first   *Variant               // the first trial that is left out
	left    int                    // how many are
	leftOut map[string]*trialCount // by variant
}

// trialCount counts the trials of a variant.
type trialCount struct{ begun, whole int }

// full reports whether trials are being left out.
func (k *retained) full() bool { return k.room != "" }

// leave counts a trial that is left out.
func (k *retained) leave(v *Variant) {
	if k.left++; k.left == 1 {
		k.first, k.leftOut = v, map[string]*trialCount{}
	}
	n := k.leftOut[v.Variant]
	if n == nil {
		if len(k.leftOut) == maxTrials {
			return
		}
		n = new(trialCount)
		k.leftOut[v.Variant] = n
	}
	n.begun++
}

// missing says what was left out.
func (k *retained) missing() []string {
	what := "the generator's record about itself at the end"
	switch {
	case !k.full():
		return nil
	case k.left == 1:
		what = fmt.Sprintf("variant %s, trial %d", k.first.Variant, k.first.Trial)
	case k.left == 2:
		what = fmt.Sprintf("variant %s, trial %d, and the trial after it", k.first.Variant, k.first.Trial)
	case k.left > 2:
		what = fmt.Sprintf("variant %s, trial %d, and the %d trials after it", k.first.Variant, k.first.Trial, k.left-1)
	}
	return []string{fmt.Sprintf("left out of the report, which can hold only %s: %s", k.room, what)}
}

// begin makes room for the trial that begins.
func (c *Collector) begin() {
	k := &c.retained
	if len(c.result.Variants) == maxTrials && !k.full() {
		k.room = fmt.Sprintf("%d trials", maxTrials)
	}
	if k.full() {
		k.leave(c.open)
		return
	}
	c.series, c.stages, c.stage = SeriesSet{}, StageSums{}, 0
	k.generators = len(c.result.Generators)
	c.result.Variants = append(c.result.Variants, *c.open)
}

// stop leaves out everything from the trial that is going on.
//
// All of it: counters without their histograms would be figures of a whole
// beside percentiles of a part.
func (c *Collector) stop(room string) {
	if c.retained.full() {
		return
	}
	c.retained.room = room
	c.series, c.stages = SeriesSet{}, StageSums{}
	if c.open == nil {
		return
	}
	r := &c.result
	r.Variants = r.Variants[:len(r.Variants)-1]
	clear(r.Generators[c.retained.generators:])
	r.Generators = r.Generators[:c.retained.generators]
	c.retained.leave(c.open)
}

// retainTrial keeps a trial that ended.
func (c *Collector) retainTrial(t *Trial) {
	if !c.retained.full() {
		whole := *t
		whole.Stages = c.stages.List()
		c.result.Trials = append(c.result.Trials, whole.Compact())
		return
	}
	if n := c.retained.leftOut[t.Variant]; n != nil && t.Complete {
		n.whole++
	}
}

// retainGenerator keeps how a generator fared.
func (c *Collector) retainGenerator(g *Generator) {
	if len(c.result.Generators) == maxGenerators {
		c.stop(fmt.Sprintf("%d records of generators", maxGenerators))
	}
	if !c.retained.full() {
		kept := *g
		kept.SchedLag, kept.GCPause = g.SchedLag.Compacted(), g.GCPause.Compacted()
		c.result.Generators = append(c.result.Generators, kept)
	}
}
