package merge

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// seriesKey names a series.
type seriesKey struct {
	op   stats.Op
	mode stats.Mode
}

func keyOf(s *resultfile.Series) seriesKey { return seriesKey{s.Op, s.Mode} }

// inside is what happened inside a window: see [resultfile.Counters].
type inside struct{ completed, moved, wasted int64 }

func insideOf(c *resultfile.Counters) inside {
	return inside{c.CompletedInside, c.MovedInside, c.WastedInside}
}

func (a inside) set(c *resultfile.Counters) {
	c.CompletedInside, c.MovedInside, c.WastedInside = a.completed, a.moved, a.wasted
}

func (a inside) plus(b inside) inside {
	return inside{added(a.completed, b.completed), added(a.moved, b.moved), added(a.wasted, b.wasted)}
}

// added stays at the largest value, as the counters of package stats do.
func added(a, b int64) int64 {
	if b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + b
}

// span is a time from lo to hi; lo = hi is a moment.
type span struct{ lo, hi stats.Moment }

func (s span) length() int64 { return int64(s.hi - s.lo) }

// cut is the part of an interval that lies in the common window.
type cut struct {
	span
	whole int64 // the length of the interval inside its own window, 0 for a moment
	out   bool  // none of it lies inside
	after bool  // the interval lies behind its own window
}

// cutTo cuts an interval of a trial with the window own to the common window.
// Nothing happens inside a window but while it is open; what an interval counts
// as inside, and lies before or behind it, was so at the window's edge and came
// to be recorded late.
func (i *interval) cutTo(own, common span) cut {
	lo, hi := max(i.start, own.lo), min(i.end, own.hi)
	if hi <= lo {
		at := min(max(i.start, own.lo), own.hi)
		if i.end <= own.lo {
			at = own.lo
		}
		return cut{
			span: span{at, at}, out: at < common.lo || at > common.hi,
			after: i.start >= own.hi,
		}
	}
	c := cut{span: span{max(lo, common.lo), min(hi, common.hi)}, whole: int64(hi - lo)}
	c.out = c.hi <= c.lo
	return c
}

// take returns what of n lies in the part.
//
// Payload of an operation that failed counts as wasted when it fails, and may
// have moved before. What fails after the generator's own window had closed was
// in flight then, and counts whole. Goodput is so rather too low than too high.
func (c *cut) take(n inside) inside {
	switch {
	case c.out && c.after:
		return inside{wasted: n.wasted}
	case c.out:
		return inside{}
	case !c.parted():
		return n
	}
	part := c.length()
	return inside{
		share(n.completed, part, c.whole), share(n.moved, part, c.whole),
		n.wasted - share(n.wasted, c.whole-part, c.whole), // rounded up
	}
}

// parted reports whether a part of the interval lies inside and a part does not.
func (c *cut) parted() bool { return !c.out && c.whole != 0 && c.whole != c.length() }

// share returns n × part ÷ whole, rounded down; 0 ≤ part ≤ whole.
func share(n, part, whole int64) int64 {
	if part >= whole {
		return n
	}
	hi, lo := bits.Mul64(uint64(n), uint64(part))
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int64(q)
}

// sums adds up series.
type sums map[seriesKey]*resultfile.Series

// add merges a series without loss.
func (s sums) add(x *resultfile.Series) error {
	key := keyOf(x)
	if s[key] == nil {
		s[key] = &resultfile.Series{Op: x.Op, Mode: x.Mode}
	}
	to := s[key]
	if !phasesFit(&to.Latency, &x.Latency) || !fits(to.Throughput, x.Throughput) {
		return refuse("the samples of %s %s add up to more than can be counted", x.Op, x.Mode)
	}
	to.Merge(x)
	return nil
}

// list returns the series in the order of files.
func (s sums) list() resultfile.SeriesList {
	keys := slices.SortedFunc(maps.Keys(s), func(a, b seriesKey) int {
		return cmp.Or(cmp.Compare(a.op, b.op), cmp.Compare(a.mode, b.mode))
	})
	l := make(resultfile.SeriesList, 0, len(keys))
	for _, k := range keys {
		l = append(l, s[k])
	}
	return l
}

// phasesFit and fits report whether the counts of two add up to a number. Only a
// forged file has any that do not.
func phasesFit(a, b *resultfile.PhaseHistograms) bool {
	for p := range a {
		if !fits(a[p], b[p]) {
			return false
		}
	}
	return true
}

func fits(a, b *hdr.Histogram) bool {
	return a == nil || b == nil || a.Count() < math.MaxInt64-b.Count()
}
