// Package doc is the one model of a document: what a report says and how it is
// meant, before it has a form. The rooms beside it say what each kind of report
// has to say; those below render turn a document into bytes.
//
// Text in a document may hold what servers and files say. Whoever writes it into
// the document makes it printable (package terminal); a renderer escapes what its
// form gives a meaning to.
package doc

import (
	"slices"
	"strconv"
)

// Tone is how a piece of text is meant. A colour or a sign only repeats what its
// words say.
type Tone string

// The tones.
const (
	Plain  Tone = ""
	Strong Tone = "strong"
	Faint  Tone = "faint"
	Good   Tone = "good"
	Bad    Tone = "bad"
	Doubt  Tone = "doubt"
)

// Unknown stands for a number that is not known.
const Unknown = "-"

// Doc is a report: the answers first, then the facts that say what these are
// worth, then sections with tables and charts. It is not safe for concurrent use.
type Doc struct {
	ID     string   // unique among the documents of one page
	Kind   string   // such as "Comparison"
	Name   string   // the result file's, may be empty
	Badges []string // what must not be missed, beside the kind

	Answers  []Line
	Facts    []Line
	Sections []*Section
	// Terms explain the marks and words that were used, in the order of their
	// first use; those of one mark stand together.
	Terms []Term

	variants []string // in the order of their colours
	figures  int
}

// Line is a text with what stands before it. One without a Head continues the
// line above.
type Line struct {
	Head string
	Tone Tone // of the text
	Text string
	// Indent and Column are how plain text is laid out: how far the head is
	// indented, and in how many columns it stands. The text is wrapped behind it.
	Indent, Column int
	// Apart: an empty line stands above it.
	Apart bool
	// Above puts the head of lines about the same thing once above them, where
	// there is no room for it before each.
	Above bool
	// Key is set for a fact that short forms show too.
	Key bool
}

// Term explains a mark or a word, or what only a drawing shows.
type Term struct {
	Mark, Text string
	Drawn      bool
}

// Section is a part of a document. Plain text has no titles.
type Section struct {
	ID     string // unique in the document
	Title  string
	Lead   string // a sentence below the title, may be empty
	Blocks []Block
	// Last puts the section at the end of plain text, behind the terms: nearest
	// to the prompt.
	Last bool
}

// Block is one part of a section: whichever of its fields is set.
type Block struct {
	Heading  string
	Line     *Line
	Table    *Table
	Figure   *Figure
	Failures *Failures
	Checks   []Check
	Code     *Code
	// Pictures are shown side by side.
	Pictures []Picture
	Fold     *Section // shown on demand, in forms that can
}

// Code is text to be copied as it is.
type Code struct{ Caption, Text string }

// Failures are kinds of failure, the most frequent first.
type Failures struct {
	Kinds []Failure
	More  int // kinds that are left out
}

// Failure is one kind: what, where, how often, one example in the server's own
// words, and what to do about it.
type Failure struct {
	Count                          string
	Series, Operation, Phase, Kind string
	Example, Hint                  string
}

// Check is how one threshold did.
type Check struct {
	Tone Tone
	// Verdict, Threshold, Of and Found are its parts, Text all of them in columns
	// shared with the checks around it. Of may be empty.
	Verdict, Threshold, Of, Found, Text string
}

// factColumn is the width of what stands before a fact.
const factColumn = 12

// Answer adds an answer.
func (d *Doc) Answer(l Line) { d.Answers = append(d.Answers, l) }

// Fact adds a fact.
func (d *Doc) Fact(head string, t Tone, text string) { d.Facts = append(d.Facts, Fact(head, t, text)) }

// KeyFact adds a fact that short forms show too.
func (d *Doc) KeyFact(head string, t Tone, text string) {
	d.Fact(head, t, text)
	d.Facts[len(d.Facts)-1].Key = true
}

// Parted takes facts apart: those of which a line is so, and the others. A fact goes on in the
// lines without a head.
func Parted(facts []Line, is func(Line) bool) (so, others []Line) {
	for len(facts) > 0 {
		n := 1
		for n < len(facts) && facts[n].Head == "" {
			n++
		}
		if slices.ContainsFunc(facts[:n], is) {
			so = append(so, facts[:n]...)
		} else {
			others = append(others, facts[:n]...)
		}
		facts = facts[n:]
	}
	return so, others
}

// Doubtful reports whether a line is bad or in doubt.
func Doubtful(l Line) bool { return l.Tone == Bad || l.Tone == Doubt }

// Fact returns a line laid out as facts are.
func Fact(head string, t Tone, text string) Line {
	return Line{Head: head, Tone: t, Text: text, Column: factColumn}
}

// Within returns a line that belongs to a fact: its head stands where the fact's
// text begins.
func Within(head string, t Tone, text string) Line {
	return Line{Head: head, Tone: t, Text: text, Indent: factColumn, Column: factColumn}
}

// Begin begins a section, which what is added from here on belongs to.
func (d *Doc) Begin(s Section) *Section {
	d.Sections = append(d.Sections, &s)
	return &s
}

// Add adds a block to the section that was begun last.
func (d *Doc) Add(b ...Block) {
	if len(d.Sections) == 0 {
		d.Begin(Section{})
	}
	s := d.Sections[len(d.Sections)-1]
	s.Blocks = append(s.Blocks, b...)
}

// Heading adds a heading within a section.
func (d *Doc) Heading(text string) { d.Add(Block{Heading: text}) }

// Say adds a sentence.
func (d *Doc) Say(t Tone, text string) {
	d.Add(Block{Line: &Line{Tone: t, Text: text, Indent: Indent}})
}

// Table adds a table, if there is one.
func (d *Doc) Table(t *Table) {
	if t != nil {
		d.Add(Block{Table: t})
	}
}

// Figure adds a chart, if there is one, and names it.
func (d *Doc) Figure(f *Figure) {
	if f == nil {
		return
	}
	f.ID = d.NextID(f.Kind)
	d.Add(Block{Figure: f})
}

// Lines adds lines, each a block.
func (d *Doc) Lines(lines ...Line) {
	for i := range lines {
		d.Add(Block{Line: &lines[i]})
	}
}

// Term explains a mark. The same explanation is kept once.
func (d *Doc) Term(mark, text string) { d.explain(Term{Mark: mark, Text: text}) }

// DrawnTerm explains what only a drawing shows.
func (d *Doc) DrawnTerm(mark, text string) {
	d.explain(Term{Mark: mark, Text: text, Drawn: true})
}

func (d *Doc) explain(x Term) {
	at := len(d.Terms)
	for i, t := range d.Terms {
		if t == x {
			return
		}
		if t.Mark == x.Mark {
			at = i + 1
		}
	}
	d.Terms = slices.Insert(d.Terms, at, x)
}

// New returns an empty document. Its id, of letters and digits, sets it apart from
// the others on a page.
func New(id, kind string) *Doc { return &Doc{ID: id, Kind: kind} }

// Color returns a variant's colour: the variants are counted in the order in which
// they are asked for.
func (d *Doc) Color(variant string) int {
	at := slices.Index(d.variants, variant)
	if at < 0 {
		at = len(d.variants)
		d.variants = append(d.variants, variant)
	}
	return at
}

// NextID returns an id for the next figure of a kind.
func (d *Doc) NextID(kind string) string {
	d.figures++
	return d.ID + "-" + kind + "-" + strconv.Itoa(d.figures)
}

// Badge adds a word that must not be missed, once.
func (d *Doc) Badge(word string, is bool) {
	if is && !slices.Contains(d.Badges, word) {
		d.Badges = append(d.Badges, word)
	}
}
