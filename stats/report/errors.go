package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// mostErrors bounds how many kinds of failure a person is shown.
const mostErrors = 20

// writeErrors writes the failures, the most frequent first: what, where, how
// often, one example in the server's own words, and what to do.
func writeErrors(d *document, errs []summary.ErrorSummary) {
	if len(errs) == 0 {
		return
	}
	errs = byCount(errs)
	more := len(errs) - mostErrors
	errs = errs[:min(len(errs), mostErrors)]

	d.blank()
	d.line(d.toned(bad, "errors"))
	rows := make([][5]string, len(errs))
	var widths [5]int
	for i := range errs {
		rows[i] = errorColumns(&errs[i])
		for j, text := range rows[i] {
			widths[j] = max(widths[j], textWidth(text))
		}
	}
	for i, r := range rows {
		line := spaces(indent) + spaces(widths[0]-textWidth(r[0])) + r[0]
		for j, text := range r[1:] {
			line += spaces(gap) + text + spaces(widths[j+1]-textWidth(text))
		}
		writeError(d, line, spaces(indent+widths[0]+gap), &errs[i])
	}
	if more > 0 {
		d.line(spaces(indent) + "and " + quantity.Count(int64(more)) + " further kinds: the JSON report lists them all")
	}
}

// byCount returns a copy with the most frequent first.
func byCount(errs []summary.ErrorSummary) []summary.ErrorSummary {
	errs = slices.Clone(errs)
	slices.SortStableFunc(errs, func(a, b summary.ErrorSummary) int { return cmp.Compare(b.Count, a.Count) })
	return errs
}

// errorColumns returns count, series, operation, phase and code with class.
func errorColumns(e *summary.ErrorSummary) [5]string {
	op := "session"
	if e.Op != "" {
		op = printable(e.Op, 10)
	}
	what := printable(string(e.Class), 20)
	if e.Code != 0 {
		what = strconv.Itoa(e.Code) + " " + what
	}
	return [5]string{quantity.Count(e.Count), seriesName(e.Variant, e.Mode, 22), op, e.Phase.String(), what}
}

// writeError writes one failure's line, its example on the same line if it fits
// and else on one of its own, and the hint below.
func writeError(d *document, line, under string, e *summary.ErrorSummary) {
	line = printable(line, d.width) // absurd names and counts may be wider
	room := d.width - textWidth(line) - gap - len(`""`)
	switch example := printable(e.Example, unbounded); {
	case example == "":
		d.line(line)
	case textWidth(example) <= room:
		d.line(line + spaces(gap) + `"` + example + `"`)
	default:
		d.line(line)
		d.line(under + `"` + printable(e.Example, d.width-textWidth(under)-len(`""`)) + `"`)
	}
	if e.Hint != "" {
		d.hanging(strong, under+"hint: ", printable(e.Hint, unbounded))
	}
}
