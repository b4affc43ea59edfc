// Package about says what all reports say of the run that they are of: the target,
// the generator, what is missing, how the thresholds did, and the names in it.
package about

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// MostText is a width for text that is wrapped instead of cut; it still bounds
// what a server can put into a report.
const MostText = 1000

// LimitedText says what a limited result is worth.
const LimitedText = "the load generator may have been the limit; the server may be faster than shown"

// WriteTLS says how the connections were secured, and aloud where nobody made
// sure of the server; who says of whom, where there are several.
func WriteTLS(d *doc.Doc, who string, t *resultfile.TLSInfo) {
	text := t.Mode + " TLS, " + t.Version + ", " + t.CipherSuite
	switch t.Prot {
	case "C":
		text += "; data connections not encrypted (PROT C)"
	default:
		text += "; data TLS session reuse: " + t.Reuse
	}
	d.Fact("", doc.Plain, terminal.Printable(text, MostText))
	if weak := WeakSuite(t); weak != "" {
		d.Fact("", doc.Doubt, weak)
	}
	if t.Insecure {
		d.Fact("INSECURE", doc.Bad, who+"the server's certificate was not verified (--tls-insecure)")
	}
}

// mostBanner bounds how much of a server's greeting a person is shown.
const mostBanner = 200

func serverSays(t *resultfile.TargetInfo) string {
	var parts []string
	if t.Banner != "" {
		parts = append(parts, `banner "`+terminal.Printable(t.Banner, mostBanner)+`"`)
	}
	if t.Syst != "" {
		parts = append(parts, `SYST "`+terminal.Printable(t.Syst, 30)+`"`)
	}
	return strings.Join(parts, ", ")
}

// AnswerFailed says first which variants do not work, why, and what to do.
func AnswerFailed(d *doc.Doc, r *summary.Run) {
	for _, f := range r.Failed {
		f.Variant = Variant(f.Variant)
		d.Answer(doc.Line{Head: "FAILED:", Tone: doc.Bad, Text: terminal.Printable(f.Error(), MostText)})
	}
}

// WriteComplete says whether everything is there, and what is not.
func WriteComplete(d *doc.Doc, r *summary.Run, m *summary.Remarks) {
	if r.Status == summary.Complete {
		d.Fact("complete", doc.Good, "yes")
		return
	}
	d.Fact("complete", doc.Bad, "no: this is a PARTIAL result")
	if len(m.Missing) == 0 {
		d.Fact("", doc.Plain, "the run did not finish; what is missing was not recorded")
	}
	for _, x := range m.Missing {
		d.Fact("", doc.Plain, "missing: "+terminal.Printable(x, MostText))
	}
}

// Outcome says how operations ended.
func Outcome(attempts, ok, failed, unfinished, dropped int64) (doc.Tone, string) {
	t, text := doc.Good, "no operation failed"
	switch {
	case attempts == 0:
		t, text = doc.Bad, "NOTHING WAS MEASURED: no operation was attempted"
	case ok == 0:
		t, text = doc.Bad, "NOTHING WAS MEASURED: no operation succeeded"
	case failed > 0:
		t, text = doc.Bad, quantity.CountShare(failed, attempts)+" of the operations FAILED"
	case ok == attempts:
		text = "every operation succeeded"
	}
	if attempts > 0 {
		text += ": " + quantity.Count(attempts) + " attempted, " + quantity.Count(ok) + " ok"
		if failed != 0 {
			text += ", " + quantity.Count(failed) + " failed"
		}
		if unfinished != 0 {
			text += ", " + quantity.Count(unfinished) + " unfinished"
		}
	}
	if dropped != 0 {
		text += "; " + quantity.Count(dropped) + " more were due but never started"
	}
	return t, text
}

// Generator says whether the numbers are the server's or our own, with limited where the
// generator was the limit. due is over how many seconds operations were due.
func Generator(g *summary.GeneratorSummary, due float64, limited string) (lines []doc.Line) {
	used := GeneratorUse(g, due)
	switch {
	case g.Limited:
		lines = append(lines, doc.Fact("generator", doc.Bad, "LIMITED"+limited))
		for _, r := range g.Reasons {
			lines = append(lines, doc.Fact("", doc.Plain, "reason: "+terminal.Printable(r, MostText)))
		}
		if len(g.Reasons) == 0 {
			lines = append(lines, doc.Fact("", doc.Plain, "reason: not recorded"))
		}
		if used != "" {
			lines = append(lines, doc.Fact("", doc.Faint, used))
		}
	case used == "":
		// A result that was cut off need not know.
		lines = append(lines, doc.Fact("generator", doc.Doubt, "unknown: the generator's use of CPU and memory was not recorded"))
	default:
		lines = append(lines, doc.Fact("generator", doc.Good, "not the limit: "+used))
	}
	for _, w := range g.Warnings {
		lines = append(lines, doc.Fact("", doc.Doubt, "warning: "+terminal.Printable(w, MostText)))
	}
	return lines
}

// GeneratorUse says what the generator took of what it was allowed in so many
// seconds, or nothing where that was not recorded.
func GeneratorUse(g *summary.GeneratorSummary, seconds float64) string {
	if g.CPUs <= 0 || !figures.Finite(g.CPUs) || !figures.Finite(g.CPUSeconds) {
		return ""
	}
	text := "used " + terminal.Unbroken(quantity.Time.Show(g.CPUSeconds*1e9)) + " of CPU"
	if seconds > 0 {
		text += ", " + quantity.Share(g.CPUSeconds, g.CPUs*seconds) + " of its allowance"
	}
	text += " (" + terminal.Unbroken(CPUs(g.CPUs)) + ")"
	if lag := g.SchedLag; lag != nil && lag.Count > 0 {
		if lag.P99 != nil {
			text += "; wake-up lag p99 " + terminal.Unbroken(quantity.Time.Show(float64(*lag.P99)))
		} else {
			text += "; wake-up lag max " + terminal.Unbroken(quantity.Time.Show(float64(lag.Max)))
		}
	}
	if g.PeakRSSBytes > 0 {
		text += "; peak memory " + terminal.Unbroken(quantity.Size.Show(float64(g.PeakRSSBytes)))
	}
	return text
}

// CPUs shows an allowance, which a cgroup may set to a fraction.
func CPUs(n float64) string {
	switch {
	case n == 1:
		return "1 CPU"
	case n == math.Trunc(n):
		return quantity.Whole(n) + " CPUs"
	default:
		return quantity.Significant(n) + " CPUs"
	}
}

// Started says when a run began, with which seed and which tool.
func Started(s *summary.Run) string {
	text := "not recorded"
	if !s.Started.IsZero() {
		text = s.Started.UTC().Format(time.DateTime) + " UTC"
	}
	text += ", seed " + strconv.FormatUint(s.Seed, 10)
	t := &s.Tool
	if tool := strings.TrimSpace(terminal.Printable(t.Name, 40) + " " + terminal.Printable(t.Version, 60)); tool != "" {
		text += ", " + tool
	}
	var on []string
	for _, v := range []string{t.Go, t.OS, t.Arch} {
		if v != "" {
			on = append(on, terminal.Printable(v, 40))
		}
	}
	if len(on) > 0 {
		text += " (" + strings.Join(on, " ") + ")"
	}
	return text
}

// List joins names as a sentence does.
func List(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}
