package inference

// Outcome is what a paired comparison of one metric comes to.
type Outcome uint8

// The outcomes. Which of More and Less is the better is not known here.
const (
	Undecided Outcome = iota
	More              // the ratio is above 1, the difference above 0
	Less              // the ratio is below 1, the difference below 0
	Same              // they are within the practical threshold
)

// Reason is what an undecided comparison lacks, the first that applies in the
// order below.
type Reason uint8

// The reasons.
const (
	// Decided: nothing is lacking.
	Decided Reason = iota
	// NoValues: there are none, or some that cannot be compared.
	NoValues
	// TooFew pairs, or too few that differ, to reach the level or the critical p
	// whatever they show.
	TooFew
	// NoChangeInside: the median is beyond the threshold, but the interval
	// includes no change.
	NoChangeInside
	// PTooLarge: the median is beyond the threshold and the interval excludes
	// no change, but p is above the critical one.
	PTooLarge
	// TooWide: the median is within the threshold, but the interval is not.
	TooWide
)
