package capacity

import (
	"math"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// scaling is a search whose throughput follows the law.
func scaling(gamma, alpha, beta float64) *resultfile.Result {
	at := func(n float64) float64 { return gamma * n / (1 + alpha*(n-1) + beta*n*(n-1)) }
	var looks []look
	for _, n := range []float64{10, 20, 40, 80, 160, 320} {
		looks = append(looks, held(n, math.Round(10*at(n))/10, 80*ms))
	}
	looks = append(looks, slow(640, math.Round(10*at(640))/10, 300*ms))
	return searched(looks...)
}

func TestModelOfAllThatWereLetIn(t *testing.T) {
	r := scaling(20, 0.02, 2e-5)
	// None of these is throughput at so many sessions.
	more := searched(
		turnedAway(700, 650, resultfile.CauseTooMany, 421, tooMany), generatorLimited(720),
		look{level: 730, verdict: resultfile.StepFailed, perSec: 10, p99: ms, step: func(s *resultfile.Step) { s.Cause = resultfile.CauseErrors }},
		held(600, 1, 90*ms).as(resultfile.StepConfirm), held(5, 0, ms))
	for i := range more.Steps {
		more.Steps[i].Trial += 100
		more.Trials[i].Trial += 100
		more.Generators[i].Trial += 100
	}
	r.Steps, r.Trials, r.Generators = append(r.Steps, more.Steps...), append(r.Trials, more.Trials...), append(r.Generators, more.Generators...)
	got := one(t, r)
	m := got.USL
	if m == nil {
		t.Fatal(got.ModelWhy)
	}
	if got.Better != "usl" || len(m.Points) != 7 || m.Levels != 7 || m.Points[6].Sessions != 640 || got.ModelWhy != "" {
		t.Errorf("%s of %v: %s", got.Better, m.Points, got.ModelWhy)
	}
	if math.Abs(*m.Gamma.Value-20) > 0.2 || math.Abs(*m.Alpha.Value-0.02) > 0.001 || math.Abs(*m.PeakN.Value-221) > 5 || m.PeakExtrapolated {
		t.Errorf("%v %v %v", *m.Gamma.Value, *m.Alpha.Value, *m.PeakN.Value)
	}
	if len(m.Residuals) != 7 || len(m.Knee.Residuals) != 7 {
		t.Errorf("%v %v", m.Residuals, m.Knee.Residuals)
	}
}

func TestModelSaysWhereItExtrapolates(t *testing.T) {
	if m := one(t, scaling(20, 0.001, 1e-7)).USL; m == nil || !m.PeakExtrapolated {
		t.Errorf("%+v", m)
	}
}

func TestNoModel(t *testing.T) {
	r := scaling(20, 0.02, 2e-5)
	r.Steps = r.Steps[:5]
	if got := one(t, r); got.USL != nil || !strings.Contains(got.ModelWhy, "needs 6 levels") || !strings.HasSuffix(got.ModelWhy, "there are 5") {
		t.Errorf("%+v %q", got.USL, got.ModelWhy)
	}
	r = scaling(20, 0.02, 2e-5)
	r.Header.Capacity.Vary = resultfile.VaryRate
	if got := one(t, r); got.USL != nil || !strings.Contains(got.ModelWhy, "not varied") {
		t.Errorf("%q", got.ModelWhy)
	}
}
