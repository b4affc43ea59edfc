package run

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Partition adds the parts of the mean operation as bars, one below the other
// on one scale.
func (p *PageWriter) Partition() {
	s := p.Summary
	if s == nil {
		return
	}
	p.Begin(doc.Section{ID: "partition", Title: "Where the mean operation spends its time", Lead: "Means add up, which percentiles do not: " +
		"here a difference can be followed to its cause."})
	for _, op := range operations(s) {
		p.Figure(p.partitionOf(op, SeriesOf(s, op)))
	}
}

func (p *PageWriter) partitionOf(op stats.Op, series []*summary.SeriesSummary) *doc.Figure {
	t := partitionTable(op, series)
	if t == nil {
		return nil
	}
	f := &doc.Figure{Kind: "partition", Title: op.String() + ", mean", Bars: &doc.Bars{}, Note: p.together()}
	var said []string
	var drawn []*summary.SeriesSummary
	for _, s := range series {
		if l := s.Latency[stats.Service]; l != nil && l.Count > 0 && figures.Finite(l.Mean) && len(s.PartitionMean) > 0 {
			f.Bars.Most = max(f.Bars.Most, l.Mean)
			drawn = append(drawn, s)
		}
	}
	form := figures.FixedFor(f.Bars.Most)
	for i, name := range stats.SegmentNames {
		f.Legend = append(f.Legend, doc.Key{Name: name + ": " + segmentAbout[name], Swatch: doc.Swatch{Of: doc.OfSegment, N: i}})
	}
	for _, s := range drawn {
		mean := s.Latency[stats.Service].Mean
		bar := doc.Bar{Name: about.Series(s.Variant, s.Mode, 60), Variant: p.Color(s.Variant), Total: form.Show(mean)}
		var parts []string
		for i, name := range stats.SegmentNames {
			v, known := s.PartitionMean[name]
			if !known || !figures.Finite(v) {
				continue
			}
			text := form.Show(v) + ", " + figures.Tenths(v, mean)
			bar.Parts = append(bar.Parts, doc.Part{Name: name, Text: text, Segment: i, Value: v})
			parts = append(parts, name+" "+form.Show(v))
		}
		f.Bars.Rows = append(f.Bars.Rows, bar)
		said = append(said, bar.Name+" "+bar.Total+" ("+strings.Join(parts, ", ")+")")
	}
	f.Summary = "Stacked bars of the mean " + op.String() + ". " + strings.Join(said, "; ") + "."
	f.Tables = []*doc.Table{t}
	return f
}
