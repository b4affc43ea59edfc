package threshold

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
)

// show writes v, which is in the dimension's base, in a unit of the bound's
// family: with three significant digits, or as many more as it takes to be on
// the same side of the bound as v is. 250.2 ms is not shown as 250 ms where
// the bound is 250 ms.
func (d dimension) show(v float64, bound value) string {
	u := d.unitFor(v, bound.family)
	x := v * u.by / u.times * math.Pow10(-u.exponent)
	for digits := 3; digits < 17; digits++ {
		text := quantity.Trimmed(x, digits)
		if shown, err := u.base(text); err == nil && side(shown, bound.base) == side(v, bound.base) && (shown == 0) == (v == 0) {
			return join(text, u)
		}
	}
	return join(strconv.FormatFloat(x, 'f', -1, 64), u)
}

// unitFor returns the largest unit of a family that is no larger than v, or
// the smallest.
func (d dimension) unitFor(v float64, f family) unit {
	if d == duration {
		f = decimal // minutes are for bounds
	}
	var best unit
	for _, u := range d.units() {
		one, _ := u.base("1")
		base := f == binary && u.family == decimal && one == 1 // bytes are both
		if (u.family == f || base) && (best.times == 0 || v >= one) {
			best = u
		}
	}
	return best
}

func join(number string, u unit) string {
	number = quantity.Grouped(number)
	if u.name == "" || u.name == "%" || u.name[0] == '/' {
		return number + u.name
	}
	return number + " " + u.name
}

// side says whether v lies below, on or above the bound.
func side(v, bound float64) int { return cmp.Compare(v, bound) }

// listed joins words as a sentence does.
func listed[T ~string](words []T, and string) string {
	var s strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			s.WriteString(" " + and + " ")
		default:
			s.WriteString(", ")
		}
		s.WriteString(string(w))
	}
	return s.String()
}
