package report

import (
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/terminal"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// headed begins a part of a comment with its headline and what must not be
// overlooked.
func headed(d *doc.Doc, t doc.Tone, text string, doubts []doc.Line) {
	d.Begin(doc.Section{Title: text, Tone: t})
	if len(doubts) > 0 {
		d.Add(doc.Block{List: doubts})
	}
}

// how folds away how it was done: what write writes, the facts that it returns and
// the terms that it used.
func how(d *doc.Doc, write func(*doc.Doc) []doc.Line) {
	d.Fold("How it was done", func(f *doc.Doc) {
		facts := write(f)
		for _, t := range f.Terms {
			facts = append(facts, doc.Line{Head: t.Mark, Text: t.Text})
		}
		f.Add(doc.Block{List: facts})
	})
}

// runFacts say what was measured, and when.
func runFacts(r *summary.Run, m *summary.Remarks) []doc.Line {
	facts := []doc.Line{{Head: "target", Text: terminal.Printable(r.Target.URL, unbounded)}, {Head: "started", Text: started(r)}}
	for _, n := range m.Notes {
		facts = append(facts, doc.Line{Head: "note", Text: terminal.Printable(n, unbounded)})
	}
	return facts
}
