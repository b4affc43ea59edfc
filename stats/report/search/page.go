package search

import (
	"math"
	"strings"

	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
	"github.com/ftpmark/ftpmark/stats/usl"
)

// Page is the page of a search for capacity.
func Page(id string, c *capacity.Report, in run.Input) *doc.Doc {
	p := run.NewPageWriter(id, "Capacity", in)
	p.Colors()
	for i := range c.Results {
		p.Color(c.Results[i].Variant)
	}
	about.Badges(p.Doc, c.Status, c.Generator.Limited)
	writeCapacities(p.Doc, c)
	writeCapacityFacts(p.Doc, c)
	about.AddThresholds(p.Doc, in.Thresholds)
	p.Begin(doc.Section{ID: "load", Title: "Throughput and latency by load"})
	shared := chartAxes(c)
	shared.widen(c)
	for i := range c.Results {
		r := &c.Results[i]
		if f := loadFigure(p.Doc, c, r, shared); f != nil {
			p.Figure(f)
		} else { // too few levels to draw
			writeSteps(p.Doc, r)
		}
		writeObjectives(p.Doc, r)
	}
	p.Begin(doc.Section{ID: "model", Title: "Models"})
	for i := range c.Results {
		r := &c.Results[i]
		if len(c.Results) > 1 && (r.USL != nil || r.ModelWhy != "") {
			p.Lines(doc.Line{Text: resultName(r), Tone: doc.Strong})
		}
		writeModel(p.Doc, r)
	}
	p.Begin(doc.Section{ID: "cost", Title: "Server cost"})
	writeCost(p.Doc, c)
	p.OverTime()
	p.Errors()
	p.End()
	return p.Doc
}

// loadFigure draws throughput and p99 against load, nil where there are fewer
// than two levels to draw.
func loadFigure(d *doc.Doc, c *capacity.Report, r *capacity.Result, shared *axes) *doc.Figure {
	if drawnLevels(r) < 2 {
		return nil
	}
	color := d.Color(r.Variant)
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
	x := doc.Axis{Name: stepsTitle(r), Unit: loadUnit, Log: shared.load.Log, Low: doc.Number(shared.load.Low), High: doc.Number(shared.load.High)}
	if x.Log {
		x.Name += ", logarithmic"
		x.Low, x.High = x.Low*0.9, x.High*1.1
	}
	upper := &doc.Chart{
		Kind: "load", X: x, Y: doc.Axis{Name: name, Unit: unit, Low: 0, High: doc.Number(shared.throughput.High * 1.12)},
		Lines: []doc.Curve{stepCurve(d, r, name, func(s *capacity.Step) float64 { return positive(ThroughputOf(r, s)) })},
		Marks: loadMarks(r, shared),
	}
	if model := modelCurve(r, shared.load, color); model != nil {
		upper.Lines = append(upper.Lines, *model)
	}
	f := &doc.Figure{
		Kind: "capacity", Title: about.Sentence(name + " and p99 by " + stepsTitle(r)), Charts: []*doc.Chart{upper},
		Legend: append([]doc.Key{{Name: resultName(r), Swatch: doc.Swatch{Of: doc.OfVariant, N: color}}}, shapeKeys(r, color)...),
		Note:   "Filled: held. Cross: failed (at the bottom edge if its rate is unknown). Open: no verdict. The solid vertical line is the capacity.",
	}
	if len(upper.Lines) > 1 {
		f.Note += " The dashed line is the better model, the dashed vertical line is " + bendName(r) + ", if it is among these levels."
	}
	if shared.latency.High > 0 {
		bounds := boundsOf(c, r)
		y := doc.Axis{Name: "p99 of service", Unit: "ns", Low: doc.Number(shared.latency.Low), High: doc.Number(shared.latency.High * 1.12), Log: shared.latency.Log}
		for _, b := range bounds {
			y.High = max(y.High, b.At*1.05)
		}
		if y.Log {
			y.Name += ", logarithmic"
			y.Low *= 0.8
			y.High *= 1.2
		}
		f.Charts = append(f.Charts, &doc.Chart{Kind: "load", X: x, Y: y, Marks: loadMarks(r, shared), Lines: []doc.Curve{
			stepCurve(d, r, "p99", func(s *capacity.Step) float64 { return positive(figures.OrNaN(s.ServiceP99)) }),
		}, Bounds: bounds})
	}
	f.Summary = "Chart of " + name + " and of p99 against load, " + resultName(r) + ". " + terminal.Printable(r.Headline, about.MostText) + "."
	f.Tables = []*doc.Table{stepsTable(d, r)}
	return f
}

