package resultfile

import "slices"

// compacted returns a copy of the series whose histograms are compact. It
// shares no more than the errors.
func (l SeriesList) compacted() SeriesList {
	if l == nil {
		return nil
	}
	c := make(SeriesList, len(l))
	for i, s := range l {
		x := *s
		for p, h := range x.Latency {
			x.Latency[p] = h.Compacted()
		}
		x.Throughput = x.Throughput.Compacted()
		c[i] = &x
	}
	return c
}

// Compact returns a copy of t for one who keeps many: its histograms take about
// a byte for each value of theirs that occurred, some kilobytes at most, where
// those that were recorded or read take 2 KiB for each few of these. The copy
// may be read and merged like any.
func (t *Trial) Compact() *Trial {
	c := *t
	c.Series = t.Series.compacted()
	c.Stages = slices.Clone(t.Stages)
	for i := range c.Stages {
		c.Stages[i].Series = c.Stages[i].Series.compacted()
	}
	return &c
}
