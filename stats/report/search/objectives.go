package search

import (
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
)

// outcome is what one objective found in one step, as the line of its outcome has it.
type outcome struct {
	objective, of, found string
	tone                 doc.Tone
}

// outcomeOf reads a line such as "MISSED  service.p99 < 200ms (retr): 201 ms".
func outcomeOf(line string) (o outcome, ok bool) {
	for _, verdict := range []struct {
		word string
		tone doc.Tone
	}{{"PASSED", doc.Plain}, {"MISSED", doc.Bad}, {"NO VERDICT", doc.Doubt}} {
		rest, is := strings.CutPrefix(line, verdict.word)
		if !is {
			continue
		}
		o.tone = verdict.tone
		o.objective, o.found, ok = strings.Cut(strings.TrimSpace(rest), ": ")
		if at := strings.LastIndex(o.objective, " ("); at > 0 && strings.HasSuffix(o.objective, ")") {
			o.objective, o.of = o.objective[:at], o.objective[at+2:len(o.objective)-1]
		}
		return o, ok
	}
	return o, false
}

// mostObjectives bounds the columns of their table.
const mostObjectives = 6

// inSteps reports whether the table of steps has what an objective is about.
func inSteps(r *capacity.Result, o *outcome) bool {
	metric, _, _ := strings.Cut(o.objective, " ")
	switch metric {
	case "errors", "errors.rate":
		return o.of == ""
	case "service.p50", "service.p99":
		return o.of == r.Operation
	case r.Operation + ".service.p50", r.Operation + ".service.p99":
		return o.of == ""
	}
	return false
}

// writeObjectives writes what each objective found at each level, but for those that the table of
// steps has.
func writeObjectives(d *doc.Doc, r *capacity.Result) {
	steps := r.Steps[:min(len(r.Steps), mostSteps)]
	type column struct{ objective, of string }
	var columns []column
	cells := make([]map[column]doc.Cell, len(steps))
	for i := range steps {
		cells[i] = map[column]doc.Cell{}
		for _, line := range steps[i].Outcomes {
			o, ok := outcomeOf(line)
			if !ok || inSteps(r, &o) {
				continue
			}
			c := column{o.objective, o.of}
			found, _, _ := strings.Cut(o.found, ", but ")
			if cells[i][c] = (doc.Cell{Text: terminal.Middle(terminal.Printable(found, 60), 18), Tone: o.tone}); !slices.Contains(columns, c) {
				columns = append(columns, c)
			}
		}
	}
	if len(columns) == 0 {
		return
	}
	t := &doc.Table{Title: "objectives", Numbered: true}
	shown := columns[:min(len(columns), mostObjectives)]
	for i, c := range shown {
		sub := terminal.Middle(terminal.Printable(c.of, 60), 18)
		if i > 0 && c.objective == shown[i-1].objective {
			last := &t.Groups[len(t.Groups)-1]
			last.Subs = append(last.Subs, sub)
			continue
		}
		t.Groups = append(t.Groups, doc.Group{Head: terminal.Middle(terminal.Printable(c.objective, 200), 32), Subs: []string{sub}})
	}
	for i := range steps {
		row := doc.Row{Label: levelOf(r.Vary, steps[i].Level)}
		for _, c := range shown {
			x, ok := cells[i][c]
			if !ok {
				x.Text = figures.Unknown
				d.Term(figures.Unknown, figures.NotKnown)
			}
			row.Cells = append(row.Cells, x)
		}
		t.Rows = append(t.Rows, row)
	}
	d.Table(t)
	if more := len(columns) - len(shown); more > 0 {
		d.Say(doc.Plain, "and "+quantity.Counted(more, "more objective")+": the JSON report lists them all")
	}
}
