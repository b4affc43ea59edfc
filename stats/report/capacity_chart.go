package report

import (
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/usl"
)

// The size of a chart: rows of each of its two parts, and the most columns.
const (
	throughputRows = 8
	latencyRows    = 6
	chartWidth     = 66
)

// The signs of a chart, those that hide others last.
const (
	signModel    = '·'
	signCapacity = '┆'
	signKnee     = '┊'
	signUnknown  = '?'
	signHeld     = '●'
	signFailed   = '×'
)

// wideRange is the ratio of two numbers from which on a scale of logarithms
// shows both.
const wideRange = 8

// scale places numbers on so many cells.
type scale struct {
	low, high float64
	cells     int
	log       bool
}

// at returns the cell of a number.
func (s *scale) at(v float64) int {
	place := (v - s.low) / (s.high - s.low)
	if s.log {
		place = math.Log(v/s.low) / math.Log(s.high/s.low)
	}
	i := math.Round(place * float64(s.cells-1))
	if !finite(i) {
		return 0
	}
	return int(min(max(i, 0), float64(s.cells-1)))
}

// value returns the number in the middle of a cell.
func (s *scale) value(i int) float64 {
	part := float64(i) / float64(max(s.cells-1, 1))
	if s.log {
		return s.low * math.Pow(s.high/s.low, part)
	}
	return s.low + part*(s.high-s.low)
}

// axes are what the charts of all variants share, so that these can be held
// against each other by eye.
type axes struct{ load, throughput, latency scale }

// chartAxes returns the axes that hold every step.
func chartAxes(c *capacity.Report) *axes {
	a := &axes{
		load:       scale{low: math.Inf(1)},
		throughput: scale{cells: throughputRows},
		latency:    scale{low: math.Inf(1), cells: latencyRows},
	}
	for i := range c.Results {
		r := &c.Results[i]
		for j := range r.Steps {
			s := &r.Steps[j]
			level, x := positive(s.Level), positive(throughputOf(r, s))
			if !finite(level) || !finite(x) {
				continue
			}
			a.load.low, a.load.high = min(a.load.low, level), max(a.load.high, level)
			a.throughput.high = max(a.throughput.high, x)
			if p := positive(orNaN(s.ServiceP99)); finite(p) {
				a.latency.low, a.latency.high = min(a.latency.low, p), max(a.latency.high, p)
			}
		}
	}
	a.load.log = a.load.high/a.load.low >= wideRange
	if a.latency.log = a.latency.high/a.latency.low >= wideRange; !a.latency.log {
		a.latency.low = 0
	}
	return a
}

// loadChart is one variant's.
type loadChart struct {
	*axes
	result *capacity.Result
	left   int // columns for the numbers beside it
	used   []rune
}

// writeChart draws throughput and p99 against load, with the found level and the
// knee marked.
func writeChart(d *document, r *capacity.Result, a *axes) {
	if levels := drawnLevels(r); levels < 2 || !(a.load.high > a.load.low) || !(a.throughput.high > 0) {
		return
	}
	own := *a
	c := &loadChart{axes: &own, result: r}
	top, name := c.throughputLabel(a.throughput.high), "operations/s"
	if r.Vary == resultfile.VaryBandwidth {
		name = "goodput"
	}
	c.left = indent + max(textWidth(top), textWidth(quantity.Time.Show(a.latency.high)), textWidth(quantity.Time.Show(a.latency.low)))
	own.load.cells = max(min(d.width-c.left-2, chartWidth), 10)

	d.blank()
	by := " by " + stepsTitle(r)
	if a.load.log {
		by += ", a scale of logarithms"
	}
	d.line(d.toned(strong, name+by))
	c.plot(d, &own.throughput, top, "0", func(s *capacity.Step) float64 { return positive(throughputOf(r, s)) }, c.modelled)
	if a.latency.high > 0 {
		title := "p99"
		if a.latency.log {
			title += ", logarithms too"
		}
		d.line(d.toned(strong, title))
		low := "0"
		if a.latency.log {
			low = quantity.Time.Show(a.latency.low)
		}
		c.plot(d, &own.latency, quantity.Time.Show(a.latency.high), low, func(s *capacity.Step) float64 { return positive(orNaN(s.ServiceP99)) }, nil)
	}
	c.axis(d)
	c.key(d)
}

func (c *loadChart) throughputLabel(v float64) string {
	if c.result.Vary == resultfile.VaryBandwidth {
		return quantity.ByteRate.Show(v)
	}
	return quantity.Significant(v)
}

// drawnLevels counts the levels that have a throughput.
func drawnLevels(r *capacity.Result) int {
	levels := map[float64]bool{}
	for i := range r.Steps {
		if s := &r.Steps[i]; finite(positive(throughputOf(r, s))) && finite(positive(s.Level)) {
			levels[s.Level] = true
		}
	}
	return len(levels)
}

