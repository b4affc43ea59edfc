package report

import (
	"html/template"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/page"
	"github.com/ftpmark/ftpmark/stats/report/sequence"
)

// conversations shows what was said in one transfer of each variant, so that one
// sees who opened the data connection, and when.
func (h *html) conversations() {
	if h.Result == nil || len(h.Result.Conversations) == 0 {
		return
	}
	var shown []page.Fragment
	all := slices.Clone(h.Result.Conversations)
	slices.SortStableFunc(all, func(a, b *stats.Conversation) int { return h.color(a.Variant) - h.color(b.Variant) })
	for _, c := range all {
		said := sentence(sequence.Words(c))
		if said != "" {
			said += "."
		}
		shown = append(shown, page.Fragment{
			Caption: sequence.Title(c),
			Note:    said,
			SVG:     template.HTML(sequence.SVG(c, h.figureID("conversation"))), // which escapes what the server said
			Tables:  []*page.Table{steps(c)},
		})
	}
	h.section("conversations", "One transfer in each mode", "", []page.Block{{Fragments: shown}})
}

// steps are the steps of a conversation as a table.
func steps(c *stats.Conversation) *page.Table {
	from := sequence.TableOf(c)
	t := &page.Table{Caption: "steps of " + sequence.Title(c), Label: from.Head[0], Heads: slices.Clone(from.Head[1:])}
	for _, r := range from.Rows {
		row := page.Row{Label: r[0]}
		for _, text := range r[1:] {
			row.Cells = append(row.Cells, page.Cell{Text: text, Prose: true})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
