package doc

import "math"

// Strip is a scale of changes with a dot for each pair, the interval with the
// median, no change and the practical threshold: outliers and two clusters,
// which a median hides, are seen at a glance.
type Strip struct {
	Variant int // its colour
	// From and To are the ends of the scale. Changes are logarithms of ratios, or
	// differences.
	From, To float64
	// FromText and ToText say what the ends are, ZeroText what no change is.
	FromText, ToText, ZeroText string
	// Lower and Upper say what lies at either end, such as "faster".
	Lower, Upper string
	Dots         []Dot
	// Low, High and Middle are the interval and the median, NaN where not known.
	Low, High, Middle float64
	// BandFrom and BandTo are the practical threshold, equal if there is none.
	BandFrom, BandTo float64
}

// Dot is one pair.
type Dot struct {
	At   float64
	Text string
}

// Cover sets the ends of the scale so that it holds no change and all of the
// places that are numbers.
func (s *Strip) Cover(at ...float64) {
	s.From, s.To = 0, 0
	for _, x := range at {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			s.From, s.To = min(s.From, x), max(s.To, x)
		}
	}
	if !(s.To-s.From > 1e-9) { // all the same
		s.From, s.To = s.From-0.01, s.To+0.01
	}
}
