package report

import (
	"math"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// mostSteps bounds how many steps a person is shown; a search has some twenty.
const mostSteps = 60

// trendMark stands behind a throughput that had not come to rest.
const trendMark = "~"

// writeSteps writes what was measured, step by step in the order in which they
// ran: so a server that fell over is seen to.
func writeSteps(d *document, r *capacity.Result) {
	if len(r.Steps) == 0 {
		return
	}
	steps := r.Steps[:min(len(r.Steps), mostSteps)]
	t := table{title: stepsTitle(r)}
	columns := stepColumns(d, r, steps)
	subs := make([]string, len(columns))
	for i := range columns {
		subs[i] = columns[i].head
	}
	t.blocks = []block{{"", subs}}
	for i := range steps {
		x := row{label: levelOf(r.Vary, steps[i].Level)}
		if found(r, &steps[i]) {
			x.tone = strong
		}
		for _, c := range columns {
			x.cells = append(x.cells, c.cells[i])
		}
		t.rows = append(t.rows, x)
	}
	t.rightLabels()
	t.write(d)
	if more := len(r.Steps) - len(steps); more > 0 {
		d.line(spaces(indent) + "and " + quantity.Count(int64(more)) + " further steps: the JSON report has them all")
	}
	d.note("step", "one trial at one level. ramp is on the way up, search between a level that was held and one that was not, "+
		"confirm the found level once more, for longer; a level counts by its last step that came to a verdict")
	if r.Operation != "" {
		d.note("p50, p99", "of the service time of "+printable(r.Operation, 10)+", the operation that was due most; ops/s, goodput and errors are of all operations")
	}
	d.note("errors", "operations that failed, did not finish or were dropped, as a share of those that were due")
}

// stepsTitle names what the levels count.
func stepsTitle(r *capacity.Result) string {
	switch r.Vary {
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

// rightLabels aligns the labels as the numbers that they are.
func (t *table) rightLabels() {
	width := 0
	for i := range t.rows {
		width = max(width, textWidth(t.rows[i].label))
	}
	width = max(width, textWidth(t.title)-indent)
	for i := range t.rows {
		t.rows[i].label = spaces(width-textWidth(t.rows[i].label)) + t.rows[i].label
	}
}

// stepColumn is a column of the table of steps.
type stepColumn struct {
	head  string
	cells []cell
}

func stepColumns(d *document, r *capacity.Result, steps []capacity.Step) []stepColumn {
	word := func(head string, of func(*capacity.Step) (string, tone)) stepColumn {
		c := stepColumn{head: head}
		for i := range steps {
			text, t := of(&steps[i])
			c.cells = append(c.cells, cell{text: text, tone: t})
		}
		return c
	}
	column := func(head string, us quantity.Scale, of func(*capacity.Step) (float64, bool)) stepColumn {
		return quantityColumn(d, head, us, steps, of)
	}
	columns := []stepColumn{
		word("purpose", func(s *capacity.Step) (string, tone) { return printable(s.Purpose, 10), plain }),
		word("verdict", func(s *capacity.Step) (string, tone) { return printable(s.Verdict, 10), verdictOfStep(s) }),
		word("opened", func(s *capacity.Step) (string, tone) {
			if s.Opened < s.Wanted {
				return quantity.Count(int64(s.Opened)) + "/" + quantity.Count(int64(s.Wanted)), bad
			}
			return quantity.Count(int64(s.Opened)), plain
		}),
		column("ops/s", quantity.Number, func(s *capacity.Step) (float64, bool) { return numberOr(s.OperationsPerSecond), false }),
		column("goodput", quantity.ByteRate, func(s *capacity.Step) (float64, bool) { return numberOr(s.Goodput), false }),
		column("p50", quantity.Time, func(s *capacity.Step) (float64, bool) { return orNaN(s.ServiceP50), s.MedianDoubtful }),
		column("p99", quantity.Time, func(s *capacity.Step) (float64, bool) { return orNaN(s.ServiceP99), s.Doubtful }),
		word("errors", func(s *capacity.Step) (string, tone) {
			v := numberOr(s.ErrorRate)
			if v > 0 {
				return quantity.Share(v, 1), bad
			}
			return quantity.Share(v, 1), plain
		}),
		word("cause", func(s *capacity.Step) (string, tone) { return printable(s.Cause, 24), plain }),
	}
	for i := range steps {
		if s := &steps[i]; s.WindowSeconds > 0 && !s.Steady {
			columns[3].cells[i].mark = trendMark
			d.note(trendMark, "the throughput still had a trend when the window closed")
		}
		if s := &steps[i]; s.Cause != "" && s.Code != 0 {
			columns[8].cells[i].text += " " + strconv.Itoa(s.Code)
		}
	}
	return columns
}

// quantityColumn shows a column's numbers in one unit, which its head names,
// where that reads well.
func quantityColumn(d *document, head string, us quantity.Scale, steps []capacity.Step, of func(*capacity.Step) (float64, bool)) stepColumn {
	values, doubtful := make([]float64, len(steps)), make([]bool, len(steps))
	known := 0
	for i := range steps {
		if values[i], doubtful[i] = of(&steps[i]); finite(values[i]) {
			known++
		}
	}
	c := stepColumn{head: head, cells: cells(us.Row(values))}
	if u, ok := us.Shared(values); ok && known > 0 && u.Name != "" {
		if c.head = head + " " + u.Name; us == quantity.ByteRate {
			c.head = u.Name
		}
		for i := range c.cells {
			c.cells[i].text = strings.TrimSuffix(c.cells[i].text, " "+u.Name)
		}
	}
	for i, v := range values {
		switch {
		case !finite(v) && steps[i].WindowSeconds > 0:
			d.note(unknown, tooFew)
		case !finite(v):
			d.note(unknown, notKnown)
		case doubtful[i]:
			c.cells[i].mark, c.cells[i].tone = doubtMark, doubt
			d.note(doubtMark, "operations that failed, were cut off or never started could change this percentile")
		}
	}
	return c
}

func verdictOfStep(s *capacity.Step) tone {
	switch s.Verdict {
	case resultfile.StepHeld:
		return good
	case resultfile.StepFailed:
		return bad
	}
	return doubt
}

// throughputOf is what a chart and a table show as a step's throughput.
func throughputOf(r *capacity.Result, s *capacity.Step) float64 {
	if r.Vary == resultfile.VaryBandwidth {
		return numberOr(s.Goodput)
	}
	return numberOr(s.OperationsPerSecond)
}

// positive returns v if it is a number above 0, else NaN.
func positive(v float64) float64 {
	if finite(v) && v > 0 {
		return v
	}
	return math.NaN()
}
