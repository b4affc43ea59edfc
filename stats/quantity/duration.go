package quantity

// timeUnits measure nanoseconds. Minutes are left out: a column that changes
// its base is not read at a glance.
func timeUnits() []Unit {
	return []Unit{{"ns", 1}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}}
}
