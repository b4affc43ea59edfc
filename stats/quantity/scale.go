package quantity

import "math"

// Scale is a ladder of units in which values of one kind are shown.
type Scale uint8

// The scales. Each has its values in its base unit.
const (
	Number   Scale = iota // has its unit, if any, in the row's label
	Time                  // nanoseconds
	Size                  // bytes
	ByteRate              // bytes per second
	Rate                  // operations per second
)

// Unit is a name for a multiple of a scale's base unit.
type Unit struct {
	Name string
	Size float64
}

// units returns those of the scale, smallest first.
func (s Scale) units() []Unit {
	switch s {
	case Time:
		return timeUnits()
	case Size:
		return shownSizes("")
	case ByteRate:
		return shownSizes("/s")
	case Rate:
		return []Unit{{"/s", 1}}
	}
	return []Unit{{"", 1}}
}

// Fit returns the unit in which v reads best: the largest that is not larger
// than v as it will be printed, so that 999.96 µs is 1.00 ms and not 1000 µs.
func (s Scale) Fit(v float64) Unit {
	v = math.Abs(v)
	us := s.units()
	best := us[0]
	for i, u := range us[1:] {
		if Rounded(v/us[i].Size)*us[i].Size < u.Size {
			break
		}
		best = u
	}
	return best
}

// Show returns v with its unit.
func (s Scale) Show(v float64) string {
	if !finite(v) {
		return Unknown
	}
	return s.Fit(v).Show(v)
}

// Show returns v, which is in the base unit, in u.
func (u Unit) Show(v float64) string {
	if !finite(v) {
		return Unknown
	}
	x := v / u.Size
	switch u.Name {
	case "":
		return Significant(x)
	case "ns", "B", "B/s": // fractions of these mean nothing
		return Whole(x) + " " + u.Name
	}
	return Significant(x) + " " + u.Name
}

// Shared returns the unit that all of a row's values are shown in, so that they
// can be compared by eye, or false where they lie so far apart that the smaller
// would be all zeros.
func (s Scale) Shared(values []float64) (Unit, bool) {
	low, high := math.Inf(1), 0.0
	for _, v := range values {
		if v = math.Abs(v); finite(v) && v > 0 {
			low, high = min(low, v), max(high, v)
		}
	}
	u := s.Fit(high)
	return u, high == 0 || low/u.Size >= 0.01
}

// Row shows all values, in one unit if that reads well. NaN is unknown.
func (s Scale) Row(values []float64) []string {
	u, ok := s.Shared(values)
	out := make([]string, len(values))
	for i, v := range values {
		if ok {
			out[i] = u.Show(v)
		} else {
			out[i] = s.Show(v)
		}
	}
	return out
}
