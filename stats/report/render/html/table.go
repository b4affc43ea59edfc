package html

import (
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// table is a table as HTML has it: columns have heads, and groups of them heads
// above these.
type table struct {
	Caption string
	Label   string
	Groups  []group // none if they say nothing
	Heads   []string
	Rows    []doc.Row
	Words   bool
	Judged  bool
}

// group is a head that spans columns.
type group struct {
	Head string
	Span int
}

// Headed reports whether any column has a head.
func (t *table) Headed() bool {
	return len(t.Groups) > 0 || slices.ContainsFunc(t.Heads, func(s string) bool { return s != "" })
}

func tableOf(t *doc.Table) *table {
	out := &table{Caption: t.Title, Label: t.Label, Rows: slices.Clone(t.Rows), Words: t.Words, Judged: t.Judged}
	several, named := false, false
	for _, g := range t.Groups {
		several = several || len(g.Subs) > 1 || g.Subs[0] != ""
		named = named || g.Head != ""
	}
	for _, g := range t.Groups {
		g.Head += g.Tail
		head := g.Head
		for _, sub := range g.Subs {
			if len(g.Subs) == 1 && sub == "" {
				sub, head = g.Head, ""
			}
			out.Heads = append(out.Heads, sub)
		}
		if several && named {
			out.Groups = append(out.Groups, group{Head: head, Span: len(g.Subs)})
		}
	}
	if !slices.ContainsFunc(out.Groups, func(g group) bool { return g.Head != "" }) {
		out.Groups = nil
	}
	for i := range out.Rows {
		out.Rows[i].Label = strings.TrimSpace(out.Rows[i].Label)
	}
	return out
}

func tablesOf(tables []*doc.Table) (out []*table) {
	for _, t := range tables {
		out = append(out, tableOf(t))
	}
	return out
}
