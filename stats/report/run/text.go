// Package run says what there is to say of a run: at a terminal and on a page. The
// other kinds of report take from it what their run has.
package run

import (
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Text is the report of a run for a person: the verdict first, then what was
// measured, and what went wrong.
func Text(s *summary.Summary) *doc.Doc {
	d := newWriter(doc.New("", "Run"), s)
	writeVerdict(d, s)
	writeNumbers(d, s, true)
	if f := failures(s, mostErrors); f != nil {
		d.Begin(doc.Section{ID: "errors", Last: true})
		d.Add(doc.Block{Failures: f})
	}
	return d.Doc
}

// writeNumbers writes the tables of a run, with the parts of the mean operation
// if those have no place of their own.
func writeNumbers(d *writer, s *summary.Summary, parts bool) {
	writeOverview(d, s)
	writeTotals(d, s)
	writeStages(d, s)
	ops := operations(s)
	leads := doc.LeadsStrong
	if len(ops) > fewOperations { // the overview leads
		leads = doc.LeadsNothing
	}
	for _, op := range ops {
		series := SeriesOf(s, op)
		writeOperation(d, op, series, leads)
		writePhases(d, op, series)
		if parts {
			d.Table(partitionTable(op, series))
		}
	}
	writeSessions(d.Doc, &s.Sessions)
}
