package run

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/summary/timeline"
)

// The bounds of the charts over time: points of a line, places with errors,
// trials whose warm-ups are drawn, rows of a table.
const (
	MostTimePoints = 600
	mostErrorMarks = 600
	mostBands      = 300
	MostTimeRows   = 60
)

// OverTime adds what happened second by second: goodput and operations.
func (p *PageWriter) OverTime() {
	t := p.Timeline
	if t == nil || len(t.Trials) == 0 {
		if p.Result != nil && len(p.Result.Variants) > 0 {
			p.Begin(doc.Section{ID: "time", Title: "Over time", Lead: "Not available: the data over time is only in the result file, which could not be read."})
			p.Lines(doc.Line{Text: "The numbers above come from the trials' totals, which are complete."})
		}
		return
	}
	l := newTimeLayout(t)
	lead := "Time starts when the window of each variant opens, so that variants can be compared."
	if !l.aligned {
		lead = "Time starts at the beginning of the run."
	}
	p.Begin(doc.Section{ID: "time", Title: "Over time",
		Lead: lead + " Warm-ups and drains count in no result; red marks show when operations failed."})
	p.Figure(p.timeFigure(l, timeSeries{
		kind: "timeline-goodput", title: "Goodput", name: "goodput", unit: "B/s", units: quantity.ByteRate,
		rate: func(p *timeline.Point) float64 {
			if p.Stage != stats.Measured { // bytes are counted inside the window only
				return math.NaN()
			}
			return float64(max(p.Goodput, 0)) / p.Seconds()
		},
		sum: func(p *timeline.Point) int64 { return p.Goodput },
	}))
	p.Figure(p.timeFigure(l, timeSeries{
		kind: "timeline-ops", title: "Operations per second", name: "operations per second", unit: "/s", units: quantity.Rate,
		rate: func(p *timeline.Point) float64 {
			if p.Stage == stats.Drain { // nothing begins any more: no rate of anything
				return math.NaN()
			}
			return float64(p.OK) / p.Seconds()
		},
		sum: func(p *timeline.Point) int64 { return p.Completed },
	}))
}

// timeLayout places moments on the charts' axis.
type timeLayout struct {
	*timeline.Timeline
	aligned bool // each variant's only trial begins at 0 with its window
	begun   stats.Moment
}

func newTimeLayout(t *timeline.Timeline) *timeLayout {
	l := &timeLayout{Timeline: t, aligned: len(t.Variants()) == len(t.Trials), begun: t.Trials[0].Points[0].Start}
	for i := range t.Trials {
		l.aligned = l.aligned && t.Trials[i].Window.Open != 0
	}
	return l
}

// at returns a moment of a trial in seconds.
func (l *timeLayout) at(t *timeline.Trial, m stats.Moment) float64 {
	if l.aligned {
		return m.Sub(t.Window.Open).Seconds()
	}
	return m.Sub(l.begun).Seconds()
}

// timeSeries is one quantity over time.
type timeSeries struct {
	kind, title, name, unit string
	units                   quantity.Scale
	rate                    func(*timeline.Point) float64 // NaN where it is not known
	sum                     func(*timeline.Point) int64   // inside the window
}

