package usl

import "math"

// Comparison has both descriptions of the same points, and which is the better.
type Comparison struct {
	USL  *Model
	Knee *Knee
	// Better is [BetterUSL] or [BetterKnee].
	Better string
	// Difference is by how much the other's AICc is larger, 0 or more.
	Difference float64
	// Close says that the difference is below 2, which supports both about
	// equally: Better is then hardly more than a name.
	Close bool
}

// What [Comparison].Better may be.
const (
	BetterUSL  = "usl"
	BetterKnee = "knee"
)

// Compare fits the law and the line with a knee, and tells by Akaike's
// information criterion, corrected for small samples, which describes the
// points better (C. M. Hurvich and C.-L. Tsai, Biometrika 76, 1989; K. P.
// Burnham and D. R. Anderson, Model Selection and Multimodel Inference, 2nd ed.,
// Springer 2002, 2.4 and 2.6). The law has a parameter more; with six points it
// must be much better to win, the correction being 30 there, 9 with eight and 4
// with twelve. Its errors are those of [Fit].
func Compare(points []Point) (*Comparison, error) {
	law, err := Fit(points)
	if err != nil {
		return nil, err
	}
	knee, err := FitKnee(points)
	if err != nil {
		return nil, err
	}
	c := &Comparison{USL: law, Knee: knee, Better: BetterUSL}
	c.Difference = aicc(len(points), 2, knee.Deviation) - aicc(len(points), 3, law.Deviation)
	if c.Difference < 0 {
		c.Better, c.Difference = BetterKnee, -c.Difference
	}
	c.Close = c.Difference < 2
	return c, nil
}

// aicc is the criterion for n points and a curve of so many parameters; the
// variance of the noise counts as another.
func aicc(n, parameters int, deviation float64) float64 {
	freedom := float64(n - parameters)
	sum := freedom * max(deviation*deviation, rounding*rounding)
	points, k := float64(n), float64(parameters+1)
	return points*math.Log(sum/points) + 2*k + 2*k*(k+1)/(points-k-1)
}
