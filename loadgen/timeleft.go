package loadgen

import (
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig"
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

// left is about how long the run still takes from a pulse of the trial on: the planned rest, without log-ins and drains. It is 0 where that
// is not known: in a search, where operations end a window, and in blocks beyond
// the planned ones.
func (r *run) left(t *trialOutput, at *rig.Pulse) time.Duration {
	if r.search != nil || t.order.Trial > max(r.experiment.Trials, 1) {
		return 0
	}
	var block time.Duration
	for i := range r.variants {
		one := planned(&r.variants[i].Plan.Profile)
		if one == 0 {
			return 0
		}
		block += one
	}
	trials := time.Duration(max(r.experiment.Trials, 1))
	rest := max(trials*block-r.begun, 0)
	if pause, each := r.experiment.Cooldown, planned(t.profile); each > 0 {
		// As many pauses as trials are left, which are not all of one length.
		rest += pause * time.Duration(float64(rest)/float64(block)*float64(len(r.variants))+0.5)
	}
	mine := planned(t.profile)
	switch {
	case at.Part == rig.PartConnect:
	case at.Part == rig.PartWarmup:
		mine -= min(at.Elapsed, time.Duration(t.profile.Warmup))
	case at.Part == rig.PartWindow && !at.Extra:
		mine -= time.Duration(t.profile.Warmup) + at.Before + at.Elapsed
	default:
		mine = 0
	}
	return rest + max(mine, 0)
}

// longest is how long the run takes at most once its files are prepared, if it
// goes as planned; 0 where that is not known.
func (r *run) longest() time.Duration {
	if r.search != nil || r.experiment.More != nil {
		return 0
	}
	bounds := r.rig.Bounds()
	var block time.Duration
	for _, one := range bounds.Trials {
		if one == 0 {
			return 0
		}
		block += one + explainTime + r.experiment.Cooldown
	}
	all := time.Duration(max(r.experiment.Trials, 1))*block + bounds.Files
	if all < block { // it is more than a duration can say
		return 0
	}
	return all
}