func (p *PageWriter) timeFigure(l *timeLayout, q timeSeries) *doc.Figure {
	first, last := l.span()
	f := &doc.Figure{Kind: q.kind, Title: q.title}
	c := &doc.Chart{
		Kind: "time", X: doc.Axis{Name: "time", Unit: "s", Low: doc.Number(first), High: doc.Number(last)},
		Y: doc.Axis{Unit: q.unit, Low: 0},
	}
	names := l.Variants()
	slices.SortFunc(names, func(a, b string) int { return p.Color(a) - p.Color(b) })
	most := 0.0
	var said []string
	for _, name := range names {
		curve := doc.Curve{Name: about.Variant(name), Color: p.Color(name)}
		var all int64
		var seconds, low, high float64
		low = math.Inf(1)
		total := 0
		for i := range l.Trials {
			if l.Trials[i].Variant == name {
				total += len(l.Trials[i].Points)
			}
		}
		for i := range l.Trials {
			t := &l.Trials[i]
			if t.Variant != name {
				continue
			}
			for j := range t.Points {
				if p := &t.Points[j]; p.Stage == stats.Measured {
					all += q.sum(p)
					seconds += p.Seconds()
					if v := q.rate(p); figures.Finite(v) {
						low, high = min(low, v), max(high, v)
					}
				}
			}
			x, y := l.curve(t, q)
			for _, v := range y {
				most = max(most, v)
			}
			keep := timeline.Downsample(x, y, max(3, MostTimePoints*len(t.Points)/max(total, 1)))
			for _, k := range keep {
				curve.X, curve.Y = append(curve.X, doc.Number(x[k])), append(curve.Y, doc.Number(y[k]))
			}
			if n := len(keep); n > 0 && !l.aligned { // the line ends with the trial
				curve.X, curve.Y = append(curve.X, doc.Number(x[len(x)-1]+1e-3)), append(curve.Y, doc.Number(math.NaN()))
			}
		}
		if len(curve.X) == 0 {
			continue
		}
		if len(c.Lines) < mostCurves {
			c.Lines = append(c.Lines, curve)
			f.Legend = append(f.Legend, curve.Key())
		}
		text := curve.Name + ": "
		if seconds > 0 && figures.Finite(low) {
			text += q.units.Show(float64(all)/seconds) + " over the window, between " + q.units.Show(low) + " and " + q.units.Show(high)
		} else {
			text += "unknown"
		}
		said = append(said, text)
	}
	c.Y.High = doc.Number(max(most*1.08, math.SmallestNonzeroFloat64))
	c.Bands, c.Marks = l.bands(), p.stageMarks(l)
	if !l.aligned && len(l.Trials) > mostBands {
		f.Note = "With this many trials, warm-ups and drains are not marked: see the table."
	}
	c.Errors = p.errorMarks(l)
	if len(c.Errors) > 0 {
		f.Legend = append(f.Legend, doc.Key{Name: "failed operations", Swatch: doc.Swatch{Of: doc.OfFailures}})
	}
	f.Charts = []*doc.Chart{c}
	f.Summary = "Line chart of " + q.name + " over time. " + strings.Join(said, "; ") + "."
	f.Tables = []*doc.Table{p.timeTable(l, q, names)}
	return f
}

// curve returns where the points of a trial begin that are known, with the rates
// from there on, and where the last of them ends: a line of steps.
func (l *timeLayout) curve(t *timeline.Trial, q timeSeries) (x, y []float64) {
	end := 0.0
	for i := range t.Points {
		p := &t.Points[i]
		if v := q.rate(p); figures.Finite(v) {
			x, y = append(x, l.at(t, p.Start)), append(y, v)
			end = l.at(t, p.End)
		}
	}
	if n := len(x); n > 0 {
		x, y = append(x, end), append(y, y[n-1])
	}
	return x, y
}

// span returns the ends of the axis.
func (l *timeLayout) span() (first, last float64) {
	first, last = math.Inf(1), math.Inf(-1)
	for i := range l.Trials {
		t := &l.Trials[i]
		first, last = min(first, l.at(t, t.Points[0].Start)), max(last, l.at(t, t.Points[len(t.Points)-1].End))
	}
	return first, last
}

// bands are the warm-ups and drains.
func (l *timeLayout) bands() (bands []doc.Band) {
	if l.aligned {
		first, closes, last := 0.0, 0.0, 0.0
		for i := range l.Trials {
			t := &l.Trials[i]
			first = min(first, l.at(t, t.Points[0].Start))
			last = max(last, l.at(t, t.Points[len(t.Points)-1].End))
			if t.Window.Close != 0 {
				closes = max(closes, l.at(t, t.Window.Close))
			}
		}
		if first < 0 {
			bands = append(bands, doc.Band{From: doc.Number(first), To: 0, Name: "warm-up"})
		}
		if closes > 0 && last > closes {
			bands = append(bands, doc.Band{From: doc.Number(closes), To: doc.Number(last), Name: "drain"})
		}
		return bands
	}
	if len(l.Trials) > mostBands { // all of them or none: bands that end would say that warm-ups do
		return nil
	}
	for i := range l.Trials {
		t := &l.Trials[i]
		begin, end := t.Points[0].Start, t.Points[len(t.Points)-1].End
		opens := t.Window.Open
		if opens == 0 {
			opens = end
		}
		if opens > begin {
			bands = append(bands, doc.Band{From: doc.Number(l.at(t, begin)), To: doc.Number(l.at(t, opens)), Name: "warm-up"})
		}
		if c := t.Window.Close; c != 0 && end > c {
			bands = append(bands, doc.Band{From: doc.Number(l.at(t, c)), To: doc.Number(l.at(t, end)), Name: "drain"})
		}
	}
	return bands
}

