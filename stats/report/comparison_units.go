package report

import (
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// formOf returns the form that suits a finding: percentages as long as the
// change is within a factor of two.
func formOf(f *compare.Finding) changeForm {
	switch r := numberOr(f.Ratio); {
	case f.Difference && f.Unit == compare.Share:
		return points
	case f.Difference:
		return amounts
	case r > 0 && (r < 0.5 || r >= 2):
		return factors
	}
	return percents
}

// pOf returns the p that counts for a finding: Holm's where it shares the error
// rate with others.
func pOf(f *compare.Finding) *float64 {
	if f.PAdjusted != nil {
		return f.PAdjusted
	}
	return f.P
}

// levelName is the head of a column of intervals.
func levelName(m *compare.Method) string {
	if m.Level > 0 && m.Level < 1 {
		return percentage(m.Level) + " interval"
	}
	return "interval"
}

// unitsOf returns how a finding's values are written.
func unitsOf(u compare.Unit) quantity.Scale {
	switch u {
	case compare.BytesPerSecond:
		return quantity.ByteRate
	case compare.Nanoseconds:
		return quantity.Time
	case compare.PerSecond:
		return quantity.Rate
	}
	return quantity.Number
}

// medians writes the base's and the other's median.
func medians(f *compare.Finding) []string {
	values := []float64{numberOr(f.Base), numberOr(f.New)}
	if f.Unit != compare.Share {
		return unitsOf(f.Unit).Row(values)
	}
	return []string{quantity.Share(values[0], 1), quantity.Share(values[1], 1)}
}
