package inference

// midranks returns, for a sorted sample, twice the rank of each value, counted
// from 1, where equal values share the mean of their ranks; doubled they are
// whole numbers. ties are the sizes of the groups of equal values, in order.
func midranks(sorted []float64) (doubled, ties []int) {
	doubled = make([]int, len(sorted))
	for from := 0; from < len(sorted); {
		to := from + 1
		for to < len(sorted) && sorted[to] == sorted[from] {
			to++
		}
		for i := from; i < to; i++ {
			doubled[i] = from + 1 + to
		}
		ties = append(ties, to-from)
		from = to
	}
	return doubled, ties
}
