package report

import (
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

// verdictHead is the width of the words before the verdict lines.
const verdictHead = 12

// unbounded is a width for text that is wrapped instead of cut; it still bounds
// what a server can put into a report.
const unbounded = 1000

// verdict writes one verdict: a head, the word that decides and the rest.
func (d *document) verdict(head string, t tone, text string) {
	d.hanging(t, d.head(head), text)
}

func (d *document) head(s string) string { return s + spaces(verdictHead-textWidth(s)) }

// writeVerdict answers what a reader must know before any number: what ran
// against what, whether it is all there, whether anything failed, and whether
// the generator and not the server was measured.
func writeVerdict(d *document, s *summary.Summary) {
	d.verdict("ran", strong, whatRan(s))
	writeOverrides(d, s)
	head := "load"
	for _, l := range loadsOf(s) {
		if l.what != nil {
			writeLoad(d, head, l.who(), l.what)
			head = ""
		}
	}
	if names := stageNames(s); s.Load != nil && len(names) > 0 {
		d.verdict(head, plain, "in stages: "+strings.Join(names, ", "))
	}
	head = "against"
	for _, t := range targetsOf(s) {
		writeTarget(d, head, t.who(), t.what)
		head = ""
	}
	writeComplete(d, s)
	writeOutcome(d, s)
	writePace(d, s)
	for _, w := range s.Warnings {
		d.verdict("WARNING", bad, printable(w, unbounded))
	}
	writeGenerator(d, s)
	for _, n := range s.Notes {
		d.verdict("note", plain, printable(n, unbounded))
	}
	d.verdict("started", faint, started(s))
}

// writeOverrides says what sets the variants apart beyond their modes.
func writeOverrides(d *document, s *summary.Summary) {
	head := "variants"
	for i := range s.Totals {
		if t := &s.Totals[i]; len(t.Settings) > 0 {
			d.verdict(head, plain, variantName(t.Variant)+": "+strings.Join(settingsText(t.Settings), "; "))
			head = ""
		}
	}
}

// writeTLS says how the connections were secured, and aloud where nobody made
// sure of the server.
func writeTLS(d *document, t *resultfile.TLSInfo) {
	text := t.Mode + " TLS, " + t.Version + ", " + t.CipherSuite
	switch t.Prot {
	case "C":
		text += "; data connections in the clear (PROT C)"
	default:
		text += "; data TLS session reuse: " + t.Reuse
	}
	d.verdict("", plain, printable(text, unbounded))
	if weak := weakSuite(t); weak != "" {
		d.verdict("", doubt, weak)
	}
	if t.Insecure {
		d.verdict("INSECURE", bad, "the server's certificate was not verified (--tls-insecure)")
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

func serverSays(d *document, t *resultfile.TargetInfo) string {
	room := d.width - verdictHead
	var parts []string
	if t.Syst != "" {
		syst := `SYST "` + printable(t.Syst, 30) + `"`
		parts = append(parts, syst)
		room -= textWidth(syst) + 2
	}
	if t.Banner != "" {
		parts = append([]string{`banner "` + printable(t.Banner, room-len(`banner ""`)) + `"`}, parts...)
	}
	return strings.Join(parts, ", ")
}

func writeComplete(d *document, s *summary.Summary) {
	if s.Status == summary.Complete {
		d.verdict("complete", good, "yes")
		return
	}
	d.verdict("complete", bad, "no: this is a PARTIAL result")
	if len(s.Missing) == 0 {
		d.verdict("", plain, "the run did not come to its own end; what is missing is not recorded")
	}
	for _, m := range s.Missing {
		d.verdict("", plain, "missing: "+printable(m, unbounded))
	}
}

// writeOutcome says how the operations ended, over all series.
func writeOutcome(d *document, s *summary.Summary) {
	var attempts, ok, failed, unfinished, dropped int64
	for i := range s.Series {
		attempts += s.Series[i].Attempts
		ok += s.Series[i].OK
		failed += s.Series[i].Failed
		unfinished += s.Series[i].Unfinished
		dropped += s.Series[i].Dropped
	}
	t, text := good, ""
	switch {
	case attempts == 0:
		t, text = bad, "NOTHING WAS MEASURED: no operation was attempted"
	case ok == 0:
		t, text = bad, "NOTHING WAS MEASURED: no operation succeeded"
	case failed > 0:
		t, text = bad, quantity.CountShare(failed, attempts)+" of the operations FAILED"
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
		t = bad
	}
	d.verdict("operations", t, text)
	for i := range s.Series {
		// Among others that went well, one that did not must not drown.
		if c := &s.Series[i]; ok > 0 && c.OK == 0 {
			d.verdict("", bad, "no "+c.Op.String()+" succeeded as "+seriesName(c.Variant, c.Mode, 60))
		}
	}
}

// writeGenerator says whether the numbers are the server's or our own.
func writeGenerator(d *document, s *summary.Summary) {
	g := &s.Generator
	used := generatorUse(s)
	switch {
	case g.Limited:
		d.verdict("generator", bad, "LIMITED: the load generator may have been the limit, and the server be faster than shown")
		for _, r := range g.Reasons {
			d.verdict("", plain, "reason: "+printable(r, unbounded))
		}
		if len(g.Reasons) == 0 {
			d.verdict("", plain, "reason: not recorded")
		}
		if used != "" {
			d.verdict("", faint, used)
		}
	case used == "":
		// A result that was cut off need not know.
		d.verdict("generator", doubt, "not known: the generator's own use of this machine was not recorded")
	default:
		d.verdict("generator", good, "not the limit: "+used)
	}
	for _, w := range g.Warnings {
		d.verdict("", doubt, "warning: "+printable(w, unbounded))
	}
}

// generatorUse says what the generator took of what it was allowed, or nothing
// where that was not recorded.
func generatorUse(s *summary.Summary) string {
	g := &s.Generator
	if g.CPUs <= 0 || !finite(g.CPUs) || !finite(g.CPUSeconds) {
		return ""
	}
	text := "used " + unbroken(quantity.Time.Show(g.CPUSeconds*1e9)) + " of CPU"
	var seconds float64
	for _, w := range windows(s, true) {
		seconds += w
	}
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

func started(s *summary.Summary) string {
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
