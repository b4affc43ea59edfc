package run

import (
	"math"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/summary"
)

// writeStages writes, for each variant whose load changed over time, one line
// for each stage.
func writeStages(d *writer, s *summary.Summary) {
	for from := 0; from < len(s.Stages); {
		to := from + 1
		for to < len(s.Stages) && s.Stages[to].Variant == s.Stages[from].Variant {
			to++
		}
		w := stageWriter{d: d, stages: s.Stages[from:to]}
		w.write()
		from = to
	}
	if len(s.Stages) > 0 {
		d.Term("stages", "an operation counts in the stage in which it ended, whenever it started; one that ended after "+
			"the window counts in none. sessions: the most in use at one time")
	}
}

// stageWriter writes the stages of one variant.
type stageWriter struct {
	d      *writer
	stages []summary.StageSummary
}

// stageKey tells the series of a stage apart.
type stageKey struct {
	op   stats.Op
	mode stats.Mode
}

func (w *stageWriter) write() {
	var keys []stageKey
	for i := range w.stages {
		for j := range w.stages[i].Series {
			c := &w.stages[i].Series[j]
			if k := (stageKey{c.Op, c.Mode}); !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	variant := w.stages[0].Variant
	phases := []stats.Phase{stats.Service}
	if w.d.waits {
		phases = append(phases, stats.Response)
	}
	if len(keys) == 1 {
		t := w.sums(keys[0].op.String() + " as " + about.Series(variant, keys[0].mode, 14))
		for _, p := range phases {
			w.percentiles(&t, p.String(), keys[0], p)
		}
		w.d.Table(&t)
		return
	}
	t := w.sums(about.Series(variant, stats.NoMode, 22))
	w.d.Table(&t)
	if len(keys) == 0 {
		return
	}
	for _, p := range phases {
		t := w.empty("stages, " + p.String())
		for _, k := range keys {
			w.percentiles(&t, about.Series(k.op.String(), k.mode, 22), k, p)
		}
		t.Rows = slices.Insert(t.Rows, 0, doc.Row{Label: about.Series(variant, stats.NoMode, 60) + ":"})
		w.d.Table(&t)
	}
}

// empty returns a table with the stages' lines and nothing in them.
func (w *stageWriter) empty(title string) doc.Table {
	t := doc.Table{Title: title}
	for i := range w.stages {
		t.Rows = append(t.Rows, doc.Row{Label: stageName(&w.stages[i], 24)})
	}
	return t
}

// add adds a column to the table's last block.
func (w *stageWriter) add(t *doc.Table, sub string, c []doc.Cell) {
	last := &t.Groups[len(t.Groups)-1]
	last.Subs = append(last.Subs, sub)
	for i := range t.Rows {
		t.Rows[i].Cells = append(t.Rows[i].Cells, c[i])
	}
}

// sums returns a table of what adds up over a stage's operations.
func (w *stageWriter) sums(head string) doc.Table {
	t := w.empty("stages")
	n := len(w.stages)
	sessions, measured, ok, failed, dropped := make([]doc.Cell, n), make([]float64, n), make([]doc.Cell, n), make([]doc.Cell, n), make([]doc.Cell, n)
	rate, goodput := make([]float64, n), make([]float64, n)
	short, drops, moves := false, false, false
	for i := range w.stages {
		x := &w.stages[i]
		var all summary.StageSeries
		for j := range x.Series {
			c := &x.Series[j]
			all.OK += c.OK
			all.Failed += c.Failed
			all.Dropped += c.Dropped
			all.OperationsPerSecond += c.OperationsPerSecond
			all.GoodputBytesPerSecond += c.GoodputBytesPerSecond
			moves = moves || c.Op.Transfers()
		}
		sessions[i].Text = quantity.Count(int64(x.Sessions))
		if x.Sessions <= 0 {
			w.d.Term(figures.Unknown, figures.NotKnown)
			sessions[i].Text = figures.Unknown
		}
		ok[i].Text, failed[i].Text, dropped[i].Text = quantity.Count(all.OK), quantity.Count(all.Failed), quantity.Count(all.Dropped)
		if all.Failed != 0 {
			failed[i].Tone = doc.Bad
		}
		measured[i] = x.Seconds * 1e9
		short = short || !asPlanned(x)
		drops = drops || all.Dropped != 0
		rate[i], goodput[i] = all.OperationsPerSecond, all.GoodputBytesPerSecond
		if !(x.Seconds > 0) {
			w.d.Term(figures.Unknown, figures.NotKnown)
			rate[i], goodput[i] = math.NaN(), math.NaN()
		}
	}
	t.Groups = append(t.Groups, doc.Group{})
	if short {
		w.add(&t, "measured", doc.Cells(quantity.Time.Row(measured)))
	}
	w.add(&t, "sessions", sessions)
	if drops {
		w.add(&t, "dropped", dropped)
		noteDropped(w.d.Doc)
	}
	w.add(&t, "ok", ok)
	w.add(&t, "failed", failed)
	t.Groups = append(t.Groups, doc.Group{Head: head})
	w.add(&t, "op/s", doc.Cells(quantity.Number.Row(rate)))
	if moves {
		w.add(&t, "goodput", doc.Cells(quantity.ByteRate.Row(goodput)))
	}
	return t
}

// asPlanned reports whether a stage was measured for as long as was meant, in
// as many trials as there were.
func asPlanned(x *summary.StageSummary) bool {
	if x.Planned == nil || !(x.Planned.Seconds > 0) {
		return false
	}
	trials := x.Seconds / x.Planned.Seconds
	whole := max(math.Round(trials), 1)
	return math.Abs(trials-whole) <= 0.02*whole
}

// percentiles adds a block with a phase's p50 and p99 of one series.
func (w *stageWriter) percentiles(t *doc.Table, head string, k stageKey, p stats.Phase) {
	t.Groups = append(t.Groups, doc.Group{Head: head})
	for _, q := range []figures.Quantile{figures.P50, figures.P99} {
		values, doubtful := make([]float64, len(w.stages)), make([]bool, len(w.stages))
		for i := range w.stages {
			values[i] = math.NaN()
			at := slices.IndexFunc(w.stages[i].Series, func(c summary.StageSeries) bool { return c.Op == k.op && c.Mode == k.mode })
			if at < 0 {
				w.d.Term(figures.Unknown, figures.NotKnown)
				continue
			}
			values[i], doubtful[i] = q.Of(w.d.Doc, w.stages[i].Series[at].Latency[p])
		}
		w.add(t, q.Shown, figures.Marked(quantity.Time, values, doubtful))
	}
}
