// Package figures writes the figures of reports: changes and their intervals,
// shares that add up, percentiles with their marks.
package figures

import (
	"math"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Form is how a change and its interval are written: all three alike, so
// that they can be read against each other.
type Form uint8

const (
	Percents Form = iota // -8.2%
	Factors              // x2.63, where a percentage would be misread
	Points               // +0.12 pp: a difference of two shares
	Amounts              // +0.12: a difference of anything else
)

const pointsUnit = " pp"

// Show writes one ratio, or difference, in the form.
func (c Form) Show(v float64) string {
	switch {
	case !Finite(v):
		return Unknown
	case c == Points:
		return SignedNumber(100*v, pointsUnit)
	case c == Amounts:
		return SignedNumber(v, "")
	case v < 0:
		return Unknown // no ratio
	case c == Factors && v > 0 && math.Abs(v-1) >= 0.005:
		return FactorOf(v)
	}
	return Change(v - 1)
}

// Low writes the lower end of an interval; the unit, if it is a word, follows
// the upper.
func (c Form) Low(v float64) string { return strings.TrimSuffix(c.Show(v), pointsUnit) }

// Interval writes low and high in the form.
func (c Form) Interval(low, high *float64) string {
	l, h := c.Low(NumberOr(low)), c.Show(NumberOr(high))
	if l == Unknown || h == Unknown {
		return Unknown
	}
	return l + " to " + h
}

// NumberOr returns the number that v points at, NaN where there is none.
func NumberOr(v *float64) float64 {
	if v == nil || !Finite(*v) {
		return math.NaN()
	}
	return *v
}

// Change writes a relative change, 0.05 as +5.0%: with one decimal, and
// more only where it would else read as none. It has at most three significant
// digits.
func Change(x float64) string {
	p := 100 * x
	switch a := math.Abs(p); {
	case !Finite(p):
		return Unknown
	case p == 0:
		return "0%"
	case a < 0.0005:
		return "~0%"
	case x > -1 && p <= -99.95:
		return "<-99.9%" // something is left
	case a >= 99.95:
		return sign(p) + threeDigits(a) + "%"
	case a < 0.05:
		return sign(p) + strconv.FormatFloat(a, 'f', int(math.Ceil(-math.Log10(a))), 64) + "%"
	default:
		return sign(p) + strconv.FormatFloat(a, 'f', 1, 64) + "%"
	}
}

// FactorOf writes a ratio as a factor with at most three significant digits.
func FactorOf(ratio float64) string {
	switch {
	case !Finite(ratio):
		return Unknown
	case ratio < 1000:
		return factor(ratio)
	}
	return "x" + threeDigits(ratio)
}

// SignedNumber writes v with its sign, three significant digits and a unit.
func SignedNumber(v float64, unit string) string {
	switch {
	case !Finite(v):
		return Unknown
	case v == 0:
		return "0" + unit
	case math.Abs(v) < quantity.LeastShown:
		return "~0" + unit
	}
	return sign(v) + threeDigits(math.Abs(v)) + unit
}

// SignedUnits writes a difference with its sign, in a unit of its own.
func SignedUnits(u quantity.Unit, v float64) string {
	switch {
	case !Finite(v):
		return Unknown
	case v == 0:
		return "0 " + u.Name
	}
	return sign(v) + u.Show(math.Abs(v))
}

// threeDigits writes v > 0 with three significant digits, whatever its size.
func threeDigits(v float64) string {
	if v < 1000 || v >= 1e15 {
		return quantity.Significant(v)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', quantity.Digits-1, 64), 64)
	if err != nil {
		return quantity.Significant(v)
	}
	return quantity.Significant(rounded)
}

func sign(v float64) string {
	if v < 0 {
		return "-"
	}
	return "+"
}

// Percentage writes a share or a level that is no change: 0.03 as 3%, 0.9712
// as 97.1%.
func Percentage(v float64) string {
	if !Finite(v) || v < 0 {
		return Unknown
	}
	switch s := strconv.FormatFloat(100*v, 'g', quantity.Digits, 64); {
	case v > 0 && v < 1e-5:
		return "<0.001%"
	case 100*v >= 999.5:
		return threeDigits(100*v) + "%"
	case v < 1 && s == "100":
		return ">99.9%"
	default:
		return s + "%"
	}
}

// Within writes the practical threshold: ±3%.
func Within(effect float64) string { return "±" + Percentage(effect) }

// P writes p with three decimals, and more where it would else read as the
// critical value that it is not.
func P(p *float64, critical float64) string {
	v := NumberOr(p)
	switch {
	case !(v >= 0 && v <= 1):
		return Unknown
	case v < 0.001:
		return "<0.001"
	}
	for decimals := 3; ; decimals++ {
		s := strconv.FormatFloat(v, 'f', decimals, 64)
		shown, err := strconv.ParseFloat(s, 64)
		if decimals == 5 || err != nil || v <= critical == (shown <= critical) {
			return s
		}
	}
}
