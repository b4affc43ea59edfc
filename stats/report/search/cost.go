package search

import (
	"math"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

// writeCost writes what the server's processes used, a column for each variant.
func writeCost(d *doc.Doc, c *capacity.Report) {
	var watched []*capacity.Result
	for i := range c.Results {
		if c.Results[i].Cost != nil {
			watched = append(watched, &c.Results[i])
		}
	}
	if len(watched) == 0 {
		return
	}
	t := doc.Table{Title: "server cost"}
	for _, r := range watched {
		t.Groups = append(t.Groups, doc.Group{Head: about.Variant(r.Variant), Subs: []string{""}})
	}
	for _, m := range costMetrics() {
		x := doc.Row{Label: m.label, About: m.about}
		for _, r := range watched {
			text := m.units.Show(m.of(r.Cost))
			if text == figures.Unknown {
				d.Term(figures.Unknown, figures.NotKnown)
			}
			x.Cells = append(x.Cells, doc.Cell{Text: text})
		}
		t.Rows = append(t.Rows, x)
	}
	d.Table(&t)
	d.Term("server cost", "of the watched process and its children, as counted by this machine. Memory is that of the held step with the most "+
		"sessions, minus the memory without sessions; shared pages count in each process. CPU time is that at the level found")
}

// costMetric is one figure of what a load costs.
type costMetric struct {
	label, about string
	units        quantity.Scale
	of           func(*capacity.Cost) float64
}

func costMetrics() []costMetric {
	seconds := func(v *float64) float64 { return figures.NumberOr(v) * 1e9 }
	return []costMetric{
		{"memory/session", "resident", quantity.Size, func(c *capacity.Cost) float64 { return figures.NumberOr(c.BytesPerSession) }},
		{"processes/session", "", quantity.Number, func(c *capacity.Cost) float64 { return figures.NumberOr(c.ProcessesPerSession) }},
		{"CPU/operation", "user and system", quantity.Time, func(c *capacity.Cost) float64 { return seconds(c.CPUSecondsPerOperation) }},
		{"CPU/GiB", "of payload", quantity.Time, func(c *capacity.Cost) float64 { return seconds(c.CPUSecondsPerGiB) }},
		{"sessions/core", "per fully busy core", quantity.Number, func(c *capacity.Cost) float64 { return math.Max(figures.NumberOr(c.SessionsPerCore), 0) }},
	}
}
