package report

import (
	"slices"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// comparisonPage is the page of a comparison.
func comparisonPage(id string, c *compare.Comparison, in input) *doc.Doc {
	p := newPage(id, "Comparison", in)
	p.compared = true
	baseFirst(p, c)
	p.colors()
	standing(p.Doc, c.Status, c.Generator.Limited)
	writeAnswers(p.Doc, c)
	writeStanding(p.Doc, c)
	writeCompared(p.Doc, c)
	addThresholds(p.Doc, in.thresholds)
	addPairs(p, c)
	p.Begin(doc.Section{ID: "metrics", Title: "What decides"})
	writeNoise(p.Doc, c)
	for i := range c.Against {
		a := &c.Against[i]
		comparedTable(c, a).write(p.Doc, comparedTitle(c, a), a.Findings)
	}
	p.latency()
	p.partition()
	p.Begin(doc.Section{ID: "phases", Title: "Where the time goes"})
	for i := range c.Against {
		for j := range c.Against[i].Operations {
			writeShifts(p.Doc, c, &c.Against[i], &c.Against[i].Operations[j])
		}
	}
	if len(c.Against) > 0 {
		noteMethod(p.Doc, c)
	}
	p.conversations()
	p.overTime()
	p.errors()
	p.end()
	return p.Doc
}

// baseFirst gives the variants of a comparison their colours and puts what the
// summary has of them in the same order: there they stand as they happened to run
// first, but differences are those from the base.
func baseFirst(p *page, c *compare.Comparison) {
	for i := range c.Variants {
		p.Color(c.Variants[i].Name)
	}
	if p.summary == nil {
		return
	}
	order := func(a, b string) int { return p.Color(a) - p.Color(b) }
	s := *p.summary
	s.Series, s.Totals, s.Stages = slices.Clone(s.Series), slices.Clone(s.Totals), slices.Clone(s.Stages)
	slices.SortStableFunc(s.Series, func(a, b summary.SeriesSummary) int { return order(a.Variant, b.Variant) })
	slices.SortStableFunc(s.Totals, func(a, b summary.TotalSummary) int { return order(a.Variant, b.Variant) })
	slices.SortStableFunc(s.Stages, func(a, b summary.StageSummary) int { return order(a.Variant, b.Variant) })
	p.summary = &s
}

// addPairs adds for each primary metric where the single pairs lie.
func addPairs(p *page, c *compare.Comparison) {
	p.Begin(doc.Section{ID: "pairs", Title: "Each pair", Lead: "A dot is one pair, the first at the top; below them the interval with the median. " +
		"The dashed line is no change, the grey band the practical threshold."})
	for i := range c.Against {
		a := &c.Against[i]
		for j := range a.Findings {
			f := stripOf(p.Doc, c, a, &a.Findings[j])
			if f != nil && len(c.Against) > 1 {
				f.Title += ", " + againstName(a)
			}
			p.Figure(f)
		}
	}
}

// comparedTitle names the two that a table is of, where there are more.
func comparedTitle(c *compare.Comparison, a *compare.Against) string {
	if len(c.Against) < 2 {
		return "metrics"
	}
	return againstName(a) + ", " + pairs(a.Pairs)
}
