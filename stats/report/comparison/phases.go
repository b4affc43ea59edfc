package comparison

import (
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/run"
)

// writeShifts writes where the time of one operation goes on both sides, phase
// by phase, and what it takes on the wire.
func writeShifts(d *doc.Doc, c *compare.Comparison, a *compare.Against, o *compare.Operation) {
	base, other := modesOf(c, a.Base), modesOf(c, a.Variant)
	t := shiftsHead(c, a, o)
	severalModes := !slices.Equal(base, other)
	between, within := run.BetweenModes, run.WithinMode
	if o.LateConnect {
		between = slices.DeleteFunc(slices.Clone(between), func(p stats.Phase) bool { return p == stats.DataReady })
		within = append(slices.Clone(within), stats.DataReady)
		slices.Sort(within)
	}
	add := func(heading string, phases []stats.Phase) {
		var rows []doc.Row
		for _, p := range phases {
			for i := range o.Phases {
				if o.Phases[i].Phase == p && hasPhase(&o.Phases[i]) {
					rows = append(rows, shiftRow(d, &o.Phases[i], o))
				}
			}
		}
		if len(rows) > 0 && severalModes {
			t.Rows = append(t.Rows, doc.Row{Label: heading})
		}
		t.Rows = append(t.Rows, rows...)
	}
	add("compare these between modes:", between)
	add("compare these within one mode:", within)
	t.Rows = append(t.Rows, wireRows(d, o)...)
	if len(t.Rows) == 0 {
		return
	}
	d.Table(t)
	if inPhases(o) {
		text := "no single phase explains a shift of service"
		if o.Differs != "" {
			text = "the difference is in " + differs(o, &c.Method)
		}
		d.Say(doc.Strong, text)
		if o.Mean != nil {
			d.Say(doc.Plain, makeup(o.Mean))
		}
		d.Term("phases", "p50 is the median of the trials' p50s; shift is the median of the differences within pairs. Each interval is for "+
			"one phase alone: it is a hint at the cause, not a verdict. Percentiles of phases do not add up")
	}
}

func shiftsHead(c *compare.Comparison, a *compare.Against, o *compare.Operation) *doc.Table {
	return &doc.Table{Title: terminal.Printable(o.Op, 10) + " phases", Groups: []doc.Group{
		{Head: "p50 of the trials", Subs: []string{terminal.Middle(terminal.Printable(a.Base, 200), 14), terminal.Middle(terminal.Printable(a.Variant, 200), 14)}},
		{Subs: []string{"shift", LevelName(&c.Method)}},
	}}
}

// inPhases reports whether there is more to the operation than the whole of it:
// one without a data connection has no part that could differ.
func inPhases(o *compare.Operation) bool {
	return slices.ContainsFunc(o.Phases, func(p compare.PhaseShift) bool {
		return hasPhase(&p) && p.Phase != stats.Service && p.Phase != stats.Lag && p.Phase != stats.Response
	})
}

// modesOf returns the verbs that a variant used, sorted.
func modesOf(c *compare.Comparison, variant string) []string {
	for i := range c.Variants {
		if c.Variants[i].Name == variant {
			return slices.Sorted(slices.Values(c.Variants[i].Modes))
		}
	}
	return nil
}

func hasPhase(p *compare.PhaseShift) bool { return p.Base != nil || p.New != nil }

func shiftRow(d *doc.Doc, p *compare.PhaseShift, o *compare.Operation) doc.Row {
	r := doc.Row{Label: p.Phase.String(), About: run.PhaseAbout[p.Phase]}
	if p.Phase.OfSession() {
		r.About = run.SessionAbout[p.Phase]
	}
	if o.LateConnect && (p.Phase == stats.DataReady || p.Phase == stats.Command) {
		r.Mark = run.ActiveMark
		d.Term(run.ActiveMark, "here the server opens the active connection only after the transfer command: data_ready then includes the "+
			"time of that command, and command the time of the connect. Compare startup and ttfb instead")
	}
	r.Cells = doc.Cells(append(quantity.Time.Row([]float64{figures.NumberOr(p.Base), figures.NumberOr(p.New)}), shiftTexts(p)...))
	for _, c := range r.Cells {
		if c.Text == figures.Unknown {
			d.Term(figures.Unknown, figures.NotKnown)
		}
	}
	if p.Doubtful {
		run.NoteDoubt(d)
		for i := range r.Cells {
			if r.Cells[i].Text != figures.Unknown {
				r.Cells[i].Mark = figures.DoubtMark
			}
		}
	}
	switch {
	case p.Phase.String() == o.Differs:
		r.Tone = doc.Strong
		r.Cells[2].Tone = doc.Strong
	case p.Low != nil && p.High != nil && *p.Low <= 0 && *p.High >= 0:
		r.Cells[2].Tone, r.Cells[3].Tone = doc.Faint, doc.Faint
	}
	return r
}

