package merge

import (
	"fmt"
	"slices"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Merge is what several results come to, before it is written.
type Merge struct {
	sources []*source
	header  *resultfile.Header
	trials  []*trial
	left    []string // trials that are not in it, and why
	sums    []*resultfile.Trial
	doubt   doubts
}

// Plan reads the inputs and finds what they have in common. It returns a
// [*Refusal] if they are not of one run, or what reading gave: see
// [resultfile.Read].
func Plan(inputs []Input) (*Merge, error) {
	m := &Merge{}
	var names []string
	for _, in := range inputs {
		names = append(names, in.Name)
	}
	var err error
	if m.sources, err = readAll(inputs); err != nil {
		return nil, err
	}
	for i, label := range labels(names) {
		m.sources[i].label = label
	}
	if err := comparable(m.sources); err != nil {
		return nil, err
	}
	if m.header, err = header(m.sources); err != nil {
		return nil, err
	}
	for _, s := range m.sources {
		s.shiftBy(stats.Moment(s.result.Header.Epoch.Sub(m.header.Epoch)))
	}
	if err := m.findTrials(); err != nil {
		return nil, err
	}
	for _, t := range m.trials {
		sum, err := m.sum(t)
		if err != nil {
			return nil, err
		}
		m.sums = append(m.sums, sum.Compact())
	}
	return m, nil
}

// findTrials overlays the trials that all sources have, in their order.
func (m *Merge) findTrials() error {
	var order []trialKey // of the common ones
	for n, s := range m.sources {
		var own []trialKey
		for _, v := range s.result.Variants {
			key := trialKey{v.Variant, v.Trial}
			lack := slices.IndexFunc(m.sources, func(o *source) bool { return o.trials[key] == nil })
			switch {
			case lack < 0:
				own = append(own, key)
			case slices.IndexFunc(m.sources, func(o *source) bool { return o.trials[key] != nil }) == n: // say it once
				m.left = append(m.left, fmt.Sprintf("%s is left out: %s does not have it", key, m.sources[lack].label))
			}
		}
		if n == 0 {
			order = own
		} else if !slices.Equal(order, own) {
			return refuse("%s and %s ran their trials in different orders, so not at the same time (seeds %d and %d)",
				m.sources[0].Name, s.Name, m.sources[0].result.Header.Seed, s.result.Header.Seed)
		}
	}
	for _, key := range order {
		t, left, err := overlay(key, m.sources)
		if err != nil {
			return err
		}
		if t == nil {
			m.left = append(m.left, fmt.Sprintf("%s is left out: %s", key, left))
			continue
		}
		m.trials = append(m.trials, t)
	}
	if len(m.trials) == 0 {
		reason := "no trial is in all results"
		if len(m.left) > 0 {
			reason = m.left[0]
		}
		return refuse("nothing to merge: %s", reason)
	}
	return nil
}

// sum adds up a trial: without loss what belongs to the sources' windows, cut to
// the common one what happened inside.
func (m *Merge) sum(t *trial) (*resultfile.Trial, error) {
	all, within, doubt := sums{}, map[seriesKey]inside{}, doubt{}
	r := &resultfile.Trial{
		Variant: t.key.variant, Trial: t.key.trial, Complete: t.complete,
		Start: t.window.lo, End: t.window.hi, Window: stats.Window{Open: t.window.lo, Close: t.window.hi},
	}
	dueAll, duePerTime, unlike := 0.0, 0.0, false
	for _, s := range t.sources {
		r.Start, r.End = min(r.Start, s.sum.Start), max(r.End, s.sum.End)
		r.DisconnectedShare = max(r.DisconnectedShare, s.sum.DisconnectedShare)
		whole, due := map[seriesKey]inside{}, 0.0
		for i := range s.intervals {
			x := &s.intervals[i]
			c := x.cutTo(s.own(), t.window)
			for _, n := range x.inside {
				taken := c.take(n.inside)
				whole[n.key] = whole[n.key].plus(n.inside)
				within[n.key] = within[n.key].plus(taken)
				doubt.add(&c, n.inside, taken)
			}
		}
		for _, x := range s.sum.Series {
			if whole[keyOf(x)] != insideOf(&x.Counters) {
				return nil, refuse("%s is damaged: the intervals of %s do not add up to it", s.from.Name, t.key)
			}
			if err := all.add(x); err != nil {
				return nil, err
			}
			due += float64(x.Due())
		}
		over := float64(s.own().length())
		if s.sum.DueOver > 0 {
			over = float64(s.sum.DueOver)
		}
		dueAll, duePerTime = dueAll+due, duePerTime+due/over
		unlike = unlike || over != float64(t.window.length())
	}
	if duePerTime > 0 && unlike {
		r.DueOver = time.Duration(min(dueAll/duePerTime, 1<<62)) // one that a file may have forged
	}
	total := inside{}
	r.Series = all.list()
	for _, x := range r.Series {
		n := within[keyOf(x)]
		n.set(&x.Counters)
		total = total.plus(n)
	}
	m.doubt.add(t, total, &doubt)
	return r, nil
}
