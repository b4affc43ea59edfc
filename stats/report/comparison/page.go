package comparison

import (
	"slices"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Page is the page of a comparison.
func Page(id string, c *compare.Comparison, in run.Input) *doc.Doc {
	p := run.NewPageWriter(id, "Comparison", in)
	p.Compared = true
	baseFirst(p, c)
	p.Colors()
	about.Badges(p.Doc, c.Status, c.Generator.Limited)
	writeAnswers(p.Doc, c)
	writeStanding(p.Doc, c)
	writeCompared(p.Doc, c)
	about.AddThresholds(p.Doc, in.Thresholds)
	addPairs(p, c)
	p.Begin(doc.Section{ID: "metrics", Title: "What decides"})
	writeNoise(p.Doc, c)
	for i := range c.Against {
		a := &c.Against[i]
		comparedTable(c, a).Write(p.Doc, comparedTitle(c, a), a.Findings)
	}
	p.Latency()
	p.Partition()
	p.Begin(doc.Section{ID: "phases", Title: "Where the time goes"})
	for i := range c.Against {
		for j := range c.Against[i].Operations {
			writeShifts(p.Doc, c, &c.Against[i], &c.Against[i].Operations[j])
		}
	}
	if len(c.Against) > 0 {
		noteMethod(p.Doc, c)
	}
	p.Conversations()
	p.OverTime()
	p.Errors()
	p.End()
	return p.Doc
}

// baseFirst gives the variants of a comparison their colours and puts what the
// summary has of them in the same order: there they stand as they happened to run
// first, but differences are those from the base.
func baseFirst(p *run.PageWriter, c *compare.Comparison) {
	for i := range c.Variants {
		p.Color(c.Variants[i].Name)
	}
	if p.Summary == nil {
		return
	}
	order := func(a, b string) int { return p.Color(a) - p.Color(b) }
	s := *p.Summary
	s.Series, s.Totals, s.Stages = slices.Clone(s.Series), slices.Clone(s.Totals), slices.Clone(s.Stages)
	slices.SortStableFunc(s.Series, func(a, b summary.SeriesSummary) int { return order(a.Variant, b.Variant) })
	slices.SortStableFunc(s.Totals, func(a, b summary.TotalSummary) int { return order(a.Variant, b.Variant) })
	slices.SortStableFunc(s.Stages, func(a, b summary.StageSummary) int { return order(a.Variant, b.Variant) })
	p.Summary = &s
}

// addPairs adds for each primary metric where the single pairs lie.
func addPairs(p *run.PageWriter, c *compare.Comparison) {
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
