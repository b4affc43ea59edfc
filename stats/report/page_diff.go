package report

import (
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// diffPage is the page of a diff.
func diffPage(id string, x *compare.Diff, in input) *doc.Doc {
	p := newPage(id, "Difference between two results", in)
	p.colors()
	for _, s := range sidesOf(x) {
		standing(p.Doc, s.side.Status, s.side.Generator.Limited)
	}
	writeGate(p.Doc, x)
	writeDiffAnswers(p.Doc, x)
	writeDiffStanding(p.Doc, x)
	addThresholds(p.Doc, in.thresholds)
	p.Begin(doc.Section{ID: "metrics", Title: "What decides"})
	for i := range x.Variants {
		diffTable(x).write(p.Doc, variantName(x.Variants[i].Variant), x.Variants[i].Findings)
	}
	p.Begin(doc.Section{ID: "quantiles", Title: "Latency by percentile", Lead: percentileLead + " All trials of a side are together."})
	for i := range x.Variants {
		for j := range x.Variants[i].Shifts {
			p.Figure(quantileFigure(p.Doc, &x.Variants[i], &x.Variants[i].Shifts[j]))
		}
	}
	if len(x.Variants) > 0 {
		noteDiffMethod(p.Doc, x)
	}
	p.end()
	return p.Doc
}
