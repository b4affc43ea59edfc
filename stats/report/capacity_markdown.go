package report

import (
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/usl"
)

// capacityMarkdown returns the report of a search for capacity for a comment on
// a pull request: the answers as headlines, what broke, and the steps folded
// away.
func capacityMarkdown(c *capacity.Report) []byte {
	m := &mdPage{}
	doubts := capacityDoubts(c)
	if len(c.Results) == 0 {
		m.line("### " + mdUnknown + " Nothing was measured")
		m.quotes(doubts)
	}
	for i := range c.Results {
		r := &c.Results[i]
		head := ""
		if capacityHead(c, r) != "" {
			head = mdName(r.Variant) + ": "
		}
		m.block("### " + capacityMark(c, r) + " " + head + mdCell(r.Headline))
		if i == 0 {
			m.quotes(doubts)
		}
		m.limit(r)
	}
	if text := modesAnswer(c); text != "" {
		m.block("**" + mdCell(text) + "**")
	}
	for i := range c.Results {
		r := &c.Results[i]
		if len(r.Steps) == 0 {
			continue
		}
		m.details("The steps of "+mdCell(variantName(r.Variant)), func() {
			m.steps(r)
			m.model(r)
		})
	}
	m.cost(c)
	m.details("How it was done", func() { m.facts(capacityFacts(c)) })
	return m.out.Bytes()
}

func capacityMark(c *capacity.Report, r *capacity.Result) string {
	switch {
	case r.Capacity == nil && r.Limit == nil:
		return mdUnknown
	case r.Capacity == nil:
		return mdBad
	case !r.Confirmed, r.FellOver, c.Status != summary.Complete, len(c.Warnings) > 0:
		return mdWarning
	}
	return mdGood
}

// capacityDoubts are what keeps the answers from being taken as they are.
func capacityDoubts(c *capacity.Report) (doubts []string) {
	if c.Generator.Limited {
		text := "**Limited**: in a step the load generator was the limit, and the server may hold more"
		if len(c.Generator.Reasons) > 0 {
			text += ": " + mdCell(strings.Join(c.Generator.Reasons, "; "))
		}
		doubts = append(doubts, text)
	}
	if c.Status != summary.Complete {
		doubts = append(doubts, partialSince("", c.Missing))
	}
	for _, w := range c.Warnings {
		doubts = append(doubts, mdCell(w))
	}
	for _, rule := range rules(&c.Target) {
		doubts = append(doubts, mdCell(rule))
	}
	return doubts
}

// limit says what broke first and what to do about it.
func (m *mdPage) limit(r *capacity.Result) {
	if l := r.Limit; l != nil {
		text := "**" + mdCell(l.Cause) + "** at " + mdCell(levelWords(r.Vary, l.Level))
		if l.Text != "" {
			text += ": " + mdCell(l.Text)
		}
		m.block(text)
		if l.Hint != "" {
			m.block("Hint: " + mdCell(l.Hint))
		}
	}
	if r.Why != "" && r.Capacity != nil {
		m.block(mdWarning + " " + mdCell(r.Why))
	}
}

// steps writes the table of steps.
func (m *mdPage) steps(r *capacity.Result) {
	steps := r.Steps[:min(len(r.Steps), mostSteps)]
	columns := stepColumns(doc.New("", ""), r, steps)
	heads, align := []string{stepsTitle(r)}, "r"
	for _, c := range columns {
		heads, align = append(heads, c.head), align+"r"
	}
	var rows [][]string
	for i := range steps {
		level := mdCell(levelOf(r.Vary, steps[i].Level))
		if found(r, &steps[i]) {
			level = "**" + level + "**"
		}
		x := []string{level}
		for _, c := range columns {
			x = append(x, mdCell(c.cells[i].Text+c.cells[i].Mark))
		}
		rows = append(rows, x)
	}
	m.table(heads, align, rows)
	if more := len(r.Steps) - len(steps); more > 0 {
		m.block("and " + quantity.Count(int64(more)) + " further steps")
	}
}

// model says how throughput answers to load.
func (m *mdPage) model(r *capacity.Result) {
	if r.USL == nil {
		return
	}
	words := []string{lawWords(r.USL), kneeWords(r.USL)}
	if r.Better == usl.BetterKnee {
		words[0], words[1] = words[1], words[0]
	}
	m.facts([]string{mdCell(betterWords(r)), mdCell(words[0]), mdCell(words[1])})
}

// cost writes what the server's processes used.
func (m *mdPage) cost(c *capacity.Report) {
	heads, align := []string{"server cost"}, "l"
	var rows [][]string
	for _, x := range costMetrics() {
		cells, known := []string{x.label}, false
		for i := range c.Results {
			if cost := c.Results[i].Cost; cost != nil {
				cells, known = append(cells, mdCell(x.units.Show(x.of(cost)))), true
			}
		}
		if known {
			rows = append(rows, cells)
		}
	}
	for i := range c.Results {
		if c.Results[i].Cost != nil {
			heads, align = append(heads, mdName(c.Results[i].Variant)), align+"r"
		}
	}
	m.table(heads, align, rows)
}

// capacityFacts say how it was done.
func capacityFacts(c *capacity.Report) []string {
	facts := []string{"**searched** " + mdCell(searchPlan(c))}
	for _, o := range c.Plan.Objectives[:min(len(c.Plan.Objectives), mostSettings)] {
		facts = append(facts, "**objective** "+mdCell(o))
	}
	if more := len(c.Plan.Objectives) - mostSettings; more > 0 {
		facts = append(facts, "and "+strconv.Itoa(more)+" more")
	}
	facts = append(facts, "**target** "+mdName(c.Target.URL),
		"**started** "+mdCell(started(&c.Run)))
	for _, n := range c.Notes {
		facts = append(facts, "**note** "+mdCell(n))
	}
	return facts
}
