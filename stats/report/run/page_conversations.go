package run

import (
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/sequence"
)

// Conversations shows what was said in one transfer of each variant, so that one
// sees who opened the data connection, and when.
func (p *PageWriter) Conversations() {
	if p.Result == nil || len(p.Result.Conversations) == 0 {
		return
	}
	var shown []doc.Picture
	all := slices.Clone(p.Result.Conversations)
	slices.SortStableFunc(all, func(a, b *stats.Conversation) int { return p.Color(a.Variant) - p.Color(b.Variant) })
	for _, c := range all {
		said := about.Sentence(sequence.Words(c))
		if said != "" {
			said += "."
		}
		shown = append(shown, doc.Picture{
			Caption: sequence.Title(c),
			Note:    said,
			SVG:     sequence.SVG(c, p.NextID("conversation")), // which escapes what the server said
			Tables:  []*doc.Table{sequence.Steps(c)},
		})
	}
	p.Begin(doc.Section{ID: "conversations", Title: "One transfer in each mode"})
	p.Add(doc.Block{Pictures: shown})
}
