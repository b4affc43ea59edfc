package usl

import "math"

// Level is the confidence level of all intervals.
const Level = 0.95

// relative is the weighting of all fits: noise is held to be the same
// percentage at all levels.
const relative = "relative"

// Model is the law fitted to points. Throughputs are in the points' unit per
// second, loads in the points' unit, sessions.
type Model struct {
	// Gamma is the throughput of one session.
	Gamma Estimate `json:"gamma_per_second"`
	// Alpha is contention, 0 to 1; Beta coherency, 0 to 1 − Alpha.
	Alpha Estimate `json:"alpha"`
	Beta  Estimate `json:"beta"`
	// PeakN is the load at which throughput is greatest, at least 1. Its value
	// is null where throughput does not fall (Beta is 0, or Alpha 1); a null
	// at an end says that the points do not exclude that it never falls.
	PeakN Estimate `json:"peak_load"`
	// PeakX is the throughput there, or the one that is approached where PeakN
	// is null. It is null where throughput grows without limit.
	PeakX Estimate `json:"peak_per_second"`
	// PeakExtrapolated says that the peak does not lie between the loads
	// measured, or that there is none: PeakX is what the law says then, not
	// what was seen.
	PeakExtrapolated bool `json:"peak_is_extrapolated"`

	// Residuals are measured ÷ modelled throughput − 1, in the order of the
	// points.
	Residuals []float64 `json:"relative_residuals"`
	// Deviation is the residual standard deviation, with Points − 3 degrees
	// of freedom, of log X: 0.03 means that points commonly lie 3% off the
	// curve.
	Deviation float64 `json:"residual_deviation"`
	// R2 is the share of the variance of log X that the law explains, null
	// where all throughputs are equal. It says little of a curve: one that
	// misses a knee has 0.99 too.
	R2 *float64 `json:"r_squared"`

	Points int `json:"points"`
	Levels int `json:"levels"`
	// LeastN and LargestN are the loads between which the law was fitted.
	LeastN   float64 `json:"least_load"`
	LargestN float64 `json:"largest_load"`

	Weighting string  `json:"weighting"`
	Level     float64 `json:"confidence_level"`
}

// At returns the throughput per second that the law gives for load n, and
// whether n lies outside of the loads measured. It is NaN for a negative n.
func (m *Model) At(n float64) (x float64, extrapolated bool) {
	if !(n >= 0) {
		return math.NaN(), true
	}
	return at(*m.Gamma.Value, *m.Alpha.Value, *m.Beta.Value, n), n < m.LeastN || n > m.LargestN
}

// at is the law with numerator and denominator divided by n, which then cannot
// overflow.
func at(gamma, alpha, beta, n float64) float64 {
	if n == 0 {
		return 0
	}
	return gamma / ((1-alpha)/n + alpha + beta*(n-1))
}