// stepCurve is one quantity of all steps, those of a level with no verdict and
// those that failed included.
func stepCurve(d *doc.Doc, r *capacity.Result, name string, of func(*capacity.Step) float64) doc.Curve {
	c := doc.Curve{Name: name, Color: d.Color(r.Variant), Style: "points"}
	var signs, shapes strings.Builder
	for i := range r.Steps {
		s := &r.Steps[i]
		if !figures.Finite(positive(s.Level)) {
			continue
		}
		v := of(s)
		c.X, c.Y = append(c.X, doc.Number(s.Level)), append(c.Y, doc.Number(v))
		signs.WriteByte(map[doc.Ending]byte{doc.Held: 'h', doc.Failed: 'f', doc.NoVerdict: 'u'}[endingOf(s)])
		shapes.WriteString(shapeOf(r, i))
	}
	c.Signs, c.Shapes = signs.String(), shapes.String()
	return c
}

// shapeOf says by a letter why a step was measured: a level of which nothing was known is
// measured again.
func shapeOf(r *capacity.Result, i int) string {
	s := &r.Steps[i]
	if i > 0 && r.Steps[i-1].Level == s.Level && endingOf(&r.Steps[i-1]) == doc.NoVerdict {
		return "a"
	}
	switch s.Purpose {
	case resultfile.StepSearch:
		return "s"
	case resultfile.StepConfirm:
		return "c"
	}
	return "r"
}

// shapeKeys explain the shapes that a search has.
func shapeKeys(r *capacity.Result, color int) (keys []doc.Key) {
	has := map[string]bool{}
	for i := range r.Steps {
		has[shapeOf(r, i)] = true
	}
	for _, k := range []struct{ shape, name string }{{"r", "ramp"}, {"s", "search"}, {"c", "confirmation"}, {"a", "measured again"}} {
		if has[k.shape] {
			keys = append(keys, doc.Key{Name: k.name, Shape: k.shape, Swatch: doc.Swatch{Of: doc.OfVariant, N: color}})
		}
	}
	return keys
}

// boundsOf are the objectives that the p99 of the steps is held to.
func boundsOf(c *capacity.Report, r *capacity.Result) (marks []doc.Mark) {
	for _, text := range c.Plan.Objectives {
		t, err := threshold.Parse(text)
		if err != nil {
			continue // the report has it as it is
		}
		if m := t.Metric(); m != "service.p99" && m != r.Operation+".service.p99" {
			continue
		}
		if longest, ok := t.TimeBound(); ok {
			marks = append(marks, doc.Mark{At: doc.Number(longest), Name: terminal.Printable(t.String(), 60), Style: "strong"})
		}
	}
	return marks
}

// loadMarks are the found level and the better model's bend.
func loadMarks(r *capacity.Result, a *axes) (marks []doc.Mark) {
	for _, m := range a.marks(r) {
		if m.Capacity {
			marks = append(marks, doc.Mark{At: doc.Number(m.Level), Name: "capacity " + levelOf(r.Vary, m.Level), Style: "strong"})
			continue
		}
		bend := "USL peak "
		if r.Better == usl.BetterKnee {
			bend = "knee "
		}
		marks = append(marks, doc.Mark{At: doc.Number(m.Level), Name: bend + levelOf(r.Vary, math.Round(m.Level)), Style: "faint"})
	}
	return marks
}

// modelCurve is what the better model says, within the levels that it was fitted
// to; nil where there is none.
func modelCurve(r *capacity.Result, load doc.Scale, color int) *doc.Curve {
	const places = 80
	model := modelOf(r)
	if model == nil {
		return nil
	}
	out := doc.Curve{Name: modelName(r), Color: color, Style: "dashes"}
	for i := range places {
		at := load.Value(float64(i) / (places - 1))
		if v := model(at); figures.Finite(v) && v > 0 {
			out.X, out.Y = append(out.X, doc.Number(at)), append(out.Y, doc.Number(v))
		}
	}
	if len(out.X) == 0 {
		return nil
	}
	return &out
}
