package run

import (
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/summary/timeline"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// Input is what there is to say of a run, or of the run in which a comparison or
// a search was made. Any of its parts may be nil.
type Input struct {
	Name       string
	Summary    *summary.Summary
	Result     *resultfile.Result
	Timeline   *timeline.Timeline
	Thresholds []threshold.Outcome
}

// PageWriter is a page in the making. It says what the text report says, in its words;
// charts come on top, each with the numbers that it is drawn from.
type PageWriter struct {
	*writer
	Input
	Compared bool           // the verdict rests on single trials
	all      []mergedSeries // of all trials, once they are asked for
}

// NewPageWriter begins a page.
func NewPageWriter(id, kind string, in Input) *PageWriter {
	d := doc.New(id, kind)
	d.Name = about.BaseName(in.Name)
	p := &PageWriter{writer: &writer{Doc: d}, Input: in}
	if in.Summary != nil {
		p.writer = newWriter(d, in.Summary)
	}
	return p
}

// Colors gives the variants of the run their colours.
func (p *PageWriter) Colors() {
	if p.Summary == nil {
		return
	}
	for i := range p.Summary.Totals {
		p.Color(p.Summary.Totals[i].Variant)
	}
}

// together says, of a chart of all trials, why its numbers are not those of the
// metrics; nothing where there is one trial of each.
func (p *PageWriter) together() string {
	switch {
	case !p.pooled:
		return ""
	case p.Compared:
		return "All trials of a variant combined. The verdict is based on the separate trials, whose numbers differ from these."
	}
	return "All trials of a variant combined."
}

// Page is the page of a run.
func Page(id string, in Input) *doc.Doc {
	p := NewPageWriter(id, "Run", in)
	s := in.Summary
	p.Colors()
	about.Badges(p.Doc, s.Status, s.Generator.Limited)
	writeVerdict(p.writer, s)
	p.Answer(doc.Line{Tone: doc.Faint, Text: opening(s)})
	if t, verdict := Verdict(s, in.Thresholds); len(s.Failed) == 0 {
		p.Answer(doc.Line{Tone: t, Text: about.Sentence(verdict)})
	}
	about.AddThresholds(p.Doc, in.Thresholds)
	p.Latency()
	p.Partition()
	p.Conversations()
	p.OverTime()
	p.Begin(doc.Section{ID: "numbers", Title: "Numbers"})
	writeNumbers(p.writer, s, false)
	p.Errors()
	p.End()
	return p.Doc
}

// End adds how the generator fared, and what it takes to do it again.
func (p *PageWriter) End() {
	p.health()
	p.again()
}

// Errors adds the failures.
func (p *PageWriter) Errors() {
	if p.Summary == nil {
		return
	}
	if f := failures(p.Summary, mostPageErrors); f != nil {
		p.Begin(doc.Section{ID: "errors", Title: "Errors", Last: true})
		p.Add(doc.Block{Failures: f})
	}
}
