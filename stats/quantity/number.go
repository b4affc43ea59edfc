package quantity

import (
	"math"
	"strconv"
	"strings"
)

// Unknown stands for a number that is not known. It is never a zero.
const Unknown = "-"

// Digits is how many significant digits a measured number is shown with: as
// many as the histograms keep.
const Digits = 3

// LeastShown is the smallest magnitude that [Significant] writes in digits.
const LeastShown = 0.001

// Significant returns v with three significant digits; from 1,000 on all digits
// before the point. What is not zero never reads as zero.
func Significant(v float64) string {
	switch a := math.Abs(v); {
	case !finite(v):
		return Unknown
	case v == 0:
		return "0"
	case a >= 1e15:
		return strconv.FormatFloat(v, 'e', Digits-1, 64)
	case a < LeastShown && v > 0:
		return "<0.001"
	case a < LeastShown:
		return ">-0.001"
	default:
		return Grouped(strconv.FormatFloat(v, 'f', Decimals(a), 64))
	}
}

// Whole returns v without a fraction. What is not zero never reads as zero.
func Whole(v float64) string {
	if v > 0 && v < 0.5 {
		return "<1"
	}
	if math.Abs(v) >= 1e15 {
		return strconv.FormatFloat(v, 'e', Digits-1, 64)
	}
	return Grouped(strconv.FormatFloat(math.Round(v)+0, 'f', 0, 64))
}

// Decimals returns how many digits after the point show v > 0 with three
// significant ones once it is rounded: 9.996 becomes 10.0, not 10.00.
func Decimals(v float64) int {
	d := max(Digits-1-int(math.Floor(math.Log10(v))), 0)
	if rounded := math.Round(v*math.Pow10(d)) / math.Pow10(d); d > 0 && rounded >= math.Pow10(Digits-d) {
		d--
	}
	return d
}

// Rounded returns the number that [Significant] shows of v >= 0.
func Rounded(v float64) float64 {
	if v >= 1e15 || v < LeastShown {
		return v
	}
	s := strconv.FormatFloat(v, 'f', Decimals(v), 64)
	p, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return v
	}
	return p
}

// Trimmed returns v with so many significant digits and all those before the
// point, without zeros at the end and ungrouped, so that it can be read back.
func Trimmed(v float64, digits int) string {
	if v == 0 {
		return "0"
	}
	decimals := digits - 1 - int(math.Floor(math.Log10(math.Abs(v))))
	text := strconv.FormatFloat(v, 'f', max(decimals, 0), 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// ParseNumber reads a plain decimal number: digits and at most one point, no
// sign, no exponent, none of the other spellings that strconv takes.
func ParseNumber(s string) (float64, bool) {
	if s == "" || len(s) > 64 || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0)
}

// FormatNumber is the shortest text that ParseNumber reads as f.
func FormatNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// finite reports whether v is a number to show.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
