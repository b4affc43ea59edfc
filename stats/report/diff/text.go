// Package diff says how two results that were made at different times differ.
package diff

import (
	"strconv"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/comparison"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Text is the report of a diff for a person: what the gate says, what the
// primary metrics say, how far to trust it, and the numbers, tails included.
func Text(x *compare.Diff) *doc.Doc {
	d := doc.New("", "Difference between two results")
	writeDiffAnswers(d, x)
	writeDiffStanding(d, x)
	for i := range x.Variants {
		v := &x.Variants[i]
		diffTable(x).Write(d, about.Variant(v.Variant), v.Findings)
		for j := range v.Shifts {
			writeQuantiles(d, v, &v.Shifts[j])
		}
	}
	if len(x.Variants) > 0 {
		noteDiffMethod(d, x)
	}
	return d
}

// diffTable lays out the metrics of a variant.
func diffTable(x *compare.Diff) *comparison.MetricsTable {
	return &comparison.MetricsTable{Heads: [2]string{"base", "new"}, Evidence: EvidenceOf(x), Word: comparison.NoVerdict, Spread: true}
}

// bothTrials says how many trials of both sides a finding rests on.
func bothTrials(f *compare.Finding, v *compare.VariantDiff) string {
	base, other := v.BaseTrials, v.NewTrials
	if len(f.BaseValues) > 0 || len(f.NewValues) > 0 {
		base, other = known(f.BaseValues), known(f.NewValues)
	}
	return quantity.Count(int64(base)) + "+" + quantity.Count(int64(other)) + " trials"
}

// known returns how many of the values are numbers.
func known(values []*float64) (n int) {
	for _, v := range values {
		if figures.Finite(figures.NumberOr(v)) {
			n++
		}
	}
	return n
}

// writeDiffAnswers says what was done, what the gate says and what the primary metrics say.
func writeDiffAnswers(d *doc.Doc, x *compare.Diff) {
	what := "compared " + fileName(x.New.Name) + " with " + fileName(x.Base.Name) + " (the base)"
	target := &x.New.Target
	if base := &x.Base.Target; about.TargetAt(base) != about.TargetAt(target) || tlsMode(base) != tlsMode(target) {
		target = &resultfile.TargetInfo{} // of each its own, below
	}
	d.Answer(doc.Line{Tone: doc.Faint, Text: about.Opening(what, x.Load, "", target)})
	writeGate(d, x)
	e := EvidenceOf(x)
	said := false
	for i := range x.Variants {
		v := &x.Variants[i]
		who := "new against base, " + about.Variant(v.Variant)
		for j := range v.Findings {
			if f := &v.Findings[j]; f.Primary {
				said = true
				head := who
				if plain := e.Plain(f, "new", "base"); plain != "" {
					head = plain + ", " + about.Variant(v.Variant)
				}
				d.Answer(comparison.Said(head, e.Tone(f), e.Answer(f, bothTrials(f, v))))
			}
		}
	}
	if !said {
		d.Answer(doc.Line{Tone: doc.Bad, Text: "NOTHING WAS COMPARED: no primary metric is in both results"})
	}
}

func tlsMode(t *resultfile.TargetInfo) string {
	if t.TLS == nil {
		return ""
	}
	return t.TLS.Mode
}

// EvidenceOf returns what the findings of a diff share.
func EvidenceOf(x *compare.Diff) *comparison.Evidence {
	e := &comparison.Evidence{Method: &x.Method, Effect: x.ThresholdEffect, InDoubt: len(x.Differences) > 0}
	for _, s := range sidesOf(x) {
		e.InDoubt = e.InDoubt || s.side.Status != summary.Complete || s.side.Generator.Limited
	}
	return e
}

// weaker is said of every diff.
const weaker = "WEAKER than a comparison: base and new were measured at different times, so everything else that changed " +
	"in between also affects the difference. For strong evidence, measure both in one run: ftpmark compare"

// writeDiffStanding says what the answers are worth, and what the two results
// are.
func writeDiffStanding(d *doc.Doc, x *compare.Diff) {
	d.Fact("evidence", doc.Doubt, weaker)
	head := "FORCED"
	if len(x.Differences) > 0 {
		d.Fact(head, doc.Bad, "the results are not comparable, and these differences may explain a change:")
	}
	for i := range listedUnlike(x.Differences) {
		d.Fact("", doc.Bad, unlike(&x.Differences[i]))
	}
	moreUnlike(d, x.Differences)
	for _, s := range sidesOf(x) {
		if s.side.Status != summary.Complete {
			d.Fact("PARTIAL", doc.Bad, s.name+" is a partial result: its run did not finish")
		}
		if s.side.Generator.Limited {
			d.Fact("LIMITED", doc.Bad, limitedSide(s.name, &s.side.Generator))
		}
		for _, w := range s.side.Generator.Warnings {
			d.Fact("warning", doc.Doubt, s.name+": "+terminal.Printable(w, about.MostText))
		}
	}
	writeSide(d, "base", &x.Base)
	writeSide(d, "new", &x.New)
	for i := range listedUnlike(x.Remarks) {
		d.Fact("remark", doc.Plain, unlike(&x.Remarks[i]))
	}
	moreUnlike(d, x.Remarks)
	writeOnly(d, "only base", x.OnlyBase)
	writeOnly(d, "only new", x.OnlyNew)
}

// namedSide is one of the two results with what it is called.
type namedSide struct {
	name string
	side *compare.Side
}

func sidesOf(x *compare.Diff) []namedSide { return []namedSide{{"base", &x.Base}, {"new", &x.New}} }

func limitedSide(name string, g *summary.GeneratorSummary) string {
	text := "in " + name + " " + about.LimitedText
	if len(g.Reasons) == 0 {
		return text + ": the reason was not recorded"
	}
	for i, r := range g.Reasons[:min(len(g.Reasons), about.MostListed)] {
		text += [...]string{": ", "; "}[min(i, 1)] + terminal.Printable(r, about.MostText)
	}
	return text
}

// mostUnlike bounds how many differences of two results a person is shown.
const mostUnlike = 20

func listedUnlike(list []compare.Unlike) []compare.Unlike { return list[:min(len(list), mostUnlike)] }

func moreUnlike(d *doc.Doc, list []compare.Unlike) {
	if more := len(list) - mostUnlike; more > 0 {
		d.Fact("", doc.Plain, "and "+quantity.Count(int64(more))+" more: the JSON report lists them all")
	}
}

// unlike says in what two results differ.
func unlike(u *compare.Unlike) string {
	value := func(s string) string {
		if s == "" {
			return "none"
		}
		return terminal.Printable(s, 100)
	}
	return terminal.Printable(u.What, 60) + ": base has " + value(u.Base) + ", new has " + value(u.New)
}

// writeSide says what one of the results is.
func writeSide(d *doc.Doc, name string, s *compare.Side) {
	d.Fact(name, doc.Plain, sideIs(s))
	d.Fact("", doc.Faint, startedSide(s))
	if s.Target.TLS != nil {
		about.WriteTLS(d, name+": ", s.Target.TLS)
	}
	about.WriteRules(d, name+": ", &s.Target)
}

// sideIs says what one of the results is.
func sideIs(s *compare.Side) string {
	return fileName(s.Name) + ": " + trialsOfSide(s) + " of " + targetName(&s.Target)
}

func trialsOfSide(s *compare.Side) string { return quantity.Counted(s.Trials, "trial") }

func startedSide(s *compare.Side) string {
	return "started " + about.Started(&s.Run)
}

func fileName(s string) string {
	if s == "" {
		return "(no name)"
	}
	return terminal.Middle(terminal.Printable(s, about.MostText), 60)
}

func targetName(t *resultfile.TargetInfo) string {
	text := terminal.Printable(t.URL, 200)
	if address := about.UsedAddress(t); address != "" {
		text += " at " + address
	}
	if text == "" {
		text = "an unknown target"
	}
	if t.Embedded {
		text += " (the embedded target)"
	}
	return text
}

// writeOnly names the series that one side lacks.
func writeOnly(d *doc.Doc, head string, series []string) {
	if len(series) == 0 {
		return
	}
	d.Fact(head, doc.Doubt, comparison.Declared(series)+", missing in the other result")
}

func noteDiffMethod(d *doc.Doc, x *compare.Diff) {
	m := &x.Method
	d.Term("trial", "one measured repetition, which gives one value of each metric: its operations share the same conditions, "+
		"so thousands of them still count as one observation. A verdict needs at least "+
		strconv.Itoa(compare.MinTrials)+" trials on each side")
	d.Term("change", "the ratio of the median of new's trials to the median of base's (errors.rate: the difference)")
	comparison.NoteVerdicts(d, m, x.ThresholdEffect)
	primary := "the metrics that decide the verdict"
	if names := comparison.Declared(x.Primary); names != "" {
		primary = names + ", " + primary
	}
	if a := m.Alpha; a > 0 && a < 1 {
		primary += "; each has a " + figures.Percentage(a) + " risk of a false alarm if there is no difference"
	}
	d.Term("primary", primary)
	comparison.NoteStatistics(d, m)
}
