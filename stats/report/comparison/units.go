package comparison

import (
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

// FormOf returns the form that suits a finding: percentages as long as the
// change is within a factor of two.
func FormOf(f *compare.Finding) figures.Form {
	switch r := figures.NumberOr(f.Ratio); {
	case f.Difference && f.Unit == compare.Share:
		return figures.Points
	case f.Difference:
		return figures.Amounts
	case r > 0 && (r < 0.5 || r >= 2):
		return figures.Factors
	}
	return figures.Percents
}

// pOf returns the p that counts for a finding: Holm's where it shares the error
// rate with others.
func pOf(f *compare.Finding) *float64 {
	if f.PAdjusted != nil {
		return f.PAdjusted
	}
	return f.P
}

// LevelName is the head of a column of intervals.
func LevelName(m *compare.Method) string {
	if m.Level > 0 && m.Level < 1 {
		return figures.Percentage(m.Level) + " interval"
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
	values := []float64{figures.NumberOr(f.Base), figures.NumberOr(f.New)}
	if f.Unit != compare.Share {
		return unitsOf(f.Unit).Row(values)
	}
	return []string{quantity.Share(values[0], 1), quantity.Share(values[1], 1)}
}
