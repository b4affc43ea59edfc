package rig

import (
	"time"
)

// TrialAtMost is how long a trial of a variant takes at most, if it goes as planned,
// 0 where that is not known.
func (r *Rig) TrialAtMost(variant int) time.Duration {
	p := r.Profile(variant)
	window := time.Duration(p.Length())
	if window == 0 {
		return 0
	}
	logins := usualPatience + time.Duration(p.ConnectTimeout)
	if p.ConnectRate > 0 {
		logins += time.Duration(float64(p.MostSessions()) / float64(p.ConnectRate) * float64(time.Second))
	}
	return logins + time.Duration(p.Warmup) + window + time.Duration(p.Drain) + cleanUpBound(p.MostSessions()*mostFolders)
}

// FilesAtMost is how long it takes at most to remove the files of all variants, and to
// prepare those of all but the first.
func (r *Rig) FilesAtMost() (all time.Duration) {
	for _, s := range r.envs {
		all += cleanUpBound(setCount(&s.plan.Profile))
	}
	return all + time.Duration(len(r.envs)-1)*time.Hour
}

// TranscriptsAtMost is how long it takes at most to show one operation of each variant,
// of some 20 replies, and to clean up.
func (r *Rig) TranscriptsAtMost() (all time.Duration) {
	for i := range r.variants {
		p := r.Profile(i)
		all += time.Duration(p.ConnectTimeout)*2 + 20*time.Duration(p.ReplyTimeout) + time.Duration(p.AcceptTimeout) + 2*time.Duration(p.StallTimeout)
	}
	return all + cleanUpTime
}
