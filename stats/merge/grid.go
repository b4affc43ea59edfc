package merge

import (
	"slices"
	"sort"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// cell is one interval to be of the merged trial.
type cell struct {
	span
	step     int
	sessions int
	inside   map[seriesKey]inside
}

// grid is the merged trial's time, cut into cells that follow on each other.
// None straddles an edge of the window or of a step.
type grid struct {
	window span
	cells  []cell
	steps  map[int]span
}

// newGrid cuts the trial's time into seconds. Where its sources have fewer
// intervals than that, cells are longer: a small file does not make a large one.
func newGrid(t *trial) *grid {
	g := &grid{window: t.window, steps: commonSteps(t)}
	whole, intervals := t.window, 2
	for _, s := range t.sources {
		whole.lo, whole.hi = min(whole.lo, s.sum.Start), max(whole.hi, s.sum.End)
		intervals += len(s.intervals)
	}
	width := max(int64(time.Second), whole.length()/int64(intervals)+1)
	g.cut(span{whole.lo, t.window.lo}, 0, width)
	at := t.window.lo
	for _, step := range g.stepOrder() {
		s := g.steps[step]
		g.cut(span{at, s.lo}, 0, width)
		g.cut(s, step, width)
		at = s.hi
	}
	g.cut(span{at, t.window.hi}, 0, width)
	g.cut(span{t.window.hi, whole.hi}, 0, width)
	return g
}

// cut appends the cells of a part. A short rest belongs to the cell before it.
func (g *grid) cut(part span, step int, width int64) {
	for lo := part.lo; lo < part.hi; {
		hi := part.hi
		if int64(part.hi-lo) > width+width/4 {
			hi = lo + stats.Moment(width)
		}
		g.cells = append(g.cells, cell{span: span{lo, hi}, step: step, inside: map[seriesKey]inside{}})
		lo = hi
	}
}

// commonSteps returns for each step the time in which every source was in it,
// where there is any: between two steps of sources that began one after another
// lies a time that belongs to neither.
func commonSteps(t *trial) map[int]span {
	common := map[int]span{}
	for n, s := range t.sources {
		own := map[int]span{}
		for i := range s.intervals {
			x := &s.intervals[i]
			if x.step == 0 {
				continue
			}
			if o, ok := own[x.step]; ok {
				own[x.step] = span{min(o.lo, x.start), max(o.hi, x.end)}
			} else {
				own[x.step] = span{x.start, x.end}
			}
		}
		if n == 0 {
			common = own
			continue
		}
		for step, c := range common {
			o, ok := own[step]
			if !ok {
				delete(common, step)
				continue
			}
			common[step] = span{max(c.lo, o.lo), min(c.hi, o.hi)}
		}
	}
	order := (&grid{steps: common}).stepOrder()
	at := t.window.lo
	for _, step := range order {
		c := common[step]
		c = span{max(c.lo, at), min(c.hi, t.window.hi)}
		if c.hi <= c.lo {
			delete(common, step)
			continue
		}
		common[step], at = c, c.hi
	}
	return common
}

// stepOrder returns the steps as they follow in time.
func (g *grid) stepOrder() []int {
	order := make([]int, 0, len(g.steps))
	for step := range g.steps {
		order = append(order, step)
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := int64(g.steps[a].lo) - int64(g.steps[b].lo); c != 0 {
			return int(max(min(c, 1), -1))
		}
		return a - b
	})
	return order
}

// at returns the cell that holds the moment, the nearest if none does.
func (g *grid) at(m stats.Moment) int {
	i := sort.Search(len(g.cells), func(i int) bool { return g.cells[i].hi > m })
	return min(i, len(g.cells)-1)
}

// home returns the cell in which the operations of an interval are put: that of
// its middle or, since a step's operations stay with the step, the nearest of
// that step.
func (g *grid) home(start, end stats.Moment, step int) int {
	m := start + (end-start)/2
	if s, ok := g.steps[step]; ok && step != 0 {
		m = min(max(m, s.lo), s.hi-1)
	}
	return g.at(m)
}

// spread puts what an interval has inside the window into the cells of its time
// there, in proportion. Nothing is lost or made in rounding.
func (g *grid) spread(c cut, i *interval, n inside, key seriesKey) {
	if c.out || c.length() == 0 {
		at := g.at(c.lo)
		if c.out {
			at = g.home(i.start, i.end, i.step)
		} else if g.cells[at].lo == c.lo && c.lo > g.window.lo {
			at-- // a completion at the window's close is inside
		}
		g.put(at, key, n)
		return
	}
	part := c.length()
	var before inside
	for at := g.at(c.lo); at < len(g.cells) && g.cells[at].lo < c.hi; at++ {
		upTo := int64(min(g.cells[at].hi, c.hi) - c.lo)
		sum := inside{share(n.completed, upTo, part), share(n.moved, upTo, part), share(n.wasted, upTo, part)}
		g.put(at, key, inside{sum.completed - before.completed, sum.moved - before.moved, sum.wasted - before.wasted})
		before = sum
	}
}

func (g *grid) put(at int, key seriesKey, n inside) {
	if n != (inside{}) {
		g.cells[at].inside[key] = g.cells[at].inside[key].plus(n)
	}
}

// addSessions adds, to each cell, the most sessions that a source had in use
// while it lasted.
func (g *grid) addSessions(s *trialSource) {
	most := make([]int, len(g.cells))
	for k := range s.intervals {
		i := &s.intervals[k]
		for at := g.at(i.start); at < len(g.cells) && g.cells[at].lo < i.end; at++ {
			most[at] = max(most[at], i.sessions)
		}
	}
	for at, n := range most {
		g.cells[at].sessions = int(added(int64(g.cells[at].sessions), int64(n)))
	}
}
