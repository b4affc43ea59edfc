package report

import (
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// capacityText returns the report of a search for capacity for a person: the
// answer in words, what broke, what that is worth, then step by step what was
// measured, drawn and put into a model, and what the load cost the server.
func capacityText(c *capacity.Report, o Options) []byte {
	d := documentFor(o)
	writeCapacities(d, c)
	if text := modesAnswer(c); text != "" {
		d.hanging(strong, "", text)
	}
	writeLimits(d, c)
	writeMet(d, c)
	writeCapacityStanding(d, c)
	writeSearched(d, c)
	axes := chartAxes(c)
	for i := range c.Results {
		x := &c.Results[i]
		if len(c.Results) > 1 {
			d.blank()
			d.line(d.toned(strong, resultName(x)))
		}
		writeSteps(d, x)
		writeChart(d, x, axes)
		writeModel(d, x)
	}
	writeCost(d, c)
	d.writeLegend()
	return d.out.Bytes()
}

// resultName is what a variant is called: its name, and its verbs where these
// say more.
func resultName(r *capacity.Result) string {
	name := variantName(r.Variant)
	var verbs []string
	for _, m := range r.Modes[:min(len(r.Modes), int(stats.NumModes))] {
		if m != r.Variant {
			verbs = append(verbs, printable(m, 10))
		}
	}
	if len(verbs) > 0 {
		name += " (" + listed(verbs) + ")"
	}
	return name
}

// writeCapacities writes the answers, one for each variant.
func writeCapacities(d *document, c *capacity.Report) {
	if len(c.Results) == 0 {
		d.line(d.toned(bad, "NOTHING WAS MEASURED: no variant began"))
	}
	for i := range c.Results {
		r := &c.Results[i]
		d.hanging(capacityTone(r), capacityHead(c, r), printable(r.Headline, unbounded))
	}
}

// capacityHead names the variant where its mode, which the sentence has, does
// not.
func capacityHead(c *capacity.Report, r *capacity.Result) string {
	if len(c.Results) < 2 || r.Variant == r.Mode {
		return ""
	}
	return variantName(r.Variant) + ": "
}

func capacityTone(r *capacity.Result) tone {
	switch {
	case r.Capacity == nil, r.FellOver:
		return bad
	case !r.Confirmed:
		return doubt
	}
	return good
}

// writeLimits says of each variant what broke first in the words of the record,
// what to do about it, and what keeps the answer from being settled.
func writeLimits(d *document, c *capacity.Report) {
	for i := range c.Results {
		r := &c.Results[i]
		head, who := "broke first", ""
		if len(c.Results) > 1 {
			who = variantName(r.Variant) + ": "
			if i > 0 {
				head = ""
			}
		}
		switch l := r.Limit; {
		case l != nil:
			text := who + printable(l.Cause, 40) + " at " + levelWords(r.Vary, l.Level)
			if words := printable(l.Text, unbounded); words != "" {
				text += ": " + words
			}
			d.verdict(head, plain, text)
			if hint := printable(l.Hint, unbounded); hint != "" {
				d.verdict("", strong, "hint: "+hint)
			}
		case r.AtLeast:
			d.verdict(head, plain, who+"nothing, up to the highest level that was allowed: see --most")
		default:
			d.verdict(head, plain, who+"not known")
		}
		if hint := openHint(r); hint != "" {
			d.verdict("", strong, "hint: "+hint)
		}
		// Without a capacity the answer itself says why.
		if r.Why != "" && r.Capacity != nil {
			d.verdict("UNSETTLED", doubt, who+printable(r.Why, unbounded))
		}
		if r.FellOver {
			d.verdict("FELL OVER", bad, who+"a level that was held was not any more after the server had failed at a higher one")
		}
	}
}

// writeMet says by what each found level was held.
func writeMet(d *document, c *capacity.Report) {
	head := "at capacity"
	for i := range c.Results {
		r, who := &c.Results[i], ""
		if len(c.Results) > 1 {
			who = variantName(r.Variant) + ": "
		}
		at := foundStep(r)
		if at == nil {
			continue
		}
		for _, o := range at.Outcomes[:min(len(at.Outcomes), mostSettings)] {
			d.verdict(head, plain, who+printable(o, 200))
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
		return printable(s.Hint, unbounded)
	}
	return ""
}

// writeCapacityStanding says whether everything is there and whether the
// generator was the limit.
func writeCapacityStanding(d *document, c *capacity.Report) {
	s := &summary.Summary{Status: c.Status, Missing: c.Missing, Generator: c.Generator}
	writeComplete(d, s)
	for _, w := range c.Warnings {
		d.verdict("WARNING", bad, printable(w, unbounded))
	}
	writeLimitedSteps(d, c)
	for _, n := range c.Notes {
		d.verdict("note", plain, printable(n, unbounded))
	}
}

// writeLimitedSteps says at which levels the generator was the limit: those say
// nothing of the server, the others stand.
func writeLimitedSteps(d *document, c *capacity.Report) {
	s := &summary.Summary{Generator: c.Generator}
	if !c.Generator.Limited {
		writeGenerator(d, s)
		return
	}
	var at []string
	for i := range c.Results {
		r := &c.Results[i]
		for j := range r.Steps {
			if x := &r.Steps[j]; x.Limited && len(at) < mostNamedLevels {
				name := levelWords(r.Vary, x.Level)
				if len(c.Results) > 1 {
					name += " (" + variantName(r.Variant) + ")"
				}
				at = append(at, name)
			}
		}
	}
	where := "in a step"
	if len(at) > 0 {
		where = "at " + listed(at)
	}
	d.verdict("generator", bad, "LIMITED "+where+": the load generator was the limit there, and the server may hold more")
	for _, r := range c.Generator.Reasons {
		d.verdict("", plain, "reason: "+printable(r, unbounded))
	}
	if used := generatorUse(s); used != "" {
		d.verdict("", faint, used)
	}
	for _, w := range c.Generator.Warnings {
		d.verdict("", doubt, "warning: "+printable(w, unbounded))
	}
}

// mostNamedLevels bounds how many levels a sentence names.
const mostNamedLevels = 6

// writeSearched says what was searched for, by what it was judged and against
// whom.
func writeSearched(d *document, c *capacity.Report) {
	d.verdict("searched", plain, searchPlan(c))
	head := "objectives"
	for _, o := range c.Plan.Objectives[:min(len(c.Plan.Objectives), mostSettings)] {
		d.verdict(head, plain, printable(o, 200))
		head = ""
	}
	if more := len(c.Plan.Objectives) - mostSettings; more > 0 {
		d.verdict(head, plain, "and "+quantity.Count(int64(more))+" more")
	}
	writeTarget(d, "against", "", &c.Target)
	d.verdict("started", faint, started(&summary.Summary{Started: c.Started, Seed: c.Seed, Tool: c.Tool}))
}

// searchPlan says what was varied, how far and in how many steps.
func searchPlan(c *capacity.Report) string {
	p := &c.Plan
	text := "the highest " + varied(p.Vary) + " from " + levelOf(p.Vary, p.From) + " to " + levelOf(p.Vary, p.Most) +
		", to within " + percentage(p.Precision)
	var ran []string
	for i := range c.Results {
		r := &c.Results[i]
		steps := quantity.Counted(len(r.Steps), "step")
		if len(c.Results) > 1 {
			steps += " " + variantName(r.Variant)
		}
		ran = append(ran, steps)
	}
	if len(ran) == 0 {
		return text
	}
	return text + "; " + listed(ran)
}
