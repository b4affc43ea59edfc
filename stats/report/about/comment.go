package about

import (
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/terminal"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// Headed begins a part of a comment with its headline and what must not be
// overlooked.
func Headed(d *doc.Doc, t doc.Tone, text string, doubts []doc.Line) {
	d.Begin(doc.Section{Title: text, Tone: t})
	if len(doubts) > 0 {
		d.Add(doc.Block{List: doubts})
	}
}

// HowDone folds away how it was done: what write writes, the facts that it returns and
// the terms that it used.
func HowDone(d *doc.Doc, write func(*doc.Doc) []doc.Line) {
	d.Fold("How it was done", func(f *doc.Doc) {
		facts := write(f)
		for _, t := range f.Terms {
			facts = append(facts, doc.Line{Head: t.Mark, Text: t.Text})
		}
		f.Add(doc.Block{List: facts})
	})
}

// Facts say what was measured, and when.
func Facts(r *summary.Run, m *summary.Remarks) []doc.Line {
	facts := []doc.Line{{Head: "target", Text: terminal.Printable(r.Target.URL, MostText)}, {Head: "started", Text: Started(r)}}
	for _, n := range m.Notes {
		facts = append(facts, doc.Line{Head: "note", Text: terminal.Printable(n, MostText)})
	}
	return facts
}
