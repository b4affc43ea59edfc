package plan

import (
	"math"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/profiles"
)

// Levels is the profile's load over its window: sessions in the closed model,
// arrivals per second in the open one.
func Levels(p *profiles.Profile) schedule.Curve {
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

// BeginWith is how many sessions a trial opens before anything else.
func BeginWith(p *profiles.Profile) int {
	if p.Open() || len(p.Stages) == 0 {
		return p.Sessions
	}
	return int(math.Floor(p.Stages[0].Sessions.From + 0.5))
}
