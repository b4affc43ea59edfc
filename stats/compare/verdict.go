package compare

// Verdict is what the evidence says of a variant against the base, or of the
// new result against the old.
type Verdict string

// The verdicts. Faster and Slower are for the better and for the worse,
// whichever way the metric points: less latency is faster, more goodput is
// faster, fewer errors are faster too.
const (
	// Faster and Slower: the interval excludes no change, the change is larger
	// than the practical threshold, and p is small enough.
	Faster Verdict = "faster"
	Slower Verdict = "slower"
	// Equivalent: the whole interval lies within the practical threshold.
	Equivalent Verdict = "equivalent"
	// Inconclusive: none of these can be said. Finding says why.
	Inconclusive Verdict = "inconclusive"
	// Descriptive: there are too few trials for any verdict; the numbers only
	// describe what was seen.
	Descriptive Verdict = "descriptive"
)
