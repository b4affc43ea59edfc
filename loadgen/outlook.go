package loadgen

import (
	"time"

	"github.com/ftpmark/ftpmark/profiles"
)

// planned is how long a trial is to load its target, 0 where that is not known.
func planned(p *profiles.Profile) time.Duration {
	switch {
	case len(p.Stages) > 0:
		return time.Duration(p.Warmup) + p.Stages.Length()
	case p.Operations > 0:
		return 0 // ends when they are done
	}
	return time.Duration(p.Warmup) + time.Duration(p.Duration)
}

// begin notes that a trial begins.
func (r *run) begin(t *trial) { r.begun += planned(&t.env.plan.Profile) }

// left is about how long the run still takes from the given time in a stage of
// the trial on: the planned rest, without log-ins and drains. It is 0 where that
// is not known: in a search, where operations end a window, and in blocks beyond
// the planned ones.
func (r *run) left(t *trial, stage StageName, elapsed time.Duration) time.Duration {
	if r.search != nil || t.number > max(r.experiment.Trials, 1) {
		return 0
	}
	var block time.Duration
	for i := range r.variants {
		one := planned(&r.variants[i].env.plan.Profile)
		if one == 0 {
			return 0
		}
		block += one
	}
	trials := time.Duration(max(r.experiment.Trials, 1))
	rest := max(trials*block-r.begun, 0)
	if pause, each := r.experiment.Cooldown, planned(&t.env.plan.Profile); each > 0 {
		// As many pauses as trials are left, which are not all of one length.
		rest += pause * time.Duration(float64(rest)/float64(block)*float64(len(r.variants))+0.5)
	}
	p := &t.env.plan.Profile
	mine := planned(p)
	switch stage {
	case StageConnect:
	case StageWarmup:
		mine -= min(elapsed, time.Duration(p.Warmup))
	case StageWindow:
		mine -= time.Duration(p.Warmup) + t.before + elapsed
	default:
		mine = 0
	}
	return rest + max(mine, 0)
}
