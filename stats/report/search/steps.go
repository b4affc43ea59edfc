package search

import (
	"math"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// mostSteps bounds how many steps a person is shown; a search has some twenty.
const mostSteps = 60

// trendMark stands behind a throughput that had not come to rest.
const trendMark = "~"

// writeSteps writes what was measured, step by step in the order in which they
// ran: so a server that fell over is seen to.
func writeSteps(d *doc.Doc, r *capacity.Result) {
	t := stepsTable(d, r)
	if t == nil {
		return
	}
	d.Table(t)
	if more := len(r.Steps) - len(t.Rows); more > 0 {
		d.Say(doc.Plain, "and "+quantity.Count(int64(more))+" more steps: the JSON report has them all")
	}
}

// stepsTable returns nil where there are no steps.
func stepsTable(d *doc.Doc, r *capacity.Result) *doc.Table {
	if len(r.Steps) == 0 {
		return nil
	}
	steps := r.Steps[:min(len(r.Steps), mostSteps)]
	columns := stepColumns(d, r, steps)
	subs := make([]string, len(columns))
	for i := range columns {
		subs[i] = columns[i].head
	}
	t := &doc.Table{Title: stepsTitle(r.Vary), Groups: []doc.Group{{Subs: subs}}, Numbered: true}
	for i := range steps {
		x := doc.Row{Label: levelOf(r.Vary, steps[i].Level)}
		if found(r, &steps[i]) {
			x.Tone = doc.Strong
		}
		for _, c := range columns {
			x.Cells = append(x.Cells, c.cells[i])
		}
		t.Rows = append(t.Rows, x)
	}
	d.Term("step", "one trial at one level. ramp raises the load, search tries levels between one that was held and one that was not, "+
		"confirm repeats the level found for longer. A level has the verdict of its last step with a verdict")
	if r.Operation != "" {
		d.Term("p50, p99", "of the service time of "+terminal.Printable(r.Operation, 10)+", the most frequent operation; ops/s, goodput and errors are of all operations")
	}
	d.Term("errors", "operations that failed, did not finish or were dropped, in percent of those that were due")
	return t
}

// stepsTitle names what the levels count.
func stepsTitle(vary string) string {
	switch vary {
	case resultfile.VarySessions:
		return "sessions"
	case resultfile.VaryRate:
		return "arrivals"
	case resultfile.VaryBandwidth:
		return "bandwidth"
	}
	return "level"
}

// found reports whether a step is at the level that was found.
func found(r *capacity.Result, s *capacity.Step) bool {
	return r.Capacity != nil && s.Level == *r.Capacity && s.Verdict == resultfile.StepHeld
}

// stepColumn is a column of the table of steps.
type stepColumn struct {
	head  string
	cells []doc.Cell
}

func stepColumns(d *doc.Doc, r *capacity.Result, steps []capacity.Step) []stepColumn {
	word := func(head string, of func(*capacity.Step) (string, doc.Tone)) stepColumn {
		c := stepColumn{head: head}
		for i := range steps {
			text, t := of(&steps[i])
			c.cells = append(c.cells, doc.Cell{Text: text, Tone: t})
		}
		return c
	}
	column := func(head string, us quantity.Scale, of func(*capacity.Step) (float64, bool)) stepColumn {
		return quantityColumn(d, head, us, steps, of)
	}
	columns := []stepColumn{
		word("purpose", func(s *capacity.Step) (string, doc.Tone) { return terminal.Printable(s.Purpose, 10), doc.Plain }),
		word("verdict", func(s *capacity.Step) (string, doc.Tone) { return terminal.Printable(s.Verdict, 10), verdictOfStep(s) }),
		word("opened", func(s *capacity.Step) (string, doc.Tone) {
			if s.Opened < s.Wanted {
				return quantity.Count(int64(s.Opened)) + "/" + quantity.Count(int64(s.Wanted)), doc.Bad
			}
			return quantity.Count(int64(s.Opened)), doc.Plain
		}),
		column("ops/s", quantity.Number, func(s *capacity.Step) (float64, bool) { return figures.NumberOr(s.OperationsPerSecond), false }),
		column("goodput", quantity.ByteRate, func(s *capacity.Step) (float64, bool) { return figures.NumberOr(s.Goodput), false }),
		column("p50", quantity.Time, func(s *capacity.Step) (float64, bool) { return figures.OrNaN(s.ServiceP50), s.MedianDoubtful }),
		column("p99", quantity.Time, func(s *capacity.Step) (float64, bool) { return figures.OrNaN(s.ServiceP99), s.Doubtful }),
		errorColumn(steps),
		word("cause", func(s *capacity.Step) (string, doc.Tone) { return terminal.Printable(s.Cause, 24), doc.Plain }),
	}
	for i := range steps {
		if s := &steps[i]; s.WindowSeconds > 0 && !s.Steady {
			columns[3].cells[i].Mark = trendMark
			d.Term(trendMark, "the throughput was not steady yet when the window closed")
		}
		if s := &steps[i]; s.Cause != "" && s.Code != 0 {
			columns[8].cells[i].Text += " " + strconv.Itoa(s.Code)
		}
	}
	return columns
}

func errorColumn(steps []capacity.Step) stepColumn {
	c := stepColumn{head: "errors"}
	for i := range steps {
		v := figures.NumberOr(steps[i].ErrorRate)
		x := doc.CellOf(quantity.Share(v, 1), v)
		if v > 0 {
			x.Tone = doc.Bad
		}
		c.cells = append(c.cells, x)
	}
	return c
}

// quantityColumn shows a column's numbers in one unit, which its head names,
// where that reads well.
func quantityColumn(d *doc.Doc, head string, us quantity.Scale, steps []capacity.Step, of func(*capacity.Step) (float64, bool)) stepColumn {
	values, doubtful := make([]float64, len(steps)), make([]bool, len(steps))
	known := 0
	for i := range steps {
		if values[i], doubtful[i] = of(&steps[i]); figures.Finite(values[i]) {
			known++
		}
	}
	c := stepColumn{head: head, cells: doc.Cells(us.Row(values))}
	for i := range c.cells {
		c.cells[i].Value = doc.Exactly(values[i])
	}
	if u, ok := us.Shared(values); ok && known > 0 && u.Name != "" {
		if c.head = head + " " + u.Name; us == quantity.ByteRate {
			c.head = u.Name
		}
		for i := range c.cells {
			c.cells[i].Text = strings.TrimSuffix(c.cells[i].Text, " "+u.Name)
		}
	}
	for i, v := range values {
		switch {
		case !figures.Finite(v) && steps[i].WindowSeconds > 0:
			d.Term(figures.Unknown, figures.TooFew)
		case !figures.Finite(v):
			d.Term(figures.Unknown, figures.NotKnown)
		case doubtful[i]:
			c.cells[i].Mark, c.cells[i].Tone = figures.DoubtMark, doc.Doubt
			d.Term(figures.DoubtMark, "operations that failed, did not finish or never started could change this percentile")
		}
	}
	return c
}

func verdictOfStep(s *capacity.Step) doc.Tone {
	switch s.Verdict {
	case resultfile.StepHeld:
		return doc.Good
	case resultfile.StepFailed:
		return doc.Bad
	}
	return doc.Doubt
}

// ThroughputOf is what a chart and a table show as a step's throughput.
func ThroughputOf(r *capacity.Result, s *capacity.Step) float64 {
	if r.Vary == resultfile.VaryBandwidth {
		return figures.NumberOr(s.Goodput)
	}
	return figures.NumberOr(s.OperationsPerSecond)
}

// positive returns v if it is a number above 0, else NaN.
func positive(v float64) float64 {
	if figures.Finite(v) && v > 0 {
		return v
	}
	return math.NaN()
}
