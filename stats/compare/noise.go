package compare

import (
	"math"

	"github.com/ftpmark/ftpmark/stats/inference"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// noiseOf says how far apart two variants are that are one and the same.
func noiseOf(a *Against, effect float64) *Noise {
	n := &Noise{Metrics: []MetricNoise{}}
	for i := range a.Findings {
		f := &a.Findings[i]
		if !f.Primary {
			continue
		}
		m, limit := MetricNoise{Metric: f.Metric}, effect
		if f.Difference {
			limit = errorLimit
		}
		if f.Low != nil && f.High != nil {
			half := (*f.High - *f.Low) / 2
			m.Resolution = &half
			if !f.Difference {
				m.Spread = number(inference.Deviation(logRatios(floats(f.BaseValues), floats(f.NewValues))))
			}
			if half > limit {
				n.TooMuch = true
				m.PairsNeeded = pairsFor(a.Pairs, half/limit)
			}
		}
		if f.Verdict == Faster || f.Verdict == Slower {
			n.TooMuch = true
		}
		n.Metrics = append(n.Metrics, m)
	}
	return n
}

// pairsFor estimates how many pairs make an interval so many times narrower than
// that of n: its width goes with 1 ÷ √n. It is nil for more than can be run.
func pairsFor(n int, times float64) *int {
	want := math.Ceil(float64(n) * times * times)
	if !(want <= resultfile.MaxPairs) {
		return nil
	}
	pairs := int(want)
	return &pairs
}
