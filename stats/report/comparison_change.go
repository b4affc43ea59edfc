package report

import (
	"math"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// changeForm is how a change and its interval are written: all three alike, so
// that they can be read against each other.
type changeForm uint8

const (
	percents changeForm = iota // -8.2%
	factors                    // x2.63, where a percentage would be misread
	points                     // +0.12 pp: a difference of two shares
	amounts                    // +0.12: a difference of anything else
)

const pointsUnit = " pp"

// show writes one ratio, or difference, in the form.
func (c changeForm) show(v float64) string {
	switch {
	case !finite(v):
		return unknown
	case c == points:
		return signedNumber(100*v, pointsUnit)
	case c == amounts:
		return signedNumber(v, "")
	case v < 0:
		return unknown // no ratio
	case c == factors && v > 0 && math.Abs(v-1) >= 0.005:
		return factorOf(v)
	}
	return percentChange(v - 1)
}

// low writes the lower end of an interval; the unit, if it is a word, follows
// the upper.
func (c changeForm) low(v float64) string { return strings.TrimSuffix(c.show(v), pointsUnit) }

// interval writes low and high in the form.
func (c changeForm) interval(low, high *float64) string {
	l, h := c.low(numberOr(low)), c.show(numberOr(high))
	if l == unknown || h == unknown {
		return unknown
	}
	return l + " to " + h
}

// numberOr returns the number that v points at, NaN where there is none.
func numberOr(v *float64) float64 {
	if v == nil || !finite(*v) {
		return math.NaN()
	}
	return *v
}

// percentChange writes a relative change, 0.05 as +5.0%: with one decimal, and
// more only where it would else read as none. It has at most three significant
// digits.
func percentChange(x float64) string {
	p := 100 * x
	switch a := math.Abs(p); {
	case !finite(p):
		return unknown
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

// factorOf writes a ratio as a factor with at most three significant digits.
func factorOf(ratio float64) string {
	switch {
	case !finite(ratio):
		return unknown
	case ratio < 1000:
		return factor(ratio)
	}
	return "x" + threeDigits(ratio)
}

// signedNumber writes v with its sign, three significant digits and a unit.
func signedNumber(v float64, unit string) string {
	switch {
	case !finite(v):
		return unknown
	case v == 0:
		return "0" + unit
	case math.Abs(v) < quantity.LeastShown:
		return "~0" + unit
	}
	return sign(v) + threeDigits(math.Abs(v)) + unit
}

// signedUnits writes a difference with its sign, in a unit of its own.
func signedUnits(u quantity.Unit, v float64) string {
	switch {
	case !finite(v):
		return unknown
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

// percentage writes a share or a level that is no change: 0.03 as 3%, 0.9712
// as 97.1%.
func percentage(v float64) string {
	if !finite(v) || v < 0 {
		return unknown
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

// within writes the practical threshold: ±3%.
func within(effect float64) string { return "±" + percentage(effect) }

// pText writes p with three decimals, and more where it would else read as the
// critical value that it is not.
func pText(p *float64, critical float64) string {
	v := numberOr(p)
	switch {
	case !(v >= 0 && v <= 1):
		return unknown
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
