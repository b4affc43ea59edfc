package search

import (
	"math"
	"strings"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/threshold"
	"github.com/ftpmark/ftpmark/stats/usl"
)

// axes are what the charts of all variants share, so that these can be held
// against each other by eye.
type axes struct{ load, throughput, latency doc.Axis }

// chartAxes returns the axes that hold every step with a throughput, and each level that failed
// without one, which is marked.
func chartAxes(c *capacity.Report) *axes {
	a := &axes{
		load:       doc.Axis{Name: stepsTitle(c.Plan.Vary), Unit: levelUnits[c.Plan.Vary], Low: doc.Number(math.Inf(1))},
		throughput: doc.Axis{Name: "operations per second", Unit: "/s"},
		latency:    doc.Axis{Name: "p99 of service", Unit: "ns", Low: doc.Number(math.Inf(1))},
	}
	if c.Plan.Vary == resultfile.VaryBandwidth {
		a.throughput.Name, a.throughput.Unit = "goodput", "B/s"
	}
	for i := range c.Results {
		r := &c.Results[i]
		for j := range r.Steps {
			s := &r.Steps[j]
			level, x := positive(s.Level), positive(ThroughputOf(r, s))
			if !figures.Finite(level) || !figures.Finite(x) && s.Verdict != resultfile.StepFailed {
				continue
			}
			a.load.Cover(level)
			a.throughput.Cover(x)
			a.latency.Cover(positive(figures.OrNaN(s.ServiceP99)))
		}
	}
	a.load.Fit(false)
	a.latency.Fit(true)
	return a
}

// levelUnits are those of levels, none of a number of sessions.
var levelUnits = map[string]string{resultfile.VaryRate: "/s", resultfile.VaryBandwidth: "B/s"}

// loadFigure draws throughput and p99 against load, nil where there are fewer
// than two levels to draw.
func loadFigure(d *doc.Doc, c *capacity.Report, r *capacity.Result, shared *axes) *doc.Figure {
	if drawnLevels(r) < 2 {
		return nil
	}
	color := d.Color(r.Variant)
	marks, name := marksOf(r, shared), shared.throughput.Name
	chart := func(y doc.Axis, name string, of func(*capacity.Step) float64) *doc.Chart {
		return &doc.Chart{Kind: "load", X: shared.load, Y: y, Marks: marks, Lines: []doc.Curve{stepCurve(color, r, name, of)}}
	}
	upper := chart(shared.throughput, name, func(s *capacity.Step) float64 { return ThroughputOf(r, s) })
	f := &doc.Figure{
		Kind: "capacity", Title: about.Sentence(name + " and p99 by " + stepsTitle(r.Vary)), Charts: []*doc.Chart{upper},
		Legend: append([]doc.Key{{Name: resultName(r), Swatch: doc.Swatch{Of: doc.OfVariant, N: color}}}, shapeKeys(r, color)...),
		Note:   "Filled: held. Cross: failed (at the bottom edge if its rate is unknown). Open: no verdict. The solid vertical line is the capacity.",
	}
	if model := modelCurve(r, &shared.load, color); model != nil {
		upper.Lines = append(upper.Lines, *model)
		f.Note += " The dashed line is the better model, the dashed vertical line is " + bendName(r) + ", if it is among these levels."
	}
	if shared.latency.High > 0 {
		lower := chart(shared.latency, "p99", func(s *capacity.Step) float64 { return figures.OrNaN(s.ServiceP99) })
		lower.Bounds = boundsOf(c, r)
		f.Charts = append(f.Charts, lower)
	}
	f.Summary = "Chart of " + name + " and of p99 against load, " + resultName(r) + ". " + terminal.Printable(r.Headline, about.MostText) + "."
	f.Tables = []*doc.Table{stepsTable(d, r)}
	return f
}

// drawnLevels counts the levels that have a throughput.
func drawnLevels(r *capacity.Result) int {
	levels := map[float64]bool{}
	for i := range r.Steps {
		if s := &r.Steps[i]; figures.Finite(positive(ThroughputOf(r, s))) && figures.Finite(positive(s.Level)) {
			levels[s.Level] = true
		}
	}
	return len(levels)
}

// stepCurve is one quantity of all steps, those of a level with no verdict and
// those that failed included.
func stepCurve(color int, r *capacity.Result, name string, of func(*capacity.Step) float64) doc.Curve {
	c := doc.Curve{Name: name, Color: color, Style: "points"}
	var signs, shapes strings.Builder
	for i := range r.Steps {
		s := &r.Steps[i]
		if !figures.Finite(positive(s.Level)) {
			continue
		}
		c.X, c.Y = append(c.X, doc.Number(s.Level)), append(c.Y, doc.Number(positive(of(s))))
		switch s.Verdict {
		case resultfile.StepHeld:
			signs.WriteByte('h')
		case resultfile.StepFailed:
			signs.WriteByte('f')
		default:
			signs.WriteByte('u')
		}
		shapes.WriteString(shapeOf(r, i))
	}
	c.Signs, c.Shapes = signs.String(), shapes.String()
	return c
}

// shapeOf says by a letter why a step was measured: a level of which nothing was known is
// measured again.
func shapeOf(r *capacity.Result, i int) string {
	s := &r.Steps[i]
	if i > 0 && r.Steps[i-1].Level == s.Level && verdictOfStep(&r.Steps[i-1]) == doc.Doubt {
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

// marksOf are where the better model bends, its knee or its peak, and the found level, as far as
// these lie among the levels measured.
func marksOf(r *capacity.Result, a *axes) (marks []doc.Mark) {
	within := func(v float64) bool { return v >= float64(a.load.Low) && v <= float64(a.load.High) }
	if v := bendOf(r); within(v) {
		name := strings.TrimPrefix(bendName(r), "the ") + " " + levelOf(r.Vary, math.Round(v))
		marks = append(marks, doc.Mark{At: doc.Number(v), Name: name, Style: "faint"})
	}
	if v := figures.NumberOr(r.Capacity); within(v) {
		marks = append(marks, doc.Mark{At: doc.Number(v), Name: "capacity " + levelOf(r.Vary, v), Style: "strong"})
	}
	return marks
}

// bendOf returns the better model's knee or peak, NaN where there is none to be
// seen.
func bendOf(r *capacity.Result) float64 {
	switch m := r.USL; {
	case m == nil:
	case r.Better == usl.BetterKnee:
		return figures.NumberOr(m.Knee.Load.Value)
	case !m.PeakExtrapolated:
		return figures.NumberOr(m.PeakN.Value)
	}
	return math.NaN()
}

func bendName(r *capacity.Result) string {
	if r.Better == usl.BetterKnee {
		return "the knee"
	}
	return "the USL peak"
}

// modelCurve is what the better model says, within the levels that it was fitted
// to; nil where there is none.
func modelCurve(r *capacity.Result, load *doc.Axis, color int) *doc.Curve {
	const places = 80
	m := r.USL
	if m == nil {
		return nil
	}
	out, at := doc.Curve{Name: "USL", Color: color, Style: "dashes"}, m.At
	if r.Better == usl.BetterKnee {
		out.Name, at = "the line with a knee", m.Knee.At
	}
	for i := range places {
		n := load.Value(float64(i) / (places - 1))
		if n < m.LeastN*(1-1e-9) || n > m.LargestN*(1+1e-9) {
			continue
		}
		if v, _ := at(n); figures.Finite(v) && v > 0 {
			out.X, out.Y = append(out.X, doc.Number(n)), append(out.Y, doc.Number(v))
		}
	}
	if len(out.X) == 0 {
		return nil
	}
	return &out
}
