package run

import (
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// writer says what there is to say of a run, in a document.
type writer struct {
	*doc.Doc
	waits bool // operations were due at times of their own
	// pooled: the numbers of a variant are those of several trials.
	pooled bool
	// asked is the rate that stands for one operation due, by variant; none
	// where the window tells (see [asked]).
	asked map[string]float64
}

func newWriter(d *doc.Doc, s *summary.Summary) *writer {
	return &writer{Doc: d, waits: waits(s), pooled: pooled(s) != "", asked: asked(s)}
}

// operations returns the operations measured, in the order they appear.
func operations(s *summary.Summary) (ops []stats.Op) {
	for i := range s.Series {
		if op := s.Series[i].Op; !slices.Contains(ops, op) {
			ops = append(ops, op)
		}
	}
	return ops
}

// SeriesOf returns the series of one operation.
func SeriesOf(s *summary.Summary, op stats.Op) (series []*summary.SeriesSummary) {
	for i := range s.Series {
		if s.Series[i].Op == op {
			series = append(series, &s.Series[i])
		}
	}
	return series
}

// seriesHeads returns a group for each series, with the given columns. Where
// there are two their difference follows, with columns of its own.
func seriesHeads(series []*summary.SeriesSummary, subs, differences []string) (groups []doc.Group) {
	for _, s := range series {
		groups = append(groups, about.SeriesGroup(s.Variant, s.Mode, subs))
	}
	if len(series) == 2 {
		groups = append(groups, doc.Group{Head: differenceHead, Subs: differences})
	}
	return groups
}
