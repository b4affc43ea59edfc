package usl

import "math"

// Knee is the alternative to the law: throughput grows with load, X = s·N, up
// to a knee, and stays what it is from there on. It is what a server with a
// fixed number of places does, and one behind a link that is full. The fit is
// of least squares of log X, over all knees.
type Knee struct {
	// Slope is s, per second and session. It is null where throughput is the
	// same from the least load on: the knee lies below.
	Slope Estimate `json:"operations_per_second_per_session"`
	// Load is where the knee is. It is null where it does not lie between the
	// loads measured, and so is an end of its interval.
	Load Estimate `json:"sessions"`
	// Throughput is that of the plateau. It is null where throughput grows in
	// proportion up to the largest load: the knee lies beyond.
	Throughput Estimate `json:"operations_per_second"`

	// Residuals, Deviation (with 2 degrees of freedom less than there are points), R2,
	// LeastN and LargestN are as in [Model].
	Residuals        []float64 `json:"residuals"`
	Deviation        float64   `json:"residual_deviation"`
	R2               *float64  `json:"r2"`
	LeastN, LargestN float64   `json:"-"`
}

// FitKnee fits the line with a knee to points. Its errors are those of [Fit].
func FitKnee(points []Point) (*Knee, error) {
	loads, err := levels(points)
	if err != nil {
		return nil, err
	}
	s := newSample(points)
	bends := newBends(s)
	best, sum := bends.best()
	freedom := len(points) - 2
	k := &Knee{
		Residuals: make([]float64, len(points)),
		Deviation: math.Sqrt(sum / float64(freedom)),
		R2:        s.explained(sum),
		LeastN:    loads[0], LargestN: loads[len(loads)-1],
	}
	k.estimate(&profile{
		sample: s, sum: sum,
		noise: noise(sum, freedom), t: student(freedom),
	}, bends, best)
	for i, p := range points {
		x, _ := k.At(p.N)
		k.Residuals[i] = p.X/x - 1
	}
	return k, nil
}

// At returns the throughput per second for load n, and whether n lies outside
// of the loads measured. It is NaN for a negative n. Where a side of the knee
// is unknown the other is carried on: the line for ever, the plateau down to
// the least load.
func (k *Knee) At(n float64) (x float64, extrapolated bool) {
	if !(n >= 0) {
		return math.NaN(), true
	}
	extrapolated = n < k.LeastN || n > k.LargestN
	switch {
	case k.Slope.Value == nil:
		return *k.Throughput.Value * min(1, n/k.LeastN), extrapolated
	case k.Throughput.Value == nil:
		return *k.Slope.Value * n, extrapolated
	}
	return min(*k.Slope.Value*n, *k.Throughput.Value), extrapolated
}

// estimate fills in the intervals, as those of the law are found.
func (k *Knee) estimate(f *profile, b bends, best bend) {
	first, last := math.Log(k.LeastN), math.Log(k.LargestN)
	none, inf := math.NaN(), math.Inf(1)
	step := f.t * math.Sqrt(f.noise)
	end := func(from, step, bound float64, sum func(float64) float64) float64 {
		return crossing(from, step, bound, f.t, func(at float64) float64 { return f.excess(sum(at)) })
	}
	slope, load, plateau := best.slope, best.plateau-best.slope, best.plateau
	slopes := [2]float64{end(slope, -step, -inf, b.withSlope), none}
	loads := [2]float64{none, none}
	plateaus := [2]float64{end(plateau, -step, -inf, b.withPlateau), none}
	if flat := b[0].rest; f.excess(flat) > f.t { // otherwise the knee may be anywhere below
		slopes[1] = end(slope, step, inf, b.withSlope)
		loads[0] = end(load, -step, first, b.withKnee)
	}
	if line := b[len(b)-1].rest; f.excess(line) > f.t { // otherwise anywhere above
		plateaus[1] = end(plateau, step, inf, b.withPlateau)
		loads[1] = end(load, step, last, b.withKnee)
	}
	switch best.kind {
	case allFlat:
		slope, load = none, none
	case allLine:
		plateau, load = none, none
	}
	k.Slope = estimate(f.unit*math.Exp(slope), f.unit*math.Exp(slopes[0]), f.unit*math.Exp(slopes[1]))
	k.Load = estimate(math.Exp(load), math.Exp(loads[0]), math.Exp(loads[1]))
	k.Throughput = estimate(f.unit*math.Exp(plateau), f.unit*math.Exp(plateaus[0]), f.unit*math.Exp(plateaus[1]))
}
