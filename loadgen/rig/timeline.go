package rig

import (
	"math"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/profiles"
)

// poissonStream sets the seed of the arrivals apart from that of the content.
const poissonStream = 0x6172726976616c73

// levels is the profile's load over its window: sessions in the closed model,
// arrivals per second in the open one.
func levels(p *profiles.Profile) schedule.Curve {
	if len(p.Stages) == 0 {
		level := float64(p.Sessions)
		if p.Open() {
			level = float64(p.Rate)
		}
		return schedule.Curve{{For: p.Length(), From: level, To: level}}
	}
	var c schedule.Curve
	for _, s := range p.Stages {
		span := s.Sessions
		if p.Open() {
			span = s.Rate
		}
		c = append(c, schedule.Segment{For: time.Duration(s.For), From: span.From, To: span.To})
	}
	return c
}

// timeline is the load from the moment it begins: with the warm-up in front, at
// the first level, unless the window opens on a standstill.
func timeline(p *profiles.Profile) schedule.Curve {
	c := levels(p)
	if paced(p) || p.Warmup == 0 {
		return c
	}
	first := c[0].From
	return append(schedule.Curve{{For: time.Duration(p.Warmup), From: first, To: first}}, c...)
}

// arrivals makes the queue of the open model over a curve; limit bounds how many
// there are, 0 for no bound.
func (l *load) arrivals(p *profiles.Profile, seed uint64, c schedule.Curve, limit int64) *schedule.Queue {
	var a *schedule.Arrivals
	if p.Arrivals == "poisson" {
		a = schedule.Poisson(c, seed^poissonStream, l.share)
	} else {
		a = schedule.Constant(c, l.share)
	}
	a.Limit(limit)
	return schedule.NewQueue(a, p.MaxBacklog)
}

// beginWith is how many sessions a trial opens before anything else.
func beginWith(p *profiles.Profile) int {
	if p.Open() || len(p.Stages) == 0 {
		return p.Sessions
	}
	return int(math.Floor(p.Stages[0].Sessions.From + 0.5))
}
