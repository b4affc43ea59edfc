package search

import (
	"math"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/usl"
)

// axes are what the charts of all variants share, so that these can be held
// against each other by eye.
type axes struct{ load, throughput, latency doc.Scale }

// chartAxes returns the axes that hold every step.
func chartAxes(c *capacity.Report) *axes {
	a := &axes{load: doc.Scale{Low: math.Inf(1)}, latency: doc.Scale{Low: math.Inf(1)}}
	for i := range c.Results {
		r := &c.Results[i]
		for j := range r.Steps {
			s := &r.Steps[j]
			level, x := positive(s.Level), positive(ThroughputOf(r, s))
			if !figures.Finite(level) || !figures.Finite(x) {
				continue
			}
			a.load.Low, a.load.High = min(a.load.Low, level), max(a.load.High, level)
			a.throughput.High = max(a.throughput.High, x)
			if p := positive(figures.OrNaN(s.ServiceP99)); figures.Finite(p) {
				a.latency.Low, a.latency.High = min(a.latency.Low, p), max(a.latency.High, p)
			}
		}
	}
	a.load.Fit()
	if !a.latency.Fit() {
		a.latency.Low = 0
	}
	return a
}

// widen makes the axis of loads hold the levels too that failed without a rate:
// on a page they have crosses.
func (a *axes) widen(c *capacity.Report) {
	if !(a.load.High > 0) {
		return
	}
	for i := range c.Results {
		for j := range c.Results[i].Steps {
			s := &c.Results[i].Steps[j]
			if level := positive(s.Level); figures.Finite(level) && endingOf(s) == doc.Failed {
				a.load.Low, a.load.High = min(a.load.Low, level), max(a.load.High, level)
			}
		}
	}
	a.load.Fit()
}

// loads returns throughput and p99 against load, with the found level and the
// model's bend marked; nil where there are not two levels to draw.
func (a *axes) loads(r *capacity.Result) *doc.Loads {
	if drawnLevels(r) < 2 || !(a.load.High > a.load.Low) || !(a.throughput.High > 0) {
		return nil
	}
	l := &doc.Loads{
		Load: a.load, LoadText: func(v float64) string { return levelOf(r.Vary, v) },
		Marks: a.marks(r), ModelName: modelName(r),
	}
	first := doc.LoadPart{Title: "operations/s", Scale: a.throughput, Text: quantity.Significant, Model: modelOf(r)}
	if r.Vary == resultfile.VaryBandwidth {
		first.Title, first.Text = "goodput", quantity.ByteRate.Show
	}
	first.Title += " by " + stepsTitle(r)
	if a.load.Log {
		first.Title += ", a scale of logarithms"
	}
	tail := doc.LoadPart{Title: "p99", Scale: a.latency, Text: quantity.Time.Show}
	if a.latency.Log {
		tail.Title += ", logarithms too"
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		if !figures.Finite(positive(s.Level)) {
			continue
		}
		l.Steps = append(l.Steps, doc.LoadStep{Level: s.Level, Ending: endingOf(s)})
		first.Of = append(first.Of, positive(ThroughputOf(r, s)))
		tail.Of = append(tail.Of, positive(figures.OrNaN(s.ServiceP99)))
	}
	if l.Parts = append(l.Parts, first); a.latency.High > 0 {
		l.Parts = append(l.Parts, tail)
	}
	return l
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

func endingOf(s *capacity.Step) doc.Ending {
	switch s.Verdict {
	case resultfile.StepHeld:
		return doc.Held
	case resultfile.StepFailed:
		return doc.Failed
	}
	return doc.NoVerdict
}

// marks are the found level and where the better model bends, its knee or its
// peak, as far as that lies among the levels measured.
func (a *axes) marks(r *capacity.Result) (all []doc.LoadMark) {
	within := func(v float64) bool { return v >= a.load.Low && v <= a.load.High }
	if v := bendOf(r); within(v) {
		all = append(all, doc.LoadMark{Level: v, Name: bendName(r) + ", " + levelOf(r.Vary, math.Round(v))})
	}
	if v := figures.NumberOr(r.Capacity); within(v) {
		all = append(all, doc.LoadMark{Level: v, Capacity: true, Name: "the capacity, " + levelOf(r.Vary, v)})
	}
	return all
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
	return "the law's peak"
}

func modelName(r *capacity.Result) string {
	if r.Better == usl.BetterKnee {
		return "the line with a knee"
	}
	return "the law"
}

// modelOf returns what the better model says of so many sessions, NaN outside of
// the levels that it was fitted to; nil if there is none.
func modelOf(r *capacity.Result) func(float64) float64 {
	m := r.USL
	if m == nil {
		return nil
	}
	at := m.At
	if r.Better == usl.BetterKnee {
		at = m.Knee.At
	}
	return func(n float64) float64 {
		if n < m.LeastN*(1-1e-9) || n > m.LargestN*(1+1e-9) {
			return math.NaN()
		}
		x, _ := at(n)
		return x
	}
}
