package report

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/page"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// partition adds the parts of the mean operation as bars, one below the other
// on one scale.
func (h *html) partition() {
	s := h.Summary
	if s == nil {
		return
	}
	var blocks []page.Block
	for _, op := range operations(s) {
		if f := h.partitionOf(op, seriesOf(s, op)); f != nil {
			blocks = append(blocks, page.Block{Figure: f})
		}
	}
	h.section("partition", "Where the mean operation spends its time", "Means add up, which percentiles do not: "+
		"here a difference can be followed to its cause.", blocks)
}

func (h *html) partitionOf(op stats.Op, series []*summary.SeriesSummary) *page.Figure {
	tables := h.blocks(func(d *document) { writePartition(d, op, series) })
	if len(tables) == 0 || tables[0].Table == nil {
		return nil
	}
	f := &page.Figure{ID: h.figureID("partition"), Kind: "partition", Title: op.String() + ", mean", Bars: &page.Bars{}, Note: h.together()}
	var said []string
	var drawn []*summary.SeriesSummary
	for _, s := range series {
		if l := s.Latency[stats.Service]; l != nil && l.Count > 0 && finite(l.Mean) && len(s.PartitionMean) > 0 {
			f.Bars.Most = max(f.Bars.Most, l.Mean)
			drawn = append(drawn, s)
		}
	}
	form := fixedFor(f.Bars.Most)
	for i, name := range stats.SegmentNames {
		f.Legend = append(f.Legend, page.Key{Name: name + ": " + segmentAbout[name], Class: page.SegmentClass(i)})
	}
	for _, s := range drawn {
		mean := s.Latency[stats.Service].Mean
		bar := page.Bar{Name: seriesName(s.Variant, s.Mode, 60), Class: page.Class(h.color(s.Variant)), Total: form.show(mean)}
		var parts []string
		for i, name := range stats.SegmentNames {
			v, known := s.PartitionMean[name]
			if !known || !finite(v) {
				continue
			}
			text := form.show(v) + ", " + tenths(v, mean)
			bar.Parts = append(bar.Parts, page.Part{Name: name, Text: text, Class: page.SegmentClass(i), Value: v})
			parts = append(parts, name+" "+form.show(v))
		}
		f.Bars.Rows = append(f.Bars.Rows, bar)
		said = append(said, bar.Name+" "+bar.Total+" ("+strings.Join(parts, ", ")+")")
	}
	f.Summary = "Stacked bars of the mean " + op.String() + ". " + strings.Join(said, "; ") + "."
	f.Tables = []*page.Table{withValues(tables[0].Table, series)}
	return f
}

// withValues adds to the table of a partition what its times stand for. The
// first cell of each series is a time, the second, if there is one, a share.
func withValues(t *page.Table, series []*summary.SeriesSummary) *page.Table {
	columns := 1
	if len(t.Groups) > 0 {
		columns = t.Groups[0].Span
	}
	for i := range t.Rows {
		r := &t.Rows[i]
		for j, s := range series {
			l := s.Latency[stats.Service]
			if j*columns >= len(r.Cells) || l == nil || l.Count == 0 {
				continue
			}
			v, known := s.PartitionMean[r.Label]
			if r.Label == "= service" {
				v, known = l.Mean, true
			}
			if known {
				r.Cells[j*columns].Value = exactly(v)
			}
		}
	}
	return t
}
