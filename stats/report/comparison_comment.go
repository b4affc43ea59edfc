package report

import (
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// comparisonComment is the report of a comparison as a comment on a change: the
// answer as a headline, the primary metrics in one table, and the rest folded
// away.
func comparisonComment(c *compare.Comparison, found []threshold.Outcome) *doc.Doc {
	d := doc.New("", "Comparison")
	doubts, grave := comparisonDoubts(c)
	e := evidence{&c.Method, c.Plan.ThresholdEffect, c.Plan.AA}
	if len(c.Against) == 0 {
		headed(d, doc.Doubt, "Nothing was compared", doubts)
	}
	for i := range c.Against {
		a := &c.Against[i]
		t, text := headline(&e, a.Findings)
		if grave {
			t = doc.Doubt
		}
		if e.aa {
			text = "an A/A run, so that any difference is noise: " + text
		}
		headed(d, t, againstName(a)+": "+text, doubts)
		doubts = nil // said once
		table := comparedTable(c, a)
		primary, others := parted(a.Findings)
		d.Table(table.brief(d, "metric", &e, primary, func(f *compare.Finding) string { return pairsOf(f, a.Pairs) }))
		for j := range a.Operations {
			if o := &a.Operations[j]; o.Differs != "" {
				d.Lines(doc.Line{Text: "In " + terminal.Printable(o.Op, 10) + " the difference lies in " + differs(o, &c.Method) + "."})
			}
		}
		d.Fold("Other metrics, and where the time goes", func(f *doc.Doc) {
			f.Table(table.brief(d, "metric", &e, others, nil))
			for j := range a.Operations {
				o := &a.Operations[j]
				t := shiftsHead(c, a, o)
				for k := range o.Phases {
					if p := &o.Phases[k]; hasPhase(p) {
						t.Rows = append(t.Rows, shiftRow(d, p, o.Differs, false))
					}
				}
				t.Rows = append(t.Rows, wireRows(d, o)...)
				f.Table(t)
			}
		})
	}
	how(d, func(f *doc.Doc) []doc.Line {
		writeNoise(f, c)
		if len(c.Against) > 0 {
			noteMethod(f, c)
		}
		facts := []doc.Line{{Head: "ran", Text: comparisonPlan(c)}}
		for i := range c.Variants {
			facts = append(facts, doc.Line{Head: "variant", Text: variantName(c.Variants[i].Name) + ": " + variantAbout(&c.Variants[i])})
		}
		return append(facts, runFacts(&c.Run, &c.Remarks)...)
	})
	addThresholds(d, found)
	return d
}

// comparisonDoubts are what keeps the answers from being taken as they are, and
// whether that puts all of them in doubt.
func comparisonDoubts(c *compare.Comparison) (doubts []doc.Line, grave bool) {
	add := func(text string) { doubts = append(doubts, doc.Line{Tone: doc.Doubt, Text: text}) }
	if c.Generator.Limited {
		doubts = limitedBy("", &c.Generator)
	}
	if c.Status != summary.Complete {
		doubts = append(doubts, partialSince("", c.Missing)...)
	}
	if c.Noise != nil && c.Noise.TooMuch {
		add(tooNoisy(c))
	}
	grave = len(doubts) > 0 || len(c.Warnings) > 0
	for i := range c.Variants {
		v := &c.Variants[i]
		if v.Failed != 0 {
			add(variantName(v.Name) + ": " + quantity.CountShare(v.Failed, v.Attempts) + " of the operations FAILED (" +
				quantity.Count(v.Failed) + " of " + quantity.Count(v.Attempts) + ")")
		}
	}
	for _, w := range c.Warnings {
		add(terminal.Printable(w, unbounded))
	}
	for _, rule := range rules(&c.Target) {
		add(rule)
	}
	return doubts, grave
}

// headline returns the tone and the words for the primary metrics, those of the
// same verdict together.
func headline(e *evidence, findings []compare.Finding) (t doc.Tone, text string) {
	t = doc.Good
	var order []string
	named := map[string][]string{}
	for i := range findings {
		f := &findings[i]
		if !f.Primary {
			continue
		}
		word := strings.ToLower(verdictWord(f))
		if f.Verdict == compare.Equivalent && !f.Difference {
			word += " within " + within(e.effect)
		}
		if !slices.Contains(order, word) {
			order = append(order, word)
		}
		named[word] = append(named[word], metricName(f.Metric))
		switch x := e.tone(f); {
		case x == doc.Bad, x != doc.Good && t == doc.Good:
			t = x
		}
	}
	if len(order) == 0 {
		return doc.Doubt, "no primary metric"
	}
	parts := make([]string, len(order))
	for i, word := range order {
		parts[i] = word + " in " + listed(named[word])
	}
	return t, strings.Join(parts, "; ")
}

// parted returns the primary findings and the others.
func parted(findings []compare.Finding) (primary, others []compare.Finding) {
	for _, f := range findings {
		if f.Primary {
			primary = append(primary, f)
		} else {
			others = append(others, f)
		}
	}
	return primary, others
}
