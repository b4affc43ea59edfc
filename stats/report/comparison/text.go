// Package comparison says what a comparison found.
package comparison

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Text is the report of a comparison for a person: the answer in
// words, what it is worth, the numbers behind it, where the time goes, and how
// it was done.
func Text(c *compare.Comparison) *doc.Doc {
	d := doc.New("", "Comparison")
	writeAnswers(d, c)
	writeStanding(d, c)
	writeCompared(d, c)
	writeNoise(d, c)
	for i := range c.Against {
		a := &c.Against[i]
		if len(c.Against) > 1 {
			d.Heading(againstName(a) + ", " + pairs(a.Pairs))
		}
		comparedTable(c, a).Write(d, "metrics", a.Findings)
		writeStrips(d, c, a)
		for j := range a.Operations {
			writeShifts(d, c, a, &a.Operations[j])
		}
	}
	if len(c.Against) > 0 {
		noteMethod(d, c)
	}
	return d
}

// comparedTable lays out the metrics of one variant against the base.
func comparedTable(c *compare.Comparison, a *compare.Against) *MetricsTable {
	return &MetricsTable{Heads: [2]string{a.Base, a.Variant}, Evidence: EvidenceOf(c), Word: "cannot tell"}
}

// writeCompared says what ran against what.
func writeCompared(d *doc.Doc, c *compare.Comparison) {
	d.Fact("ran", doc.Plain, ComparisonPlan(c))
	if c.Plan.AA {
		d.Fact("", doc.Strong, "an A/A run: the variants are identical, so any difference is noise of this machine")
	}
	head := "variants"
	for i := range c.Variants {
		role := ""
		if i == 0 {
			role = " (the base)"
		}
		d.Fact(head, doc.Plain, about.Variant(c.Variants[i].Name)+role+": "+variantAbout(&c.Variants[i]))
		head = ""
	}
	about.WriteTarget(d, "against", "", &c.Target)
	d.Fact("started", doc.Faint, about.Started(&c.Run))
}

// ComparisonPlan says how the trials came about.
func ComparisonPlan(c *compare.Comparison) string {
	// Of each variant there are as many pairs as of the fewest.
	ran := make([]int, len(c.Against))
	for i := range c.Against {
		ran[i] = c.Against[i].Pairs
	}
	text := "no pairs"
	if len(ran) > 0 {
		text = pairs(slices.Min(ran))
	}
	switch p := &c.Plan; {
	case p.UntilVerdict:
		text += " of up to " + quantity.Count(int64(p.MaxPairs)) + ", " + stopped(c, ran)
	case len(ran) > 0 && slices.Min(ran) < p.Pairs:
		text += " of the " + quantity.Count(int64(p.Pairs)) + " planned"
	}
	text += ", interleaved: each has one trial of every variant, in random order (seed " +
		strconv.FormatUint(c.Seed, 10) + ")"
	return text
}

// stopped says what ended a comparison that was to go on until there was a
// verdict, of which so many pairs were run.
func stopped(c *compare.Comparison, ran []int) string {
	if len(ran) > 0 && c.Settled() {
		return "until every primary metric had a verdict"
	}
	without := "not every primary metric has a verdict"
	if !anyVerdict(c) {
		without = "no primary metric has a verdict"
	}
	switch {
	case c.Status != summary.Complete:
		return "interrupted: " + without
	case len(ran) > 0 && slices.Min(ran) >= c.Plan.MaxPairs:
		return "the maximum: " + without
	}
	return without
}

// anyVerdict reports whether a primary metric has one.
func anyVerdict(c *compare.Comparison) bool {
	for i := range c.Against {
		for j := range c.Against[i].Findings {
			switch f := &c.Against[i].Findings[j]; f.Verdict {
			case compare.Faster, compare.Slower, compare.Equivalent:
				if f.Primary {
					return true
				}
			}
		}
	}
	return false
}

// variantAbout says what sets a variant apart and which verbs it came to use.
func variantAbout(v *compare.Variant) string {
	parts := about.Settings(v.Settings)
	if len(parts) == 0 && v.Trials > 0 { // one that never began would have said what it overrides
		parts = append(parts, "no overrides")
	}
	if len(v.Modes) > 0 {
		verbs := make([]string, 0, about.MostListed)
		for _, m := range v.Modes[:min(len(v.Modes), about.MostListed)] {
			verbs = append(verbs, terminal.Printable(m, 20))
		}
		parts = append(parts, "used "+about.List(verbs))
	}
	return strings.Join(append(parts, wholeTrials(v.Trials)), "; ")
}

func wholeTrials(n int) string {
	if n == 0 {
		return "no complete trial"
	}
	return quantity.Counted(n, "complete trial")
}

// noteMethod explains how the verdicts were reached.
func noteMethod(d *doc.Doc, c *compare.Comparison) {
	m := &c.Method
	d.Term("trial", "one measured repetition of one variant, which gives one value of each metric: its operations share the same "+
		"conditions, so thousands of them still count as one observation")
	d.Term("change", "the median of the pairs' ratios (errors.rate: of their differences), comparing the trials of each pair. "+
		"It is not the ratio of the two medians in the table and may even have the opposite direction")
	NoteVerdicts(d, m, c.Plan.ThresholdEffect)
	primary := "declared before the first trial"
	if names := Declared(c.Plan.Primary); names != "" {
		primary = names + ", " + primary
	}
	if a := m.Alpha; a > 0 && a < 1 {
		primary += "; each has a " + figures.Percentage(a) + " risk of a false alarm if there is no difference"
	}
	d.Term("primary", primary)
	NoteStatistics(d, m)
	if m.Stopping != "" {
		text := terminal.Printable(m.Stopping, about.MostText)
		if m.Looks > 0 {
			text += "; looks taken: " + quantity.Count(int64(m.Looks))
		}
		d.Term("stopping", text)
	}
}

// Declared lists the primary metrics.
func Declared(names []string) string {
	var shown []string
	for _, n := range names[:min(len(names), about.MostListed)] {
		shown = append(shown, about.Metric(n))
	}
	if more := len(names) - len(shown); more > 0 {
		shown = append(shown, quantity.Count(int64(more))+" more")
	}
	return about.List(shown)
}

// NoteVerdicts says what each verdict takes.
func NoteVerdicts(d *doc.Doc, m *compare.Method, effect float64) {
	threshold := figures.Within(effect)
	critical := figures.Unknown
	if m.Critical > 0 && m.Critical <= 1 {
		critical = strconv.FormatFloat(m.Critical, 'g', quantity.Digits, 64)
	}
	d.Term("verdict", "faster (better) or slower (worse): the interval excludes zero change, the change exceeds "+
		threshold+" and p is at most "+critical+"; equivalent: the whole interval is within "+threshold+" (errors.rate is a difference with its own threshold)")
}

// NoteStatistics says how interval, p and correction were computed.
func NoteStatistics(d *doc.Doc, m *compare.Method) {
	for _, n := range []struct{ mark, text string }{
		{"interval", m.Interval}, {"p", m.Test}, {"others", m.Correction},
	} {
		text := terminal.Printable(n.text, about.MostText)
		if text == "" {
			continue
		}
		if n.mark == "interval" && m.Resamples > 0 {
			text += "; " + quantity.Count(int64(m.Resamples)) + " resamples, seed " + strconv.FormatUint(m.Seed, 10)
		}
		d.Term(n.mark, text)
	}
}
