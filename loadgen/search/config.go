package search

import (
	"fmt"
	"math"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Config says where to search.
type Config struct {
	// From is the first level, Most the highest; both above 0, From ≤ Most.
	From, Most float64
	// Precision is the part by which the lowest level that failed may lie above
	// the found one, 0.05 for 5%; with Whole, or by 1 if that is more. It lies
	// between 0 and 1, both excluded.
	Precision float64
	// Whole says that levels are whole numbers; From and Most are, then.
	Whole bool
}

// mostWhole is the highest whole level: up to it a float64 holds each one.
const mostWhole = 1 << 53

func (c Config) check() error {
	switch {
	case !(c.From > 0) || !(c.Most >= c.From) || math.IsInf(c.Most, 0):
		return fmt.Errorf("a search from %v to %v: both must be above 0, the first not above the second", c.From, c.Most)
	case !(c.Precision > 0 && c.Precision < 1):
		return fmt.Errorf("a search with a precision of %v: it must be above 0 and below 1, as in 0.05", c.Precision)
	case c.Whole && (c.From != math.Trunc(c.From) || c.Most != math.Trunc(c.Most) || c.Most > mostWhole):
		return fmt.Errorf("a search from %v to %v: both must be whole numbers up to 2^53", c.From, c.Most)
	}
	return nil
}

// Bound is the most asks of a search: the levels of the ramp and 50 more. A
// threshold that stays where it is takes far fewer; the bound is for answers that
// contradict each other. At the bound the best level known is what was found.
func (c Config) Bound() int {
	return 50 + c.rampLevels()
}

// rampLevels is how many levels a ramp up to Most has.
func (c Config) rampLevels() int {
	n := 1
	for level := c.From; level < c.Most; level *= 2 {
		n++
	}
	return n
}

// Purpose is why a level is asked for; its values are those of the Step
// constants of package stats.
type Purpose string

// The purposes of an ask.
const (
	Ramp    Purpose = resultfile.StepRamp    // the next level of the way up
	Between Purpose = resultfile.StepSearch  // to narrow the limit down, or to test a level again
	Confirm Purpose = resultfile.StepConfirm // the found level once more, for longer
)

// Ask is a level to measure. Longer says that it is measured again because too little
// was known the first time.
type Ask struct {
	Level   float64
	Purpose Purpose
	Longer  bool
}

// Answer is what came of it.
type Answer struct {
	// Held: every objective was met.
	Held bool
	// Unknown: the load generator was the limit, or too little is known. The level is
	// asked for once more, for longer; if that is unknown too, it is left out and the
	// search goes on around it. After several such levels in a row it ends: the target's
	// limit cannot be found from here. It outweighs Held.
	Unknown bool
	// Hint, above 0, is a level that the target seems to hold exactly, because
	// it let so many in and no more. It is asked for next. With Whole it is
	// rounded down. It counts only where Held is false.
	Hint float64
}
