package report

import (
	"bytes"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// renderText returns the report for a person: the verdict first, then what was
// measured, how to read it, and last, nearest to the prompt, what went wrong.
func renderText(s *summary.Summary, o Options) []byte {
	d := &document{width: o.Width, color: o.Color}
	if d.width == 0 {
		d.width = defaultWidth
	}
	d.width = max(d.width, leastWidth)
	d.waits = waits(s)
	d.asked = asked(s)
	d.pooled = pooled(s) != ""

	writeVerdict(d, s)
	writeOverview(d, s)
	writeTotals(d, s)
	writeStages(d, s)
	for _, op := range operations(s) {
		series := seriesOf(s, op)
		writeOperation(d, op, series)
		writePhases(d, op, series)
		writePartition(d, op, series)
	}
	writeSessions(d, &s.Sessions)
	d.writeLegend()
	writeErrors(d, s.Errors)
	return d.out.Bytes()
}

// operations returns the operations measured, in the order they appear.
func operations(s *summary.Summary) (ops []stats.Op) {
	for i := range s.Series {
		if op := s.Series[i].Op; !slices.Contains(ops, op) {
			ops = append(ops, op)
		}
	}
	return ops
}

func seriesOf(s *summary.Summary, op stats.Op) (series []*summary.SeriesSummary) {
	for i := range s.Series {
		if s.Series[i].Op == op {
			series = append(series, &s.Series[i])
		}
	}
	return series
}

// seriesName says what was asked for and, where that does not tell, the verb
// that was used: "epsv", "passive (epsv)".
func seriesName(variant string, mode stats.Mode, width int) string {
	verb := mode.String()
	name := printable(variant, 200)
	switch {
	case mode == stats.NoMode || name == verb:
		return middle(name, width)
	case name == "":
		return verb
	}
	verb = " (" + verb + ")"
	return middle(name, max(width-textWidth(verb), 4)) + verb
}

// seriesHeads returns one head for each series, narrow enough for as many of
// them side by side as a table shows.
func seriesHeads(d *document, series []*summary.SeriesSummary) []string {
	const (
		labels = 30 // columns that row labels may take
		least  = 16 // shorter names are not shortened, whatever the width
	)
	groups := (len(series) + mostSide - 1) / mostSide
	side := (len(series) + groups - 1) / groups
	if len(series) == 2 {
		side = 3 // and the difference
	}
	width := max((d.width-labels)/side-gap, least)
	heads := make([]string, len(series))
	for i, s := range series {
		heads[i] = seriesName(s.Variant, s.Mode, width)
	}
	return heads
}

// document gathers the lines of a text report and the footnotes that its
// numbers call for.
type document struct {
	out   bytes.Buffer
	width int
	color bool
	waits bool // operations were due at times of their own
	// pooled: the numbers of a variant are those of several trials.
	pooled bool
	// asked is the rate that stands for one operation due, by variant; none
	// where the window tells (see [asked]).
	asked  map[string]float64
	legend []footnote
	// pieces, if set, takes what is written before it is laid out, for a form
	// that lays out by itself.
	pieces *[]piece
}

// piece is a part of a document as it was written: a table, or a line of text
// with what stands before it.
type piece struct {
	head  string
	tone  tone
	text  string
	table *table
}

// keep keeps a piece in place of laying it out, if that is asked for.
func (d *document) keep(p piece) bool {
	if d.pieces != nil {
		*d.pieces = append(*d.pieces, p)
	}
	return d.pieces != nil
}

// footnote explains a mark.
type footnote struct{ mark, text string }

// line writes one line; blanks at its end are dropped.
func (d *document) line(s string) {
	if d.keep(piece{text: s}) {
		return
	}
	d.out.WriteString(strings.TrimRight(s, " "))
	d.out.WriteByte('\n')
}

func (d *document) blank() {
	if d.pieces == nil {
		d.out.WriteByte('\n')
	}
}

// toned returns s in colour if the document has colours.
func (d *document) toned(t tone, s string) string {
	if !d.color || t == plain || s == "" {
		return s
	}
	return "\x1b[" + toneCodes[t] + "m" + s + "\x1b[0m"
}

// note asks for a footnote. The same one is printed once, and those of the same
// mark one below the other.
func (d *document) note(mark, text string) {
	at := len(d.legend)
	for i, n := range d.legend {
		if n == (footnote{mark, text}) {
			return
		}
		if n.mark == mark {
			at = i + 1
		}
	}
	d.legend = slices.Insert(d.legend, at, footnote{mark, text})
}

// writeLegend explains the marks that were used, in the order they were.
func (d *document) writeLegend() {
	if len(d.legend) == 0 {
		return
	}
	d.blank()
	d.line(d.toned(strong, "reading the numbers"))
	width := 0
	for _, n := range d.legend {
		width = max(width, textWidth(n.mark))
	}
	for _, n := range d.legend {
		d.hanging(plain, spaces(indent)+n.mark+spaces(width-textWidth(n.mark)+gap), n.text)
	}
}

// hanging writes text behind a head, wrapped so that it stays clear of it.
func (d *document) hanging(t tone, head, text string) {
	if d.keep(piece{head: head, tone: t, text: text}) {
		return
	}
	at := textWidth(head)
	for i, l := range wrapped(text, d.width-at) {
		if i > 0 {
			head = spaces(at)
		}
		d.line(head + d.toned(t, l))
	}
}
