package report

import (
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// The marks of a headline and of a row.
const (
	mdGood    = "✅"
	mdBad     = "❌"
	mdWarning = "⚠️"
	mdUnknown = "❔"
)

// comparisonMarkdown returns the report of a comparison for a comment on a pull
// request: the answer as a headline, the primary metrics in one table, and the
// rest folded away.
func comparisonMarkdown(c *compare.Comparison) []byte {
	m := &mdPage{}
	doubts, grave := comparisonDoubts(c)
	e := evidence{&c.Method, c.Plan.ThresholdEffect, c.Plan.AA}
	if len(c.Against) == 0 {
		m.line("### " + mdUnknown + " Nothing was compared")
		m.quotes(doubts)
	}
	for i := range c.Against {
		a := &c.Against[i]
		mark, text := headline(&e, a.Findings)
		if grave {
			mark = mdWarning
		}
		if e.aa {
			text = "an A/A run, so that any difference is noise: " + text
		}
		m.block("### " + mark + " " + mdName(a.Variant) + " against " + mdName(a.Base) + ": " + text)
		if i == 0 {
			m.quotes(doubts)
		}
		primary, others := parted(a.Findings)
		heads := [2]string{a.Base, a.Variant}
		m.findings(&e, heads, primary, func(f *compare.Finding) string { return pairsOf(f, a.Pairs) })
		for j := range a.Operations {
			if o := &a.Operations[j]; o.Differs != "" {
				m.block("In " + mdName(o.Op) + " the difference lies in " + mdName(o.Differs) + mdCell(differsBy(o, &c.Method)) + ".")
			}
		}
		m.details("Other metrics, and where the time goes", func() {
			m.findings(&e, heads, others, nil)
			for j := range a.Operations {
				m.shifts(a, &a.Operations[j], &c.Method)
			}
		})
	}
	m.details("How it was done", func() {
		m.noise(c)
		m.facts(comparisonFacts(c))
	})
	return m.out.Bytes()
}

// comparisonDoubts are what keeps the answers from being taken as they are, and
// whether that puts all of them in doubt.
func comparisonDoubts(c *compare.Comparison) (doubts []string, grave bool) {
	if c.Generator.Limited {
		doubts = append(doubts, limitedBy("", &c.Generator))
	}
	if c.Status != summary.Complete {
		doubts = append(doubts, partialSince("", c.Missing))
	}
	if c.Noise != nil && c.Noise.TooMuch {
		doubts = append(doubts, mdCell(tooNoisy(c)))
	}
	grave = len(doubts) > 0 || len(c.Warnings) > 0
	for i := range c.Variants {
		v := &c.Variants[i]
		if v.Failed != 0 {
			doubts = append(doubts, mdName(v.Name)+": "+mdCell(quantity.CountShare(v.Failed, v.Attempts))+" of the operations **failed** ("+
				quantity.Count(v.Failed)+" of "+quantity.Count(v.Attempts)+")")
		}
	}
	for _, w := range c.Warnings {
		doubts = append(doubts, mdCell(printable(w, unbounded)))
	}
	for _, rule := range rules(&c.Target) {
		doubts = append(doubts, mdCell(rule))
	}
	return doubts, grave
}

// limitedBy says that the generator was the limit, of a side where there are
// two.
func limitedBy(who string, g *summary.GeneratorSummary) string {
	text := "**Limited**" + who + ": the load generator may have been the limit, and the server be faster than shown"
	if len(g.Reasons) > 0 {
		text += ": " + mdCell(strings.Join(g.Reasons, "; "))
	}
	return text
}

func partialSince(who string, missing []string) string {
	text := "**Partial**" + who + ": the run did not come to its own end"
	if len(missing) > 0 {
		text += "; missing: " + mdCell(strings.Join(missing, "; "))
	}
	return text
}

// comparisonFacts say how it was done.
func comparisonFacts(c *compare.Comparison) []string {
	facts := []string{"**ran** " + mdCell(comparisonPlan(c))}
	for i := range c.Variants {
		facts = append(facts, "**variant** "+mdName(c.Variants[i].Name)+": "+mdCell(variantAbout(&c.Variants[i])))
	}
	facts = append(facts, "**target** "+mdName(c.Target.URL))
	facts = append(facts, "**started** "+mdCell(started(&c.Run)))
	for _, n := range c.Notes {
		facts = append(facts, "**note** "+mdCell(n))
	}
	d := doc.New("", "")
	if len(c.Against) > 0 {
		noteMethod(d, c)
	}
	for _, n := range d.Terms {
		facts = append(facts, "**"+n.Mark+"** "+mdCell(n.Text))
	}
	return facts
}

// headline returns the mark and the words for the primary metrics, those of the
// same verdict together.
func headline(e *evidence, findings []compare.Finding) (mark, text string) {
	mark = mdGood
	var order []string
	named := map[string][]string{}
	for i := range findings {
		f := &findings[i]
		if !f.Primary {
			continue
		}
		word := strings.ToLower(verdictWord(f))
		if f.Verdict == compare.Equivalent && !f.Difference {
			word += " within " + mdCell(within(e.effect))
		}
		if !slices.Contains(order, word) {
			order = append(order, word)
		}
		named[word] = append(named[word], mdName(f.Metric))
		switch m := findingMark(e, f); {
		case m == mdBad, m != mdGood && mark == mdGood:
			mark = m
		}
	}
	if len(order) == 0 {
		return mdUnknown, "no primary metric"
	}
	parts := make([]string, len(order))
	for i, word := range order {
		parts[i] = word + " in " + listed(named[word])
	}
	return mark, strings.Join(parts, "; ")
}

// findingMark is a finding's verdict as a mark. In an A/A run there is no
// better or worse, only noise.
func findingMark(e *evidence, f *compare.Finding) string {
	switch f.Verdict {
	case compare.Faster, compare.Slower:
		switch {
		case e.aa:
			return mdWarning
		case f.Verdict == compare.Slower:
			return mdBad
		}
		return mdGood
	case compare.Equivalent:
		return mdGood
	}
	return mdUnknown
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
