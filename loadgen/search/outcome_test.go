package search

// outcome is what a search came to.
type outcome struct {
	// Level is the highest that was held, 0 for none.
	Level float64
	// Confirmed: it was held once more after the search.
	Confirmed bool
	// AtLeast: nothing failed up to Most.
	AtLeast bool
	// Failed is the lowest level that failed above Level, 0 for none.
	Failed float64
	// FellOver: the target did not come back from a higher level: the highest
	// level held on the way up, before any had failed, was not held any more,
	// and neither was one that is lower by more than twice the precision. (One
	// closer to it may fail because it is where the limit is.) So too if nothing
	// at all was held any more.
	FellOver bool
	// Unknown: the search ended for want of a generator, or of knowledge. Level
	// and Failed are what was known by then.
	Unknown bool
}

// found returns what the search came to; before it is over, what is known so far.
func found(s *Search) outcome {
	f := outcome{
		Level: s.top(), Failed: s.lowestFailed(),
		Confirmed: s.confirmed, Unknown: s.unknown,
	}
	f.AtLeast = f.Failed == 0 && f.Level == s.cfg.Most && (f.Confirmed || !s.repeated)
	f.FellOver = s.onTheWay > 0 && (f.Level == 0 || f.Failed*(1+2*s.cfg.Precision) < s.onTheWay)
	return f
}
