package export

import (
	"strconv"

	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// findingText says in one line what was found of a metric on two sides.
func findingText(f *compare.Finding, base, other string, level float64) string {
	text := string(f.Verdict)
	show := func(v *float64) string { return significantOr(v, 4) }
	if f.Ratio != nil {
		what := ": ratio "
		if f.Difference {
			what = ": difference "
		}
		text += what + show(f.Ratio)
		if f.Low != nil && f.High != nil {
			text += " (" + figures.Plain(level*100, 4) + "% interval " + show(f.Low) + " to " + show(f.High) + ")"
		}
	}
	if f.P != nil {
		text += ", p " + significantOr(f.P, 3)
	}
	if f.PAdjusted != nil {
		text += ", adjusted " + significantOr(f.PAdjusted, 3)
	}
	if f.Base != nil && f.New != nil {
		text += "; " + base + " " + findingValue(*f.Base, f.Unit) + ", " + other + " " + findingValue(*f.New, f.Unit)
	}
	if f.Why != "" {
		text += "; " + f.Why
	}
	return terminal.Printable(text, about.MostText)
}

func significantOr(v *float64, digits int) string {
	if v == nil || !figures.Finite(*v) {
		return figures.Unknown
	}
	return strconv.FormatFloat(*v, 'g', digits, 64)
}

func findingValue(v float64, u compare.Unit) string {
	switch u {
	case compare.BytesPerSecond:
		return quantity.ByteRate.Show(v)
	case compare.Nanoseconds:
		return quantity.Time.Show(v)
	case compare.PerSecond:
		return quantity.Significant(v) + "/s"
	case compare.Share:
		return quantity.Share(v, 1)
	}
	return quantity.Significant(v)
}

// worse writes a change for the worse; one for the better is negative.
func worse(v float64) string {
	switch {
	case !figures.Finite(v):
		return figures.Unknown
	case v < 0:
		return figures.Plain(-v*100, 3) + "% better"
	}
	return figures.Plain(v*100, 3) + "% worse"
}
