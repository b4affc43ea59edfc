package rig

import (
	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig/connect"
	"github.com/ftpmark/ftpmark/loadgen/rig/fixtures"
	"time"
)

// Bounds are how long things take at most, if they go as planned.
type Bounds struct {
	// Trials are those of a trial of each variant, 0 where it is not known.
	Trials []time.Duration
	// Files is the removal of all files, and the preparation of those of all targets
	// but the first.
	Files time.Duration
	// Transcripts is to show one operation of each variant, of some 20 replies, and to
	// clean up.
	Transcripts time.Duration
}

// Bounds returns them.
func (r *Rig) Bounds() (b Bounds) {
	for i := range r.variants {
		p := &r.variants[i].env.plan.Profile
		var trial time.Duration
		if window := time.Duration(p.Length()); window > 0 {
			trial = connect.Patience + time.Duration(p.ConnectTimeout) + time.Duration(p.Warmup) + window + time.Duration(p.Drain) + fixtures.CleanUpBound(p.MostSessions()*fixtures.MostFolders)
			if p.ConnectRate > 0 {
				trial += time.Duration(float64(p.MostSessions()) / float64(p.ConnectRate) * float64(time.Second))
			}
		}
		b.Trials = append(b.Trials, trial)
		b.Transcripts += time.Duration(p.ConnectTimeout)*2 + 20*time.Duration(p.ReplyTimeout) + time.Duration(p.AcceptTimeout) + 2*time.Duration(p.StallTimeout)
	}
	b.Transcripts += fixtures.CleanUpTime
	for _, s := range r.envs {
		b.Files += fixtures.CleanUpBound(plan.FilesOf(&s.plan.Profile).Count)
	}
	b.Files += time.Duration(len(r.envs)-1) * time.Hour
	return b
}
