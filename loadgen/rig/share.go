package rig

import (
	"math"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/profiles"
)

// takeShare leaves of a profile's load what is the share's. Its limits are divided too:
// together the shares keep to those of the whole.
func takeShare(p *profiles.Profile, share schedule.Share) error {
	if share.Whole() {
		return nil
	}
	count := func(n int) int { return int(share.Count(float64(n))) }
	most := p.MostSessions()
	if p.Sessions = count(p.Sessions); p.Sessions < 1 && (p.Open() || len(p.Stages) == 0) {
		return plan.UsageErrorf("%d generators: each needs its own session, but there are only %d", share.Of, most)
	}
	if most = count(most); p.MaxSessions > 0 || len(p.Stages) > 0 {
		p.MaxSessions = most
	}
	p.MaxBacklog, p.Operations = count(p.MaxBacklog), share.Count(float64(p.Operations))
	p.Rate, p.OpRate, p.ConnectRate = profiles.Rate(share.Part(float64(p.Rate))), profiles.Rate(share.Part(float64(p.OpRate))), profiles.Rate(share.Part(float64(p.ConnectRate)))
	for _, limit := range []*profiles.ByteRate{&p.Bandwidth.All, &p.Bandwidth.Down, &p.Bandwidth.Up} {
		if *limit > 0 {
			*limit = max(1, profiles.ByteRate(math.Round(share.Part(float64(*limit)))))
		}
	}
	stages := make(profiles.Stages, len(p.Stages))
	for i, s := range p.Stages {
		for _, span := range []*profiles.Span{&s.Sessions, &s.Rate} {
			*span = profiles.Span{From: share.Part(span.From), To: share.Part(span.To)}
		}
		stages[i] = s
	}
	if p.Stages != nil {
		p.Stages = stages
	}
	return nil
}
