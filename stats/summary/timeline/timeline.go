// Package timeline says what happened when: operations and bytes over time, which
// a result in memory has only the sums of.
package timeline

import (
	"slices"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// mostPoints bounds how many points of a trial are kept, and mostOfAll those of
// all trials. Beyond them neighbours are added up, so that a file of any length
// takes little memory.
const (
	mostPoints = 2048
	mostOfAll  = 1 << 16
)

// shortest is the least length of a point: the remainder of a second beside a
// border, over which a rate would be chance, is added to its neighbour.
const shortest = 250 * time.Millisecond

// Timeline is a run over time, its trials in the order they ran in.
type Timeline struct {
	Trials []Trial
}

// Trial is one measured repetition of one variant over time.
type Trial struct {
	Variant string
	Number  int // from 1
	// Window is the measured part, with a close of 0 if the file was cut off
	// before.
	Window stats.Window
	// Points follow on each other, about a second each, longer in long trials.
	Points []Point
}

// Point is what happened in a span of time, which lies in one stage.
type Point struct {
	Start, End stats.Moment
	Stage      stats.Part
	// OK and Failed count operations that ended in it, measured or not.
	OK, Failed int64
	// Completed and Goodput are what the rates of a summary are made of: ok
	// operations that ended inside the window, and payload that moved there
	// less that of operations which failed. The latter may be negative in a
	// point, as what an operation moved before it failed is taken away when it
	// does. Outside of the window nothing is counted: both are 0 then, and not
	// known.
	Completed int64
	Goodput   int64
	// Sessions is the most that were in use at one time, 0 if not known.
	Sessions int
}

// Seconds returns the point's length.
func (p *Point) Seconds() float64 { return p.End.Sub(p.Start).Seconds() }

// Builder makes a timeline of intervals, of a run that is going on or of one that
// is read. It holds a bounded number of points and none of the intervals. It is
// not safe for concurrent use. The zero value is ready.
type Builder struct {
	trials []*trial
	points int
	most   int // of a trial's points, 0 for [mostPoints]
}

type trial struct {
	Trial
	span time.Duration // least length of its points
	// early is what was counted inside the window in an interval that began
	// before it opened: the first point of the window has it too.
	early Point
}

func (b *Builder) begin(variant string, number int) {
	b.trials = append(b.trials, &trial{Trial: Trial{Variant: variant, Number: number}})
}

// Add adds an interval; one of another trial than the last begins that. A file
// may be forged: intervals out of order are left out.
func (b *Builder) Add(i *resultfile.Interval) {
	if n := len(b.trials); n == 0 || b.trials[n-1].Variant != i.Variant || b.trials[n-1].Number != i.Trial {
		b.begin(i.Variant, i.Trial)
	}
	t := b.trials[len(b.trials)-1]
	if i.Start < 0 || i.End < i.Start || len(t.Points) > 0 && i.Start < t.Points[len(t.Points)-1].Start {
		return
	}
	t.Window = i.Window
	before := len(t.Points)
	t.add(pointOf(i))
	if b.points += len(t.Points) - before; b.most == 0 {
		b.most = mostPoints
	}
	for len(t.Points) > b.most {
		b.points -= t.coarsen()
	}
	for b.points > mostOfAll && b.most > 8 {
		b.most /= 2
		for _, t := range b.trials {
			for len(t.Points) > b.most {
				if n := t.coarsen(); n > 0 {
					b.points -= n
					continue
				}
				break
			}
		}
	}
}

func pointOf(i *resultfile.Interval) Point {
	p := Point{Start: i.Start, End: i.End, Stage: i.Stage, Sessions: i.Sessions}
	for _, s := range i.Series {
		p.OK += s.OK + s.WarmupOK
		p.Failed += s.Failed + s.WarmupFailed
		p.Completed += s.CompletedInside
		p.Goodput += s.MovedInside - s.WastedInside
	}
	return p
}

// add adds a point. What was counted inside the window in an interval that lies
// mostly outside belongs to the window's first or last point, which then reaches
// to the window's border.
func (t *trial) add(p Point) {
	switch p.Stage {
	case stats.Warmup:
		t.early.Completed += p.Completed
		t.early.Goodput += p.Goodput
		if t.Window.Open != 0 && p.End > t.Window.Open {
			p.End = max(p.Start, t.Window.Open)
		}
		p.Completed, p.Goodput = 0, 0
	case stats.Measured:
		p.Completed += t.early.Completed
		p.Goodput += t.early.Goodput
		t.early = Point{}
		if last := t.last(); last == nil || last.Stage == stats.Warmup {
			p.Start = min(p.Start, max(t.Window.Open, 0))
		}
		if c := t.Window.Close; c != 0 && p.End > c {
			p.End = max(p.Start, c)
		}
	default:
		if last := t.lastOf(stats.Measured); last != nil {
			last.Completed += p.Completed
			last.Goodput += p.Goodput
			if c := t.Window.Close; c > last.End && c <= p.End && last == t.last() {
				last.End = c
			}
		}
		p.Completed, p.Goodput = 0, 0
		p.Start = min(max(p.Start, t.Window.Close), p.End)
	}
	if last := t.last(); last != nil && last.Stage == p.Stage && (p.End.Sub(last.Start) <= t.span || p.End.Sub(p.Start) < shortest || last.End.Sub(last.Start) < shortest) {
		last.join(p)
		return
	}
	t.Points = append(t.Points, p)
}

func (t *trial) last() *Point {
	if len(t.Points) == 0 {
		return nil
	}
	return &t.Points[len(t.Points)-1]
}

func (t *trial) lastOf(s stats.Part) *Point {
	for i := range t.Points {
		if p := &t.Points[len(t.Points)-1-i]; p.Stage == s {
			return p
		}
	}
	return nil
}

// join adds a point that follows.
func (p *Point) join(q Point) {
	p.End = max(p.End, q.End)
	p.OK += q.OK
	p.Failed += q.Failed
	p.Completed += q.Completed
	p.Goodput += q.Goodput
	p.Sessions = max(p.Sessions, q.Sessions)
}

// coarsen joins neighbours of one stage two by two, returns how many points
// there are less, and sees to it that later ones are as long.
func (t *trial) coarsen() (less int) {
	n := len(t.Points)
	for _, p := range t.Points {
		t.span = max(t.span, 2*p.End.Sub(p.Start))
	}
	var out []Point
	for i := 0; i < n; i++ {
		p := t.Points[i]
		if i+1 < n && t.Points[i+1].Stage == p.Stage {
			p.join(t.Points[i+1])
			i++
		}
		out = append(out, p)
	}
	t.Points = out
	return n - len(out)
}

// Timeline returns what there is so far, which shares nothing with the builder
// that later intervals change.
func (b *Builder) Timeline() *Timeline {
	t := &Timeline{}
	for _, x := range b.trials {
		if len(x.Points) > 0 {
			one := x.Trial
			one.Points = slices.Clone(x.Points)
			t.Trials = append(t.Trials, one)
		}
	}
	return t
}

// Variants returns the names of the variants in the order they first ran in.
func (t *Timeline) Variants() (names []string) {
	for i := range t.Trials {
		if !slices.Contains(names, t.Trials[i].Variant) {
			names = append(names, t.Trials[i].Variant)
		}
	}
	return names
}
