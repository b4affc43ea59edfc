package usl

import (
	"cmp"
	"math"
	"slices"
)

// kind says where the knee is.
type kind int

const (
	bent    kind = iota
	allFlat      // at the least load or below
	allLine      // at the largest load or beyond
)

// bend is a line with a knee, in logarithms: log X = min(slope + log N, plateau).
type bend struct {
	slope, plateau float64
	kind           kind
}

// stretch holds what is needed of the points to judge every bend with its knee
// between two neighbouring levels: points on the line up to the first, points on
// the plateau from the second on. The sum of squares of a bend is
//
//	rest + lines·(slope − line)² + flats·(plateau − flat)²
type stretch struct {
	from, to     float64 // log of the two levels
	line, flat   float64 // the best slope, the best plateau
	lines, flats float64 // how many points there are of each
	rest         float64
}

func (s *stretch) sum(slope, plateau float64) float64 {
	u, v := slope-s.line, plateau-s.flat
	return s.rest + s.lines*u*u + s.flats*v*v
}

// bends are the stretches, ascending. In the first the knee lies at or below the
// least level, in the last at or beyond the largest.
type bends []stretch

func newBends(s *sample) bends {
	data := slices.Clone(s.data)
	slices.SortFunc(data, func(a, b datum) int { return cmp.Compare(a.n, b.n) })
	n := len(data)
	after := make([]running, n+1) // of the plateau from a point on
	for i := n - 1; i >= 0; i-- {
		after[i] = after[i+1]
		after[i].add(math.Log(data[i].n) - data[i].logY)
	}
	var b bends
	var before running // of the line up to a point
	from := math.Inf(-1)
	for i := range n + 1 {
		to := math.Inf(1)
		if i < n {
			to = math.Log(data[i].n)
		}
		if from != to {
			b = append(b, stretch{
				from: from, to: to,
				line: before.mean, flat: after[i].mean,
				lines: before.n, flats: after[i].n,
				rest: before.squares + after[i].squares,
			})
		}
		if i < n {
			before.add(-data[i].logY)
			from = to
		}
	}
	return b
}

// running is a mean and a sum of squares about it that grow point by point (B.
// P. Welford, Technometrics 4, 1962), exact to rounding where all are equal.
type running struct{ n, mean, squares float64 }

func (r *running) add(x float64) {
	r.n++
	d := x - r.mean
	r.mean += d / r.n
	r.squares += d * (x - r.mean)
}

// best returns the bend with the least sum of squares. One that is straight
// wins unless another is better by more than rounding.
func (b bends) best() (bend, float64) {
	first, last := &b[0], &b[len(b)-1]
	best, sum := bend{last.line, last.line + last.from, allLine}, last.rest
	if first.rest < sum {
		best, sum = bend{first.flat - first.to, first.flat, allFlat}, first.rest
	}
	for i := 1; i < len(b)-1; i++ {
		s := &b[i]
		slope, plateau := s.line, s.flat
		if k := plateau - slope; k < s.from || k > s.to {
			slope, plateau = s.fixed(min(max(k, s.from), s.to))
		}
		if at := s.sum(slope, plateau); at < sum-(s.lines+s.flats)*rounding*rounding {
			best, sum = bend{slope, plateau, bent}, at
		}
	}
	return best, sum
}

// fixed returns the best bend of the stretch with the knee at log k.
func (s *stretch) fixed(k float64) (slope, plateau float64) {
	slope = (s.lines*s.line + s.flats*(s.flat-k)) / (s.lines + s.flats)
	return slope, slope + k
}

// withKnee is the least sum of squares with the knee at log k, which is not
// outside of the levels; withSlope and withPlateau with that much of these.
func (b bends) withKnee(k float64) float64 {
	least := math.Inf(1)
	for i := range b {
		if s := &b[i]; k >= s.from && k <= s.to {
			least = min(least, s.sum(s.fixed(k)))
		}
	}
	return least
}

func (b bends) withSlope(slope float64) float64 {
	least := math.Inf(1)
	for i := range b {
		s := &b[i]
		least = min(least, s.sum(slope, min(max(s.flat, slope+s.from), slope+s.to)))
	}
	return least
}

func (b bends) withPlateau(plateau float64) float64 {
	least := math.Inf(1)
	for i := range b {
		s := &b[i]
		least = min(least, s.sum(min(max(s.line, plateau-s.to), plateau-s.from), plateau))
	}
	return least
}
