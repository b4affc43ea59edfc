package report

import (
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/timeline"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// input is what there is to say of a run, or of the run in which a comparison or
// a search was made. Any of its parts may be nil.
type input struct {
	name       string
	summary    *summary.Summary
	result     *resultfile.Result
	timeline   *timeline.Timeline
	thresholds []threshold.Outcome
}

// page is a page in the making. It says what the text report says, in its words;
// charts come on top, each with the numbers that it is drawn from.
type page struct {
	*writer
	input
	compared bool           // the verdict rests on single trials
	all      []mergedSeries // of all trials, once they are asked for
}

func newPage(id, kind string, in input) *page {
	d := doc.New(id, kind)
	d.Name = baseName(in.name)
	p := &page{writer: &writer{Doc: d}, input: in}
	if in.summary != nil {
		p.writer = newWriter(d, in.summary)
	}
	return p
}

// colors gives the variants of the run their colours.
func (p *page) colors() {
	if p.summary == nil {
		return
	}
	for i := range p.summary.Totals {
		p.Color(p.summary.Totals[i].Variant)
	}
}

// together says, of a chart of all trials, why its numbers are not those of the
// metrics; nothing where there is one trial of each.
func (p *page) together() string {
	switch {
	case !p.pooled:
		return ""
	case p.compared:
		return "All trials of a variant together. The verdict rests on the single trials, whose figures differ from these."
	}
	return "All trials of a variant together."
}

// runPage is the page of a run.
func runPage(id string, in input) *doc.Doc {
	p := newPage(id, "Run", in)
	s := in.summary
	p.colors()
	standing(p.Doc, s.Status, s.Generator.Limited)
	t, verdict := runVerdict(s, in.thresholds)
	p.Answer(doc.Line{Tone: t, Text: sentence(verdict)})
	writeVerdict(p.writer, s)
	addThresholds(p.Doc, in.thresholds)
	p.latency()
	p.partition()
	p.conversations()
	p.overTime()
	p.Begin(doc.Section{ID: "numbers", Title: "In numbers"})
	writeNumbers(p.writer, s, false)
	p.errors()
	p.end()
	return p.Doc
}

// end adds how the generator fared, and what it takes to do it again.
func (p *page) end() {
	p.health()
	p.again()
}

// errors adds the failures.
func (p *page) errors() {
	if p.summary == nil {
		return
	}
	if f := failures(p.summary.Errors, mostPageErrors); f != nil {
		p.Begin(doc.Section{ID: "errors", Title: "Errors", Last: true})
		p.Add(doc.Block{Failures: f})
	}
}
