package search

// Config says where to search.
type Config struct {
	// From is the first level, Most the highest; both above 0, From ≤ Most.
	From, Most float64
	// Precision is the part by which the lowest level that failed may lie above
	// the found one, 0.05 for 5%; with Whole, or by 1 if that is more.
	Precision float64
	// Whole says that levels are whole numbers.
	Whole bool
}

// Purpose is why a level is asked for; its values are those of the Step
// constants of package stats.
type Purpose string

// Ask is a level to measure.
type Ask struct {
	Level   float64
	Purpose Purpose
}

// Answer is what came of it.
type Answer struct {
	// Held: every objective was met.
	Held bool
	// Unknown: the load generator was the limit, or too little is known. The
	// search ends: the target's limit cannot be found from here.
	Unknown bool
	// Hint, above 0, is a level that the target seems to hold exactly, because
	// it let so many in and no more. It is asked for next.
	Hint float64
}

// Found is what a search came to.
type Found struct {
	// Level is the highest that was held, 0 for none.
	Level float64
	// Confirmed: it was held once more after the search.
	Confirmed bool
	// AtLeast: nothing failed up to Most.
	AtLeast bool
	// Failed is the lowest level that failed above Level, 0 for none.
	Failed float64
	// FellOver: a level that was held before failed after a higher one had.
	FellOver bool
	// Unknown: the search ended for want of a generator, or of knowledge.
	Unknown bool
}
