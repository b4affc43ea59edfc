package usl

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// datum is a point as the fit sees it.
type datum struct {
	n    float64 // load
	q    float64 // n²−n+1
	x    float64 // throughput, as a share of the greatest one
	logY float64 // log(n/x)
}

// parameters are those of a curve; one with two leaves the third alone.
type parameters [3]float64

// curve returns y = N/X at d, and its slopes by each parameter.
type curve func(d *datum, p *parameters) (y float64, slopes parameters)

// reciprocal is the law with all its parameters free: a, b and c.
func reciprocal(d *datum, p *parameters) (float64, parameters) {
	return p[0] + p[1]*d.n + p[2]*d.q, parameters{1, d.n, d.q}
}

// sample is what a curve is fitted to.
type sample struct {
	data []datum
	unit float64 // the throughput that is 1 in data
}

func newSample(points []Point) *sample {
	greatest := 0.0
	for _, p := range points {
		greatest = max(greatest, p.X)
	}
	s := &sample{data: make([]datum, len(points)), unit: greatest}
	for i, p := range points {
		x := p.X / greatest
		s.data[i] = datum{n: p.N, q: p.N*p.N - p.N + 1, x: x, logY: math.Log(p.N / x)}
	}
	return s
}

// rounding is how far off, relatively, a point that lies on the curve may seem
// because of the arithmetic. Noise is taken to be no less.
const rounding = 1e-12

func (s *sample) floor() float64 { return float64(len(s.data)) * rounding * rounding }

// residual returns how far d is off the curve, and that by each parameter.
func (s *sample) residual(f curve, d *datum, p *parameters) (r float64, by parameters) {
	y, by := f(d, p)
	slope := 1 / y
	return math.Log(y) - d.logY, parameters{slope * by[0], slope * by[1], slope * by[2]}
}

// squares are a curve's sum of squares and what the normal equations need.
type squares struct {
	sum      float64
	gradient parameters // half of it
	norms    parameters // of the columns of slopes, squared
	cross    float64    // of the first two columns
}

func (s *sample) squares(f curve, p *parameters) (q squares) {
	for i := range s.data {
		r, by := s.residual(f, &s.data[i], p)
		q.sum += r * r
		q.cross += by[0] * by[1]
		for j := range by {
			q.gradient[j] += by[j] * r
			q.norms[j] += by[j] * by[j]
		}
	}
	return q
}

// The method of Levenberg and Marquardt gives up where a short step, this
// damped, still makes the sum larger, or after so many steps.
const (
	leastDamping = 1e-9
	mostDamping  = 1e9
	mostSteps    = 200
)

// least improves the first k parameters of a curve, each from 0 to its limit,
// until the sum of squares is least. It is the method of Levenberg and
// Marquardt; a parameter on a bound that would leave it is held there, and
// steps end at the bounds.
func (s *sample) least(f curve, k int, p, limits parameters) (parameters, float64) {
	enough := rounding
	if k < 3 {
		enough = 1e-9 // an interval's end needs fewer digits
	}
	now := s.squares(f, &p)
	damping := leastDamping
	for range mostSteps {
		step, ok := s.step(f, k, &now, &p, &limits, damping)
		if !ok {
			break
		}
		to, cut := p, false
		for j := range k {
			to[j] = min(max(p[j]+step[j], 0), limits[j])
			cut = cut || to[j] != p[j]+step[j]
		}
		if to == p {
			break
		}
		after := s.squares(f, &to)
		if !(after.sum < now.sum) { // NaN and infinity too
			damping = max(damping*10, 1e-6)
			if damping > mostDamping {
				break
			}
			continue
		}
		gain := now.sum - after.sum
		p, now = to, after
		damping = max(damping/10, leastDamping)
		if gain <= enough*(now.sum+s.floor()) && !cut {
			break
		}
	}
	return p, now.sum
}

// step solves the linear least squares for a change of the first k parameters
// that are free to move; it reports false where none is.
func (s *sample) step(f curve, k int, now *squares, p, limits *parameters, damping float64) (step parameters, ok bool) {
	var columns [3]int
	free := columns[:0]
	var norms parameters
	for j := range k {
		held := p[j] <= 0 && now.gradient[j] >= 0 || p[j] >= limits[j] && now.gradient[j] <= 0
		if norms[j] = math.Sqrt(now.norms[j]); !held && norms[j] > 0 && !math.IsInf(norms[j], 0) {
			free = append(free, j)
		}
	}
	switch {
	case len(free) == 0:
		return step, false
	case len(free) == 1:
		j := free[0]
		step[j] = -now.gradient[j] / (norms[j] * norms[j] * (1 + damping))
		return step, true
	case k == 2: // by the normal equations: an interval takes a hundred of these
		g0, g1 := now.gradient[0]/norms[0], now.gradient[1]/norms[1]
		c, d := now.cross/(norms[0]*norms[1]), 1+damping
		det := d*d - c*c
		return parameters{(c*g1 - d*g0) / (det * norms[0]), (c*g0 - d*g1) / (det * norms[1])}, true
	}
	n := len(s.data)
	slopes := mat.NewDense(n+len(free), len(free), nil)
	rest := mat.NewVecDense(n+len(free), nil)
	for i := range s.data {
		r, by := s.residual(f, &s.data[i], p)
		for c, j := range free {
			slopes.Set(i, c, by[j]/norms[j])
		}
		rest.SetVec(i, -r)
	}
	for c := range free {
		slopes.Set(n+c, c, math.Sqrt(damping))
	}
	var qr mat.QR
	var x mat.VecDense
	qr.Factorize(slopes)
	if qr.SolveVecTo(&x, false, rest) != nil {
		return step, false // never: damping keeps the condition below 10^5
	}
	for c, j := range free {
		step[j] = x.AtVec(c) / norms[j]
	}
	return step, true
}
