package serverwatch

import "time"

// id tells a process from a later one with the same number.
type id struct {
	pid   int32
	start int64
}

// process is what one sample says of a process.
type process struct {
	id
	parent         int32
	group, session int32 // 0 where the platform has none
	// ended is one that its parent has not waited for yet: it has used its
	// time, and holds nothing any more.
	ended bool
	// cpu is what it used itself, reaped what the children used that it waited
	// for, with theirs. Neither goes down.
	cpu, reaped time.Duration
}

// holding is what a process holds; unknown where it may not be read.
type holding struct {
	rss, descriptors int64 // bytes; count
}

const unknown = -1

// add makes h the sum of both, raise the most of both. What is unknown of one
// is unknown of both: a part is not the sum, nor is it the most.
func (h *holding) add(o holding) {
	sum := func(a, b int64) int64 { return a + b }
	h.rss = known(h.rss, o.rss, sum)
	h.descriptors = known(h.descriptors, o.descriptors, sum)
}

func (h *holding) raise(o holding) {
	most := func(a, b int64) int64 { return max(a, b) }
	h.rss = known(h.rss, o.rss, most)
	h.descriptors = known(h.descriptors, o.descriptors, most)
}

func known(a, b int64, f func(a, b int64) int64) int64 {
	if a == unknown || b == unknown {
		return unknown
	}
	return f(a, b)
}
