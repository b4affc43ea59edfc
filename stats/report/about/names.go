package about

import (
	"maps"
	"path/filepath"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// mostNamed bounds how wide a variant's name may be in a sentence.
const mostNamed = 24

// Variant is what a file calls a variant, fit for a sentence.
func Variant(s string) string {
	if s == "" {
		return "(no name)"
	}
	return terminal.Middle(terminal.Printable(s, 200), mostNamed)
}

// Metric is a metric as --primary and thresholds spell it.
func Metric(s string) string {
	if s == "" {
		return "(no name)"
	}
	return terminal.Middle(terminal.Printable(s, 200), 32)
}

// SeriesGroup returns the columns of a series: its name is what was asked for and,
// where that does not tell, the verb that was used.
func SeriesGroup(variant string, mode stats.Mode, subs []string) doc.Group {
	verb := mode.String()
	switch name := terminal.Printable(variant, mostHead); {
	case mode == stats.NoMode || name == verb:
		return doc.Group{Head: name, Subs: subs}
	case name == "":
		return doc.Group{Head: verb, Subs: subs}
	default:
		return doc.Group{Head: name, Tail: " (" + verb + ")", Subs: subs}
	}
}

// Series says what was asked for and, where that does not tell, the verb
// that was used: "epsv", "passive (epsv)".
func Series(variant string, mode stats.Mode, width int) string {
	g := SeriesGroup(variant, mode, nil)
	if g.Tail == "" {
		return terminal.Middle(g.Head, width)
	}
	return terminal.Middle(g.Head, max(width-terminal.Width(g.Tail), 4)) + g.Tail
}

// mostHead bounds the names of series over columns.
const mostHead = 200

// Settings returns a variant's settings, one a part.
func Settings(settings map[string]string) (parts []string) {
	for i, k := range slices.Sorted(maps.Keys(settings)) {
		if i == MostListed {
			return append(parts, "and "+quantity.Count(int64(len(settings)-i))+" more settings")
		}
		parts = append(parts, terminal.Printable(k, 40)+"="+terminal.Printable(settings[k], 100))
	}
	return parts
}

// Badges puts beside the kind of report what a reader must not miss.
func Badges(d *doc.Doc, status string, limited bool) {
	d.Badge("partial", status != summary.Complete)
	d.Badge("generator limited", limited)
}

// BaseName is the result file's name as the page has it: a page is passed on, and
// where the file lay is nobody else's business.
func BaseName(name string) string {
	if name == "" {
		return ""
	}
	return terminal.Printable(filepath.Base(name), MostText)
}

// Sentence returns text that begins as a sentence does.
func Sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
