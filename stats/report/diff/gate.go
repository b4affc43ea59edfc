package diff

import (
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/comparison"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

// gateWord is what a gate says, loud unless all is well.
func gateWord(v compare.GateVerdict) string {
	switch v {
	case compare.GatePassed:
		return "PASSED"
	case compare.GateMissed:
		return "MISSED"
	}
	return "NO VERDICT"
}

func gateTone(v compare.GateVerdict) doc.Tone {
	switch v {
	case compare.GatePassed:
		return doc.Good
	case compare.GateMissed:
		return doc.Bad
	}
	return doc.Doubt
}

// writeGate writes what the gate says and why, before all else: it is what a
// pipeline stopped for.
func writeGate(d *doc.Doc, x *compare.Diff) {
	g := x.Gate
	if g == nil {
		return
	}
	d.Answer(doc.Fact("gate", gateTone(g.Verdict), GateSummary(g)))
	for _, f := range worstFirst(g) {
		d.Answer(doc.Within(gateWord(f.Verdict), gateTone(f.Verdict), GateFinding(x, f)))
	}
}

// worstFirst returns the gate's findings with those in front that it stopped
// for.
func worstFirst(g *compare.Gate) []*compare.GateFinding {
	var of [3][]*compare.GateFinding
	for i := range g.Findings {
		rank := gateRank(g.Findings[i].Verdict)
		of[rank] = append(of[rank], &g.Findings[i])
	}
	return slices.Concat(of[:]...)
}

func gateRank(v compare.GateVerdict) int {
	switch v {
	case compare.GateMissed:
		return 0
	case compare.GatePassed:
		return 2
	}
	return 1
}

// GateSummary says in one sentence how the gate came out.
func GateSummary(g *compare.Gate) string {
	var of [3]int
	for i := range g.Findings {
		of[gateRank(g.Findings[i].Verdict)]++
	}
	all := quantity.Count(int64(len(g.Findings)))
	var parts []string
	for i, words := range []string{" missed", " cannot be judged", " passed"} {
		if of[i] > 0 && (i < 2 || of[i] == len(g.Findings)) {
			parts = append(parts, quantity.Count(int64(of[i]))+" of "+all+words)
		}
	}
	if len(g.Findings) == 0 {
		parts = append(parts, "no metric to judge")
	}
	parts = append(parts, "up to "+figures.Percentage(g.MaxRegression)+" worse is allowed")
	if why := terminal.Printable(g.Why, about.MostText); why != "" {
		parts = append(parts, "no metric can pass: "+why)
	}
	return gateWord(g.Verdict) + ": " + strings.Join(parts, "; ")
}

// GateFinding says of one metric by how much it is worse.
func GateFinding(x *compare.Diff, f *compare.GateFinding) string {
	form := gateForm(x, f)
	text := about.Metric(f.Metric) + " of " + about.Variant(f.Variant) + ": " + worseBy(form, figures.NumberOr(f.Worse))
	if i := worseInterval(form, figures.NumberOr(f.Low), figures.NumberOr(f.High)); i != "" {
		text += " (" + terminal.Unbroken(comparison.LevelName(&x.Method)) + " " + i + ")"
	}
	if why := terminal.Printable(f.Why, about.MostText); why != "" {
		text += ": " + why + comparison.ToSettle(f.TrialsNeeded, why)
	}
	return text
}

// gateForm is how the metric's change is written in the table.
func gateForm(x *compare.Diff, f *compare.GateFinding) figures.Form {
	for i := range x.Variants {
		if x.Variants[i].Variant != f.Variant {
			continue
		}
		for j := range x.Variants[i].Findings {
			if c := &x.Variants[i].Findings[j]; c.Metric == f.Metric && c.Difference {
				return comparison.FormOf(c)
			}
		}
	}
	return figures.Percents
}

// worseBy writes a change for the worse in words, so that nobody need know which
// way the metric points.
func worseBy(form figures.Form, v float64) string {
	switch {
	case !figures.Finite(v):
		return "change unknown"
	case v == 0:
		return "unchanged"
	case v < 0:
		return amount(form, v) + " better"
	}
	return amount(form, v) + " worse"
}

// worseInterval writes the interval of a change for the worse; nothing where it
// is not known.
func worseInterval(form figures.Form, low, high float64) string {
	l, h := amount(form, low), amount(form, high)
	switch {
	case l == figures.Unknown || h == figures.Unknown:
		return ""
	case low >= 0 && high >= 0:
		return terminal.Unbroken(l + " to " + h)
	case low <= 0 && high <= 0: // the nearer end first, as when it is worse
		return terminal.Unbroken(h + " to " + l)
	}
	return terminal.Unbroken(l + " better to " + h + " worse")
}

// amount writes a change without its sign.
func amount(form figures.Form, v float64) string {
	text := figures.Change(v)
	if form != figures.Percents {
		text = form.Show(v)
	}
	if text == figures.Unknown {
		return figures.Unknown
	}
	return strings.TrimLeft(strings.Replace(text, "<-", ">", 1), "+-")
}
