package search

import (
	"strconv"

	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// Comment is the report of a search for capacity as a comment on a change:
// the answers as headlines, what broke, and the steps folded away.
func Comment(c *capacity.Report, found []threshold.Outcome) *doc.Doc {
	d := doc.New("", "Capacity")
	doubts := capacityDoubts(c)
	if len(c.Results) == 0 {
		about.Headed(d, doc.Doubt, "Nothing was measured", doubts)
	}
	for i := range c.Results {
		r := &c.Results[i]
		text := terminal.Printable(r.Headline, about.MostText)
		if head := capacityHead(c, r); head != "" {
			text = head + " " + text
		}
		about.Headed(d, capacityMark(c, r), text, doubts)
		if i == 0 {
			d.Lines(doc.Line{Text: opening(c)})
		}
		doubts = nil // said once
		commentLimit(d, r)
	}
	if text := ModesAnswer(c); text != "" {
		d.Lines(doc.Line{Tone: doc.Strong, Text: text})
	}
	for i := range c.Results {
		r := &c.Results[i]
		if len(r.Steps) == 0 {
			continue
		}
		d.Fold("Steps of "+about.Variant(r.Variant), func(f *doc.Doc) {
			writeSteps(f, r)
			writeObjectives(f, r)
			if r.USL != nil {
				f.Add(doc.Block{List: modelWords(r)})
			}
		})
	}
	writeCost(d, c)
	about.HowDone(d, func(*doc.Doc) []doc.Line {
		facts := []doc.Line{{Head: "searched", Text: searchPlan(c)}}
		for _, o := range c.Plan.Objectives[:min(len(c.Plan.Objectives), about.MostListed)] {
			facts = append(facts, doc.Line{Head: "objective", Text: terminal.Printable(o, 200)})
		}
		if more := len(c.Plan.Objectives) - about.MostListed; more > 0 {
			facts = append(facts, doc.Line{Text: "and " + strconv.Itoa(more) + " more"})
		}
		return append(facts, about.Facts(&c.Run, &c.Remarks)...)
	})
	about.AddThresholds(d, found)
	return d
}

// capacityMark is how an answer is meant, with what keeps it from being taken as
// it is.
func capacityMark(c *capacity.Report, r *capacity.Result) doc.Tone {
	switch {
	case r.Capacity == nil && r.Limit == nil:
		return doc.Doubt
	case r.Capacity == nil:
		return doc.Bad
	case !r.Confirmed, r.FellOver, c.Status != summary.Complete, len(c.Warnings) > 0:
		return doc.Doubt
	}
	return doc.Good
}

// capacityDoubts are what keeps the answers from being taken as they are.
func capacityDoubts(c *capacity.Report) (doubts []doc.Line) {
	add := func(text string) { doubts = append(doubts, doc.Line{Tone: doc.Doubt, Text: text}) }
	if c.Generator.Limited {
		add("LIMITED: in a step the load generator was the limit; the server may hold more")
		for _, r := range c.Generator.Reasons {
			add("reason: " + terminal.Printable(r, about.MostText))
		}
	}
	if c.Status != summary.Complete {
		doubts = append(doubts, about.Partial("", c.Missing)...)
	}
	for _, w := range c.Warnings {
		add(terminal.Printable(w, about.MostText))
	}
	for _, rule := range about.Rules(&c.Target) {
		add(rule)
	}
	return doubts
}

// commentLimit says what broke first and what to do about it.
func commentLimit(d *doc.Doc, r *capacity.Result) {
	if l := r.Limit; l != nil {
		d.Lines(doc.Line{Text: limitText(r, l)})
		if l.Hint != "" {
			d.Lines(doc.Line{Text: "Hint: " + terminal.Printable(l.Hint, about.MostText)})
		}
	}
	if r.Why != "" && r.Capacity != nil {
		d.Add(doc.Block{List: []doc.Line{{Tone: doc.Doubt, Text: terminal.Printable(r.Why, about.MostText)}}})
	}
}

// limitText says what broke first.
func limitText(r *capacity.Result, l *capacity.Limit) string {
	text := terminal.Printable(l.Cause, 40) + " at " + levelWords(r.Vary, l.Level)
	if words := terminal.Printable(l.Text, about.MostText); words != "" {
		text += ": " + words
	}
	return text
}

// moreSteps says how many steps a table leaves out.
func moreSteps(n int) string {
	return "and " + quantity.Count(int64(n)) + " more steps: the JSON report has them all"
}
