package report

import (
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// table writes one row for each metric of each operation and one column for
// each variant and mode.
func (m *markdown) tables() {
	columns := overviewColumns(m.summary)
	if len(columns) == 0 {
		return
	}
	all := columns
	columns = columns[:min(len(columns), mostMarkdownColumns)]
	head, rule := "| |", "|:--|"
	for _, c := range columns {
		head += " " + mdProse(seriesName(c.variant, c.mode, 40), unbounded) + " |"
		rule += "--:|"
	}
	if len(columns) == 2 {
		head += " " + differenceHead + " |"
		rule += "--:|"
	}
	m.line("")
	m.line(head)
	m.line(rule)
	ops := operations(m.summary)
	for _, op := range ops {
		rows := markdownRows{markdown: m, op: op, series: inColumns(m.summary, op, columns)}
		rows.write(len(ops) > fewOperations)
	}
	m.line("")
	text := "service: a whole operation, from its first command to its last reply; p99: 99% took no longer."
	if m.doubtful {
		text += " " + doubtMark + ": operations that failed, were cut off or never started could change this percentile."
	}
	if len(columns) == 2 {
		text += " The difference describes this run and decides nothing."
	}
	m.line("<sub>" + text + "</sub>")
	if more := len(all) - len(columns); more > 0 {
		m.line("")
		m.line(quantity.Count(int64(more)) + " more columns are left out: the text report has them.")
	}
}

// inColumns returns the series of one operation, nil where a column has none.
func inColumns(s *summary.Summary, op stats.Op, columns []column) []*summary.SeriesSummary {
	out := make([]*summary.SeriesSummary, len(columns))
	for i := range s.Series {
		x := &s.Series[i]
		for j, c := range columns {
			if x.Op == op && out[j] == nil && columnOf(columns, x) == c {
				out[j] = x
			}
		}
	}
	return out
}

// markdownRows writes the rows of one operation.
type markdownRows struct {
	*markdown
	op     stats.Op
	series []*summary.SeriesSummary
}

// write writes all rows, or the essential ones: a mix has many operations.
func (m *markdownRows) write(brief bool) {
	if !brief || slices.ContainsFunc(m.series, func(s *summary.SeriesSummary) bool { return s != nil && (s.Failed > 0 || s.Dropped > 0) }) {
		m.outcomes()
	}
	m.rate("operations/s", quantity.Number, func(s *summary.SeriesSummary) float64 { return s.OperationsPerSecond })
	if m.op.Transfers() && !brief {
		m.rate("goodput", quantity.ByteRate, func(s *summary.SeriesSummary) float64 { return s.GoodputBytesPerSecond })
		m.latency(stats.DataReady, p50)
	}
	if !brief {
		m.latency(stats.Service, p50)
	}
	m.latency(stats.Service, p99)
	if m.waits {
		m.latency(stats.Response, p99)
	}
}

// outcomes says how many operations succeeded, and how the others ended.
func (m *markdownRows) outcomes() {
	texts := make([]string, len(m.series))
	for i, s := range m.series {
		if s == nil {
			continue
		}
		texts[i] = quantity.Count(s.OK)
		for _, x := range []struct {
			n    int64
			what string
		}{{s.Failed, "failed " + markBad}, {s.Unfinished, "cut off"}, {s.Dropped, "dropped " + markBad}} {
			if x.n != 0 {
				texts[i] += ", " + quantity.Count(x.n) + " " + x.what
			}
		}
	}
	if len(texts) == 2 {
		texts = append(texts, "")
	}
	m.row("ok", texts)
}

// rate writes what was done per second; without a window there is no rate.
func (m *markdownRows) rate(label string, us quantity.Scale, of func(*summary.SeriesSummary) float64) {
	m.measured(label, us, func(s *summary.SeriesSummary) (float64, bool) {
		if !(s.WindowSeconds > 0) {
			return math.NaN(), false
		}
		return of(s), false
	})
}

func (m *markdownRows) latency(p stats.Phase, q quantile) {
	m.measured(p.String()+" "+q.shown, quantity.Time, func(s *summary.SeriesSummary) (float64, bool) {
		return q.of(m.Doc, s.Latency[p])
	})
}

// measured writes a row of numbers in one unit; none where no number is known.
func (m *markdownRows) measured(label string, us quantity.Scale, of func(*summary.SeriesSummary) (float64, bool)) {
	values, doubtful := make([]float64, len(m.series)), make([]bool, len(m.series))
	known := false
	for i, s := range m.series {
		values[i] = math.NaN()
		if s != nil {
			values[i], doubtful[i] = of(s)
		}
		known = known || finite(values[i])
		m.doubtful = m.doubtful || doubtful[i]
	}
	if !known {
		return
	}
	var texts []string
	for i, c := range measuredCells(us, values, doubtful) {
		if i < len(m.series) && m.series[i] == nil {
			c.Text = "" // it did not run, which is not the same as not known
		}
		texts = append(texts, strings.ReplaceAll(mdProse(c.Text+c.Mark, unbounded), " ", "&nbsp;"))
	}
	m.row(label, texts)
}

// row writes cells that are Markdown already.
func (m *markdownRows) row(label string, texts []string) {
	m.line("| **" + m.op.String() + "** " + label + " | " + strings.Join(texts, " | ") + " |")
}
