package timeline

import "math"

// Downsample returns the indices of at most n points, in order, that keep the
// shape of a line through all of them: by Largest Triangle Three Buckets
// (S. Steinarsson, Downsampling Time Series for Visual Representation, University
// of Iceland 2013). The first and the last are always among them. It needs x in
// ascending order; with n below 3 it keeps the ends alone.
func Downsample(x, y []float64, n int) []int {
	count := min(len(x), len(y))
	if n >= count {
		all := make([]int, count)
		for i := range all {
			all[i] = i
		}
		return all
	}
	if n < 3 {
		return []int{0, count - 1}
	}
	out := append(make([]int, 0, n), 0)
	// The points between the ends are cut into n-2 buckets, of which the last
	// end is the one behind.
	border := func(bucket int) int {
		return min(1+int(float64(bucket)*float64(count-2)/float64(n-2)), count-1)
	}
	last := 0
	for b := range n - 2 {
		from, to := border(b), border(b+1)
		end := border(b + 2)
		if b == n-3 {
			to, end = count-1, count
		}
		cx, cy := centre(x[to:end], y[to:end])
		best, area := from, -1.0
		for i := from; i < to; i++ {
			a := math.Abs((x[last]-cx)*(y[i]-y[last]) - (x[last]-x[i])*(cy-y[last]))
			if a > area {
				best, area = i, a
			}
		}
		out = append(out, best)
		last = best
	}
	return append(out, count-1)
}

// centre returns the mean of points.
func centre(x, y []float64) (cx, cy float64) {
	for i := range x {
		cx += x[i]
		cy += y[i]
	}
	n := float64(len(x))
	return cx / n, cy / n
}
