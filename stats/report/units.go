package report

import (
	"math"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// unknown stands for a number that is not known. It is never a zero.
const unknown = "-"

// digits is how many significant digits a measured number is shown with: as
// many as the histograms keep.
const digits = 3

// unit is a name for a multiple of a base unit.
type unit struct {
	name string
	size float64
}

// units is a ladder of units, smallest first.
type units []unit

var (
	// timeUnits measure nanoseconds. Minutes are left out: a column that
	// changes its base is not read at a glance.
	timeUnits = units{{"ns", 1}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}}
	byteUnits = units{
		{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
		{"TiB", 1 << 40}, {"PiB", 1 << 50}, {"EiB", 1 << 60},
	}
	byteRateUnits = units{
		{"B/s", 1}, {"KiB/s", 1 << 10}, {"MiB/s", 1 << 20}, {"GiB/s", 1 << 30},
		{"TiB/s", 1 << 40}, {"PiB/s", 1 << 50}, {"EiB/s", 1 << 60},
	}
	// plainNumbers have their unit, if any, in the row's label.
	plainNumbers = units{{"", 1}}
)

// fit returns the unit in which v reads best: the largest that is not larger
// than v as it will be printed, so that 999.96 µs is 1.00 ms and not 1000 µs.
func (us units) fit(v float64) unit {
	v = math.Abs(v)
	best := us[0]
	for i, u := range us[1:] {
		if printed(v/us[i].size)*us[i].size < u.size {
			break
		}
		best = u
	}
	return best
}

// printed returns the number that significant(v) shows.
func printed(v float64) float64 {
	if v >= 1e15 || v < leastShown {
		return v
	}
	s := strconv.FormatFloat(v, 'f', decimals(v), 64)
	p, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return v
	}
	return p
}

// show returns v with its unit.
func (us units) show(v float64) string {
	if !finite(v) {
		return unknown
	}
	return us.fit(v).show(v)
}

// show returns v, which is in the base unit, in u.
func (u unit) show(v float64) string {
	if !finite(v) {
		return unknown
	}
	x := v / u.size
	switch u.name {
	case "":
		return significant(x)
	case "ns", "B", "B/s": // fractions of these mean nothing
		return whole(x) + " " + u.name
	}
	return significant(x) + " " + u.name
}

// shared returns the unit that all of a row's values are shown in, so that they
// can be compared by eye, or false where they lie so far apart that the smaller
// would be all zeros.
func (us units) shared(values []float64) (unit, bool) {
	low, high := math.Inf(1), 0.0
	for _, v := range values {
		if v = math.Abs(v); finite(v) && v > 0 {
			low, high = min(low, v), max(high, v)
		}
	}
	u := us.fit(high)
	return u, high == 0 || low/u.size >= 0.01
}

// row shows all values, in one unit if that reads well. NaN is unknown.
func (us units) row(values []float64) []string {
	u, ok := us.shared(values)
	out := make([]string, len(values))
	for i, v := range values {
		if ok {
			out[i] = u.show(v)
		} else {
			out[i] = us.show(v)
		}
	}
	return out
}

// leastShown is the smallest magnitude that significant writes in digits.
const leastShown = 0.001

// significant returns v with three significant digits; from 1,000 on all digits
// before the point. What is not zero never reads as zero.
func significant(v float64) string {
	switch a := math.Abs(v); {
	case !finite(v):
		return unknown
	case v == 0:
		return "0"
	case a >= 1e15:
		return strconv.FormatFloat(v, 'e', digits-1, 64)
	case a < leastShown && v > 0:
		return "<0.001"
	case a < leastShown:
		return ">-0.001"
	default:
		return quantity.Grouped(strconv.FormatFloat(v, 'f', decimals(a), 64))
	}
}

// decimals returns how many digits after the point show v > 0 with three
// significant ones once it is rounded: 9.996 becomes 10.0, not 10.00.
func decimals(v float64) int {
	d := max(digits-1-int(math.Floor(math.Log10(v))), 0)
	if rounded := math.Round(v*math.Pow10(d)) / math.Pow10(d); d > 0 && rounded >= math.Pow10(digits-d) {
		d--
	}
	return d
}

// whole returns v without a fraction. What is not zero never reads as zero.
func whole(v float64) string {
	if v > 0 && v < 0.5 {
		return "<1"
	}
	if math.Abs(v) >= 1e15 {
		return strconv.FormatFloat(v, 'e', digits-1, 64)
	}
	return quantity.Grouped(strconv.FormatFloat(math.Round(v)+0, 'f', 0, 64))
}

// share returns part as a percentage of all. Only nothing is "0%" and only all
// of it is "100%": what lies between never rounds to either.
func share(part, all float64) string {
	switch p := 100 * part / all; {
	case !finite(p) || all <= 0:
		return unknown
	case part == all:
		return "100%"
	case part == 0:
		return "0%"
	case p < 100 && printed(p) >= 100:
		return ">99.9%"
	default:
		return significant(p) + "%"
	}
}

// countShare is share of counts, which floating point cannot tell apart when
// they are very large.
func countShare(part, all int64) string {
	s := share(float64(part), float64(all))
	if s == "100%" && part != all {
		return ">99.9%"
	}
	return s
}

// difference returns how second differs from first, as a percentage where they
// are within a factor of two of each other and as a factor beyond: a reader
// takes "x8.20" in faster than "+720%".
func difference(first, second float64) string {
	if !finite(first) || !finite(second) || first < 0 || second < 0 {
		return unknown
	}
	if first == second {
		return "0%"
	}
	ratio := second / first
	switch {
	case !finite(ratio):
		return unknown // nothing can be said against a zero
	case ratio < 0.5 || ratio >= 2:
		return factor(ratio)
	}
	percent := strconv.FormatFloat(100*(ratio-1), 'f', 1, 64)
	switch {
	case percent == "0.0" || percent == "-0.0":
		return "~0%"
	case ratio > 1:
		return "+" + percent + "%"
	}
	return percent + "%"
}

func factor(ratio float64) string {
	if ratio > 0 && ratio < leastShown {
		return "x<0.001"
	}
	return "x" + significant(ratio)
}

// finite reports whether v is a number to show.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Rate writes bytes per second as reports do.
func Rate(bytesPerSecond float64) string { return byteRateUnits.show(bytesPerSecond) }

// Span writes nanoseconds as reports do.
func Span(ns float64) string { return timeUnits.show(ns) }

// Number writes a number without a unit as reports do.
func Number(v float64) string { return significant(v) }
