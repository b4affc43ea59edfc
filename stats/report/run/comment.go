package run

import (
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/terminal"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// mostCommentColumns is how many columns a comment has room for.
const mostCommentColumns = 6

// Comment is the report of a run as a comment on a change: what it came to,
// one table, and what went wrong.
func Comment(in Input) *doc.Doc {
	s := in.Summary
	d := newWriter(doc.New("", "Run"), s)
	t, verdict := Verdict(s, in.Thresholds)
	d.Begin(doc.Section{Title: "ftpmark: " + verdict, Tone: t})
	d.Lines(doc.Line{Text: ranAgainst(s)})
	if list := overrides(s); list != nil {
		d.Add(doc.Block{List: list})
	}
	commentTable(d, s)
	if list := concerns(s); list != nil {
		d.Add(doc.Block{List: list})
	}
	if f := failures(s, mostPageErrors); f != nil {
		d.Begin(doc.Section{Title: "Failures"})
		d.Add(doc.Block{Failures: f})
	}
	about.AddThresholds(d.Doc, in.Thresholds)
	text := about.Started(&s.Run)
	if in.Name != "" {
		text = terminal.Printable(in.Name, about.MostText) + ", started " + text
	}
	d.Begin(doc.Section{Last: true})
	d.Lines(doc.Line{Tone: doc.Faint, Text: text})
	return d.Doc
}

// ranAgainst says what ran against what.
func ranAgainst(s *summary.Summary) string {
	text := whatRan(s)
	targets := targetsOf(s)
	for i, t := range targets[:min(len(targets), about.MostListed)] {
		switch {
		case i > 0:
			text += "; "
		case t.what.Embedded || t.what.URL != "":
			text += ", against "
		}
		if t.what.Embedded {
			text += "the embedded target"
		} else {
			text += about.TargetAt(t.what)
		}
		if len(t.names) > 0 {
			text += " (" + strings.TrimSuffix(t.who(), ": ") + ")"
		}
	}
	if more := len(targets) - about.MostListed; more > 0 {
		text += " and " + quantity.Count(int64(more)) + " more"
	}
	return text
}

// concerns are what puts the numbers in doubt, and what a reader must know.
func concerns(s *summary.Summary) (list []doc.Line) {
	add := func(t doc.Tone, text string) { list = append(list, doc.Line{Tone: t, Text: text}) }
	list = about.Failed(&s.Run)
	if s.Status != summary.Complete {
		list = append(list, about.Partial("", s.Missing)...)
	}
	if s.Generator.Limited {
		list = append(list, about.Limited("", &s.Generator)...)
	}
	for _, p := range paces(s) {
		add(p.Tone, p.Text)
	}
	if n := s.Sessions.Failed; n > 0 {
		add(doc.Bad, quantity.Count(n)+" attempts to open a session failed")
	}
	for _, t := range targetsOf(s) {
		for _, rule := range about.Rules(t.what) {
			add(doc.Doubt, t.who()+rule)
		}
		if weak := about.WeakSuite(t.what.TLS); weak != "" {
			add(doc.Plain, "note: "+t.who()+weak)
		}
	}
	if slices.ContainsFunc(targetsOf(s), func(t shared[*resultfile.TargetInfo]) bool { return t.what.TLS != nil && t.what.TLS.Insecure }) {
		add(doc.Doubt, "the server's certificate was not verified")
	}
	for _, w := range slices.Concat(s.Warnings, s.Generator.Warnings) {
		add(doc.Doubt, terminal.Printable(w, about.MostText))
	}
	for _, n := range s.Notes {
		add(doc.Plain, "note: "+terminal.Printable(n, about.MostText))
	}
	return list
}

// commentTable adds one row for each metric of each operation and one column for
// each variant and mode.
func commentTable(d *writer, s *summary.Summary) {
	columns := overviewColumns(s)
	if len(columns) == 0 {
		return
	}
	all := columns
	columns = columns[:min(len(columns), mostCommentColumns)]
	t := commentRows{writer: d, table: &doc.Table{}}
	for _, c := range columns {
		t.table.Groups = append(t.table.Groups, about.SeriesGroup(c.variant, c.mode, []string{""}))
	}
	if len(columns) == 2 {
		t.table.Groups = append(t.table.Groups, doc.Columns(differenceHead)...)
	}
	ops := operations(s)
	for _, op := range ops {
		t.op, t.series = op, inColumns(s, op, columns)
		t.add(len(ops) > fewOperations)
	}
	d.Table(t.table)
	text := "service: a whole operation, from its first command to its last reply; p99: 99% took no longer."
	if t.doubtful {
		text += " " + figures.DoubtMark + ": operations that failed, did not finish or never started could change this percentile."
	}
	if len(columns) == 2 {
		text += " The difference describes only this run: it is not a verdict."
	}
	d.Lines(doc.Line{Tone: doc.Faint, Text: text})
	if more := len(all) - len(columns); more > 0 {
		d.Lines(doc.Line{Text: quantity.Count(int64(more)) + " more columns are left out: see the text report."})
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

// commentRows adds the rows of one operation.
type commentRows struct {
	*writer
	table    *doc.Table
	op       stats.Op
	series   []*summary.SeriesSummary
	doubtful bool // a number is marked so
}

// add adds all rows, or the essential ones: a mix has many operations.
func (r *commentRows) add(brief bool) {
	if !brief || slices.ContainsFunc(r.series, func(s *summary.SeriesSummary) bool { return s != nil && (s.Failed > 0 || s.Dropped > 0) }) {
		r.outcomes()
	}
	r.rate("operations/s", quantity.Number, func(s *summary.SeriesSummary) float64 { return s.OperationsPerSecond })
	if r.op.Transfers() && !brief {
		r.rate("goodput", quantity.ByteRate, func(s *summary.SeriesSummary) float64 { return s.GoodputBytesPerSecond })
		r.latency(stats.DataReady, figures.P50)
	}
	if !brief {
		r.latency(stats.Service, figures.P50)
	}
	r.latency(stats.Service, figures.P99)
	if r.waits {
		r.latency(stats.Response, figures.P99)
	}
}

// outcomes says how many operations succeeded, and how the others ended.
func (r *commentRows) outcomes() {
	c := make([]doc.Cell, len(r.series), len(r.series)+1)
	for i, s := range r.series {
		if s == nil {
			continue
		}
		c[i].Text = quantity.Count(s.OK)
		for _, x := range []struct {
			n    int64
			what string
		}{{s.Failed, "failed"}, {s.Unfinished, "unfinished"}, {s.Dropped, "dropped"}} {
			if x.n != 0 {
				c[i].Text += ", " + quantity.Count(x.n) + " " + x.what
			}
		}
	}
	if len(c) == 2 {
		c = append(c, doc.Cell{})
	}
	r.row("ok", c)
}

// rate adds what was done per second; without a window there is no rate.
func (r *commentRows) rate(label string, us quantity.Scale, of func(*summary.SeriesSummary) float64) {
	r.measured(label, us, func(s *summary.SeriesSummary) (float64, bool) {
		if !(s.WindowSeconds > 0) {
			return math.NaN(), false
		}
		return of(s), false
	})
}

func (r *commentRows) latency(p stats.Phase, q figures.Quantile) {
	r.measured(p.String()+" "+q.Shown, quantity.Time, func(s *summary.SeriesSummary) (float64, bool) {
		return q.Of(r.Doc, s.Latency[p])
	})
}

// measured adds a row of numbers in one unit; none where no number is known.
func (r *commentRows) measured(label string, us quantity.Scale, of func(*summary.SeriesSummary) (float64, bool)) {
	values, doubtful := make([]float64, len(r.series)), make([]bool, len(r.series))
	known := false
	for i, s := range r.series {
		values[i] = math.NaN()
		if s != nil {
			values[i], doubtful[i] = of(s)
		}
		known = known || figures.Finite(values[i])
		r.doubtful = r.doubtful || doubtful[i]
	}
	if !known {
		return
	}
	c := figures.Cells(us, values, doubtful)
	for i, s := range r.series {
		if s == nil {
			c[i].Text = "" // it did not run, which is not the same as not known
		}
	}
	r.row(label, c)
}

func (r *commentRows) row(label string, c []doc.Cell) {
	r.table.Rows = append(r.table.Rows, doc.Row{Label: r.op.String() + " " + label, Cells: c})
}
