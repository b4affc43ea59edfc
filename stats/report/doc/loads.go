package doc

import "math"

// Loads is what was measured at each load, one part below the other on one scale
// of loads.
type Loads struct {
	Load      Scale
	LoadText  func(float64) string
	Parts     []LoadPart
	Steps     []LoadStep
	Marks     []LoadMark
	ModelName string
}

// LoadPart is one quantity against load.
type LoadPart struct {
	Title string
	Scale Scale
	Text  func(float64) string
	// Of has the value of each step, NaN where it is not known.
	Of []float64
	// Model is what a model says of a load, NaN outside of where it was fitted;
	// nil if there is none.
	Model func(float64) float64
}

// LoadStep is where a step stands, and how it ended.
type LoadStep struct {
	Level  float64
	Ending Ending
}

// Ending is how a step ended.
type Ending uint8

// How steps end.
const (
	NoVerdict Ending = iota
	Held
	Failed
)

// LoadMark is an upright line: the capacity, or where a model bends.
type LoadMark struct {
	Level    float64
	Capacity bool
	Name     string // such as "the knee, 61"
}

// wideRange is the ratio of two numbers from which on a scale of logarithms
// shows both.
const wideRange = 3

// Scale spans numbers, as logarithms if Log.
type Scale struct {
	Low, High float64
	Log       bool
}

// Fit makes the scale one of logarithms where that shows its ends better. It
// reports whether it did.
func (s *Scale) Fit() bool {
	s.Log = s.High/s.Low >= wideRange
	return s.Log
}

// Place returns where v lies between the ends, as a part of the whole.
func (s Scale) Place(v float64) float64 {
	if s.Log {
		return math.Log(v/s.Low) / math.Log(s.High/s.Low)
	}
	return (v - s.Low) / (s.High - s.Low)
}

// Value returns what lies at a part of the whole.
func (s Scale) Value(part float64) float64 {
	if s.Log {
		return s.Low * math.Pow(s.High/s.Low, part)
	}
	return s.Low + part*(s.High-s.Low)
}
