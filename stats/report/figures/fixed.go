package figures

import (
	"math"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Tenths returns part as a percentage of all with one decimal, which lets
// shares be added up by eye too. As with [share], only nothing is "0%" and only
// all of it is "100%".
func Tenths(part, all float64) string {
	exact := quantity.Share(part, all)
	if exact == Unknown || exact == "0%" || exact == "100%" {
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

// Fixed shows numbers that are to be added up by eye: one unit, one number of
// decimals.
type Fixed struct {
	unit     quantity.Unit
	decimals int
}

// FixedFor returns the form in which the largest number of a table has one
// digit more than usual, so that its small parts keep some.
func FixedFor(largest float64) Fixed {
	u := quantity.Time.Fit(largest)
	f := Fixed{unit: u}
	if u.Size > 1 {
		f.decimals = min(quantity.Decimals(largest/u.Size)+1, 3)
	}
	return f
}

// Show returns v; what is not zero never reads as zero.
func (f Fixed) Show(v float64) string {
	if !Finite(v) {
		return Unknown
	}
	s := strconv.FormatFloat(v/f.unit.Size, 'f', f.decimals, 64)
	if p, err := strconv.ParseFloat(s, 64); v > 0 && err == nil && p == 0 {
		s = "<" + strconv.FormatFloat(math.Pow10(-f.decimals), 'f', f.decimals, 64)
	}
	return quantity.Grouped(s) + " " + f.unit.Name
}

// Signed returns v with its sign, for a difference.
func (f Fixed) Signed(v float64) string {
	if !Finite(v) {
		return Unknown
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
