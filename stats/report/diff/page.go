package diff

import (
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/run"
)

// Page is the page of a diff.
func Page(id string, x *compare.Diff, in run.Input) *doc.Doc {
	p := run.NewPageWriter(id, "Difference between two results", in)
	p.Colors()
	for _, s := range sidesOf(x) {
		about.Badges(p.Doc, s.side.Status, s.side.Generator.Limited)
	}
	writeDiffAnswers(p.Doc, x)
	writeDiffStanding(p.Doc, x)
	about.AddThresholds(p.Doc, in.Thresholds)
	p.Begin(doc.Section{ID: "metrics", Title: "Metrics"})
	for i := range x.Variants {
		diffTable(x).Write(p.Doc, about.Variant(x.Variants[i].Variant), x.Variants[i].Findings)
	}
	p.Begin(doc.Section{ID: "quantiles", Title: "Latency by percentile", Lead: run.PercentileLead + " All trials of each result are combined."})
	for i := range x.Variants {
		for j := range x.Variants[i].Shifts {
			p.Figure(quantileFigure(p.Doc, &x.Variants[i], &x.Variants[i].Shifts[j]))
		}
	}
	if len(x.Variants) > 0 {
		noteDiffMethod(p.Doc, x)
	}
	p.End()
	return p.Doc
}
