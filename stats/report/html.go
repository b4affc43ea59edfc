package report

import (
	"bytes"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/page"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// The HTML report says what the text report says, in its words: the same code
// writes both, and here what it writes is kept in pieces and laid out by package
// page. Charts come on top, each with the numbers that it is drawn from.

// renderHTML returns one page of all reports.
func renderHTML(reports []*Report) ([]byte, error) {
	p := &page.Page{Title: "ftpmark report"}
	for i, r := range reports {
		if err := r.writable(HTML); err != nil {
			return nil, err
		}
		h := &html{Report: r, id: "r" + strconv.Itoa(i+1)}
		p.Reports = append(p.Reports, h.report())
		if tool := h.tool(); p.Tool == "" {
			p.Tool = tool
		}
		if i == 0 {
			p.Title = h.title()
		}
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// html is the page of one report in the making.
type html struct {
	*Report
	id       string
	out      page.Report
	variants []string // in the order of their colours
	legend   []footnote
	figures  int
	all      []mergedSeries // of all trials, once they are asked for
}

// wideEnough is the width in which nothing that is wrapped later needs to be
// cut.
const wideEnough = 400

// written returns what f writes, in pieces, and keeps the footnotes it asks for.
func (h *html) written(f func(d *document)) []piece {
	var pieces []piece
	d := &document{width: wideEnough, pieces: &pieces, legend: h.legend}
	if s := h.Summary; s != nil {
		d.waits, d.asked, d.pooled = waits(s), asked(s), pooled(s) != ""
	}
	f(d)
	h.legend = d.legend
	return pieces
}

// lines returns what f writes as lines; tables among them are left out.
func (h *html) lines(f func(d *document)) (lines []page.Line) {
	for _, p := range h.written(f) {
		if p.table == nil {
			lines = append(lines, lineOf(p))
		}
	}
	return lines
}

// blocks returns what f writes, tables and the lines between them.
func (h *html) blocks(f func(d *document)) (blocks []page.Block) {
	for _, p := range h.written(f) {
		n := len(blocks)
		switch l := lineOf(p); {
		case p.table != nil:
			if t := tableOf(p.table); len(t.Rows) > 0 {
				blocks = append(blocks, page.Block{Table: t})
			}
		case n > 0 && len(blocks[n-1].Lines) > 0:
			blocks[n-1].Lines = append(blocks[n-1].Lines, l)
		case l.Head == "" && n > 0 && len(blocks[n-1].Notes) > 0:
			blocks[n-1].Notes = append(blocks[n-1].Notes, l)
		case l.Head == "":
			blocks = append(blocks, page.Block{Notes: []page.Line{l}})
		default:
			blocks = append(blocks, page.Block{Lines: []page.Line{l}})
		}
	}
	return blocks
}

// note asks for footnotes.
func (h *html) note(f func(d *document)) {
	d := &document{legend: h.legend}
	f(d)
	h.legend = d.legend
}

func lineOf(p piece) page.Line {
	return page.Line{Head: strings.TrimSpace(p.head), Tone: toneOf(p.tone), Text: strings.TrimSpace(p.text)}
}

var pageTones = [...]page.Tone{
	plain: page.Plain, strong: page.Strong, faint: page.Faint, good: page.Good, bad: page.Bad, doubt: page.Doubt,
}

func toneOf(t tone) page.Tone { return pageTones[t] }

// tableOf returns a table of the text report for the page.
func tableOf(t *table) *page.Table {
	out := &page.Table{Caption: t.title}
	several, named := false, false
	for _, b := range t.blocks {
		several = several || len(b.subs) > 1 || b.subs[0] != ""
		named = named || b.head != ""
	}
	for _, b := range t.blocks {
		head := b.head
		for _, sub := range b.subs {
			if len(b.subs) == 1 && sub == "" {
				sub, head = b.head, ""
			}
			out.Heads = append(out.Heads, sub)
		}
		if several && named {
			out.Groups = append(out.Groups, page.Group{Head: head, Span: len(b.subs)})
		}
	}
	if !slices.ContainsFunc(out.Groups, func(g page.Group) bool { return g.Head != "" }) {
		out.Groups = nil
	}
	for _, r := range t.rows {
		row := page.Row{Label: strings.TrimSpace(r.label), Mark: r.mark, About: r.about, Tone: toneOf(r.tone)}
		for _, c := range r.cells {
			row.Cells = append(row.Cells, page.Cell{Text: c.text, Mark: c.mark, Tone: toneOf(c.tone)})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// section adds a section, unless there is nothing in it.
func (h *html) section(name, title, lead string, blocks ...[]page.Block) {
	var all []page.Block
	for _, b := range blocks {
		all = append(all, b...)
	}
	if len(all) > 0 {
		h.out.Sections = append(h.out.Sections, &page.Section{ID: h.id + "-" + name, Title: title, Lead: lead, Blocks: all})
	}
}

// figureID returns an id for the next figure.
func (h *html) figureID(kind string) string {
	h.figures++
	return h.id + "-" + kind + "-" + strconv.Itoa(h.figures)
}

// color returns a variant's colour.
func (h *html) color(variant string) int {
	for i, v := range h.variants {
		if v == variant {
			return i
		}
	}
	h.variants = append(h.variants, variant)
	return len(h.variants) - 1
}

// report returns the page of whatever the report is of.
func (h *html) report() page.Report {
	h.out.ID, h.out.Name = h.id, baseName(h.Name)
	if h.Comparison != nil {
		h.baseFirst(h.Comparison)
	}
	if h.Summary != nil {
		for i := range h.Summary.Totals {
			h.color(h.Summary.Totals[i].Variant)
		}
	}
	switch {
	case h.Comparison != nil:
		h.comparison(h.Comparison)
	case h.Diff != nil:
		h.diff(h.Diff)
	case h.Capacity != nil:
		h.capacity(h.Capacity)
	default:
		h.run(h.Summary)
	}
	for i := range h.out.Answers {
		a := &h.out.Answers[i]
		a.Text = strings.ReplaceAll(a.Text, noBreak, " ") // which would tear large letters apart
	}
	h.health()
	h.again()
	h.reading()
	return h.out
}

// baseName is the result file's name as the page has it: a page is passed on, and
// where the file lay is nobody else's business.
func baseName(name string) string {
	if name == "" {
		return ""
	}
	return printable(filepath.Base(name), unbounded)
}

// baseFirst gives the variants of a comparison their colours and puts what the
// summary has of them in the same order: there they stand as they happened to run
// first, but differences are those from the base.
func (h *html) baseFirst(c *compare.Comparison) {
	for i := range c.Variants {
		h.color(c.Variants[i].Name)
	}
	if h.Summary == nil {
		return
	}
	order := func(a, b string) int { return h.color(a) - h.color(b) }
	s := *h.Summary
	s.Series, s.Totals, s.Stages = slices.Clone(s.Series), slices.Clone(s.Totals), slices.Clone(s.Stages)
	slices.SortStableFunc(s.Series, func(a, b summary.SeriesSummary) int { return order(a.Variant, b.Variant) })
	slices.SortStableFunc(s.Totals, func(a, b summary.TotalSummary) int { return order(a.Variant, b.Variant) })
	slices.SortStableFunc(s.Stages, func(a, b summary.StageSummary) int { return order(a.Variant, b.Variant) })
	r := *h.Report
	r.Summary = &s
	h.Report = &r
}

// together says, of a chart of all trials, why its numbers are not those of the
// metrics; nothing where there is one trial of each.
func (h *html) together() string {
	switch {
	case h.Summary == nil || pooled(h.Summary) == "":
		return ""
	case h.Comparison != nil:
		return "All trials of a variant together. The verdict rests on the single trials, whose figures differ from these."
	}
	return "All trials of a variant together."
}

// badges says what a reader must not miss, beside the kind of report.
func (h *html) badges(status string, limited bool) {
	add := func(word string, is bool) {
		if is && !slices.Contains(h.out.Badges, word) {
			h.out.Badges = append(h.out.Badges, word)
		}
	}
	add("partial", status != summary.Complete)
	add("generator limited", limited)
}

func (h *html) run(s *summary.Summary) {
	h.out.Kind = "Run"
	h.badges(s.Status, s.Generator.Limited)
	mark, verdict := runVerdict(h.Report)
	h.out.Answers = []page.Line{{Tone: markTone(mark), Text: sentence(verdict)}}
	h.out.Facts = h.lines(func(d *document) { writeVerdict(d, s) })
	h.thresholds()
	h.latency()
	h.partition()
	h.conversations()
	h.overTime()
	h.numbers(s)
	h.errors()
}

// markTone is the tone of a headline's mark.
func markTone(mark string) page.Tone {
	switch mark {
	case markGood:
		return page.Good
	case markBad:
		return page.Bad
	}
	return page.Doubt
}

// sentence returns text that begins as a sentence does.
func sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// numbers adds the tables of a run.
func (h *html) numbers(s *summary.Summary) {
	h.section("numbers", "In numbers", "", h.blocks(func(d *document) {
		writeOverview(d, s)
		writeTotals(d, s)
		writeStages(d, s)
		for _, op := range operations(s) {
			series := seriesOf(s, op)
			writeOperation(d, op, series)
			writePhases(d, op, series)
		}
		writeSessions(d, &s.Sessions)
	}))
}

// thresholds adds how those that were asked for did.
func (h *html) thresholds() {
	var lines []page.Line
	for _, o := range h.Thresholds {
		head := o.Threshold.String()
		if of := outcomeOf(o); of != "" {
			head += " (" + of + ")"
		}
		lines = append(lines, page.Line{
			Head: strings.TrimSpace(o.Verdict.String()), Tone: toneOf(outcomeTone(o.Verdict)),
			Text: printable(head+": "+outcomeFound(o), unbounded),
		})
	}
	if len(lines) > 0 {
		h.section("thresholds", "Thresholds", "", []page.Block{{Lines: lines}})
	}
}

// The bounds of a table that servers can make long: kinds, and columns of what
// they said.
const (
	mostPageErrors  = 60
	mostPageExample = 400
)

// errors adds the failures, the most frequent first.
func (h *html) errors() {
	s := h.Summary
	if s == nil || len(s.Errors) == 0 {
		return
	}
	t := &page.Table{
		Caption: "Failures by kind", Label: "count", Words: true,
		Heads: []string{"variant", "operation", "phase", "code and class", "example"},
	}
	errs := byCount(s.Errors)
	hints := slices.ContainsFunc(errs[:min(len(errs), mostPageErrors)], func(e summary.ErrorSummary) bool { return e.Hint != "" })
	if hints {
		t.Heads = append(t.Heads, "hint")
	}
	for i := range errs[:min(len(errs), mostPageErrors)] {
		e := &errs[i]
		c := errorColumns(e)
		row := page.Row{Label: c[0]}
		for _, text := range c[1:] {
			row.Cells = append(row.Cells, page.Cell{Text: text})
		}
		example := printable(e.Example, mostPageExample)
		if example != "" {
			example = `"` + example + `"`
		}
		row.Cells = append(row.Cells, page.Cell{Text: example, Prose: true})
		if hints {
			row.Cells = append(row.Cells, page.Cell{Text: printable(e.Hint, mostPageExample), Prose: true})
		}
		t.Rows = append(t.Rows, row)
	}
	blocks := []page.Block{{Table: t}}
	if more := len(errs) - len(t.Rows); more > 0 {
		blocks = append(blocks, page.Block{Notes: []page.Line{{Text: "and " + quantity.Count(int64(more)) + " further kinds: the JSON report lists them all"}}})
	}
	h.section("errors", "Errors", "", blocks)
}

func (h *html) comparison(c *compare.Comparison) {
	h.out.Kind = "Comparison"
	h.badges(c.Status, c.Generator.Limited)
	h.out.Answers = h.lines(func(d *document) { writeAnswers(d, c) })
	h.out.Facts = h.lines(func(d *document) { writeStanding(d, c); writeCompared(d, c) })
	h.thresholds()
	h.pairs(c)
	h.section("metrics", "What decides", "", h.blocks(func(d *document) {
		writeNoise(d, c)
		for i := range c.Against {
			a := &c.Against[i]
			m := metricsTable{
				heads: [2]string{a.Base, a.Variant}, method: &c.Method, effect: c.Plan.ThresholdEffect, word: "cannot tell",
			}
			m.write(d, comparedTitle(c, a), a.Findings)
		}
	}))
	h.latency()
	h.partition()
	h.section("phases", "Where the time goes", "", h.blocks(func(d *document) {
		for i := range c.Against {
			for j := range c.Against[i].Operations {
				writeShifts(d, c, &c.Against[i], &c.Against[i].Operations[j])
			}
		}
		if len(c.Against) > 0 {
			noteMethod(d, c)
		}
	}))
	h.conversations()
	h.overTime()
	h.errors()
}

// comparedTitle names the two that a table is of, where there are more.
func comparedTitle(c *compare.Comparison, a *compare.Against) string {
	if len(c.Against) < 2 {
		return "metrics"
	}
	return againstName(a) + ", " + pairs(a.Pairs)
}

func (h *html) diff(x *compare.Diff) {
	h.out.Kind = "Difference between two results"
	for _, s := range sidesOf(x) {
		h.badges(s.side.Status, s.side.Generator.Limited)
	}
	h.out.Answers = h.lines(func(d *document) { writeGate(d, x); writeDiffAnswers(d, x) })
	h.out.Facts = h.lines(func(d *document) { writeDiffStanding(d, x) })
	h.thresholds()
	h.section("metrics", "What decides", "", h.blocks(func(d *document) {
		for i := range x.Variants {
			v := &x.Variants[i]
			m := metricsTable{
				heads: [2]string{"base", "new"}, method: &x.Method, effect: x.ThresholdEffect, word: noVerdict, spread: true,
			}
			m.write(d, variantName(v.Variant), v.Findings)
		}
	}))
	var blocks []page.Block
	for i := range x.Variants {
		for j := range x.Variants[i].Shifts {
			if f := h.quantiles(&x.Variants[i], &x.Variants[i].Shifts[j]); f != nil {
				blocks = append(blocks, page.Block{Figure: f})
			}
		}
	}
	h.section("quantiles", "Latency by percentile", percentileLead+" All trials of a side are together.", blocks)
	if len(x.Variants) > 0 {
		h.written(func(d *document) { noteDiffMethod(d, x) })
	}
}

// reading explains the marks and words that were used.
func (h *html) reading() {
	var terms []page.Line
	for _, n := range h.legend {
		terms = append(terms, page.Line{Head: n.mark, Text: n.text})
	}
	if len(terms) > 0 {
		h.section("reading", "Reading the numbers", "", []page.Block{{Terms: terms}})
	}
}
