package profiles

import "math"

// meanOf returns the mean of a distribution on [low, high] whose draws are
// rounded to whole bytes, at least 1. above(x) is the probability of a draw
// above x, upTo(c) the mean of min(draw, c) without the rounding.
//
// The mean of whole numbers N >= 1 is the sum of P(N >= k). Small sizes, where
// rounding to bytes matters, are summed so; beyond them the rounding evens out.
func (s Sizes) meanOf(above, upTo func(float64) float64) float64 {
	const exact = 4096
	last := min(float64(s.high), exact)
	mean := 1.0
	for k := 2.0; k <= last; k++ {
		mean += above(k - 0.5)
	}
	if last < float64(s.high) {
		mean += upTo(float64(s.high)) - upTo(last)
	}
	return mean
}

// normal is the distribution function of the standard normal distribution.
func normal(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

func (s Sizes) logNormalAbove(x float64) float64 {
	return normal(math.Log(float64(s.median)/x) / s.shape)
}

// logNormalUpTo is the mean of min(X, c): that of the part below c is
// median·e^(sigma²/2)·Φ(z-sigma), z = ln(c/median)/sigma.
func (s Sizes) logNormalUpTo(c float64) float64 {
	m, z := float64(s.median), math.Log(c/float64(s.median))/s.shape
	// The exponential of large sigmas is kept within range by its small factor.
	below := 0.0
	if p := normal(z - s.shape); p > 0 {
		below = math.Exp(math.Log(m) + s.shape*s.shape/2 + math.Log(p))
	}
	return below + c*normal(-z)
}

func (s Sizes) paretoAbove(x float64) float64 {
	l, h := float64(s.low), float64(s.high)
	if x <= l {
		return 1
	}
	end := math.Pow(l/h, s.shape)
	return (math.Pow(l/x, s.shape) - end) / (1 - end)
}

// paretoUpTo is the mean of min(X, c): the integral of paretoAbove from 0 to c.
func (s Sizes) paretoUpTo(c float64) float64 {
	l, h := float64(s.low), float64(s.high)
	if c <= l {
		return c
	}
	// The integral of (l/x)^alpha from l to c is l·(1 - (c/l)^(1-alpha))/(alpha-1),
	// whose limit for alpha = 1 is l·ln(c/l).
	t := math.Log(c / l)
	whole := t
	if d := s.shape - 1; d != 0 {
		whole = -math.Expm1(-d*t) / d
	}
	end := math.Pow(l/h, s.shape)
	return l + (l*whole-end*(c-l))/-math.Expm1(s.shape*math.Log(l/h))
}
