package report

import (
	"github.com/ftpmark/ftpmark/stats/compare"
)

// writeNoise writes what an A/A run found of this machine.
func writeNoise(d *document, c *compare.Comparison) {
	if c.Noise == nil {
		return
	}
	need := "pairs for " + within(c.Plan.ThresholdEffect)
	t := table{title: "noise of this machine", blocks: []block{
		{"spread", []string{""}}, {"resolution", []string{""}}, {need, []string{""}},
	}}
	for i := range c.Noise.Metrics {
		n := &c.Noise.Metrics[i]
		resolution := cell{text: percentage(numberOr(n.Resolution)), tone: good}
		if r := numberOr(n.Resolution); r > c.Plan.ThresholdEffect {
			resolution.tone = bad
		}
		enough := pairsEnough(n, c.Plan.ThresholdEffect)
		if resolution.text == unknown || enough == unknown {
			d.note(unknown, notKnown)
		}
		t.rows = append(t.rows, row{label: metricName(n.Metric), cells: []cell{
			{text: percentage(numberOr(n.Spread))}, resolution, {text: enough},
		}})
	}
	t.write(d)
	d.note("spread", "the standard deviation of the pairs' log-ratios: two trials of the same thing commonly differ by so much")
	d.note("resolution", "half the width of the interval: with so many pairs, smaller changes cannot be told from noise")
}

// pairsEnough says how many pairs bring the resolution below the threshold.
func pairsEnough(n *compare.MetricNoise, effect float64) string {
	switch {
	case n.PairsNeeded != nil && *n.PairsNeeded > 0:
		return count(int64(*n.PairsNeeded))
	case numberOr(n.Resolution) <= effect:
		return "enough now"
	}
	return unknown
}

// tooNoisy says loudly of which metrics this machine cannot see the practical
// threshold.
func tooNoisy(c *compare.Comparison) string {
	effect := c.Plan.ThresholdEffect
	text := "TOO NOISY: with so many pairs this machine cannot see changes of " + percentage(effect)
	var worst []string
	for i := range c.Noise.Metrics {
		n := &c.Noise.Metrics[i]
		r := numberOr(n.Resolution)
		if !(r > effect) || len(worst) == mostSettings {
			continue
		}
		one := metricName(n.Metric) + " is known to " + within(r)
		if n.PairsNeeded != nil && *n.PairsNeeded > 0 {
			one += " (about " + unbroken(pairs(*n.PairsNeeded)) + " would do)"
		}
		worst = append(worst, one)
	}
	if len(worst) > 0 {
		text += ": " + listed(worst)
	}
	return text
}
