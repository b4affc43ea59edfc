package run

import (
	"math"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// segmentAbout says what happens in each part of the mean operation.
var segmentAbout = map[string]string{
	"negotiate":  "mode command to reply",
	"open":       "until transfer command sent",
	"command":    "to preliminary reply (1xx)",
	"first_byte": "until the first byte",
	"payload":    "until the last byte",
	"finish":     "until completion reply (226)",
}

// partitionTable is the table of the parts of the mean operation, nil where none
// are known. Means add up, which percentiles do not, so here a difference can be
// followed to its cause; the differences are times for the same reason, and every
// number has the same unit and the same decimals.
func partitionTable(op stats.Op, series []*summary.SeriesSummary) *doc.Table {
	whole := make([]float64, len(series))
	high := 0.0
	for i, s := range series {
		whole[i] = math.NaN()
		if l := s.Latency[stats.Service]; l != nil && l.Count > 0 && len(s.PartitionMean) > 0 {
			whole[i] = l.Mean
			if figures.Finite(l.Mean) {
				high = max(high, l.Mean)
			}
		}
	}
	if high == 0 {
		return nil
	}
	subs := []string{""}
	if len(series) <= 2 {
		subs = []string{"time", "share"}
	}
	t := &doc.Table{Title: op.String() + " mean", Series: true, Groups: seriesHeads(series, subs, []string{"time"})}
	p := partition{fixed: figures.FixedFor(high), shares: len(subs) > 1, whole: whole}
	for _, name := range stats.SegmentNames {
		values := make([]float64, len(series))
		for i, s := range series {
			values[i] = math.NaN()
			if v, ok := s.PartitionMean[name]; ok && figures.Finite(whole[i]) {
				values[i] = v
			}
		}
		about := segmentAbout[name]
		if name == "first_byte" && slices.ContainsFunc(series, func(s *summary.SeriesSummary) bool { return s.DataResumedShare != nil }) {
			about = "until first byte, with TLS"
		}
		t.Rows = append(t.Rows, doc.Row{Label: name, About: about, Cells: p.cells(values)})
	}
	t.Rows = append(t.Rows, doc.Row{Label: "= service", About: "the whole operation", Cells: p.cells(whole), Tone: doc.Strong})
	return t
}

// partition shows the parts of means alike.
type partition struct {
	fixed  figures.Fixed
	shares bool
	whole  []float64
}

func (p *partition) cells(values []float64) (c []doc.Cell) {
	for i, v := range values {
		c = append(c, doc.CellOf(p.fixed.Show(v), v))
		if p.shares {
			c = append(c, doc.Cell{Text: figures.Tenths(v, p.whole[i]), Tone: doc.Faint})
		}
	}
	if len(values) == 2 {
		c = append(c, doc.Cell{Text: p.fixed.Signed(values[1] - values[0])})
	}
	return c
}
