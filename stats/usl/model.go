package usl

import "math"

// Level is the confidence level of all intervals.
const Level = 0.95

// Model is the law fitted to points. Throughputs are in the points' unit per
// second, loads in the points' unit, sessions. Noise is held to be the same percentage at
// all levels. As JSON it is a part of the capacity report.
type Model struct {
	// Gamma is the throughput of one session.
	Gamma Estimate `json:"gamma"`
	// Alpha is contention, 0 to 1; Beta coherency, 0 to 1 − Alpha.
	Alpha Estimate `json:"alpha"`
	Beta  Estimate `json:"beta"`
	// PeakN is the load at which throughput is greatest, at least 1. Its value
	// is null where throughput does not fall (Beta is 0, or Alpha 1); a null
	// at an end says that the points do not exclude that it never falls.
	PeakN Estimate `json:"peak_sessions"`
	// PeakX is the throughput there, or the one that is approached where PeakN
	// is null. It is null where throughput grows without limit.
	PeakX Estimate `json:"peak_operations_per_second"`
	// PeakExtrapolated says that the peak does not lie between the loads
	// measured, or that there is none: PeakX is what the law says then, not
	// what was seen.
	PeakExtrapolated bool `json:"peak_is_extrapolated"`

	// Residuals are measured ÷ modelled throughput − 1, in the order of the
	// points.
	Residuals []float64 `json:"residuals"`
	// Deviation is the residual standard deviation, with 3 degrees of
	// freedom less than there are points, of log X: 0.03 means that points commonly lie 3% off the
	// curve.
	Deviation float64 `json:"residual_deviation"`
	// R2 is the share of the variance of log X that the law explains, null
	// where all throughputs are equal. It says little of a curve: one that
	// misses a knee has 0.99 too.
	R2 *float64 `json:"r2"`

	// Levels is how many different loads the points have, LeastN and LargestN are
	// the first and the last of them: the law was fitted between these.
	Levels           int     `json:"-"`
	LeastN, LargestN float64 `json:"-"`
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
