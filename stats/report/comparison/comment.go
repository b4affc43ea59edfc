package comparison

import (
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// Comment is the report of a comparison as a comment on a change: the
// answer as a headline, the primary metrics in one table, and the rest folded
// away.
func Comment(c *compare.Comparison, found []threshold.Outcome) *doc.Doc {
	d := doc.New("", "Comparison")
	doubts, grave := comparisonDoubts(c)
	e := Evidence{&c.Method, c.Plan.ThresholdEffect, c.Plan.AA}
	if len(c.Against) == 0 {
		about.Headed(d, doc.Doubt, "Nothing was compared", doubts)
	}
	for i := range c.Against {
		a := &c.Against[i]
		t, text := Headline(&e, a.Findings)
		if grave {
			t = doc.Doubt
		}
		if e.aa {
			text = "an A/A run, so any difference is noise: " + text
		}
		about.Headed(d, t, againstName(a)+": "+text, doubts)
		if i == 0 {
			d.Lines(doc.Line{Text: opening(c)})
		}
		doubts = nil // said once
		table := comparedTable(c, a)
		primary, others := Parted(a.Findings)
		d.Table(table.Brief(d, "metric", &e, primary, func(f *compare.Finding) string { return pairsOf(f, a.Pairs) }))
		for j := range a.Operations {
			if o := &a.Operations[j]; o.Differs != "" {
				d.Lines(doc.Line{Text: "The difference in " + terminal.Printable(o.Op, 10) + " is in " + differs(o, &c.Method) + "."})
			}
		}
		d.Fold("Other metrics and phases", func(f *doc.Doc) {
			f.Table(table.Brief(d, "metric", &e, others, nil))
			for j := range a.Operations {
				o := &a.Operations[j]
				t := shiftsHead(c, a, o)
				for k := range o.Phases {
					if p := &o.Phases[k]; hasPhase(p) {
						t.Rows = append(t.Rows, shiftRow(d, p, o))
					}
				}
				t.Rows = append(t.Rows, wireRows(d, o)...)
				f.Table(t)
			}
		})
	}
	about.HowDone(d, func(f *doc.Doc) []doc.Line {
		writeNoise(f, c)
		if len(c.Against) > 0 {
			noteMethod(f, c)
		}
		facts := []doc.Line{{Head: "ran", Text: ComparisonPlan(c)}}
		for i := range c.Variants {
			facts = append(facts, doc.Line{Head: "variant", Text: about.Variant(c.Variants[i].Name) + ": " + variantAbout(&c.Variants[i])})
		}
		return append(facts, about.Facts(&c.Run, &c.Remarks)...)
	})
	about.AddThresholds(d, found)
	return d
}

// comparisonDoubts are what keeps the answers from being taken as they are, and
// whether that puts all of them in doubt.
func comparisonDoubts(c *compare.Comparison) (doubts []doc.Line, grave bool) {
	add := func(text string) { doubts = append(doubts, doc.Line{Tone: doc.Doubt, Text: text}) }
	doubts = about.Failed(&c.Run)
	if c.Generator.Limited {
		doubts = append(doubts, about.Limited("", &c.Generator)...)
	}
	if c.Status != summary.Complete {
		doubts = append(doubts, about.Partial("", c.Missing)...)
	}
	if c.Noise != nil && c.Noise.TooMuch {
		add(tooNoisy(c))
	}
	grave = len(doubts) > 0 || len(c.Warnings) > 0
	for i := range c.Variants {
		v := &c.Variants[i]
		if v.Failed != 0 {
			add(about.Variant(v.Name) + ": " + quantity.CountShare(v.Failed, v.Attempts) + " of the operations FAILED (" +
				quantity.Count(v.Failed) + " of " + quantity.Count(v.Attempts) + ")")
		}
	}
	for _, w := range c.Warnings {
		add(terminal.Printable(w, about.MostText))
	}
	for _, rule := range about.Rules(&c.Target) {
		add(rule)
	}
	return doubts, grave
}

// Headline returns the tone and the words for the primary metrics, those of the
// same verdict together.
func Headline(e *Evidence, findings []compare.Finding) (t doc.Tone, text string) {
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
			word += " within " + figures.Within(e.Effect)
		}
		if !slices.Contains(order, word) {
			order = append(order, word)
		}
		named[word] = append(named[word], about.Metric(f.Metric))
		switch x := e.Tone(f); {
		case x == doc.Bad, x != doc.Good && t == doc.Good:
			t = x
		}
	}
	if len(order) == 0 {
		return doc.Doubt, "no primary metric"
	}
	parts := make([]string, len(order))
	for i, word := range order {
		parts[i] = word + " in " + about.List(named[word])
	}
	return t, strings.Join(parts, "; ")
}

// Parted returns the primary findings and the others.
func Parted(findings []compare.Finding) (primary, others []compare.Finding) {
	for _, f := range findings {
		if f.Primary {
			primary = append(primary, f)
		} else {
			others = append(others, f)
		}
	}
	return primary, others
}
