package doc

import "math"

// Axis is a scale, of logarithms if Log. Unit is ns, B/s, /s, s, p for percentiles, or empty
// for a bare number. Pages leave room beyond the ends of a chart of loads.
type Axis struct {
	Name string `json:"name"`
	Unit string `json:"unit"`
	Log  bool   `json:"log,omitempty"`
	Low  Number `json:"low"`
	High Number `json:"high"`
}

// wideRange is the ratio of two numbers from which on a scale of logarithms
// shows both.
const wideRange = 3

// Cover makes the axis hold v, unless that is not known.
func (a *Axis) Cover(v float64) {
	if !math.IsNaN(v) {
		a.Low, a.High = min(a.Low, Number(v)), max(a.High, Number(v))
	}
}

// Fit makes the scale one of logarithms where that shows its ends better, and says so in its
// name; else it begins at 0 if it may.
func (a *Axis) Fit(fromZero bool) {
	switch {
	case a.High/a.Low >= wideRange:
		a.Log = true
		a.Name += ", logarithmic"
	case fromZero:
		a.Low = 0
	}
}

// Place returns where v lies between the ends, as a part of the whole.
func (a *Axis) Place(v float64) float64 {
	low, high := float64(a.Low), float64(a.High)
	if a.Log {
		return math.Log(v/low) / math.Log(high/low)
	}
	return (v - low) / (high - low)
}

// Value returns what lies at a part of the whole.
func (a *Axis) Value(part float64) float64 {
	low, high := float64(a.Low), float64(a.High)
	if a.Log {
		return low * math.Pow(high/low, part)
	}
	return low + part*(high-low)
}
