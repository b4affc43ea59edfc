package report

import (
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/threshold"

	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// What a comment has room for: it is read beside a hundred others.
const (
	mostMarkdownColumns = 6
	mostMarkdownItems   = 10  // of a list
	mostMarkdownText    = 300 // columns of one
)

// The marks of Markdown reports.
const (
	markGood  = "✅"
	markBad   = "❌"
	markDoubt = "⚠️"
)

func markOf(t doc.Tone) string {
	switch t {
	case doc.Good:
		return markGood
	case doc.Bad:
		return markBad
	}
	return markDoubt
}

// renderMarkdown returns the report of a run as a comment on a change: what it
// came to, one table, and what went wrong. Servers and files have no say in how
// it looks (see [mdProse]).
func renderMarkdown(r *Report) []byte {
	s := r.Summary
	m := &markdown{writer: *newWriter(doc.New("", ""), s), summary: s}
	t, verdict := runVerdict(s, r.Thresholds)
	mark := markOf(t)
	m.line("### " + mark + " ftpmark: " + mdProse(verdict, mostMarkdownText))
	m.line("")
	m.line(m.ran())
	m.overrides()
	m.tables()
	m.concerns()
	m.failures()
	m.out.Write(thresholdMarkdown(r.Thresholds))
	m.footer(r.Name)
	return m.out.Bytes()
}

// markdown is a Markdown report in the making. The document's footnotes go
// unread: there is no room for them.
type markdown struct {
	writer
	mdPage
	summary  *summary.Summary
	doubtful bool // a number is marked so
}

// runVerdict returns the headline in plain words: what decides first.
func runVerdict(s *summary.Summary, thresholds []threshold.Outcome) (t doc.Tone, text string) {
	var attempts, ok, failed int64
	none := "" // an operation that failed altogether, among others that did not
	for i := range s.Series {
		attempts += s.Series[i].Attempts
		ok += s.Series[i].OK
		failed += s.Series[i].Failed
		if c := &s.Series[i]; c.OK == 0 && none == "" {
			none = "no " + c.Op.String() + " succeeded as " + seriesName(c.Variant, c.Mode, 60)
		}
	}
	t, text = thresholdVerdict(thresholds)
	behind := slices.ContainsFunc(paces(s), func(p doc.Cell) bool { return p.Tone != doc.Good })
	switch {
	case text != "":
	case ok <= 0:
		return doc.Bad, "nothing was measured"
	case none != "":
		t, text = doc.Bad, none
	case s.Status != summary.Complete:
		t, text = doc.Doubt, "a partial result"
	case s.Generator.Limited:
		t, text = doc.Doubt, "the load generator was the limit"
	case behind:
		t, text = doc.Doubt, "the rate was not reached, or may not have been"
	case failed > 0:
		return doc.Doubt, quantity.CountShare(failed, attempts) + " of the operations failed"
	default:
		return doc.Good, "complete, no operation failed"
	}
	if failed > 0 {
		text += ", " + quantity.CountShare(failed, attempts) + " of the operations failed"
	}
	return t, text
}

// ran says what ran against what.
func (m *markdown) ran() string {
	s := m.summary
	text := mdProse(strings.ReplaceAll(whatRan(s), noBreak, " "), mostMarkdownText)
	targets := targetsOf(s)
	for i, t := range targets[:min(len(targets), mostMarkdownItems)] {
		switch {
		case i > 0:
			text += "; "
		case t.what.Embedded || t.what.URL != "":
			text += ", against "
		}
		if t.what.Embedded {
			text += "the embedded target"
		} else if t.what.URL != "" {
			text += mdCode(t.what.URL, 100)
			if address := usedAddress(t.what); address != "" {
				text += " at " + mdCode(address, 60)
			}
		}
		if len(t.names) > 0 {
			text += " (" + mdProse(strings.TrimSuffix(t.who(), ": "), mostMarkdownText) + ")"
		}
	}
	if more := len(targets) - mostMarkdownItems; more > 0 {
		text += " and " + quantity.Count(int64(more)) + " more"
	}
	return text
}

// overrides lists what sets the variants apart beyond their modes.
func (m *markdown) overrides() {
	var list []string
	for i := range m.summary.Totals {
		if t := &m.summary.Totals[i]; len(t.Settings) > 0 {
			list = append(list, mdProse(variantName(t.Variant)+": "+strings.Join(settingsText(t.Settings), "; "), mostMarkdownText))
		}
	}
	m.list("", list)
}

// concerns lists what puts the numbers in doubt, and what a reader must know.
func (m *markdown) concerns() {
	s := m.summary
	var list []string
	add := func(mark, text string) { list = append(list, mark+" "+text) }
	if s.Status != summary.Complete {
		add(markDoubt, "this is a **partial** result")
		for _, x := range s.Missing {
			add(markDoubt, "missing: "+mdProse(x, mostMarkdownText))
		}
	}
	if s.Generator.Limited {
		add(markDoubt, "the load generator may have been the **limit**, and the server be faster than shown")
		for _, x := range s.Generator.Reasons {
			add(markDoubt, mdProse(x, mostMarkdownText))
		}
	}
	for _, p := range paces(s) {
		add(markOf(p.Tone), mdProse(p.Text, mostMarkdownText))
	}
	if n := s.Sessions.Failed; n > 0 {
		add(markBad, quantity.Count(n)+" of the attempts to open a session failed")
	}
	for _, t := range targetsOf(s) {
		for _, rule := range rules(t.what) {
			add(markDoubt, mdProse(t.who()+rule, mostMarkdownText))
		}
		if weak := weakSuite(t.what.TLS); weak != "" {
			add("note:", mdProse(t.who()+weak, mostMarkdownText))
		}
	}
	if slices.ContainsFunc(targetsOf(s), func(t shared[*resultfile.TargetInfo]) bool { return t.what.TLS != nil && t.what.TLS.Insecure }) {
		add(markDoubt, "the server's certificate was not verified")
	}
	for _, w := range slices.Concat(s.Warnings, s.Generator.Warnings) {
		add(markDoubt, mdProse(w, mostMarkdownText))
	}
	for _, n := range s.Notes {
		add("note:", mdProse(n, mostMarkdownText))
	}
	m.list("", list)
}

// failures lists the kinds of failure, the most frequent first.
func (m *markdown) failures() {
	var list []string
	f := failures(m.summary.Errors, mostPageErrors)
	if f == nil {
		return
	}
	for _, e := range f.Kinds {
		text := markBad + " " + e.Count + " × " + mdProse(strings.Join([]string{e.Series, e.Operation, e.Phase, e.Kind}, " "), mostMarkdownText)
		if e.Example != "" {
			text += ": " + mdCode(e.Example, mostMarkdownText)
		}
		if e.Hint != "" {
			text += " — " + mdProse(e.Hint, mostMarkdownText)
		}
		list = append(list, text)
	}
	m.list("failures", list)
}

// list writes items below a title, no more than a reader takes in.
func (m *markdown) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	m.line("")
	if title != "" {
		m.line("**" + title + "**")
		m.line("")
	}
	for _, item := range items[:min(len(items), mostMarkdownItems)] {
		m.line("- " + item)
	}
	if more := len(items) - mostMarkdownItems; more > 0 {
		m.line("- and " + quantity.Count(int64(more)) + " more")
	}
}

func (m *markdown) footer(name string) {
	text := started(&m.summary.Run)
	if name != "" {
		text = name + ", started " + text
	}
	m.line("")
	m.line("<sub>" + mdProse(text, mostMarkdownText) + "</sub>")
}
