package compare

import (
	"math"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// trialsNeeded estimates how many trials of each result would bring one end of an interval to
// the edge, where its middle stays: the interval's width falls with the square root of their
// number. It is nil where the middle lies on the edge, or where that is more than can be run.
func trialsNeeded(middle, low, high, edge float64, trials int) *int {
	half, distance := (high-low)/2, math.Abs(middle-edge)
	if !(half > 0) || !(distance > 0) {
		return nil
	}
	n := math.Ceil(float64(trials) * math.Pow(half/distance, 2))
	if !(n <= resultfile.MaxPairs) {
		return nil
	}
	needed := max(int(n), trials+1, MinTrials)
	return &needed
}

// trialsToSettle is the estimate for a finding without a verdict: by a change beyond the
// practical threshold, zero is to be excluded; by one within, the threshold.
func (d *differing) trialsToSettle(f *Finding, trials int) *int {
	if f.Verdict != Inconclusive || f.P == nil || f.Ratio == nil || f.Low == nil || f.High == nil {
		return nil
	}
	none, limit := 1.0, d.options.ThresholdEffect
	if f.Difference {
		none, limit = 0, errorLimit
	}
	edge := none
	switch change := *f.Ratio - none; {
	case math.Abs(change) > limit:
	case change < 0:
		edge = none - limit
	default:
		edge = none + limit
	}
	return trialsNeeded(*f.Ratio, *f.Low, *f.High, edge, trials)
}
