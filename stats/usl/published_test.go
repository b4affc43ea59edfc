package usl

import (
	"math"
	"testing"
)

// Published fits of the law, all of unweighted squares and three parameters.
//
// specSDM91 is the SPEC SDM91 benchmark of a Sun SPARCcenter 2000 (load in
// users, throughput in scripts per hour) and rayTracer a benchmark of BRL-CAD on
// an SGI Origin 2000 (load in processors), both in Gunther's Guerrilla Capacity
// Planning. Their fits are those of the R package usl 3.0 by S. Möding (CRAN):
// of the first its README and tests/summary.Rout.save, tests/residuals.Rout.save
// and tests/peak-scalability.Rout.save; of the second's first six points
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

func TestPublishedFits(t *testing.T) {
	for _, c := range []struct {
		name               string
		points             []Point
		gamma, alpha, beta float64
		tolerance          float64
	}{
		{"specsdm91", specSDM91, 89.9952330, 0.0277285, 0.0001044, 5e-4},
		{"raytracer to 20", rayTracer[:6], 20.85605, 0.02444, 0.00163, 3e-3},
		{"schwartz", schwartz, 995.6486, 0.02671591, 7.690945e-4, 1e-5},
		{"exact", exact, 1.00, 0.02, 0.02, 5e-4},
	} {
		m, err := FitAbsolute(c.points)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.name+" γ", m.Gamma.Value, c.gamma, c.tolerance)
		near(t, c.name+" α", m.Alpha.Value, c.alpha, c.tolerance)
		near(t, c.name+" β", m.Beta.Value, c.beta, c.tolerance)
	}
}

func TestPublishedPeaksAndResiduals(t *testing.T) {
	m, _ := FitAbsolute(specSDM91)
	near(t, "N*", m.PeakN.Value, 96.51956, 1e-6)
	near(t, "X*", m.PeakX.Value, 1884, 3e-4)
	near(t, "residual standard error", &m.Deviation, 82.85, 1e-4)
	for i, want := range []float64{-25.10, -81.66, 111.09, 3.05, -49.99, -46.60, 56.00} {
		x, _ := m.At(specSDM91[i].N)
		if got := specSDM91[i].X - x; math.Abs(got-want) > 0.0051 {
			t.Errorf("residual %d is %.4f, want %.2f", i+1, got, want)
		}
		relative := m.Residuals[i] * x
		near(t, "relative residual", &relative, specSDM91[i].X-x, 1e-9)
	}

	m, _ = FitAbsolute(schwartz)
	x, extrapolated := m.At(35) // the peak in whole sessions
	near(t, "schwartz X(35)", &x, 12341.7454, 1e-6)
	if !extrapolated || !m.PeakExtrapolated || math.Floor(*m.PeakN.Value) != 35 {
		t.Errorf("peak at %g, extrapolated %v", *m.PeakN.Value, m.PeakExtrapolated)
	}

	m, _ = FitAbsolute(rayTracer)
	if *m.Beta.Value != 0 || m.PeakN.Value != nil {
		t.Errorf("raytracer β %g, peak %v", *m.Beta.Value, m.PeakN.Value)
	}
}

// The published standard errors are of the linear approximation; ours serve to
// start the search for the intervals.
func TestPublishedStandardErrors(t *testing.T) {
	s := newSample(specSDM91, true)
	best, sum := s.law()
	f := &profile{sample: s, best: best, sum: sum, noise: noise(sum, 4)}
	errors, ok := f.standardErrors()
	if !ok {
		t.Fatal("none")
	}
	gamma := errors[0] * f.unit / (best[0] + best[1] + best[2])
	near(t, "of γ", &gamma, 14.2134894, 1e-4)
	near(t, "of α", &errors[1], 0.0091217, 1e-4)
	near(t, "of β", &errors[2], 1.988e-05, 1e-3)
}