// mostStageMarks bounds how many stages are marked: more would hide the lines.
const mostStageMarks = 12

// stageMarks are where the planned stages of the windows begin, where all of
// them lie over each other.
func (p *PageWriter) stageMarks(l *timeLayout) (marks []doc.Mark) {
	if p.Result == nil || !l.aligned {
		return nil
	}
	stages := p.Result.Header.Stages
	if len(stages) < 2 || len(stages) > mostStageMarks {
		return nil
	}
	_, last := l.span()
	at := 0.0
	for i := range stages {
		if at > last || !figures.Finite(at) {
			break
		}
		marks = append(marks, doc.Mark{At: doc.Number(at), Name: "stage " + strconv.Itoa(i+1), Style: "faint"})
		at += stages[i].Seconds
	}
	return marks
}

// errorMarks are the places with failed operations: none is lost, near ones are
// added up.
func (p *PageWriter) errorMarks(l *timeLayout) (marks []doc.Error) {
	first, last := l.span()
	each := float64(max(mostErrorMarks/len(l.Variants()), 1))
	type place struct{ variant, at int }
	counts := map[place]int64{}
	var order []place
	var sum = map[place]float64{}
	for i := range l.Trials {
		t := &l.Trials[i]
		for j := range t.Points {
			x := &t.Points[j]
			if x.Failed <= 0 {
				continue
			}
			at := (l.at(t, x.Start) + l.at(t, x.End)) / 2
			k := place{p.Color(t.Variant), int((at - first) / (last - first) * each)}
			if counts[k] == 0 {
				order, sum[k] = append(order, k), at
			}
			counts[k] += x.Failed
		}
	}
	for _, k := range order {
		marks = append(marks, doc.Error{At: doc.Number(sum[k]), Count: counts[k], Color: k.variant})
	}
	return marks
}

// timeTable has a row for each span of time, each of them in one stage: as many
// seconds as it takes to be read.
func (p *PageWriter) timeTable(l *timeLayout, q timeSeries, names []string) *doc.Table {
	t := &doc.Table{Title: q.title + " over time", Label: "from", Groups: doc.Columns("to", "variant", "trial", "stage", q.title, "failed")}
	points := 0
	for i := range l.Trials {
		points += len(l.Trials[i].Points)
	}
	each := max((points+MostTimeRows*len(names)-1)/(MostTimeRows*len(names)), 1)
	for i := range l.Trials {
		x := &l.Trials[i]
		if len(t.Rows) >= 4*MostTimeRows*len(names) {
			break
		}
		for from := 0; from < len(x.Points); {
			p, seconds := x.Points[from], x.Points[from].Seconds()
			to := from + 1
			for ; to < len(x.Points) && to-from < each && x.Points[to].Stage == p.Stage; to++ {
				o := &x.Points[to]
				p.End, p.OK, p.Failed = o.End, p.OK+o.OK, p.Failed+o.Failed
				p.Completed, p.Goodput = p.Completed+o.Completed, p.Goodput+o.Goodput
				seconds += o.Seconds()
			}
			from = to
			rate := doc.Cell{Text: figures.Unknown}
			if v := q.rate(&p); figures.Finite(v) && seconds > 0 {
				rate = doc.Cell{Text: q.units.Show(v), Value: doc.Exactly(v)}
			}
			failed := doc.Cell{Text: quantity.Count(p.Failed), Value: doc.Exactly(float64(p.Failed))}
			if p.Failed > 0 {
				failed.Tone = doc.Bad
			}
			t.Rows = append(t.Rows, doc.Row{Label: inSeconds(l.at(x, p.Start)), Cells: []doc.Cell{
				{Text: inSeconds(l.at(x, p.End))}, {Text: about.Variant(x.Variant)}, {Text: strconv.Itoa(x.Number)},
				{Text: stageWord(p.Stage)}, rate, failed,
			}})
		}
	}
	return t
}

// inSeconds writes a place on the axis of time.
func inSeconds(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) + " s" }

// stageWord is a stage in the words of the page's sentences.
func stageWord(s stats.Part) string {
	switch s {
	case stats.Warmup:
		return "warm-up"
	case stats.Measured:
		return "measured"
	}
	return terminal.Printable(string(s), 10)
}
