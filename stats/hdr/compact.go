package hdr

import (
	"iter"
)

// compactCounts are buckets in few bytes, for a histogram that is put away: the
// counts as HdrHistogram's V2 encoding has them before compression. That is a
// byte for most buckets that hold values and one or two for each gap, where
// pages take 2 KiB for every 256 buckets of which one does.
type compactCounts string

// all yields the buckets that hold values, in ascending order, with how many.
func (c compactCounts) all() iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		for i, at := 0, 0; at < len(c); {
			v := int64(c[at] >> 1)
			if c[at]&0x81 == 0 { // a count that is one byte, as most are
				at++
			} else {
				v, at = c.zigZag(at)
			}
			switch {
			case v < 0:
				i -= int(v)
				continue
			case v > 0 && !yield(i, v):
				return
			}
			i++
		}
	}
}

// zigZag reads what appendZigZag wrote and returns the index behind it.
func (c compactCounts) zigZag(at int) (int64, int) {
	var u uint64
	for shift := 0; ; shift += 7 {
		b := c[at]
		at++
		if b < 0x80 || shift == 56 { // the ninth byte counts whole
			u |= uint64(b) << shift
			return int64(u>>1) ^ -int64(u&1), at
		}
		u |= uint64(b&0x7f) << shift
	}
}

// Compacted returns a copy of h that takes little memory and shares none with
// it, nil if h is. It is as good as h for everything; recording into it or
// merging into it takes the pages again. Counts that add up to 2^63, which only
// a forged file has, stay in pages.
func (h *Histogram) Compacted() *Histogram {
	if h == nil {
		return nil
	}
	if h.pages == nil {
		c := *h
		return &c
	}
	counts, err := h.appendCounts(make([]byte, 0, 4096))
	if err != nil {
		return h.Clone()
	}
	return &Histogram{
		kind: h.kind, count: h.count, over: h.over, min: h.min, max: h.max, sum: h.sum, sumHi: h.sumHi,
		compact: compactCounts(counts),
	}
}

// expand gives h pages for all buckets that it holds.
func (h *Histogram) expand() {
	if h.pages != nil {
		return
	}
	h.pages = make([]*page, scales[h.kind].pages())
	h.addCompact(h.compact)
	h.compact = ""
}

// addCompact adds what another holds.
func (h *Histogram) addCompact(c compactCounts) {
	for i, n := range c.all() {
		if p := h.page(i); p != nil {
			p.add(i, n)
			continue
		}
		h.newPage(i).add(i, n)
	}
}
