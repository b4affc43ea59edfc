package report

import (
	"math"
	"strings"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/report/page"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/usl"
)

// capacity is the page of a search for capacity.
func (h *html) capacity(c *capacity.Report) {
	h.out.Kind = "Capacity"
	h.badges(c.Status, c.Generator.Limited)
	for i := range c.Results {
		h.color(c.Results[i].Variant)
	}
	h.out.Answers = h.lines(func(d *document) {
		writeCapacities(d, c)
		if text := modesAnswer(c); text != "" {
			d.hanging(strong, "", text)
		}
	})
	h.out.Facts = h.lines(func(d *document) {
		writeLimits(d, c)
		writeMet(d, c)
		writeCapacityStanding(d, c)
		writeSearched(d, c)
	})
	h.thresholds()
	var curves, models []page.Block
	shared := chartAxes(c)
	shared.widen(c)
	for i := range c.Results {
		r := &c.Results[i]
		if f := h.loadFigure(r, shared); f != nil {
			curves = append(curves, page.Block{Figure: f})
		} else { // too few levels to draw
			curves = append(curves, h.blocks(func(d *document) { writeSteps(d, r) })...)
		}
		if len(c.Results) > 1 && (r.USL != nil || r.ModelWhy != "") {
			models = append(models, page.Block{Notes: []page.Line{{Text: resultName(r), Tone: page.Strong}}})
		}
		models = append(models, h.blocks(func(d *document) { writeModel(d, r) })...)
	}
	h.section("load", "What it did at each load", "", curves)
	h.section("model", "Models of it", "", models)
	h.section("cost", "What it cost the server", "", h.blocks(func(d *document) { writeCost(d, c) }))
	h.overTime()
	h.errors()
}

// widen makes the axis of loads hold the levels too that failed without a rate:
// here they have crosses.
func (a *axes) widen(c *capacity.Report) {
	if !(a.load.high > 0) {
		return
	}
	for i := range c.Results {
		for j := range c.Results[i].Steps {
			s := &c.Results[i].Steps[j]
			if level := positive(s.Level); finite(level) && signOf(s) == signFailed {
				a.load.low, a.load.high = min(a.load.low, level), max(a.load.high, level)
			}
		}
	}
	a.load.log = a.load.high/a.load.low >= wideRange
}

// loadFigure draws throughput and p99 against load, nil where there are fewer
// than two levels to draw.
func (h *html) loadFigure(r *capacity.Result, shared *axes) *page.Figure {
	if drawnLevels(r) < 2 {
		return nil
	}
	own := *shared
	c := &loadChart{axes: &own, result: r}
	color := h.color(r.Variant)
	name, unit := "operations per second", "/s"
	if r.Vary == resultfile.VaryBandwidth {
		name, unit = "goodput", "B/s"
	}
	loadUnit := ""
	switch r.Vary {
	case resultfile.VaryRate:
		loadUnit = "/s"
	case resultfile.VaryBandwidth:
		loadUnit = "B/s"
	}
	x := page.Axis{Name: stepsTitle(r), Unit: loadUnit, Log: shared.load.log, Low: page.Number(shared.load.low), High: page.Number(shared.load.high)}
	if x.Log {
		x.Name += ", logarithmic"
		x.Low, x.High = x.Low*0.9, x.High*1.1
	}
	upper := &page.Chart{
		Kind: "load", X: x, Y: page.Axis{Name: name, Unit: unit, Low: 0, High: page.Number(shared.throughput.high * 1.12)},
		Lines: []page.Curve{h.stepCurve(r, name, func(s *capacity.Step) float64 { return positive(throughputOf(r, s)) })},
		Marks: loadMarks(c),
	}
	if model := modelCurve(c, color); model != nil {
		upper.Lines = append(upper.Lines, *model)
	}
	f := &page.Figure{
		ID: h.figureID("capacity"), Kind: "capacity", Title: sentence(name + " and p99 by " + stepsTitle(r)), Charts: []*page.Chart{upper},
		Legend: []page.Key{{Name: resultName(r), Class: page.Class(color)}},
		Note:   "A dot was held, a cross failed (at the bottom edge where its rate is not known), a ring has no verdict. The solid upright line is the capacity.",
	}
	if len(upper.Lines) > 1 {
		bend := "the law's peak"
		if r.Better == usl.BetterKnee {
			bend = "the knee"
		}
		f.Note += " The dashed line is the better model, the dashed upright one " + bend + ", if it lies among these levels."
	}
	if shared.latency.high > 0 {
		y := page.Axis{Name: "p99 of service", Unit: "ns", Low: page.Number(shared.latency.low), High: page.Number(shared.latency.high * 1.12), Log: shared.latency.log}
		if y.Log {
			y.Name += ", logarithmic"
			y.Low *= 0.8
			y.High *= 1.2
		}
		f.Charts = append(f.Charts, &page.Chart{Kind: "load", X: x, Y: y, Marks: loadMarks(c), Lines: []page.Curve{
			h.stepCurve(r, "p99", func(s *capacity.Step) float64 { return positive(orNaN(s.ServiceP99)) }),
		}})
	}
	f.Summary = "Chart of " + name + " and of p99 against load, " + resultName(r) + ". " + printable(r.Headline, unbounded) + "."
	for _, b := range h.blocks(func(d *document) { writeSteps(d, r) }) {
		if b.Table != nil {
			f.Tables = append(f.Tables, stepValues(b.Table, r))
		}
	}
	return f
}

