package run

import (
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// writeVerdict answers what a reader must know before any number: what ran
// against what, whether it is all there, whether anything failed, and whether
// the generator and not the server was measured.
func writeVerdict(d *writer, s *summary.Summary) {
	about.AnswerFailed(d.Doc, &s.Run) // before anything else: no number is of them
	d.KeyFact("ran", doc.Strong, whatRan(s))
	head := "variants"
	for _, l := range overrides(s) {
		d.KeyFact(head, doc.Plain, l.Text)
		head = ""
	}
	head = "load"
	common := commonLoad(s)
	for _, l := range loadsOf(s) {
		switch {
		case l.what == nil:
		case common == nil:
			WriteLoad(d.Doc, head, l.who(), l.what)
			head = ""
		case l.what.Verify != "":
			d.Fact("verified", doc.Plain, terminal.Printable(l.what.Verify, 300))
		}
	}
	if names := stageNames(s); s.Load != nil && len(names) > 0 {
		d.Fact(head, doc.Plain, "in stages: "+strings.Join(names, ", "))
	}
	head = "against"
	for _, t := range targetsOf(s) {
		at := len(d.Facts)
		about.WriteTarget(d.Doc, head, t.who(), t.what)
		d.Facts[at].Key = true
		head = ""
	}
	about.WriteComplete(d.Doc, &s.Run, &s.Remarks)
	writeOutcome(d.Doc, s)
	writePace(d, s)
	for _, w := range s.Warnings {
		d.Fact("WARNING", doc.Bad, terminal.Printable(w, about.MostText))
	}
	d.Facts = append(d.Facts, about.Generator(&s.Generator, dueWindows(s), ": "+about.LimitedText)...)
	for _, n := range s.Notes {
		d.KeyFact("note", doc.Plain, terminal.Printable(n, about.MostText))
	}
	d.Fact("started", doc.Faint, about.Started(&s.Run))
}

// opening says in one line what was done.
func opening(s *summary.Summary) string {
	text := "ran " + whatRan(s)
	if targets := targetsOf(s); len(targets) == 1 {
		text += about.At(targets[0].what)
	}
	return text
}

// overrides say what sets the variants apart beyond their modes.
func overrides(s *summary.Summary) (lines []doc.Line) {
	for i := range s.Totals {
		if t := &s.Totals[i]; len(t.Settings) > 0 {
			lines = append(lines, doc.Line{Text: about.Variant(t.Variant) + ": " + strings.Join(about.Settings(t.Settings), "; ")})
		}
	}
	return lines
}

// commonLoad is the load of all variants, nil where theirs differ or is not known.
func commonLoad(s *summary.Summary) *resultfile.LoadInfo {
	if loads := loadsOf(s); len(loads) == 1 && loads[0].what != nil && loads[0].what.Operations != "" {
		return loads[0].what
	}
	return nil
}

func whatRan(s *summary.Summary) string {
	if len(s.Series) == 0 {
		return "no operation"
	}
	var ops []string
	for _, op := range operations(s) {
		ops = append(ops, op.String())
	}
	text := about.List(ops)
	if l := commonLoad(s); l != nil {
		text = about.Load(l, "") + ","
	}
	if names := variants(s); len(names) > 0 {
		text += " as " + about.List(names)
	}
	if w := windows(s, false); len(w) > 0 {
		low, high := terminal.Unbroken(quantity.Time.Show(slices.Min(w)*1e9)), terminal.Unbroken(quantity.Time.Show(slices.Max(w)*1e9))
		switch {
		case low != high:
			text += ", measured for " + low + " to " + high + " each"
		case len(w) > 1:
			text += ", measured for " + low + " each"
		default:
			text += ", measured for " + low
		}
		text += pooled(s)
	}
	return text
}

// pooled says that a report is of several trials, if it is: their counts and
// histograms are added, and their windows follow on each other.
func pooled(s *summary.Summary) string {
	low, high := 0, 0
	for i := range s.Totals {
		n := s.Totals[i].Trials
		if low, high = min(low, n), max(high, n); i == 0 {
			low = n
		}
	}
	switch {
	case high < 2:
		return ""
	case low != high:
		return ", the total of " + quantity.Count(int64(low)) + " to " + quantity.Count(int64(high)) + " trials"
	}
	return ", the total of " + quantity.Count(int64(high)) + " trials"
}

// variants returns what ran, each variant with the mode it used. A variant that
// also ran operations without a data connection is not named for these again.
func variants(s *summary.Summary) (names []string) {
	hasMode := map[string]bool{}
	for i := range s.Series {
		if s.Series[i].Mode != stats.NoMode {
			hasMode[s.Series[i].Variant] = true
		}
	}
	for i := range s.Series {
		c := &s.Series[i]
		if c.Mode == stats.NoMode && hasMode[c.Variant] {
			continue
		}
		if name := about.Series(c.Variant, c.Mode, 60); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// windows returns the measured seconds of each variant, or those over which its
// operations were due, as the generators' own windows were. The series of one
// variant share its window.
func windows(s *summary.Summary, due bool) (seconds []float64) {
	longest := map[string]float64{}
	var order []string
	for i := range s.Series {
		v, w := s.Series[i].Variant, s.Series[i].WindowSeconds
		if due {
			w = summary.DueOver(s.Series[i].DueSeconds, w)
		}
		if !figures.Finite(w) || w <= 0 {
			continue
		}
		if _, seen := longest[v]; !seen {
			order = append(order, v)
		}
		longest[v] = max(longest[v], w)
	}
	for _, v := range order {
		seconds = append(seconds, longest[v])
	}
	return seconds
}

// writeOutcome says how the operations ended, over all series.
func writeOutcome(d *doc.Doc, s *summary.Summary) {
	var attempts, ok, failed, unfinished, dropped int64
	for i := range s.Series {
		attempts += s.Series[i].Attempts
		ok += s.Series[i].OK
		failed += s.Series[i].Failed
		unfinished += s.Series[i].Unfinished
		dropped += s.Series[i].Dropped
	}
	t, text := about.Outcome(attempts, ok, failed, unfinished, dropped)
	if s.Sessions.Failed > 0 {
		text += "; " + quantity.Count(s.Sessions.Failed) + " attempts to open a session failed"
		t = doc.Bad
	}
	d.Fact("operations", t, text)
	for i := range s.Series {
		// Among others that went well, one that did not must not drown.
		if c := &s.Series[i]; ok > 0 && c.OK == 0 {
			d.Fact("", doc.Bad, "no "+c.Op.String()+" succeeded as "+about.Series(c.Variant, c.Mode, 60))
		}
	}
}

// dueWindows is over how many seconds the operations of a run were due.
func dueWindows(s *summary.Summary) (seconds float64) {
	for _, w := range windows(s, true) {
		seconds += w
	}
	return seconds
}
