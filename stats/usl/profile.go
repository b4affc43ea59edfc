package usl

import "math"

// profile finds the values of a parameter that the points allow.
type profile struct {
	*sample
	best  parameters // a, b, c
	sum   float64    // of squares, there
	noise float64    // variance
	t     float64    // Student's
}

// excess returns how much worse than the best a sum of squares is, in units in
// which t is too much.
func (f *profile) excess(sum float64) float64 {
	return math.Sqrt(max(0, sum-f.sum) / f.noise)
}

// search is what is needed to find the interval of one parameter.
type search struct {
	value     float64 // the best
	step      float64 // how far away an end may be
	low, high float64 // bounds
	// fixed returns the curve with the parameter fixed, which has two others;
	// start is their best, limits their bounds.
	fixed         func(float64) curve
	start, limits parameters
	// atZero is the sum of squares where the parameter is 0, if there is no
	// such curve.
	atZero *float64
}

// interval walks from the best to both sides until the curves are too bad.
func (f *profile) interval(s search) (low, high float64) {
	end := func(step, bound float64) float64 {
		p := s.start
		return crossing(s.value, step, bound, f.t, func(at float64) float64 {
			if at == 0 && s.atZero != nil {
				return f.excess(*s.atZero)
			}
			var sum float64
			p, sum = f.least(s.fixed(at), 2, p, s.limits)
			return f.excess(sum)
		})
	}
	return end(-s.step, s.low), end(s.step, s.high)
}

// crossing returns where z, which is 0 at from and grows, reaches t on the way
// to bound; bound if it does not. The first step says how far away that may be
// and in which direction.
func crossing(from, step, bound, t float64, z func(float64) float64) float64 {
	if from == bound {
		return bound
	}
	inside, left := from, -t
	var outside, right float64
	for {
		outside = from + step
		if step < 0 {
			outside = max(outside, bound)
		} else {
			outside = min(outside, bound)
		}
		if right = z(outside) - t; right >= 0 {
			break
		}
		if outside == bound {
			return bound
		}
		inside, left = outside, right
		step *= 2
	}
	// z is nearly a line, so regula falsi is quick: the Illinois variant,
	// with a bisection now and then in case that it is not.
	const exact = 1e-6
	last := 0.0
	for i := range 100 {
		at := inside + (outside-inside)*left/(left-right)
		if i%4 == 3 {
			at = inside + (outside-inside)/2
		}
		if at == inside || at == outside {
			break
		}
		d := z(at) - t
		switch {
		case math.Abs(d) <= exact*t:
			return at
		case d < 0:
			inside, left = at, d
			if last < 0 {
				right /= 2
			}
		default:
			outside, right = at, d
			if last > 0 {
				left /= 2
			}
		}
		last = d
	}
	return outside
}

// line is a curve that is linear in two parameters, each a mixture of 1, N and
// N²−N+1.
func line(first, second parameters) curve {
	return func(d *datum, p *parameters) (float64, parameters) {
		u := first[0] + first[1]*d.n + first[2]*d.q
		v := second[0] + second[1]*d.n + second[2]*d.q
		return p[0]*u + p[1]*v, parameters{u, v}
	}
}

// The curves with one parameter fixed. In each the other two may be anything
// within their bounds.

func fixedAlpha(alpha float64) curve {
	return line(parameters{1 - alpha, alpha, 0}, parameters{0, alpha, 1 - alpha})
}

func fixedBeta(beta float64) curve {
	return line(parameters{1 - beta, 0, beta}, parameters{0, 1 - beta, beta})
}

// fixedPeak has its peak where 1/N² is t; 0 is a curve without one.
func fixedPeak(t float64) curve {
	return line(parameters{1 - t, 0, t}, parameters{0, 1, 0})
}

// fixedGamma takes log γ. Its parameters are α and 1/N*².
func fixedGamma(log float64) curve {
	one := math.Exp(-log)
	return func(d *datum, p *parameters) (float64, parameters) {
		alone := 1 + p[1]*(d.q-1)
		return one * (p[0]*d.n + (1-p[0])*alone), parameters{one * (d.n - alone), one * (1 - p[0]) * (d.q - 1)}
	}
}

// fixedHeight takes the reciprocal of the greatest throughput, above 0. Its
// parameters are α and 1/N*: the greatest throughput is γ divided by
// α + (1−α)·(2/N* − 1/N*²).
func fixedHeight(inverse float64) curve {
	return func(d *datum, p *parameters) (float64, parameters) {
		alpha, nu := p[0], p[1]
		alone := 1 + nu*nu*(d.q-1)
		y := alpha*d.n + (1-alpha)*alone
		bend := nu * (2 - nu)
		top := alpha + (1-alpha)*bend
		scale := inverse / top
		return scale * y, parameters{
			scale * (d.n - alone - y*(1-bend)/top),
			scale * (1 - alpha) * (2*nu*(d.q-1) - y*2*(1-nu)/top),
		}
	}
}
