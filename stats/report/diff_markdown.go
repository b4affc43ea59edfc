package report

import (
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// diffMarkdown returns the report of a diff for a comment on a pull request:
// the gate's word as a headline, else the primary metrics', then one table of
// these for each variant, and the rest folded away.
func diffMarkdown(x *compare.Diff) []byte {
	m := &mdPage{}
	e := evidence{method: &x.Method, effect: x.ThresholdEffect}
	doubts := diffDoubts(x)
	m.block("### " + diffHeadline(&e, x, len(doubts) > 0))
	for _, s := range sidesOf(x) {
		for _, rule := range rules(&s.side.Target) {
			doubts = append(doubts, mdCell("("+s.name+") "+rule))
		}
	}
	m.quotes(doubts)
	m.gate(x)
	for i := range x.Variants {
		v := &x.Variants[i]
		primary, _ := parted(v.Findings)
		if len(primary) == 0 {
			continue
		}
		m.block(mdName(v.Variant) + ", new against base:")
		m.findings(&e, [2]string{"base", "new"}, primary, func(f *compare.Finding) string { return bothTrials(f, v) })
	}
	m.block("_Weaker evidence than a comparison gives: base and new were measured at different times._")
	m.details("Other metrics, and percentile by percentile", func() {
		if len(x.Variants) == 0 {
			m.block("Nothing was compared.")
		}
		for i := range x.Variants {
			v := &x.Variants[i]
			_, others := parted(v.Findings)
			m.block("**" + mdName(v.Variant) + "**")
			m.findings(&e, [2]string{"base", "new"}, others, nil)
			for j := range v.Shifts {
				m.quantiles(&v.Shifts[j])
			}
		}
	})
	m.details("What was compared, and how", func() { m.facts(diffFacts(x)) })
	return m.out.Bytes()
}

func diffHeadline(e *evidence, x *compare.Diff, doubtful bool) string {
	mark, texts := mdGood, []string(nil)
	for i := range x.Variants {
		v := &x.Variants[i]
		one, text := headline(e, v.Findings)
		if one == mdBad || one != mdGood && mark == mdGood {
			mark = one
		}
		texts = append(texts, mdName(v.Variant)+" "+text)
	}
	text := "New against base: " + strings.Join(texts, "; ")
	switch {
	case len(texts) == 0:
		mark, text = mdUnknown, "Nothing was compared"
	case doubtful:
		mark = mdWarning
	}
	if x.Gate != nil {
		mark, text = gateMark(x.Gate.Verdict), "Gate "+mdCell(gateSummary(x.Gate))
	}
	return mark + " " + text
}

func gateMark(v compare.GateVerdict) string {
	switch v {
	case compare.GatePassed:
		return mdGood
	case compare.GateMissed:
		return mdBad
	}
	return mdUnknown
}

// diffDoubts are what keeps the answers from being taken as they are.
func diffDoubts(x *compare.Diff) (doubts []string) {
	if len(x.Differences) > 0 {
		text := "**Forced**: these are not alike, and the difference is theirs as well"
		for i := range listedUnlike(x.Differences) {
			text += [...]string{": ", "; "}[min(i, 1)] + mdCell(unlike(&x.Differences[i]))
		}
		if more := len(x.Differences) - mostUnlike; more > 0 {
			text += "; and " + quantity.Count(int64(more)) + " more"
		}
		doubts = append(doubts, text)
	}
	for _, s := range sidesOf(x) {
		if s.side.Status != summary.Complete {
			doubts = append(doubts, partialSince(" ("+s.name+")", nil))
		}
		if s.side.Generator.Limited {
			doubts = append(doubts, limitedBy(" ("+s.name+")", &s.side.Generator))
		}
	}
	return doubts
}

// gate writes what the gate says of each metric.
func (m *mdPage) gate(x *compare.Diff) {
	if x.Gate == nil {
		return
	}
	var rows [][]string
	for _, f := range worstFirst(x.Gate) {
		rows = append(rows, []string{
			gateMark(f.Verdict), strings.ToLower(gateWord(f.Verdict)), mdName(f.Metric), mdName(f.Variant), mdCell(gateAbout(x, f)),
		})
	}
	m.table([]string{"", "gate", "metric", "variant", "change"}, "lllll", rows)
}

func (m *mdPage) quantiles(s *compare.QuantileShift) {
	var rows [][]string
	for i := range s.Points[:min(len(s.Points), mostPoints)] {
		p := &s.Points[i]
		values := quantity.Time.Row([]float64{float64(p.Base), float64(p.New)})
		rows = append(rows, []string{
			mdCell(percentileName(p.Percentile)), mdCell(values[0]), mdCell(values[1]), mdCell(ratioText(p.Ratio)) + mdDoubt(p.Doubtful),
		})
	}
	m.table([]string{mdName(s.Op) + " service", "base", "new", "change"}, "lrrr", rows)
}

// diffFacts say what the two results are and how they were compared.
func diffFacts(x *compare.Diff) (facts []string) {
	for _, s := range sidesOf(x) {
		facts = append(facts, "**"+s.name+"** "+mdName(s.side.Name)+": "+trialsOfSide(s.side)+" of "+
			mdName(targetName(&s.side.Target))+", "+mdCell(startedSide(s.side)))
	}
	for i := range listedUnlike(x.Remarks) {
		facts = append(facts, "**remark** "+mdCell(unlike(&x.Remarks[i])))
	}
	for _, only := range []struct {
		name   string
		series []string
	}{{"base", x.OnlyBase}, {"new", x.OnlyNew}} {
		if len(only.series) > 0 {
			facts = append(facts, "**only "+only.name+"** "+mdCell(declared(only.series)))
		}
	}
	d := doc.New("", "")
	noteDiffMethod(d, x)
	for _, n := range d.Terms {
		facts = append(facts, "**"+n.Mark+"** "+mdCell(n.Text))
	}
	return facts
}
