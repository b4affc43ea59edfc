package merge

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Write reads the inputs once more, each a record ahead, and writes the merged
// result. It holds one second of each input's trial at a time, and the next.
func (m *Merge) Write(to resultfile.Sink) error {
	if err := to.Write(m.header); err != nil {
		return err
	}
	var cursors []*cursor
	stop := make(chan struct{})
	var reading sync.WaitGroup
	defer func() { // each closes its file
		close(stop)
		reading.Wait()
	}()
	for _, s := range m.sources {
		r, file, err := s.again()
		if err != nil {
			return err
		}
		c := &cursor{source: s, ahead: make(chan record)}
		cursors = append(cursors, c)
		reading.Go(func() {
			defer file.Close()
			readAhead(r, c.ahead, stop)
		})
	}
	// What the first generator saw: one conversation of each variant says how
	// the server goes about it.
	for _, c := range m.sources[0].result.Conversations {
		if err := to.Write(c); err != nil {
			return err
		}
	}
	for i, t := range m.trials {
		if err := m.writeTrial(to, t, m.sums[i], cursors); err != nil {
			return err
		}
	}
	var sessions resultfile.Sessions
	for _, s := range m.sources {
		if !phasesFit(&sessions.Latency, &s.result.Sessions.Latency) {
			return refuse("the logins add up to more than can be counted")
		}
		sessions.Merge(&s.result.Sessions)
	}
	if err := to.Write(&sessions); err != nil {
		return err
	}
	return to.Write(m.footer())
}

// writeTrial writes a trial's records.
func (m *Merge) writeTrial(to resultfile.Sink, t *trial, sum *resultfile.Trial, cursors []*cursor) error {
	v := *t.sources[0].variant // a copy
	for _, s := range t.sources[1:] {
		v.At = min(v.At, s.variant.At)
	}
	if err := to.Write(&v); err != nil {
		return err
	}
	g := newGrid(t)
	for _, s := range t.sources {
		for i := range s.intervals {
			x := &s.intervals[i]
			c := x.cutTo(s.own(), t.window)
			for _, n := range x.inside {
				g.spread(c, x, c.take(n.inside), n.key)
			}
		}
		g.addSessions(s)
	}
	for _, c := range cursors {
		if err := c.begin(t.key); err != nil {
			return err
		}
	}
	for at := range g.cells {
		i, err := g.interval(at, t, cursors)
		if err != nil {
			return err
		}
		if err := to.Write(i); err != nil {
			return err
		}
	}
	for _, s := range t.sources {
		if err := s.from.writeGenerators(to, t.key); err != nil {
			return err
		}
	}
	return to.Write(sum)
}

// interval makes the record of a cell.
func (g *grid) interval(at int, t *trial, cursors []*cursor) (*resultfile.Interval, error) {
	x := &g.cells[at]
	all := sums{}
	for _, c := range cursors {
		if err := c.takeUpTo(g, at, len(g.cells)-1, all); err != nil {
			return nil, err
		}
	}
	for key, n := range x.inside {
		if all[key] == nil {
			all[key] = &resultfile.Series{Op: key.op, Mode: key.mode}
		}
		n.set(&all[key].Counters)
	}
	i := &resultfile.Interval{
		Variant: t.key.variant, Trial: t.key.trial, Stage: stats.Measured, Step: x.step,
		Start: x.lo, End: x.hi, Sessions: x.sessions,
		Window: stats.Window{Open: t.window.lo, Close: t.window.hi}, Series: all.list(),
	}
	switch {
	case x.lo < t.window.lo:
		i.Stage, i.Window = stats.Warmup, stats.Window{}
	case x.lo >= t.window.hi:
		i.Stage = stats.Drain
	}
	return i, nil
}

// writeGenerators writes how the source's generator fared in a trial.
func (s *source) writeGenerators(to resultfile.Sink, key trialKey) error {
	for _, g := range s.result.Generators {
		if (trialKey{g.Variant, g.Trial}) != key {
			continue
		}
		g.Reasons, g.Warnings = s.says(g.Reasons), s.says(g.Warnings)
		if err := to.Write(&g); err != nil {
			return err
		}
	}
	return nil
}

// says puts the source's name before what its generator said.
func (s *source) says(lines []string) []string {
	lines = slices.Clone(lines)
	for i := range lines {
		lines[i] = s.label + ": " + lines[i]
	}
	return lines
}

// cursor reads the intervals of a source for the second time.
type cursor struct {
	source *source
	ahead  chan record
	next   any // the record that was read and not yet taken, nil at the end
}

// record is what a [resultfile.Reader] returned.
type record struct {
	it  any
	err error
}

// readAhead reads records, one more than is asked for, up to an error or the end.
func readAhead(r *resultfile.Reader, to chan<- record, stop <-chan struct{}) {
	defer close(to)
	for {
		it, err := r.Next()
		select {
		case to <- record{it, err}:
		case <-stop:
			return
		}
		if err != nil {
			return
		}
	}
}

// begin goes to the beginning of a trial.
func (c *cursor) begin(key trialKey) error {
	for {
		if v, ok := c.next.(*resultfile.Variant); ok && (trialKey{v.Variant, v.Trial}) == key {
			return c.read()
		}
		if err := c.read(); err != nil {
			return err
		}
		if c.next == nil {
			return fmt.Errorf("%s changed while it was read, or cannot be read twice", c.source.Name)
		}
	}
}

func (c *cursor) read() error {
	next, more := <-c.ahead
	if !more || errors.Is(next.err, io.EOF) {
		next = record{}
	}
	c.next = next.it
	return next.err
}

// takeUpTo adds the intervals of the trial whose home is no later than the cell.
// The last cell takes what there is: nothing is lost.
func (c *cursor) takeUpTo(g *grid, at, last int, all sums) error {
	for {
		switch x := c.next.(type) {
		case nil, *resultfile.Variant, *resultfile.Trial, *resultfile.Footer:
			return nil
		case *resultfile.Interval:
			if at < last && g.home(later(x.Start, c.source.shift), later(x.End, c.source.shift), x.Step) > at {
				return nil
			}
			for _, s := range x.Series {
				inside{}.set(&s.Counters)
				if err := all.add(s); err != nil {
					return err
				}
			}
		}
		if err := c.read(); err != nil {
			return err
		}
	}
}
