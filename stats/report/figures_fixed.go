package report

import (
	"math"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// tenths returns part as a percentage of all with one decimal, which lets
// shares be added up by eye too. As with [share], only nothing is "0%" and only
// all of it is "100%".
func tenths(part, all float64) string {
	exact := quantity.Share(part, all)
	if exact == unknown || exact == "0%" || exact == "100%" {
		return exact
	}
	switch s := strconv.FormatFloat(100*part/all, 'f', 1, 64); s {
	case "0.0":
		return "<0.1%"
	case "100.0":
		return ">99.9%"
	default:
		return s + "%"
	}
}

// fixed shows numbers that are to be added up by eye: one unit, one number of
// decimals.
type fixed struct {
	unit     quantity.Unit
	decimals int
}

// fixedFor returns the form in which the largest number of a table has one
// digit more than usual, so that its small parts keep some.
func fixedFor(largest float64) fixed {
	u := quantity.Time.Fit(largest)
	f := fixed{unit: u}
	if u.Size > 1 {
		f.decimals = min(quantity.Decimals(largest/u.Size)+1, 3)
	}
	return f
}

// show returns v; what is not zero never reads as zero.
func (f fixed) show(v float64) string {
	if !finite(v) {
		return unknown
	}
	s := strconv.FormatFloat(v/f.unit.Size, 'f', f.decimals, 64)
	if p, err := strconv.ParseFloat(s, 64); v > 0 && err == nil && p == 0 {
		s = "<" + strconv.FormatFloat(math.Pow10(-f.decimals), 'f', f.decimals, 64)
	}
	return quantity.Grouped(s) + " " + f.unit.Name
}

// signed returns v with its sign, for a difference.
func (f fixed) signed(v float64) string {
	if !finite(v) {
		return unknown
	}
	s := strconv.FormatFloat(v/f.unit.Size, 'f', f.decimals, 64)
	p, err := strconv.ParseFloat(s, 64)
	switch {
	case v == 0:
		return "0 " + f.unit.Name
	case err == nil && p == 0:
		return "~0 " + f.unit.Name
	case v > 0:
		s = "+" + quantity.Grouped(s)
	default:
		s = quantity.Grouped(s)
	}
	return s + " " + f.unit.Name
}
