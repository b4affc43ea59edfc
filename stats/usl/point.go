package usl

import (
	"fmt"
	"math"
	"slices"
)

// MinLevels is how many different loads a fit needs. Three parameters go
// through any three points; with fewer levels than this the curve beyond the
// measured loads is arbitrary.
const MinLevels = 6

// What is accepted. A server's numbers lie far inside; beyond, squares would
// leave what a float64 can hold exactly enough.
const (
	maxPoints = 1000
	minValue  = 1e-9
	maxLoad   = 1e9
	maxRate   = 1e18
)

// Point is one measurement. Several may have the same load.
type Point struct {
	N float64 // load: sessions, or their mean number; more than 0
	X float64 // throughput per second, in any unit; more than 0
}

// PointError says that a point cannot be used.
type PointError struct {
	Index  int // in the points given
	Point  Point
	Reason string
}

func (e *PointError) Error() string {
	return fmt.Sprintf("point %d (load %g, throughput %g): %s", e.Index+1, e.Point.N, e.Point.X, e.Reason)
}

// LevelsError says that too few different loads were measured for a curve.
type LevelsError struct {
	Levels int
}

func (e *LevelsError) Error() string {
	return fmt.Sprintf("a scalability curve needs %d or more levels of load, there are %d: measure more levels", MinLevels, e.Levels)
}

// TooManyError says that there are more points than are accepted.
type TooManyError struct {
	Points int
}

func (e *TooManyError) Error() string {
	return fmt.Sprintf("a scalability curve can have up to %d points, there are %d: use one for each step", maxPoints, e.Points)
}

// levels checks the points and returns their different loads, ascending.
func levels(points []Point) ([]float64, error) {
	if len(points) > maxPoints {
		return nil, &TooManyError{len(points)}
	}
	loads := make([]float64, len(points))
	for i, p := range points {
		switch {
		case !(p.N >= minValue && p.N <= maxLoad):
			return nil, &PointError{i, p, fmt.Sprintf("the load must be from %g to %g", minValue, maxLoad)}
		case p.X == 0:
			return nil, &PointError{i, p, "the throughput is 0 at this load: leave out the level"}
		case !(p.X >= minValue && p.X <= maxRate):
			return nil, &PointError{i, p, fmt.Sprintf("the throughput must be from %g to %g per second", minValue, maxRate)}
		}
		loads[i] = p.N
	}
	slices.Sort(loads)
	loads = slices.Compact(loads)
	if len(loads) < MinLevels {
		return nil, &LevelsError{len(loads)}
	}
	return loads, nil
}

// Estimate is a value and its 95% interval. A null means that there is none,
// because the measurements do not bound it; what that says stands with the
// field.
type Estimate struct {
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

func estimate(value, low, high float64) Estimate {
	return Estimate{known(value), known(low), known(high)}
}

// known is nil where x is not a number that can be shown.
func known(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// Holds reports whether x lies in the interval; a side that is not bounded
// holds everything.
func (e Estimate) Holds(x float64) bool {
	return (e.Low == nil || *e.Low <= x) && (e.High == nil || x <= *e.High)
}
