package comparison

import (
	"cmp"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Evidence is what the findings of a report share.
type Evidence struct {
	Method *compare.Method
	Effect float64 // the practical threshold
	// InDoubt: something keeps each answer from being taken as it is.
	InDoubt bool
	aa      bool // the variants are one and the same
}

// EvidenceOf returns what the findings of a comparison share.
func EvidenceOf(c *compare.Comparison) *Evidence {
	return &Evidence{
		Method: &c.Method, Effect: c.Plan.ThresholdEffect, aa: c.Plan.AA,
		InDoubt: len(c.Failed) > 0 || c.Generator.Limited || c.Status != summary.Complete || c.Noise != nil && c.Noise.TooMuch || len(c.Warnings) > 0,
	}
}

// verdictWord is the verdict of a metric, loud. Errors are not fast or slow.
func verdictWord(f *compare.Finding) string {
	ofErrors := f.Difference && f.Unit == compare.Share
	switch f.Verdict {
	case compare.Faster:
		if ofErrors {
			return "FEWER ERRORS"
		}
		return "FASTER"
	case compare.Slower:
		if ofErrors {
			return "MORE ERRORS"
		}
		return "SLOWER"
	case compare.Equivalent:
		return "EQUIVALENT"
	case compare.Descriptive:
		return "NO VERDICT"
	}
	return "CANNOT TELL"
}

func verdictTone(v compare.Verdict) doc.Tone {
	switch v {
	case compare.Faster, compare.Equivalent:
		return doc.Good
	case compare.Slower:
		return doc.Bad
	}
	return doc.Doubt
}

// Answer says one finding in a sentence; n is how many trials it rests on.
func (e *Evidence) Answer(f *compare.Finding, n string) string {
	text := verdictWord(f) + " in " + about.Metric(f.Metric)
	numbers := e.numbers(f, n)
	switch why := whyOf(f); {
	case f.Verdict == compare.Equivalent:
		if !f.Difference { // which has a threshold of its own
			text += ": within " + figures.Within(e.Effect)
		}
		text += " " + numbers
		if why != "" {
			text += "; " + why
		}
	case f.Verdict == compare.Faster || f.Verdict == compare.Slower:
		text += " " + numbers
		if why != "" {
			text += ": " + why
		}
	default:
		if f.Verdict == compare.Descriptive {
			text += ", descriptive only"
			why = strings.TrimPrefix(why, "descriptive only: ")
		}
		if why == "" {
			why = "the reason was not recorded"
		}
		text += " " + numbers + ": " + why
	}
	if e.falseAlarm(f) {
		text += ": a FALSE ALARM, because the variants are identical"
		if a := e.Method.Alpha; a > 0 && a < 1 {
			text += " (expected in up to " + figures.Percentage(a) + " of such tests)"
		}
	}
	return strings.ReplaceAll(text, " :", ":")
}

// InOneLine says one finding with the median of each side.
func (e *Evidence) InOneLine(f *compare.Finding, base, other string) string {
	text := e.Answer(f, "")
	if m := medians(f); f.Base != nil && f.New != nil {
		text += "; " + about.Variant(base) + " " + m[0] + ", " + about.Variant(other) + " " + m[1]
	}
	return strings.ReplaceAll(text, terminal.NoBreak, " ")
}

// whyOf returns a finding's reason and the pairs that would settle it.
func whyOf(f *compare.Finding) string {
	why := terminal.Printable(f.Why, about.MostText)
	if n := f.PairsNeeded; n != nil && *n > 0 {
		if why != "" {
			why += "; "
		}
		why += "about " + pairs(*n) + " would likely settle it"
	}
	why += ToSettle(f.TrialsNeeded, why)
	return why
}

// ToSettle says how many trials of two results would settle what is told before it, nothing
// where that is not known.
func ToSettle(trials *int, before string) string {
	if trials == nil || *trials <= 0 {
		return ""
	}
	text := "about " + quantity.Count(int64(*trials)) + " trials of each would likely settle it"
	if before != "" {
		text = "; " + text
	}
	return text
}

// numbers returns the change with its interval, p and what it rests on, in
// parentheses; nothing where the change is not known.
func (e *Evidence) numbers(f *compare.Finding, n string) string {
	form := FormOf(f)
	change := form.Show(figures.NumberOr(f.Ratio))
	if change == figures.Unknown {
		return ""
	}
	parts := []string{terminal.Unbroken(change)}
	if i := form.Interval(f.Low, f.High); i != figures.Unknown {
		parts = append(parts, terminal.Unbroken(LevelName(e.Method)+" "+i))
	}
	// Of two that are equivalent p tells nothing: it is no measure of sameness.
	if p := figures.P(pOf(f), e.Method.Critical); p != figures.Unknown && f.Verdict != compare.Equivalent {
		parts = append(parts, terminal.Unbroken("p "+p))
	}
	if n != "" {
		parts = append(parts, terminal.Unbroken(n))
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

func pairs(n int) string { return quantity.Counted(n, "pair") }

// pairsOf returns how many pairs a finding rests on, which may be fewer than
// were run: a trial need not have a value.
func pairsOf(f *compare.Finding, run int) string {
	if len(f.BaseValues) == 0 && len(f.NewValues) == 0 {
		return pairs(run)
	}
	return pairs(len(paired(f)))
}

// paired returns the pairs of values that both sides have.
func paired(f *compare.Finding) (values [][2]float64) {
	for i := range min(len(f.BaseValues), len(f.NewValues)) {
		if b, n := figures.NumberOr(f.BaseValues[i]), figures.NumberOr(f.NewValues[i]); figures.Finite(b) && figures.Finite(n) {
			values = append(values, [2]float64{b, n})
		}
	}
	return values
}

func againstName(a *compare.Against) string {
	return about.Variant(a.Variant) + " against " + about.Variant(a.Base)
}

// writeAnswers says of each variant, before anything else, what the primary
// metrics say, and in which phase an operation differs.
func writeAnswers(d *doc.Doc, c *compare.Comparison) {
	e := EvidenceOf(c)
	said := len(c.Failed) > 0
	about.AnswerFailed(d, &c.Run)
	if len(c.Variants) > 0 {
		d.Answer(doc.Line{Tone: doc.Faint, Text: opening(c)})
	}
	for i := range c.Against {
		a := &c.Against[i]
		who := againstName(a)
		for j := range a.Findings {
			f := &a.Findings[j]
			if !f.Primary {
				continue
			}
			said = true
			head := cmp.Or(e.Plain(f, about.Variant(a.Variant), about.Variant(a.Base)), who)
			d.Answer(Said(head, e.Tone(f), e.Answer(f, pairsOf(f, a.Pairs))))
		}
		named := 0
		for j := range a.Operations {
			o := &a.Operations[j]
			if o.Differs == "" || named == mostDiffering {
				continue
			}
			named++
			d.Answer(Said(who, doc.Strong, "the difference in "+terminal.Printable(o.Op, 10)+" is in "+differs(o, &c.Method)))
		}
	}
	if !said {
		d.Answer(doc.Line{Tone: doc.Bad, Text: "NOTHING WAS COMPARED: no primary metric was measured for two variants"})
	}
}

// opening says what was compared, with which load and whom if that is the same for all.
func opening(c *compare.Comparison) string {
	var names []string
	for i := range c.Variants {
		v := &c.Variants[i]
		name := about.Variant(v.Name)
		if _, mode := v.Settings["mode"]; c.Load == nil && (len(v.Settings) > 1 || len(v.Settings) == 1 && !mode) {
			name += " (" + strings.Join(about.Settings(v.Settings), "; ") + ")"
		}
		names = append(names, name)
	}
	what := "compared " + about.List(names)
	if c.Plan.AA {
		what = "compared with itself"
	}
	return about.Opening(what, c.Load, "", &c.Target)
}

// mostDiffering bounds how many operations the answers name; their tables have
// all.
const mostDiffering = 3

// Tone is how a finding is meant.
func (e *Evidence) Tone(f *compare.Finding) doc.Tone {
	if e.InDoubt || e.falseAlarm(f) {
		return doc.Doubt
	}
	return verdictTone(f.Verdict)
}

// falseAlarm reports whether a difference was found where there is none: in an A/A
// run there is no better or worse, only noise.
func (e *Evidence) falseAlarm(f *compare.Finding) bool {
	return e.aa && (f.Verdict == compare.Faster || f.Verdict == compare.Slower)
}

// Said returns a sentence about two, who are named before it.
func Said(who string, t doc.Tone, text string) doc.Line {
	return doc.Line{Head: who + ":", Tone: t, Text: text, Above: true}
}

// differs says which part stands out, and by how much if that is known.
func differs(o *compare.Operation, m *compare.Method) string {
	return terminal.Printable(o.Differs, 30) + differsBy(o, m)
}

// partAbout says what the parts of a transfer are where that is not what the
// phase of the name is.
var partAbout = map[stats.Phase]string{
	stats.DataReady: "from the mode reply until the data connection is ready",
	stats.Command:   "from a ready data connection until the preliminary reply",
	stats.Startup:   "from the mode reply until the preliminary reply",
	stats.TTFB:      "from the preliminary reply until the first byte",
}

// differsBy gives the numbers of the part's mean, and not those of the phase in
// the table, which holds the parts before it.
func differsBy(o *compare.Operation, m *compare.Method) string {
	c := o.Cause
	if c == nil || c.Phase.String() != o.Differs {
		return ""
	}
	about := partAbout[c.Phase]
	if about == "" {
		about = run.PhaseAbout[c.Phase]
	}
	if c.Phase.OfSession() {
		about = run.SessionAbout[c.Phase]
	}
	if about != "" {
		about = " (" + about + ")"
	}
	s := shiftTexts(&compare.PhaseShift{Shift: &c.Shift, Low: &c.Low, High: &c.High})
	whole := shiftTexts(&compare.PhaseShift{Shift: &c.ServiceShift})
	return about + ": mean " + terminal.Unbroken(s[0]) + ", " + terminal.Unbroken(LevelName(m)+" "+s[1]) +
		": " + terminal.Unbroken(figures.Percentage(c.Share)+" of the "+whole[0]) + " in service"
}

// writeStanding says what the answers are worth: whether everything is there,
// whether operations failed, and whether the generator was the limit.
func writeStanding(d *doc.Doc, c *compare.Comparison) {
	if n := c.Noise; n != nil && n.TooMuch {
		d.Fact("WARNING", doc.Bad, tooNoisy(c))
	}
	generator := about.Generator(&c.Generator, 0, ": "+about.LimitedText)
	if c.Generator.Limited { // which puts every answer in doubt
		d.Facts = append(d.Facts, generator...)
	}
	about.WriteComplete(d, &c.Run, &c.Remarks)
	writeVariantOutcomes(d, c.Variants)
	for _, w := range c.Warnings {
		d.Fact("WARNING", doc.Bad, terminal.Printable(w, about.MostText))
	}
	if !c.Generator.Limited {
		d.Facts = append(d.Facts, generator...)
	}
	for _, n := range c.Notes {
		d.Fact("note", doc.Plain, terminal.Printable(n, about.MostText))
	}
}

// writeVariantOutcomes says how each variant's operations ended: a difference
// in speed means little where one side failed more.
func writeVariantOutcomes(d *doc.Doc, variants []compare.Variant) {
	head := "operations"
	if len(variants) == 0 {
		d.Fact(head, doc.Bad, "NOTHING WAS MEASURED: no variant was started")
	}
	for i := range variants {
		v := &variants[i]
		t, text := about.Outcome(v.Attempts, v.OK, v.Failed, v.Unfinished, v.Dropped)
		if v.Trials == 0 && v.Attempts == 0 {
			t, text = doc.Bad, "NOTHING TO COMPARE: no complete trial; interrupted trials do not count"
		}
		d.Fact(head, t, about.Variant(v.Name)+": "+text)
		head = ""
	}
}
