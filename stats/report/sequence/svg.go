package sequence

import (
	"fmt"
	"html"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
)

// The measures of a drawing, in its own units.
const (
	drawnWidth = 780.0
	clientX    = 84.0
	serverX    = 600.0
	marksX     = serverX + 14
	rowHeight  = 27.0
	room       = 67 // columns of a label between the two lines
	headHeight = 48.0
	partHeight = 30.0
)

// SVG draws a conversation as one svg element, to be put into a page. Its colours
// are the page's (currentColor); what is to look different has a class:
// sequence-control and sequence-data are arrows with their labels, sequence-fault
// what failed, sequence-time, sequence-life, sequence-part and sequence-mark the
// rest. id must be unique in the page: letters, digits and dashes. All text is
// escaped; what is too long is cut, with the whole of it as a tooltip.
func SVG(c *stats.Conversation, id string) string {
	ch := newChart(c)
	height := headHeight + 12
	for _, p := range ch.parts {
		height += partHeight
		for i := range p.lines {
			height += rowHeight * float64(max(1, len(p.lines[i].marks)))
		}
	}
	d := &drawing{}
	d.add(`<svg class="sequence" role="img" aria-labelledby="%[1]s-title %[1]s-desc" viewBox="0 0 %[2]g %[3]g" width="%[2]g" height="%[3]g" xmlns="http://www.w3.org/2000/svg" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="12" fill="currentColor" stroke="none">`,
		html.EscapeString(id), drawnWidth, height)
	d.add(`<title id="%s-title">%s</title>`, html.EscapeString(id), safe(ch.title, mostLabel))
	d.add(`<desc id="%s-desc">%s</desc>`, html.EscapeString(id), html.EscapeString(Words(c)))
	d.ends(ch)
	d.life(clientX, height)
	d.life(serverX, height)
	y := headHeight
	for _, p := range ch.parts {
		d.add(`<text class="sequence-part" x="%g" y="%g" font-weight="bold" text-anchor="middle">%s</text>`,
			(clientX+serverX)/2, y+16, safe(p.title, 60))
		y += partHeight
		for i := range p.lines {
			y = d.step(&p.lines[i], y)
		}
	}
	d.add(`</svg>`)
	return d.out.String()
}

// drawing gathers the elements of an svg.
type drawing struct{ out strings.Builder }

func (d *drawing) add(format string, args ...any) {
	fmt.Fprintf(&d.out, format, args...)
	d.out.WriteByte('\n')
}

// ends names the two lines.
func (d *drawing) ends(c *chart) {
	d.add(`<text class="sequence-time" x="%g" y="%g" text-anchor="end">ms</text>`, clientX-8, headHeight+8)
	for _, e := range []struct {
		x             float64
		name, address string
	}{{clientX, "client", c.client}, {serverX, "server", c.server}} {
		d.add(`<text x="%g" y="16" font-weight="bold" text-anchor="middle">%s</text>`, e.x, e.name)
		d.add(`<text class="sequence-time" x="%g" y="32" text-anchor="middle">%s</text>`, e.x, safe(e.address, 30))
	}
}

func (d *drawing) life(x, height float64) {
	d.add(`<line class="sequence-life" x1="%[1]g" y1="%[2]g" x2="%[1]g" y2="%[3]g" stroke="currentColor" stroke-width="1" opacity="0.5"/>`,
		x, headHeight-8, height-4)
}

// step draws one step and returns where the next begins.
func (d *drawing) step(l *line, y float64) float64 {
	class := "sequence-control"
	switch {
	case l.fault:
		class = "sequence-fault"
	case l.data:
		class = "sequence-data"
	}
	base := y + 20
	d.add(`<text class="sequence-time" x="%g" y="%g" text-anchor="end">%s</text>`, clientX-8, base, clock(l.at))
	d.add(`<g class="%s">`, class)
	if whole := safe(l.label, mostLabel); whole != safe(l.label, room) {
		d.add(`<title>%s</title>`, whole)
	}
	label := l.label
	if l.fault {
		label = "! " + label
	}
	weight := ""
	if l.data {
		weight = ` font-weight="bold"`
	}
	if l.way != stats.ToServer && l.way != stats.ToClient {
		d.add(`<text x="%g" y="%g"%s>%s</text>`, clientX+10, base-6, weight, safe(label, room))
	} else {
		d.add(`<text x="%g" y="%g" text-anchor="middle"%s>%s</text>`, (clientX+serverX)/2, base-6, weight, safe(label, room))
		d.arrow(l, base)
	}
	d.add(`</g>`)
	for i, m := range l.marks {
		d.add(`<text class="sequence-mark" x="%g" y="%g" xml:space="preserve">%s</text>`, marksX, base+float64(i)*rowHeight*0.6, safe(m.String(), 40))
	}
	return y + rowHeight*float64(max(1, len(l.marks)))
}

// arrow draws a line with a head where it goes to: two lines on the data
// connection.
func (d *drawing) arrow(l *line, y float64) {
	from, to := clientX+1, serverX-1
	strokes := []float64{0}
	if l.data {
		strokes = []float64{-1.7, 1.7}
	}
	for _, s := range strokes {
		d.add(`<line x1="%g" y1="%g" x2="%g" y2="%g" stroke="currentColor" stroke-width="1.3"/>`, from, y+s, to, y+s)
	}
	if l.way == stats.ToServer || l.both {
		d.add(`<path d="M%g %g l-9 -4.5 v9 z"/>`, to+1, y)
	}
	if l.way == stats.ToClient || l.both {
		d.add(`<path d="M%g %g l9 -4.5 v9 z"/>`, from-1, y)
	}
}

// safe makes text fit for an element of a page: nothing of it is markup, or
// steers how the rest is read.
func safe(text string, width int) string {
	return html.EscapeString(terminal.Printable(text, width))
}

// Steps is a conversation as a table, for whoever cannot see a chart. Its texts are those of
// the chart, fit for a terminal but not escaped for a page.
func Steps(c *stats.Conversation) *doc.Table {
	t := &doc.Table{Title: "steps of " + Title(c), Label: "part", Groups: doc.Columns("ms", "from", "connection", "event", "phase that ends")}
	for _, p := range newChart(c).parts {
		for i := range p.lines {
			l := &p.lines[i]
			from := map[stats.Direction]string{stats.ToServer: "client", stats.ToClient: "server", stats.Local: "client (local)"}[l.way]
			if l.both {
				from = "both"
			}
			connection := "control"
			switch {
			case l.fault:
				connection = "-"
			case l.data:
				connection = "data"
			}
			var marks []string
			for _, m := range l.marks {
				marks = append(marks, m.phase.String()+" "+duration(m.took))
			}
			row := doc.Row{Label: terminal.Printable(p.title, 60)}
			for _, text := range []string{clock(l.at), from, connection, terminal.Printable(l.label, mostLabel), strings.Join(marks, ", ")} {
				row.Cells = append(row.Cells, doc.Cell{Text: text, Prose: true})
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// Words says in a sentence what a conversation shows, fit for a terminal but not
// escaped for a page.
func Words(c *stats.Conversation) string {
	ch := newChart(c)
	said := strings.Join(ch.words, "; ")
	if ch.failed != "" {
		said = strings.TrimPrefix(said+"; failed in "+ch.failed, "; ")
	}
	if ch.hint != "" {
		said += "; reason: " + ch.hint
	}
	return terminal.Printable(said, mostLabel)
}
