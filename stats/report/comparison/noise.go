package comparison

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

// writeNoise writes what an A/A run found of this machine.
func writeNoise(d *doc.Doc, c *compare.Comparison) {
	if c.Noise == nil {
		return
	}
	t := doc.Table{Title: "noise of this machine", Groups: []doc.Group{
		{Head: "spread", Subs: []string{""}}, {Head: "resolution", Subs: []string{""}}, {Head: "pairs needed", Subs: []string{""}},
	}}
	for i := range c.Noise.Metrics {
		n := &c.Noise.Metrics[i]
		resolution := doc.Cell{Text: resolutionText(c, n)}
		if blunt(c, n) {
			resolution.Tone = doc.Bad
		}
		row := doc.Row{Label: about.Metric(n.Metric), Cells: []doc.Cell{
			{Text: figures.Percentage(figures.NumberOr(n.Spread))}, resolution, {Text: pairsEnough(c, n)},
		}}
		for _, x := range row.Cells {
			if x.Text == figures.Unknown {
				d.Term(figures.Unknown, figures.NotKnown)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	d.Table(&t)
	d.Term("spread", "the standard deviation of the pairs' log-ratios: the typical difference between two trials of the same variant")
	d.Term("resolution", "half the width of the interval: with this number of pairs, smaller changes cannot be told from noise. The practical "+
		"threshold is "+figures.Within(c.Plan.ThresholdEffect))
}

// isDifference reports whether a metric is compared by its difference.
func isDifference(c *compare.Comparison, metric string) bool {
	for i := range c.Against {
		for j := range c.Against[i].Findings {
			if f := &c.Against[i].Findings[j]; f.Metric == metric {
				return f.Difference
			}
		}
	}
	return false
}

func resolutionText(c *compare.Comparison, n *compare.MetricNoise) string {
	r := figures.NumberOr(n.Resolution)
	if figures.Finite(r) && isDifference(c, n.Metric) {
		return strings.TrimPrefix(figures.Points.Show(r), "+")
	}
	return figures.Percentage(r)
}

// blunt reports whether the metric cannot show changes of the practical
// threshold, as far as that can be seen here: differences have a threshold of
// their own.
func blunt(c *compare.Comparison, n *compare.MetricNoise) bool {
	if isDifference(c, n.Metric) {
		return n.PairsNeeded != nil
	}
	return figures.NumberOr(n.Resolution) > c.Plan.ThresholdEffect
}

// pairsEnough says how many pairs bring the resolution below the threshold.
func pairsEnough(c *compare.Comparison, n *compare.MetricNoise) string {
	switch {
	case n.PairsNeeded != nil && *n.PairsNeeded > 0:
		return quantity.Count(int64(*n.PairsNeeded))
	case n.Resolution == nil || isDifference(c, n.Metric):
		return figures.Unknown
	case blunt(c, n):
		return "more than can be run"
	}
	return "no more"
}

// tooNoisy says loudly which metrics this machine cannot see the practical
// threshold of, or that it saw what is not there.
func tooNoisy(c *compare.Comparison) string {
	var worst []string
	for i := range c.Noise.Metrics {
		n := &c.Noise.Metrics[i]
		if !blunt(c, n) || len(worst) == about.MostListed {
			continue
		}
		one := about.Metric(n.Metric) + " has a resolution of ±" + resolutionText(c, n)
		if n.PairsNeeded != nil && *n.PairsNeeded > 0 {
			one += " (about " + terminal.Unbroken(pairs(*n.PairsNeeded)) + " needed)"
		}
		worst = append(worst, one)
	}
	if len(worst) == 0 {
		return "TOO NOISY: a difference was found between a variant and itself"
	}
	return "TOO NOISY: with this number of pairs this machine cannot show changes of " + figures.Percentage(c.Plan.ThresholdEffect) + ": " + about.List(worst)
}
