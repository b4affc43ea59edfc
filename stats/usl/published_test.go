package usl

import "testing"

// Published fits of the law, all of unweighted squares and three parameters:
// they give most weight to the highest levels, where ours gives all the same.
//
// specSDM91 is the SPEC SDM91 benchmark of a Sun SPARCcenter 2000 (load in
// users, throughput in scripts per hour) and rayTracer a benchmark of BRL-CAD on
// an SGI Origin 2000 (load in processors), both in Gunther's Guerrilla Capacity
// Planning. Their fits are those of the R package usl 3.0 by S. Möding (CRAN):
// of the first tests/peak-scalability.Rout.save; of the second's first six points
// tests/confint.Rout.save; of all its points the vignette, which finds β = 0.
//
// schwartz is of B. Schwartz, Practical Scalability Analysis with the Universal
// Scalability Law (VividCortex 2015), points and parameters as the tests of
// C. Hale's usl-rs have them.
//
// exact is from tests/coef.Rout.save of the R package.
var (
	specSDM91 = series([]float64{1, 18, 36, 72, 108, 144, 216},
		64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2)
	rayTracer = series([]float64{1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64},
		20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310)
	exact = series([]float64{1, 2, 4, 6, 8, 10},
		1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557)
	schwartz = series([]float64{
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
	},
		955.16, 1878.91, 2688.01, 3548.68, 4315.54, 5130.43, 5931.37, 6531.08,
		7219.8, 7867.61, 8278.71, 8646.7, 9047.84, 9426.55, 9645.37, 9897.24,
		10097.6, 10240.5, 10532.39, 10798.52, 11151.43, 11518.63, 11806.0, 12089.37,
		12075.41, 12177.29, 12211.41, 12158.93, 12155.27, 12118.04, 12140.4, 12074.39)
)

// Exact points have one fit, however they are weighted.
func TestPublishedFitOfExactPoints(t *testing.T) {
	m := fitted(t, exact)
	near(t, "γ", m.Gamma.Value, 1, 5e-4)
	near(t, "α", m.Alpha.Value, 0.02, 5e-4)
	near(t, "β", m.Beta.Value, 0.02, 5e-4)
}

func TestPublishedParametersLieInTheIntervals(t *testing.T) {
	m := fitted(t, rayTracer[:6])
	if !m.Gamma.Holds(20.85605) || !m.Alpha.Holds(0.02444) || !m.Beta.Holds(0.00163) {
		t.Errorf("raytracer to 20: γ from %g, α from %g, β from %g", *m.Gamma.Low, *m.Alpha.Low, *m.Beta.Low)
	}
}

// Of measured points the weighting moves the parameters, and the peak little.
func TestPublishedPeaks(t *testing.T) {
	for _, c := range []struct {
		name   string
		points []Point
		n, x   float64
	}{
		{"specsdm91", specSDM91, 96.51956, 1884},
		{"schwartz", schwartz, 35, 12341.7454}, // in whole sessions
	} {
		m := fitted(t, c.points)
		near(t, c.name+" N*", m.PeakN.Value, c.n, 0.06)
		near(t, c.name+" X*", m.PeakX.Value, c.x, 0.05)
		for i, p := range c.points {
			x, _ := m.At(p.N)
			off := m.Residuals[i] * x
			near(t, c.name+" residual", &off, p.X-x, 1e-9)
		}
	}
	// Published with β = 0 and so without a peak.
	if m := fitted(t, rayTracer); !m.Beta.Holds(0) || m.PeakN.High != nil || !m.PeakExtrapolated {
		t.Errorf("raytracer β from %g, peak to %v, extrapolated %v", *m.Beta.Low, m.PeakN.High, m.PeakExtrapolated)
	}
}