// stepCurve is one quantity of all steps, those of a level with no verdict and
// those that failed included.
func (h *html) stepCurve(r *capacity.Result, name string, of func(*capacity.Step) float64) page.Curve {
	c := page.Curve{Name: name, Color: h.color(r.Variant), Style: "points"}
	var signs strings.Builder
	for i := range r.Steps {
		s := &r.Steps[i]
		if !finite(positive(s.Level)) {
			continue
		}
		v := of(s)
		c.X, c.Y = append(c.X, page.Number(s.Level)), append(c.Y, page.Number(v))
		switch signOf(s) {
		case signHeld:
			signs.WriteByte('h')
		case signFailed:
			signs.WriteByte('f')
		default:
			signs.WriteByte('u')
		}
	}
	c.Signs = signs.String()
	return c
}

// loadMarks are the found level and the better model's bend.
func loadMarks(c *loadChart) (marks []page.Mark) {
	r := c.result
	for _, m := range c.marks() {
		if m.sign == signCapacity {
			marks = append(marks, page.Mark{At: page.Number(m.level), Name: "capacity " + levelOf(r.Vary, m.level), Style: "strong"})
			continue
		}
		bend := "peak of the law "
		if r.Better == usl.BetterKnee {
			bend = "knee "
		}
		marks = append(marks, page.Mark{At: page.Number(m.level), Name: bend + levelOf(r.Vary, math.Round(m.level)), Style: "faint"})
	}
	return marks
}

// modelCurve is what the better model says, within the levels that it was fitted
// to; nil where there is none.
func modelCurve(c *loadChart, color int) *page.Curve {
	const places = 80
	name := "the law"
	if c.result.Better == usl.BetterKnee {
		name = "the line with a knee"
	}
	out := page.Curve{Name: name, Color: color, Style: "dashes"}
	load := c.load
	load.cells = places
	for i := range places {
		at := load.value(i)
		if v := c.modelled(at); finite(v) && v > 0 {
			out.X, out.Y = append(out.X, page.Number(at)), append(out.Y, page.Number(v))
		}
	}
	if len(out.X) == 0 {
		return nil
	}
	return &out
}

// stepValues adds to the table of steps what its numbers stand for.
func stepValues(t *page.Table, r *capacity.Result) *page.Table {
	const ops, goodput, median, tail, errors = 3, 4, 5, 6, 7
	for i := range t.Rows {
		if i >= len(r.Steps) || len(t.Rows[i].Cells) <= errors {
			break
		}
		s, c := &r.Steps[i], t.Rows[i].Cells
		c[ops].Value, c[goodput].Value, c[errors].Value = s.OperationsPerSecond, s.Goodput, s.ErrorRate
		c[median].Value, c[tail].Value = exactly(orNaN(s.ServiceP50)), exactly(orNaN(s.ServiceP99))
	}
	return t
}
