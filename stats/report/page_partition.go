package report

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// partition adds the parts of the mean operation as bars, one below the other
// on one scale.
func (p *page) partition() {
	s := p.summary
	if s == nil {
		return
	}
	p.Begin(doc.Section{ID: "partition", Title: "Where the mean operation spends its time", Lead: "Means add up, which percentiles do not: " +
		"here a difference can be followed to its cause."})
	for _, op := range operations(s) {
		p.Figure(p.partitionOf(op, seriesOf(s, op)))
	}
}

func (p *page) partitionOf(op stats.Op, series []*summary.SeriesSummary) *doc.Figure {
	t := partitionTable(op, series)
	if t == nil {
		return nil
	}
	f := &doc.Figure{Kind: "partition", Title: op.String() + ", mean", Bars: &doc.Bars{}, Note: p.together()}
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
		f.Legend = append(f.Legend, doc.Key{Name: name + ": " + segmentAbout[name], Swatch: doc.Swatch{Of: doc.OfSegment, N: i}})
	}
	for _, s := range drawn {
		mean := s.Latency[stats.Service].Mean
		bar := doc.Bar{Name: seriesName(s.Variant, s.Mode, 60), Variant: p.Color(s.Variant), Total: form.show(mean)}
		var parts []string
		for i, name := range stats.SegmentNames {
			v, known := s.PartitionMean[name]
			if !known || !finite(v) {
				continue
			}
			text := form.show(v) + ", " + tenths(v, mean)
			bar.Parts = append(bar.Parts, doc.Part{Name: name, Text: text, Segment: i, Value: v})
			parts = append(parts, name+" "+form.show(v))
		}
		f.Bars.Rows = append(f.Bars.Rows, bar)
		said = append(said, bar.Name+" "+bar.Total+" ("+strings.Join(parts, ", ")+")")
	}
	f.Summary = "Stacked bars of the mean " + op.String() + ". " + strings.Join(said, "; ") + "."
	f.Tables = []*doc.Table{t}
	return f
}
