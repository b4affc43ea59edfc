package merge

import (
	"math"
	"time"
)

// doubt gathers how far a trial's rates can be from the truth: of what an
// interval counts nobody knows when in it that was.
type doubt struct {
	most              inside  // the bounds
	operations, moved float64 // variances, if operations end at random
}

// add looks at what an interval counts, n, and what of it was taken.
func (d *doubt) add(c *cut, n, taken inside) {
	if !c.parted() {
		return
	}
	d.most = d.most.plus(inside{
		completed: max(taken.completed, n.completed-taken.completed),
		moved:     max(taken.moved, n.moved-taken.moved),
	})
	p := float64(c.length()) / float64(c.whole)
	d.operations += float64(n.completed) * p * (1 - p)
	d.moved += float64(n.moved) * float64(n.moved) / float64(max(n.completed, 1)) * p * (1 - p)
}

// doubts is what can be wrong with the rates, of the trials where it is most.
type doubts struct {
	opens, closes time.Duration // how far windows are apart
	most, likely  shareOfRates
	wasted        bool
}

// shareOfRates is a part of the rates, 0.01 for 1%.
type shareOfRates struct{ operations, moved float64 }

func (d *doubts) add(t *trial, total inside, x *doubt) {
	d.opens, d.closes = max(d.opens, t.opens), max(d.closes, t.closes)
	d.wasted = d.wasted || total.wasted > 0
	operations, moved := float64(max(total.completed, 1)), float64(max(total.moved, 1))
	d.most.operations = max(d.most.operations, float64(x.most.completed)/operations)
	d.most.moved = max(d.most.moved, float64(x.most.moved)/moved)
	// Twice the standard error.
	d.likely.operations = max(d.likely.operations, 2*math.Sqrt(x.operations)/operations)
	d.likely.moved = max(d.likely.moved, 2*math.Sqrt(x.moved)/moved)
}
