package search

import (
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/run"
)

// Page is the page of a search for capacity.
func Page(id string, c *capacity.Report, in run.Input) *doc.Doc {
	p := run.NewPageWriter(id, "Capacity", in)
	p.Colors()
	for i := range c.Results {
		p.Color(c.Results[i].Variant)
	}
	about.Badges(p.Doc, c.Status, c.Generator.Limited)
	writeCapacities(p.Doc, c)
	writeCapacityFacts(p.Doc, c)
	about.AddThresholds(p.Doc, in.Thresholds)
	p.Begin(doc.Section{ID: "load", Title: "Throughput and latency by load"})
	shared := chartAxes(c)
	for i := range c.Results {
		r := &c.Results[i]
		if f := loadFigure(p.Doc, c, r, shared); f != nil {
			p.Figure(f)
		} else { // too few levels to draw
			writeSteps(p.Doc, r)
		}
		writeObjectives(p.Doc, r)
	}
	p.Begin(doc.Section{ID: "model", Title: "Models"})
	for i := range c.Results {
		r := &c.Results[i]
		if len(c.Results) > 1 && (r.USL != nil || r.ModelWhy != "") {
			p.Lines(doc.Line{Text: resultName(r), Tone: doc.Strong})
		}
		writeModel(p.Doc, r)
	}
	p.Begin(doc.Section{ID: "cost", Title: "Server cost"})
	writeCost(p.Doc, c)
	p.OverTime()
	p.Errors()
	p.End()
	return p.Doc
}
