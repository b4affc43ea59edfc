package report

import (
	"bytes"
	"fmt"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"strings"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// mdPage gathers a report in GitHub's Markdown.
type mdPage struct{ out bytes.Buffer }

func (m *mdPage) line(s string) {
	m.out.WriteString(s)
	m.out.WriteByte('\n')
}

// block writes a line that stands by itself.
func (m *mdPage) block(s string) {
	m.gap()
	m.line(s)
}

// gap begins a new block.
func (m *mdPage) gap() {
	if m.out.Len() > 0 {
		m.line("")
	}
}

// quotes writes what must not be overlooked.
func (m *mdPage) quotes(texts []string) {
	for _, t := range texts {
		m.block("> " + mdWarning + " " + t)
	}
}

func (m *mdPage) facts(facts []string) {
	m.gap()
	for _, f := range facts {
		m.line("- " + f)
	}
}

// details folds away what write writes.
func (m *mdPage) details(summary string, write func()) {
	m.block("<details><summary>" + summary + "</summary>")
	write()
	m.block("</details>")
}

// table writes a table; the heads' alignment is a letter each: l or r.
func (m *mdPage) table(heads []string, align string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	m.gap()
	m.row(heads)
	rule := make([]string, len(heads))
	for i := range rule {
		rule[i] = ":--"
		if i < len(align) && align[i] == 'r' {
			rule[i] = "--:"
		}
	}
	m.row(rule)
	for _, r := range rows {
		m.row(r)
	}
}

func (m *mdPage) row(cells []string) { m.line("| " + strings.Join(cells, " | ") + " |") }

// findings writes a table of metrics. If on is not nil it says what each rests
// on.
func (m *mdPage) findings(e *evidence, heads [2]string, findings []compare.Finding, on func(*compare.Finding) string) {
	var rows [][]string
	for i := range findings {
		f := &findings[i]
		form := formOf(f)
		values := medians(f)
		verdict := strings.ToLower(verdictWord(f))
		if f.Primary {
			verdict = "**" + verdict + "**"
		}
		if e.aa && findingMark(e, f) == mdWarning {
			verdict += ": a false alarm"
		}
		if why := whyOf(f); why != "" {
			verdict += ": " + mdCell(why)
		}
		if on != nil {
			verdict += " (" + on(f) + ")"
		}
		rows = append(rows, []string{
			findingMark(e, f), mdName(f.Metric), mdCell(values[0]), mdCell(values[1]), mdCell(form.show(numberOr(f.Ratio))),
			mdCell(form.interval(f.Low, f.High)), mdCell(pText(pOf(f), e.method.Critical)), verdict,
		})
	}
	m.table([]string{"", "metric", mdName(heads[0]), mdName(heads[1]), "change", levelName(e.method), "p", "verdict"}, "llrrrrrl", rows)
}

// shifts writes the phases of one operation.
func (m *mdPage) shifts(a *compare.Against, o *compare.Operation, method *compare.Method) {
	var rows [][]string
	for i := range o.Phases {
		p := &o.Phases[i]
		if !hasPhase(p) {
			continue
		}
		name := "`" + p.Phase.String() + "`"
		if p.Phase.String() == o.Differs {
			name = "**" + name + "**"
		}
		values := quantity.Time.Row([]float64{numberOr(p.Base), numberOr(p.New)})
		shift := shiftTexts(p)
		about := phaseAbout[p.Phase]
		rows = append(rows, []string{name, mdCell(about), mdCell(values[0]), mdCell(values[1]), mdCell(shift[0]) + mdDoubt(p.Doubtful), mdCell(shift[1])})
	}
	for _, w := range wireRows(doc.New("", ""), o) {
		if len(w.Cells) > 0 {
			rows = append(rows, []string{mdCell(w.Label), "", mdCell(w.Cells[0].Text), mdCell(w.Cells[1].Text), mdCell(w.Cells[2].Text), ""})
		}
	}
	m.table([]string{mdName(o.Op) + " p50", "", mdName(a.Base), mdName(a.Variant), "shift", levelName(method)}, "llrrrr", rows)
}

// mdDoubt marks a number that failures could change.
func mdDoubt(doubtful bool) string {
	if doubtful {
		return " (doubtful: failed or unfinished operations could change it)"
	}
	return ""
}

// noise writes what an A/A run found.
func (m *mdPage) noise(c *compare.Comparison) {
	if c.Noise == nil {
		return
	}
	var rows [][]string
	for i := range c.Noise.Metrics {
		n := &c.Noise.Metrics[i]
		rows = append(rows, []string{
			mdName(n.Metric), mdCell(percentage(numberOr(n.Spread))), mdCell(resolutionText(c, n)), mdCell(pairsEnough(c, n)),
		})
	}
	m.table([]string{"noise of this machine", "spread", "resolution", "pairs that would do"}, "lrrr", rows)
}

// inCode is what beside letters and digits may stand between backticks, where
// Markdown and GitHub leave it alone.
const inCode = "._/:-=@[]+,%() "

// mdName returns a name as code, or escaped where it holds what code could not.
func mdName(s string) string {
	name := strings.TrimSpace(middle(printable(s, 200), 60))
	if name == "" {
		return "(no name)"
	}
	for _, r := range name {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(inCode+ellipsis, r)) {
			return mdCell(name)
		}
	}
	return "`" + name + "`"
}

// mdCell returns text that Markdown, HTML and GitHub's own marks leave alone,
// on one line. What could be one of these becomes a character reference; behind
// @ and # stands a blank of no width, because GitHub looks for these after
// references were read.
func mdCell(s string) string {
	s = printable(strings.ReplaceAll(s, noBreak, " "), unbounded)
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '@', r == '#':
			fmt.Fprintf(&b, "&#%d;&#8203;", r)
		case strings.ContainsRune("|`<>&*_[]\\!{}$~^\"", r), // marks of Markdown, HTML and formulas
			r == ':' && strings.HasPrefix(s[i:], "://"), // links
			r == '.' && strings.HasSuffix(strings.ToLower(s[:i]), "www"):
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}
