package diff

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/comparison"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// Comment is the report of a diff as a comment on a change: the gate's word as
// a headline, else the primary metrics', then one table of these for each
// variant, and the rest folded away.
func Comment(x *compare.Diff, found []threshold.Outcome) *doc.Doc {
	d := doc.New("", "Difference between two results")
	e := comparison.Evidence{Method: &x.Method, Effect: x.ThresholdEffect}
	doubts := diffDoubts(x)
	t, text := diffHeadline(&e, x, len(doubts) > 0)
	for _, s := range sidesOf(x) {
		for _, rule := range about.Rules(&s.side.Target) {
			doubts = append(doubts, doc.Line{Tone: doc.Doubt, Text: "(" + s.name + ") " + rule})
		}
	}
	about.Headed(d, t, text, doubts)
	d.Table(gateTable(x))
	table := diffTable(x)
	for i := range x.Variants {
		v := &x.Variants[i]
		if primary, _ := comparison.Parted(v.Findings); len(primary) > 0 {
			d.Table(table.Brief(d, about.Variant(v.Variant), &e, primary, func(f *compare.Finding) string { return bothTrials(f, v) }))
		}
	}
	d.Lines(doc.Line{Text: "Weaker evidence than a comparison gives: base and new were measured at different times."})
	d.Fold("Other metrics, and percentile by percentile", func(f *doc.Doc) {
		if len(x.Variants) == 0 {
			f.Lines(doc.Line{Text: "Nothing was compared."})
		}
		for i := range x.Variants {
			v := &x.Variants[i]
			_, others := comparison.Parted(v.Findings)
			f.Heading(about.Variant(v.Variant))
			f.Table(table.Brief(d, "metric", &e, others, nil))
			for j := range v.Shifts {
				f.Table(quantileTable(d, v, &v.Shifts[j]))
			}
		}
	})
	about.HowDone(d, func(f *doc.Doc) []doc.Line { return diffFacts(f, x) })
	about.AddThresholds(d, found)
	return d
}

func diffHeadline(e *comparison.Evidence, x *compare.Diff, doubtful bool) (doc.Tone, string) {
	t, texts := doc.Good, []string(nil)
	for i := range x.Variants {
		v := &x.Variants[i]
		one, text := comparison.Headline(e, v.Findings)
		if one == doc.Bad || one != doc.Good && t == doc.Good {
			t = one
		}
		texts = append(texts, about.Variant(v.Variant)+" "+text)
	}
	switch {
	case x.Gate != nil:
		return gateTone(x.Gate.Verdict), "Gate " + gateSummary(x.Gate)
	case len(texts) == 0:
		return doc.Doubt, "Nothing was compared"
	case doubtful:
		t = doc.Doubt
	}
	return t, "New against base: " + strings.Join(texts, "; ")
}

// diffDoubts are what keeps the answers from being taken as they are.
func diffDoubts(x *compare.Diff) (doubts []doc.Line) {
	if len(x.Differences) > 0 {
		text := "FORCED: these are not alike, and the difference is theirs as well"
		for i := range listedUnlike(x.Differences) {
			text += [...]string{": ", "; "}[min(i, 1)] + unlike(&x.Differences[i])
		}
		if more := len(x.Differences) - mostUnlike; more > 0 {
			text += "; and " + quantity.Count(int64(more)) + " more"
		}
		doubts = append(doubts, doc.Line{Tone: doc.Doubt, Text: text})
	}
	for _, s := range sidesOf(x) {
		if s.side.Status != summary.Complete {
			doubts = append(doubts, about.Partial(" ("+s.name+")", nil)...)
		}
		if s.side.Generator.Limited {
			doubts = append(doubts, about.Limited(" ("+s.name+")", &s.side.Generator)...)
		}
	}
	return doubts
}

// gateTable says what the gate says of each metric; nil where nothing was asked.
func gateTable(x *compare.Diff) *doc.Table {
	if x.Gate == nil {
		return nil
	}
	t := &doc.Table{Label: "gate", Groups: doc.Columns("metric", "variant", "change"), Judged: true}
	for _, f := range worstFirst(x.Gate) {
		t.Rows = append(t.Rows, doc.Row{Label: strings.ToLower(gateWord(f.Verdict)), Cells: []doc.Cell{
			{Text: about.Metric(f.Metric)}, {Text: about.Variant(f.Variant)}, {Text: gateAbout(x, f), Tone: gateTone(f.Verdict)},
		}})
	}
	return t
}

// diffFacts say what the two results are and how they were compared.
func diffFacts(d *doc.Doc, x *compare.Diff) (facts []doc.Line) {
	for _, s := range sidesOf(x) {
		facts = append(facts, doc.Line{Head: s.name, Text: sideIs(s.side) + ", " + startedSide(s.side)})
	}
	for i := range listedUnlike(x.Remarks) {
		facts = append(facts, doc.Line{Head: "remark", Text: unlike(&x.Remarks[i])})
	}
	for _, only := range []struct {
		name   string
		series []string
	}{{"only base", x.OnlyBase}, {"only new", x.OnlyNew}} {
		if len(only.series) > 0 {
			facts = append(facts, doc.Line{Head: only.name, Text: comparison.Declared(only.series)})
		}
	}
	noteDiffMethod(d, x)
	return facts
}