// shiftTexts returns a phase's shift and its interval, in one unit.
func shiftTexts(p *compare.PhaseShift) []string {
	values := []float64{figures.NumberOr(p.Shift), figures.NumberOr(p.Low), figures.NumberOr(p.High)}
	u := quantity.Time.Fit(largest(values))
	shift, low, high := figures.SignedUnits(u, values[0]), figures.SignedUnits(u, values[1]), figures.SignedUnits(u, values[2])
	if low == figures.Unknown || high == figures.Unknown {
		return []string{shift, figures.Unknown}
	}
	return []string{shift, strings.TrimSuffix(low, " "+u.Name) + " to " + high}
}

// largest returns the largest magnitude among the values that are numbers.
func largest(values []float64) (high float64) {
	for _, v := range values {
		if figures.Finite(v) {
			high = max(high, math.Abs(v))
		}
	}
	return high
}

// wireRows say what an operation costs on the wire: over a long path that is
// what decides.
func wireRows(d *doc.Doc, o *compare.Operation) (rows []doc.Row) {
	for _, w := range []struct {
		label  string
		values [2]float64
	}{
		{"round trips/op", o.RoundTrips}, {"connects/op", o.Connects},
	} {
		if w.values == [2]float64{} {
			continue
		}
		for i := range w.values {
			if w.values[i] == 0 { // none was ok
				w.values[i] = math.NaN()
			}
		}
		c := doc.Cells(quantity.Number.Row(w.values[:]))
		c = append(c, doc.Cell{Text: figures.SignedNumber(w.values[1]-w.values[0], "")}, doc.Cell{})
		for _, x := range c {
			if x.Text == figures.Unknown {
				d.Term(figures.Unknown, figures.NotKnown)
			}
		}
		rows = append(rows, doc.Row{Label: w.label, Cells: c})
	}
	if m := o.Mean; m != nil {
		values := []float64{m[0].RoundTrip, m[1].RoundTrip}
		shift := figures.SignedUnits(quantity.Time.Fit(max(values[0], values[1])), values[1]-values[0])
		rows = append(rows, doc.Row{Label: "TCP round trip", Cells: doc.Cells(append(quantity.Time.Row(values), shift, ""))})
	}
	if len(rows) > 0 {
		rows = append([]doc.Row{{Label: "on the wire:"}}, rows...)
	}
	return rows
}

// makeup says how much of the difference each part of the mean operation is.
func makeup(m *[2]compare.Makeup) string {
	parts := []struct {
		name  string
		shift float64
	}{
		{"round trips and connects", m[1].Wire - m[0].Wire},
		{"TLS handshake", m[1].Handshake - m[0].Handshake},
		{"payload", m[1].Payload - m[0].Payload},
		{"the server's own time", m[1].Server - m[0].Server},
	}
	whole := 0.0
	for _, p := range parts {
		whole += p.shift
	}
	text := "of " + terminal.Unbroken(figures.SignedUnits(quantity.Time.Fit(math.Abs(whole)), whole)) + " in the mean of all operations:"
	sep := " "
	for _, p := range parts {
		if p.name == "TLS handshake" && m[0].Handshake == 0 && m[1].Handshake == 0 {
			continue
		}
		text += sep + p.name + " " + terminal.Unbroken(figures.SignedUnits(quantity.Time.Fit(math.Abs(p.shift)), p.shift))
		sep = ", "
	}
	return text
}
