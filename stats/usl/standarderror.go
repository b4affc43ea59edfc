package usl

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// standardErrors are those of log γ, α and β by the usual linear approximation,
// estimate ± t·error. It is poor for this law: they serve to say where the
// ends of the intervals may be. ok is false where the points do not tell the
// three apart.
func (f *profile) standardErrors() (errors parameters, ok bool) {
	a, b, c := f.best[0], f.best[1], f.best[2]
	one := a + b + c
	norms := f.squares(reciprocal, &f.best).norms
	slopes := mat.NewDense(len(f.data), 3, nil)
	for i := range f.data {
		_, by := f.residual(reciprocal, &f.data[i], &f.best)
		for j := range by {
			slopes.Set(i, j, by[j]/math.Sqrt(norms[j]))
		}
	}
	var qr mat.QR
	qr.Factorize(slopes)
	if !(qr.Cond() < 1e12) {
		return errors, false
	}
	var r, inverse mat.Dense
	qr.RTo(&r)
	if inverse.Inverse(r.Slice(0, 3, 0, 3)) != nil {
		return errors, false
	}
	alpha, beta := b/one, c/one
	for k, by := range [3]parameters{
		{-1, -1, -1},                // of log γ = −log(a+b+c), times a+b+c
		{-alpha, 1 - alpha, -alpha}, // of α = b/(a+b+c)
		{-beta, -beta, 1 - beta},    // of β = c/(a+b+c)
	} {
		for j := range by {
			by[j] /= one * math.Sqrt(norms[j])
		}
		var v mat.VecDense
		v.MulVec(inverse.T(), mat.NewVecDense(3, by[:]))
		errors[k] = math.Sqrt(f.noise) * mat.Norm(&v, 2)
	}
	return errors, true
}

// steps says how far from the best log γ, α and β an end of their intervals may
// be.
func (f *profile) steps(largest float64) parameters {
	steps := parameters{0.1, 0.01, 1 / (1 + largest*largest)}
	if errors, ok := f.standardErrors(); ok {
		for j, e := range errors {
			if s := f.t * e; s > 0 && s < 1 {
				steps[j] = s
			}
		}
	}
	return steps
}
