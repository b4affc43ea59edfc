package report

import (
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// unbounded is a width for text that is wrapped instead of cut; it still bounds
// what a server can put into a report.
const unbounded = 1000

// writeVerdict answers what a reader must know before any number: what ran
// against what, whether it is all there, whether anything failed, and whether
// the generator and not the server was measured.
func writeVerdict(d *writer, s *summary.Summary) {
	d.Fact("ran", doc.Strong, whatRan(s))
	head := "variants"
	for _, l := range overrides(s) {
		d.Fact(head, doc.Plain, l.Text)
		head = ""
	}
	head = "load"
	for _, l := range loadsOf(s) {
		if l.what != nil {
			writeLoad(d.Doc, head, l.who(), l.what)
			head = ""
		}
	}
	if names := stageNames(s); s.Load != nil && len(names) > 0 {
		d.Fact(head, doc.Plain, "in stages: "+strings.Join(names, ", "))
	}
	head = "against"
	for _, t := range targetsOf(s) {
		writeTarget(d.Doc, head, t.who(), t.what)
		head = ""
	}
	writeComplete(d.Doc, &s.Run, &s.Remarks)
	writeOutcome(d.Doc, s)
	writePace(d, s)
	for _, w := range s.Warnings {
		d.Fact("WARNING", doc.Bad, printable(w, unbounded))
	}
	d.Facts = append(d.Facts, generatorLines(&s.Generator, dueWindows(s))...)
	for _, n := range s.Notes {
		d.Fact("note", doc.Plain, printable(n, unbounded))
	}
	d.Fact("started", doc.Faint, started(&s.Run))
}

// overrides say what sets the variants apart beyond their modes.
func overrides(s *summary.Summary) (lines []doc.Line) {
	for i := range s.Totals {
		if t := &s.Totals[i]; len(t.Settings) > 0 {
			lines = append(lines, doc.Line{Text: variantName(t.Variant) + ": " + strings.Join(settingsText(t.Settings), "; ")})
		}
	}
	return lines
}

// limitedBy says that the generator was the limit, of a side where there are two.
func limitedBy(who string, g *summary.GeneratorSummary) []doc.Line {
	lines := []doc.Line{{Tone: doc.Doubt, Text: "LIMITED" + who + ": the load generator may have been the limit, and the server be faster than shown"}}
	for _, r := range g.Reasons {
		lines = append(lines, doc.Line{Tone: doc.Doubt, Text: "reason: " + printable(r, unbounded)})
	}
	return lines
}

// partialSince says that a result is partial, of a side where there are two.
func partialSince(who string, missing []string) []doc.Line {
	lines := []doc.Line{{Tone: doc.Doubt, Text: "PARTIAL" + who + ": the run did not come to its own end"}}
	for _, m := range missing {
		lines = append(lines, doc.Line{Tone: doc.Doubt, Text: "missing: " + printable(m, unbounded)})
	}
	return lines
}

// writeTLS says how the connections were secured, and aloud where nobody made
// sure of the server.
func writeTLS(d *doc.Doc, t *resultfile.TLSInfo) {
	text := t.Mode + " TLS, " + t.Version + ", " + t.CipherSuite
	switch t.Prot {
	case "C":
		text += "; data connections in the clear (PROT C)"
	default:
		text += "; data TLS session reuse: " + t.Reuse
	}
	d.Fact("", doc.Plain, printable(text, unbounded))
	if weak := weakSuite(t); weak != "" {
		d.Fact("", doc.Doubt, weak)
	}
	if t.Insecure {
		d.Fact("INSECURE", doc.Bad, "the server's certificate was not verified (--tls-insecure)")
	}
}

func whatRan(s *summary.Summary) string {
	if len(s.Series) == 0 {
		return "no operation"
	}
	var ops []string
	for _, op := range operations(s) {
		ops = append(ops, op.String())
	}
	text := listed(ops)
	if names := variants(s); len(names) > 0 {
		text += " as " + listed(names)
	}
	if w := windows(s, false); len(w) > 0 {
		low, high := unbroken(quantity.Time.Show(slices.Min(w)*1e9)), unbroken(quantity.Time.Show(slices.Max(w)*1e9))
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
		return ", the windows of " + quantity.Count(int64(low)) + " to " + quantity.Count(int64(high)) + " trials together"
	}
	return ", the windows of " + quantity.Count(int64(high)) + " trials together"
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
		if name := seriesName(c.Variant, c.Mode, 60); name != "" && !slices.Contains(names, name) {
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
			w = dueSeconds(s.Series[i].DueSeconds, w)
		}
		if !finite(w) || w <= 0 {
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

// mostBanner bounds how much of a server's greeting a person is shown.
const mostBanner = 200

func serverSays(t *resultfile.TargetInfo) string {
	var parts []string
	if t.Banner != "" {
		parts = append(parts, `banner "`+printable(t.Banner, mostBanner)+`"`)
	}
	if t.Syst != "" {
		parts = append(parts, `SYST "`+printable(t.Syst, 30)+`"`)
	}
	return strings.Join(parts, ", ")
}

// writeComplete says whether everything is there, and what is not.
func writeComplete(d *doc.Doc, r *summary.Run, m *summary.Remarks) {
	if r.Status == summary.Complete {
		d.Fact("complete", doc.Good, "yes")
		return
	}
	d.Fact("complete", doc.Bad, "no: this is a PARTIAL result")
	if len(m.Missing) == 0 {
		d.Fact("", doc.Plain, "the run did not come to its own end; what is missing is not recorded")
	}
	for _, x := range m.Missing {
		d.Fact("", doc.Plain, "missing: "+printable(x, unbounded))
	}
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
	t, text := doc.Good, ""
	switch {
	case attempts == 0:
		t, text = doc.Bad, "NOTHING WAS MEASURED: no operation was attempted"
	case ok == 0:
		t, text = doc.Bad, "NOTHING WAS MEASURED: no operation succeeded"
	case failed > 0:
		t, text = doc.Bad, quantity.CountShare(failed, attempts)+" of the operations FAILED"
	case ok == attempts:
		text = "every operation succeeded"
	default:
		text = "no operation failed"
	}
	if attempts > 0 {
		text += ": " + quantity.Count(attempts) + " attempted, " + quantity.Count(ok) + " ok"
		if failed > 0 {
			text += ", " + quantity.Count(failed) + " failed"
		}
		if unfinished > 0 {
			text += ", " + quantity.Count(unfinished) + " cut off by the end of the run"
		}
	}
	if dropped > 0 {
		text += "; " + quantity.Count(dropped) + " more were due and never started"
	}
	if s.Sessions.Failed > 0 {
		text += "; " + quantity.Count(s.Sessions.Failed) + " of the attempts to open a session failed"
		t = doc.Bad
	}
	d.Fact("operations", t, text)
	for i := range s.Series {
		// Among others that went well, one that did not must not drown.
		if c := &s.Series[i]; ok > 0 && c.OK == 0 {
			d.Fact("", doc.Bad, "no "+c.Op.String()+" succeeded as "+seriesName(c.Variant, c.Mode, 60))
		}
	}
}

// generatorLines say whether the numbers are the server's or our own. due is over
// how many seconds operations were due.
func generatorLines(g *summary.GeneratorSummary, due float64) (lines []doc.Line) {
	used := generatorUse(g, due)
	switch {
	case g.Limited:
		lines = append(lines, doc.Fact("generator", doc.Bad, "LIMITED: the load generator may have been the limit, and the server be faster than shown"))
		for _, r := range g.Reasons {
			lines = append(lines, doc.Fact("", doc.Plain, "reason: "+printable(r, unbounded)))
		}
		if len(g.Reasons) == 0 {
			lines = append(lines, doc.Fact("", doc.Plain, "reason: not recorded"))
		}
		if used != "" {
			lines = append(lines, doc.Fact("", doc.Faint, used))
		}
	case used == "":
		// A result that was cut off need not know.
		lines = append(lines, doc.Fact("generator", doc.Doubt, "not known: the generator's own use of this machine was not recorded"))
	default:
		lines = append(lines, doc.Fact("generator", doc.Good, "not the limit: "+used))
	}
	for _, w := range g.Warnings {
		lines = append(lines, doc.Fact("", doc.Doubt, "warning: "+printable(w, unbounded)))
	}
	return lines
}

// dueWindows is over how many seconds the operations of a run were due.
func dueWindows(s *summary.Summary) (seconds float64) {
	for _, w := range windows(s, true) {
		seconds += w
	}
	return seconds
}

// generatorUse says what the generator took of what it was allowed in so many
// seconds, or nothing where that was not recorded.
func generatorUse(g *summary.GeneratorSummary, seconds float64) string {
	if g.CPUs <= 0 || !finite(g.CPUs) || !finite(g.CPUSeconds) {
		return ""
	}
	text := "used " + unbroken(quantity.Time.Show(g.CPUSeconds*1e9)) + " of CPU"
	if seconds > 0 {
		text += ", " + quantity.Share(g.CPUSeconds, g.CPUs*seconds) + " of its allowance"
	}
	text += " (" + unbroken(cpus(g.CPUs)) + ")"
	if lag := g.SchedLag; lag != nil && lag.Count > 0 {
		if lag.P99 != nil {
			text += "; wake-up lag p99 " + unbroken(quantity.Time.Show(float64(*lag.P99)))
		} else {
			text += "; wake-up lag at most " + unbroken(quantity.Time.Show(float64(lag.Max)))
		}
	}
	if g.PeakRSSBytes > 0 {
		text += "; peak memory " + unbroken(quantity.Size.Show(float64(g.PeakRSSBytes)))
	}
	return text
}

// cpus shows an allowance, which a cgroup may set to a fraction.
func cpus(n float64) string {
	switch {
	case n == 1:
		return "1 CPU"
	case n == math.Trunc(n):
		return quantity.Whole(n) + " CPUs"
	default:
		return quantity.Significant(n) + " CPUs"
	}
}

// started says when a run began, with which seed and which tool.
func started(s *summary.Run) string {
	text := "not recorded"
	if !s.Started.IsZero() {
		text = s.Started.UTC().Format(time.DateTime) + " UTC"
	}
	text += ", seed " + strconv.FormatUint(s.Seed, 10)
	t := &s.Tool
	if tool := strings.TrimSpace(printable(t.Name, 40) + " " + printable(t.Version, 60)); tool != "" {
		text += ", " + tool
	}
	var on []string
	for _, v := range []string{t.Go, t.OS, t.Arch} {
		if v != "" {
			on = append(on, printable(v, 40))
		}
	}
	if len(on) > 0 {
		text += " (" + strings.Join(on, " ") + ")"
	}
	return text
}

// listed joins names as a sentence does.
func listed(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}
