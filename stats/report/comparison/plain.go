package comparison

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

// Plain says a finding as people tell it, such as "active moved 8.2% less data than
// passive"; empty where there is no verdict, or only that of a false alarm.
func (e *Evidence) Plain(f *compare.Finding, other, base string) string {
	differs := f.Verdict == compare.Faster || f.Verdict == compare.Slower
	if !differs && f.Verdict != compare.Equivalent || e.falseAlarm(f) {
		return ""
	}
	ratio := figures.NumberOr(f.Ratio)
	if f.Unit == compare.Nanoseconds {
		op, what, _ := strings.Cut(f.Metric, ".")
		op, what = terminal.Printable(op, 10), " ("+terminal.Printable(what, 30)+")"
		if !differs {
			return op + " took equally long with " + other + " and " + base + what
		}
		amount, than := amountOf(ratio, "longer", "less time", "as long")
		return op + " took " + amount + " with " + other + than + "with " + base + what
	}
	switch {
	case f.Difference && !differs:
		return other + " and " + base + " failed equally often"
	case f.Difference && ratio > 0:
		return other + " failed more often than " + base
	case f.Difference:
		return other + " failed less often than " + base
	}
	did, more, less, times := "did", "more operations", "fewer operations", "as many operations"
	if f.Unit == compare.BytesPerSecond {
		did, more, less, times = "moved", "more data", "less data", "as much data"
	}
	if !differs {
		return other + " and " + base + " " + did + " equally " + strings.TrimPrefix(times, "as ")
	}
	amount, than := amountOf(ratio, more, less, times)
	return other + " " + did + " " + amount + than + base
}

// amountOf says how a ratio is more or less than one, and the word that leads to what it is
// compared with.
func amountOf(ratio float64, more, less, times string) (amount, than string) {
	switch {
	case ratio >= 2:
		return strings.TrimPrefix(figures.FactorOf(ratio), "x") + " times " + times, " as "
	case ratio > 1:
		return strings.TrimPrefix(figures.Change(ratio-1), "+") + " " + more, " than "
	}
	return strings.Replace(strings.TrimPrefix(figures.Change(ratio-1), "-"), "<-", "over ", 1) + " " + less, " than "
}
