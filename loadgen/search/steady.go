package search

import (
	"math"
	"time"

	"github.com/aclements/go-moremath/stats"
)

// Steady says when the window of a measurement may close.
type Steady struct {
	// Floor is how long it is open at least, Cap at most. A Cap below Floor
	// counts as Floor.
	Floor, Cap time.Duration
}

// What counts as no trend.
const (
	fewestSeconds = 4
	// flat is the part of the mean by which a straight line through the
	// throughput may rise or fall over the window.
	flat = 0.05
	// A steeper line counts as noise if the interval of its slope at this
	// confidence holds 0. Few seconds cannot tell a trend from noise: as long as
	// there are fewer than enoughSeconds, it must not be steeper than noisy.
	confidence    = 0.90
	enoughSeconds = 8
	noisy         = 0.20
)

// Done says whether the window may close, and whether the throughput was steady.
// It may from Floor on, as soon as there are as many samples as are needed and the
// throughput has no trend; at Cap it must, steady or not. perSecond is what
// completed, or how many bytes moved, in each whole second of the window so far.
//
// Steady means at least 4 seconds in which something moved and no trend: the
// least-squares line over time changes by at most 5% of the mean, or by more (at
// most 20% with less than 8 seconds) but its slope is not significantly
// different from 0 (two-sided t test
// with n - 2 degrees of freedom at 10%: Draper and Smith, Applied Regression
// Analysis, 3rd edition, chapter 1). A window that was found unsteady is
// asked about again each second, so a false alarm costs a second; that of a
// target whose throughput swings slowly stays open until Cap.
func (s Steady) Done(elapsed time.Duration, perSecond []float64, samples, needed int64) (done, steady bool) {
	if elapsed < s.Floor {
		return false, false
	}
	steady = trendless(perSecond)
	return elapsed >= s.Cap || steady && samples >= needed, steady
}

// trendless says whether a series has no trend.
func trendless(y []float64) bool {
	n := float64(len(y))
	if len(y) < fewestSeconds {
		return false
	}
	var mean float64
	for _, v := range y {
		mean += v / n
	}
	if !(mean > 0) || math.IsInf(mean, 0) {
		return false // nothing moved
	}
	// In parts of the mean, so that no unit is too large to be squared.
	var xx, xy, yy float64
	for i, v := range y {
		dx, dy := float64(i)-(n-1)/2, v/mean-1
		xx += dx * dx
		xy += dx * dy
		yy += dy * dy
	}
	slope := xy / xx
	change := math.Abs(slope) * n
	switch {
	case math.IsNaN(change):
		return false
	case change <= flat:
		return true
	case len(y) < enoughSeconds && change > noisy:
		return false
	}
	left := yy - slope*xy // of the squares, that the line does not explain
	if left <= 0 {
		return false // a line without noise
	}
	t := math.Abs(slope) / math.Sqrt(left/(n-2)/xx)
	p := 2 * (1 - stats.TDist{V: n - 2}.CDF(t))
	return p > 1-confidence
}
