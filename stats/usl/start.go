package usl

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

func unlimited() parameters { return parameters{math.Inf(1), math.Inf(1), math.Inf(1)} }

// law finds a, b and c.
//
// The sum of squared logarithms is convex wherever no point is off by a factor
// of e or more, and those curves are a convex set. So a sum below 1 that cannot
// be made less nearby is the least of all. Otherwise other starts are tried too.
func (s *sample) law() (parameters, float64) {
	best, sum := s.least(reciprocal, 3, s.start(), unlimited())
	if sum >= 1 {
		for _, p := range s.others() {
			if p, other := s.least(reciprocal, 3, p, unlimited()); other < sum {
				best, sum = p, other
			}
		}
	}
	return s.snap(best), sum
}

// start solves the linear problem next to the real one: y/measured − 1 in the
// place of the logarithm. Of its three parameters each may be 0, so the seven
// choices of those that are not are all tried.
func (s *sample) start() parameters {
	n := len(s.data)
	var best parameters
	least := math.Inf(1)
	for set := 1; set < 8; set++ {
		var columns []int
		for j := range 3 {
			if set>>j&1 == 1 {
				columns = append(columns, j)
			}
		}
		a := mat.NewDense(n, len(columns), nil)
		ones := mat.NewVecDense(n, nil)
		norms := make([]float64, len(columns))
		for i := range s.data {
			d := &s.data[i]
			of, y := [3]float64{1, d.n, d.q}, d.n/d.x
			for c, j := range columns {
				a.Set(i, c, of[j]/y)
				norms[c] += of[j] / y * of[j] / y
			}
			ones.SetVec(i, 1)
		}
		for c := range columns {
			norms[c] = math.Sqrt(norms[c])
			for i := range n {
				a.Set(i, c, a.At(i, c)/norms[c])
			}
		}
		var qr mat.QR
		var x, rest mat.VecDense
		qr.Factorize(a)
		if qr.SolveVecTo(&x, false, ones) != nil || mat.Min(&x) < 0 {
			continue
		}
		rest.MulVec(a, &x)
		rest.SubVec(&rest, ones)
		if sum := mat.Dot(&rest, &rest); sum < least {
			least, best = sum, parameters{}
			for c, j := range columns {
				best[j] = x.AtVec(c) / norms[c]
			}
		}
	}
	return best
}

// others are the three curves that have one parameter only, and their mean,
// each as high as the points are.
func (s *sample) others() []parameters {
	var logs parameters
	for i := range s.data {
		d := &s.data[i]
		for j, of := range [3]float64{1, d.n, d.q} {
			logs[j] += (d.logY - math.Log(of)) / float64(len(s.data))
		}
	}
	a, b, c := math.Exp(logs[0]), math.Exp(logs[1]), math.Exp(logs[2])
	return []parameters{{a, 0, 0}, {0, b, 0}, {0, 0, c}, {a / 3, b / 3, c / 3}}
}

// snap makes a parameter 0 that changes no point by more than the arithmetic
// does: a peak must not be told from rounding.
func (s *sample) snap(p parameters) parameters {
	var share parameters
	for i := range s.data {
		y, slopes := reciprocal(&s.data[i], &p)
		for j := range share {
			share[j] = max(share[j], p[j]*slopes[j]/y)
		}
	}
	for j := range p {
		if share[j] < 10*rounding {
			p[j] = 0
		}
	}
	return p
}
