package usl

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Fit fits the law to points, relative differences squared. The error is a
// [*PointError], a [*LevelsError] or a [*TooManyError].
func Fit(points []Point) (*Model, error) {
	loads, err := levels(points)
	if err != nil {
		return nil, err
	}
	s := newSample(points)
	best, sum := s.law()
	freedom := len(points) - len(best)
	m := &Model{
		Residuals: make([]float64, len(points)),
		Deviation: math.Sqrt(sum / float64(freedom)),
		R2:        s.explained(sum),
		Levels:    len(loads), LeastN: loads[0], LargestN: loads[len(loads)-1],
	}
	m.estimate(&profile{
		sample: s, best: best, sum: sum,
		noise: noise(sum, freedom), t: student(freedom),
	})
	for i, p := range points {
		x, _ := m.At(p.N)
		m.Residuals[i] = p.X/x - 1
	}
	return m, nil
}

// noise is the variance that a sum of squares says the points have.
func noise(sum float64, freedom int) float64 {
	return max(sum/float64(freedom), rounding*rounding)
}

// student is the quantile of Student's t that intervals need.
func student(freedom int) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(freedom)}.Quantile((1 + Level) / 2)
}

// estimate fills in what is estimated of the law, each with its interval.
func (m *Model) estimate(f *profile) {
	a, b, c := f.best[0], f.best[1], f.best[2]
	one := a + b + c // 1/γ
	alpha, beta := b/one, c/one
	t := part(c, a) // 1/N*² at the peak
	steps := f.steps(m.LargestN)

	low, high := f.interval(search{
		value: -math.Log(one), step: steps[0], low: math.Inf(-1), high: math.Inf(1),
		fixed: fixedGamma, start: parameters{alpha, t}, limits: parameters{1, 1},
	})
	m.Gamma = estimate(f.unit/one, f.unit*math.Exp(low), f.unit*math.Exp(high))

	low, high = f.interval(search{
		value: alpha, step: steps[1], low: 0, high: 1,
		fixed: fixedAlpha, start: parameters{one * (1 - t), one * t}, limits: unlimited(),
	})
	m.Alpha = estimate(alpha, low, high)

	rest := part(b, a)
	low, high = f.interval(search{
		value: beta, step: steps[2], low: 0, high: 1,
		fixed: fixedBeta, start: parameters{one * (1 - rest), one * rest}, limits: unlimited(),
	})
	m.Beta = estimate(beta, low, high)

	low, high = f.interval(search{
		value: t, step: steps[2], low: 0, high: 1,
		fixed: fixedPeak, start: parameters{a + c, b}, limits: unlimited(),
	})
	peak := 1 / math.Sqrt(t)
	m.PeakN = estimate(peak, 1/math.Sqrt(high), 1/math.Sqrt(low))
	m.PeakExtrapolated = peak < m.LeastN || peak > m.LargestN

	inverse := 2*math.Sqrt((a+c)*c) + b - c // 1/X at the peak
	start, step := parameters{alpha, math.Sqrt(t)}, inverse/20
	if inverse == 0 {
		// The best is a line; curves next to it bend far beyond the points.
		far := 100 * m.LargestN
		start, step = parameters{1 / far, 1 / far}, one/far
	}
	_, line := f.least(reciprocal, 1, parameters{one}, unlimited())
	low, high = f.interval(search{
		value: inverse, step: step, low: 0, high: math.Inf(1),
		fixed: fixedHeight, start: start, limits: parameters{1, 1},
		atZero: &line,
	})
	m.PeakX = estimate(f.unit/inverse, f.unit/high, f.unit/low)
}

// part returns x as a share of x + rest; 0 where both are 0.
func part(x, rest float64) float64 {
	if x == 0 {
		return 0
	}
	return x / (x + rest)
}

// explained is R², nil where there is nothing to explain.
func (s *sample) explained(sum float64) *float64 {
	value := func(d *datum) float64 { return math.Log(d.n) - d.logY }
	mean, total := 0.0, 0.0
	for i := range s.data {
		mean += value(&s.data[i]) / float64(len(s.data))
	}
	for i := range s.data {
		v := value(&s.data[i]) - mean
		total += v * v
	}
	if total <= s.floor() {
		return nil
	}
	return known(1 - sum/total)
}
