package loadgen

import (
	"math"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/search"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Forecast is what a search takes of each variant, wherever its limit lies: how many steps,
// and how long these last with their warm-ups. Logging in comes on top, and so do levels
// that have to be measured again.
type Forecast struct {
	FewestSteps, MostSteps int
	Least, Most            time.Duration
}

// forecastLimits is how many limits are tried, at equal ratios over the range.
const forecastLimits = 200

// Forecast searches for limits all over the range, in thought.
func (c *CapacitySearch) Forecast() (f Forecast, err error) {
	config := c.config()
	low, high := math.Log(config.From/2), math.Log(2*config.Most)
	for i := range forecastLimits {
		limit := math.Exp(low + (high-low)*float64(i)/(forecastLimits-1))
		s, err := search.New(config)
		if err != nil {
			return f, err
		}
		steps := 0
		var least, most time.Duration
		for {
			ask, more := s.Next()
			if !more {
				break
			}
			steps++
			w := c.window(ask, &c.Base.Profile)
			least += w.steady.Floor
			most += w.most
			s.Tell(search.Answer{Held: ask.Level <= limit})
		}
		warmups := time.Duration(steps) * time.Duration(c.Base.Profile.Warmup)
		least, most = least+warmups, most+warmups
		if i == 0 {
			f = Forecast{steps, steps, least, most}
			continue
		}
		f.FewestSteps, f.MostSteps = min(f.FewestSteps, steps), max(f.MostSteps, steps)
		f.Least, f.Most = min(f.Least, least), max(f.Most, most)
	}
	return f, nil
}

// config is how each variant is searched.
func (c *CapacitySearch) config() search.Config {
	return search.Config{From: c.Plan.From, Most: c.Plan.Most, Precision: c.Plan.Precision, Whole: c.Plan.Vary == resultfile.VarySessions}
}
