// Package html renders documents as one file that needs nothing else: no request
// leaves it, and what it shows is in it, charts as pictures and as tables. It
// knows how a document looks and nothing of what is in it.
package html

import (
	"io"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// Write writes a page of one or more documents; tool is what made it, for the
// foot. All of their texts are escaped for where they go.
func Write(w io.Writer, documents []*doc.Doc, tool string) error {
	a, err := load()
	if err != nil {
		return err
	}
	p := page{assets: a, Tool: tool, Title: "ftpmark report", Several: len(documents) > 1}
	for i, d := range documents {
		if i == 0 {
			p.Title = title(d)
		}
		p.Reports = append(p.Reports, reportOf(d))
	}
	return a.template.ExecuteTemplate(w, "page", p)
}

// mostTitle bounds the page's title in columns.
const mostTitle = 120

// title is the page's, for the tab of a browser.
func title(d *doc.Doc) string {
	text := strings.ToLower(d.Kind)
	for _, a := range d.Answers { // the first that is no introduction
		if a.Tone != doc.Faint {
			text = strings.TrimSpace(a.Head + " " + a.Text)
			break
		}
	}
	return terminal.Printable("ftpmark: "+strings.ReplaceAll(text, terminal.NoBreak, " "), mostTitle)
}

// page is what the template lays out.
type page struct {
	*assets
	Title, Tool string
	Several     bool
	Reports     []report
}

// report is one document.
type report struct {
	*doc.Doc
	Answers []doc.Line
	// Doubts are the facts that must not be missed; the others fold away.
	Doubts, Facts []doc.Line
	Sections      []section
}

// section is a part of a report with a heading.
type section struct {
	ID, Title, Lead string
	Blocks          []block
	// Crowded: the section's charts stand better side by side.
	Crowded bool
}

// block is one part of a section: whichever of its fields is set.
type block struct {
	Lines    []doc.Line // with heads
	Notes    []doc.Line // without
	Table    *table
	Figure   *figure
	Code     *doc.Code
	Terms    []doc.Term
	Pictures []picture
	Fold     *section
}

func reportOf(d *doc.Doc) report {
	r := report{Doc: d, Answers: slices.Clone(d.Answers)}
	for i := range r.Answers {
		r.Answers[i].Text = strings.ReplaceAll(r.Answers[i].Text, terminal.NoBreak, " ") // which would tear large letters apart
	}
	r.Doubts, r.Facts = doc.Parted(d.Facts, doc.Doubtful)
	for _, s := range d.Sections {
		if len(s.Blocks) > 0 {
			r.Sections = append(r.Sections, sectionOf(d.ID+"-"+s.ID, s))
		}
	}
	if len(d.Terms) > 0 {
		r.Sections = append(r.Sections, section{ID: d.ID + "-reading", Title: "Reading the numbers", Blocks: []block{{Terms: d.Terms}}})
	}
	return r
}

// sideBySide is how many charts of one kind a section may have one below the
// other.
const sideBySide = 2

func sectionOf(id string, s *doc.Section) section {
	out := section{ID: id, Title: s.Title, Lead: s.Lead}
	n := 0
	for _, b := range s.Blocks {
		out.add(b)
		if b.Figure != nil && b.Figure.Kind == "percentiles" {
			n++
		}
	}
	out.Crowded = n > sideBySide
	return out
}

// add adds a block. Lines that follow each other are laid out together: those
// with heads as a list, others as paragraphs.
func (s *section) add(b doc.Block) {
	switch {
	case b.Heading != "":
		s.line(doc.Line{Text: b.Heading})
	case b.Line != nil:
		s.line(*b.Line)
	case b.Table != nil:
		if len(b.Table.Rows) > 0 {
			s.Blocks = append(s.Blocks, block{Table: tableOf(b.Table)})
		}
	case b.Figure != nil:
		s.Blocks = append(s.Blocks, block{Figure: figureOf(b.Figure)})
	case b.Failures != nil:
		s.failures(b.Failures)
	case b.Checks != nil:
		s.checks(b.Checks)
	case b.Code != nil:
		s.Blocks = append(s.Blocks, block{Code: b.Code})
	case b.Pictures != nil:
		s.Blocks = append(s.Blocks, block{Pictures: picturesOf(b.Pictures)})
	case b.Fold != nil:
		fold := sectionOf("", b.Fold)
		s.Blocks = append(s.Blocks, block{Fold: &fold})
	}
}

func (s *section) line(l doc.Line) {
	n := len(s.Blocks)
	switch {
	case n > 0 && len(s.Blocks[n-1].Lines) > 0:
		s.Blocks[n-1].Lines = append(s.Blocks[n-1].Lines, l)
	case l.Head == "" && n > 0 && len(s.Blocks[n-1].Notes) > 0:
		s.Blocks[n-1].Notes = append(s.Blocks[n-1].Notes, l)
	case l.Head == "":
		s.Blocks = append(s.Blocks, block{Notes: []doc.Line{l}})
	default:
		s.Blocks = append(s.Blocks, block{Lines: []doc.Line{l}})
	}
}

// checks adds how thresholds did.
func (s *section) checks(checks []doc.Check) {
	var lines []doc.Line
	for _, c := range checks {
		text := c.Threshold
		if c.Of != "" {
			text += " (" + c.Of + ")"
		}
		lines = append(lines, doc.Line{Head: c.Verdict, Tone: c.Tone, Text: terminal.Printable(text+": "+c.Found, mostText)})
	}
	s.Blocks = append(s.Blocks, block{Lines: lines})
}

// The bounds of texts that servers and files can make long, in columns.
const (
	mostText    = 1000
	mostExample = 400
)

// failures adds a table of kinds of failure.
func (s *section) failures(f *doc.Failures) {
	t := &table{Caption: "Failures by kind", Label: "count", Words: true, Heads: []string{"variant", "operation", "phase", "code and class", "example"}}
	hints := slices.ContainsFunc(f.Kinds, func(k doc.Failure) bool { return k.Hint != "" })
	if hints {
		t.Heads = append(t.Heads, "hint")
	}
	for i := range f.Kinds {
		k := &f.Kinds[i]
		example := terminal.Printable(k.Example, mostExample)
		if example != "" {
			example = `"` + example + `"`
		}
		r := doc.Row{Label: k.Count, Cells: append(doc.Cells([]string{k.Series, k.Operation, k.Phase, k.Kind}), doc.Cell{Text: example, Prose: true})}
		if hints {
			r.Cells = append(r.Cells, doc.Cell{Text: terminal.Printable(k.Hint, mostExample), Prose: true})
		}
		t.Rows = append(t.Rows, r)
	}
	s.Blocks = append(s.Blocks, block{Table: t})
	if f.More > 0 {
		s.line(doc.Line{Text: "and " + quantity.Count(int64(f.More)) + " more kinds: the JSON report lists them all"})
	}
}
