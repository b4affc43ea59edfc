// Package search says what a search for capacity found.
package search

import (
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Text is the report of a search for capacity for a person: the answer
// in words, what broke, what that is worth, then step by step what was measured,
// drawn and put into a model, and what the load cost the server.
func Text(c *capacity.Report) *doc.Doc {
	d := doc.New("", "Capacity")
	writeCapacities(d, c)
	writeCapacityFacts(d, c)
	axes := chartAxes(c)
	for i := range c.Results {
		x := &c.Results[i]
		if len(c.Results) > 1 {
			d.Heading(resultName(x))
		}
		writeSteps(d, x)
		writeObjectives(d, x)
		d.Figure(loadFigure(d, c, x, axes))
		writeModel(d, x)
	}
	writeCost(d, c)
	return d
}

func writeCapacityFacts(d *doc.Doc, c *capacity.Report) {
	writeLimits(d, c)
	writeMet(d, c)
	writeCapacityStanding(d, c)
	writeSearched(d, c)
}

// resultName is what a variant is called: its name, and its verbs where these
// say more.
func resultName(r *capacity.Result) string {
	name := about.Variant(r.Variant)
	var verbs []string
	for _, m := range r.Modes[:min(len(r.Modes), int(stats.NumModes))] {
		if m != r.Variant {
			verbs = append(verbs, terminal.Printable(m, 10))
		}
	}
	if len(verbs) > 0 {
		name += " (" + about.List(verbs) + ")"
	}
	return name
}

// writeCapacities writes the answers, one for each variant, and which of them
// the server holds more of.
func writeCapacities(d *doc.Doc, c *capacity.Report) {
	about.AnswerFailed(d, &c.Run)
	d.Answer(doc.Line{Tone: doc.Faint, Text: opening(c)})
	if len(c.Results) == 0 {
		d.Answer(doc.Line{Tone: doc.Bad, Text: "NOTHING WAS MEASURED: no variant was started"})
	}
	for i := range c.Results {
		r := &c.Results[i]
		d.Answer(doc.Line{Head: capacityHead(c, r), Tone: capacityTone(c, r), Text: terminal.Printable(r.Headline, about.MostText)})
	}
	if text := ModesAnswer(c); text != "" {
		d.Answer(doc.Line{Tone: doc.Strong, Text: text})
	}
}

// opening says what was searched for, and with which load.
func opening(c *capacity.Report) string {
	return about.Opening("searched the highest "+Varied(c.Plan.Vary), c.Load, c.Plan.Vary, &c.Target)
}

// capacityHead names the variant where its mode, which the sentence has, does
// not.
func capacityHead(c *capacity.Report, r *capacity.Result) string {
	if len(c.Results) < 2 || r.Variant == r.Mode {
		return ""
	}
	return about.Variant(r.Variant) + ":"
}

// capacityTone is how an answer is meant, with what keeps it from being taken as it is.
func capacityTone(c *capacity.Report, r *capacity.Result) doc.Tone {
	switch {
	case r.Capacity == nil && r.Limit == nil:
		return doc.Doubt
	case r.Capacity == nil, r.FellOver:
		return doc.Bad
	case !r.Confirmed, c.Status != summary.Complete, len(c.Warnings) > 0:
		return doc.Doubt
	}
	return doc.Good
}

// writeLimits says of each variant what broke first in the words of the record,
// what to do about it, and what keeps the answer from being settled.
func writeLimits(d *doc.Doc, c *capacity.Report) {
	head := "broke first"
	for i := range c.Results {
		r, who := &c.Results[i], ""
		if len(c.Results) > 1 {
			who = about.Variant(r.Variant) + ": "
		}
		switch l := r.Limit; {
		case l != nil:
			d.KeyFact(head, doc.Plain, who+limitText(r, l))
			if hint := terminal.Printable(l.Hint, about.MostText); hint != "" {
				d.Fact("", doc.Strong, "hint: "+hint)
			}
		case r.AtLeast:
			d.Fact(head, doc.Plain, who+"nothing, up to the highest level allowed (--most)")
		default:
			d.Fact(head, doc.Plain, who+"unknown")
		}
		head = ""
		if hint := openHint(r); hint != "" {
			d.Fact("", doc.Strong, "hint: "+hint)
		}
		// Without a capacity the answer itself says why.
		if r.Why != "" && r.Capacity != nil {
			d.Fact("UNSETTLED", doc.Doubt, who+terminal.Printable(r.Why, about.MostText))
			head = "broke first"
		}
		if r.FellOver {
			d.Fact("FELL OVER", doc.Bad, who+"after the server had failed at a higher level, it no longer held one that it had held before")
			head = "broke first"
		}
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

// writeMet says by what each found level was held.
func writeMet(d *doc.Doc, c *capacity.Report) {
	head := "at capacity"
	for i := range c.Results {
		r, who := &c.Results[i], ""
		if len(c.Results) > 1 {
			who = about.Variant(r.Variant) + ": "
		}
		at := foundStep(r)
		if at == nil {
			continue
		}
		for _, o := range at.Outcomes[:min(len(at.Outcomes), about.MostListed)] {
			d.Fact(head, doc.Plain, who+terminal.Printable(o, 200))
			head = ""
		}
	}
}

// foundStep returns the step that speaks for the found level: the one that
// confirmed it, else the last; nil if there is none.
func foundStep(r *capacity.Result) (at *capacity.Step) {
	for i := range r.Steps {
		if s := &r.Steps[i]; found(r, s) && (at == nil || s.Purpose == resultfile.StepConfirm || at.Purpose != resultfile.StepConfirm) {
			at = s
		}
	}
	return at
}

// openHint is what to do about a search that ended without knowing.
func openHint(r *capacity.Result) string {
	if r.Capacity != nil || len(r.Steps) == 0 {
		return ""
	}
	if s := &r.Steps[len(r.Steps)-1]; s.Verdict == resultfile.StepUnknown {
		return terminal.Printable(s.Hint, about.MostText)
	}
	return ""
}

// writeCapacityStanding says whether everything is there and whether the
// generator was the limit.
func writeCapacityStanding(d *doc.Doc, c *capacity.Report) {
	about.WriteComplete(d, &c.Run, &c.Remarks)
	for _, w := range c.Warnings {
		d.Fact("WARNING", doc.Bad, terminal.Printable(w, about.MostText))
	}
	d.Facts = append(d.Facts, about.Generator(&c.Generator, 0, limitedAt(c))...)
	for _, n := range c.Notes {
		d.Fact("note", doc.Plain, terminal.Printable(n, about.MostText))
	}
}

// limitedAt says at which levels the generator was the limit: those say nothing of the server,
// the others stand.
func limitedAt(c *capacity.Report) string {
	var at []string
	for i := range c.Results {
		r := &c.Results[i]
		for j := range r.Steps {
			if x := &r.Steps[j]; x.Limited && len(at) < mostNamedLevels {
				name := levelWords(r.Vary, x.Level)
				if len(c.Results) > 1 {
					name += " (" + about.Variant(r.Variant) + ")"
				}
				at = append(at, name)
			}
		}
	}
	where := " in a step"
	if len(at) > 0 {
		where = " at " + about.List(at)
	}
	return where + ": the load generator was the limit there; the server may hold more"
}

// mostNamedLevels bounds how many levels a sentence names.
const mostNamedLevels = 6

// writeSearched says what was searched for, by what it was judged and against
// whom.
func writeSearched(d *doc.Doc, c *capacity.Report) {
	d.Fact("searched", doc.Plain, searchPlan(c))
	head := "objectives"
	for _, o := range c.Plan.Objectives[:min(len(c.Plan.Objectives), about.MostListed)] {
		d.Fact(head, doc.Plain, terminal.Printable(o, 200))
		head = ""
	}
	if more := len(c.Plan.Objectives) - about.MostListed; more > 0 {
		d.Fact(head, doc.Plain, "and "+quantity.Count(int64(more))+" more")
	}
	about.WriteTarget(d, "against", "", &c.Target)
	d.Fact("started", doc.Faint, about.Started(&c.Run))
}

// searchPlan says what was varied, how far and in how many steps.
func searchPlan(c *capacity.Report) string {
	p := &c.Plan
	text := "the highest " + Varied(p.Vary) + " from " + levelOf(p.Vary, p.From) + " to " + levelOf(p.Vary, p.Most) +
		", with a precision of " + figures.Percentage(p.Precision)
	var ran []string
	for i := range c.Results {
		r := &c.Results[i]
		steps := quantity.Counted(len(r.Steps), "step")
		if len(c.Results) > 1 {
			steps += " " + about.Variant(r.Variant)
		}
		ran = append(ran, steps)
	}
	if len(ran) == 0 {
		return text
	}
	return text + "; " + about.List(ran)
}