// plot draws one of the two parts, from its top down.
func (c *loadChart) plot(d *document, y *scale, top, bottom string, of func(*capacity.Step) float64, model func(float64) float64) {
	lines := make([][]rune, y.cells)
	for i := range lines {
		lines[i] = slices.Repeat([]rune{' '}, c.load.cells)
	}
	set := func(x, row int, sign rune) {
		lines[y.cells-1-row][x] = sign
		if !slices.Contains(c.used, sign) {
			c.used = append(c.used, sign)
		}
	}
	for _, m := range c.marks() {
		for row := range y.cells {
			set(c.load.at(m.level), row, m.sign)
		}
	}
	if model != nil {
		for x := range c.load.cells {
			if v := model(c.load.value(x)); finite(v) && v > 0 && v <= y.high*1.05 {
				set(x, y.at(v), signModel)
			}
		}
	}
	for _, sign := range []rune{signUnknown, signHeld, signFailed} {
		for i := range c.result.Steps {
			s := &c.result.Steps[i]
			if v := of(s); finite(v) && finite(positive(s.Level)) && signOf(s) == sign {
				set(c.load.at(s.Level), y.at(v), sign)
			}
		}
	}
	for i, line := range lines {
		label, edge := "", "│"
		switch i {
		case 0:
			label, edge = top, "┤"
		case y.cells - 1:
			label, edge = bottom, "┤"
		}
		d.line(spaces(c.left-textWidth(label)) + d.toned(faint, label+edge) + strings.TrimRight(string(line), " "))
	}
}

func signOf(s *capacity.Step) rune {
	switch s.Verdict {
	case resultfile.StepHeld:
		return signHeld
	case resultfile.StepFailed:
		return signFailed
	}
	return signUnknown
}

// mark is an upright line at a level.
type mark struct {
	level float64
	sign  rune
}

// marks are the found level and where the better model bends, its knee or its
// peak, as far as that lies among the levels measured.
func (c *loadChart) marks() (all []mark) {
	r := c.result
	within := func(v float64) bool { return v >= c.load.low && v <= c.load.high }
	if v := bendOf(r); within(v) {
		all = append(all, mark{v, signKnee})
	}
	if v := numberOr(r.Capacity); within(v) {
		all = append(all, mark{v, signCapacity})
	}
	return all
}

// bendOf returns the better model's knee or peak, NaN where there is none to be
// seen.
func bendOf(r *capacity.Result) float64 {
	switch m := r.USL; {
	case m == nil:
	case r.Better == usl.BetterKnee:
		return numberOr(m.Knee.Load.Value)
	case !m.PeakExtrapolated:
		return numberOr(m.PeakN.Value)
	}
	return math.NaN()
}

// modelled returns what the better model says of so many sessions, NaN outside
// of the levels that it was fitted to.
func (c *loadChart) modelled(n float64) float64 {
	m := c.result.USL
	if m == nil || n < m.LeastN*(1-1e-9) || n > m.LargestN*(1+1e-9) {
		return math.NaN()
	}
	at := m.At
	if c.result.Better == usl.BetterKnee {
		at = m.Knee.At
	}
	x, _ := at(n)
	return x
}

// axis draws the scale of loads, labelled at its ends and, where there is room,
// at the marks.
func (c *loadChart) axis(d *document) {
	w := c.load.cells
	line := slices.Repeat([]rune{'─'}, w)
	line[0], line[w-1] = '┴', '┴'
	labels := slices.Repeat([]rune{' '}, c.left+1+w)
	put := func(level float64) {
		text := []rune(levelOf(c.result.Vary, level))
		at := c.load.at(level)
		line[at] = '┴'
		from := min(max(c.left+1+at-len(text)/2, 0), len(labels)-len(text))
		if from < 0 {
			return
		}
		for i := max(from-2, 0); i < min(from+len(text)+2, len(labels)); i++ {
			if labels[i] != ' ' {
				return
			}
		}
		copy(labels[from:], text)
	}
	put(c.load.low)
	put(c.load.high)
	for _, m := range slices.Backward(c.marks()) {
		put(m.level)
	}
	d.line(spaces(c.left) + d.toned(faint, "└"+string(line)))
	d.line(d.toned(faint, strings.TrimRight(string(labels), " ")))
}

// key explains the signs that were used.
func (c *loadChart) key(d *document) {
	r := c.result
	bend, model := "the law's peak", "the law"
	if r.Better == usl.BetterKnee {
		bend, model = "the knee", "the line with a knee"
	}
	var parts []string
	for _, k := range []struct {
		sign rune
		text string
	}{
		{signHeld, "held"}, {signFailed, "failed"}, {signUnknown, "no verdict"},
		{signCapacity, "the capacity, " + levelOf(r.Vary, numberOr(r.Capacity))},
		{signKnee, bend + ", " + levelOf(r.Vary, math.Round(bendOf(r)))}, {signModel, model},
	} {
		if !slices.Contains(c.used, k.sign) {
			continue
		}
		text := string(k.sign) + " " + k.text
		if len(parts) > 0 {
			text = " " + text
		}
		parts = append(parts, unbroken(text))
	}
	d.hanging(faint, spaces(c.left+1), strings.Join(parts, " "))
}
