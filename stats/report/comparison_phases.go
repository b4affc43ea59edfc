package report

import (
	"math"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// writeShifts writes where the time of one operation goes on both sides, phase
// by phase, and what it takes on the wire.
func writeShifts(d *document, c *compare.Comparison, a *compare.Against, o *compare.Operation) {
	op := printable(o.Op, 10)
	base, other := modesOf(c, a.Base), modesOf(c, a.Variant)
	t := table{title: op + " phases", blocks: []block{
		{"p50 of the trials", []string{middle(printable(a.Base, 200), 14), middle(printable(a.Variant, 200), 14)}},
		{"", []string{"shift", levelName(&c.Method)}},
	}}
	severalModes := !slices.Equal(base, other)
	bothWays := activeOf(base) != activeOf(other)
	add := func(heading string, phases []stats.Phase) {
		var rows []row
		for _, p := range phases {
			for i := range o.Phases {
				if o.Phases[i].Phase == p && hasPhase(&o.Phases[i]) {
					rows = append(rows, shiftRow(d, &o.Phases[i], o.Differs, bothWays))
				}
			}
		}
		if len(rows) > 0 && severalModes {
			t.rows = append(t.rows, row{label: heading})
		}
		t.rows = append(t.rows, rows...)
	}
	add("compare these between modes:", betweenModes)
	add("compare these within one mode:", withinMode)
	t.rows = append(t.rows, wireRows(d, o)...)
	if len(t.rows) == 0 {
		return
	}
	t.write(d)
	if inPhases(o) {
		text := "no one phase accounts for a shift of service"
		if o.Differs != "" {
			text = "the difference lies in " + differs(o, &c.Method)
		}
		d.hanging(strong, spaces(indent), text)
		d.note("phases", "p50 is the median of the trials' p50s, shift the median of the differences within pairs. Each interval is of "+
			"one phase by itself: together they point to a cause, and decide nothing. Percentiles of phases do not add up")
	}
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

// activeOf reports whether one of the verbs lets the server connect.
func activeOf(modes []string) bool {
	return slices.ContainsFunc(modes, func(s string) bool {
		m, err := stats.ParseMode(s)
		return err == nil && m.Active()
	})
}

func hasPhase(p *compare.PhaseShift) bool { return p.Base != nil || p.New != nil }

func shiftRow(d *document, p *compare.PhaseShift, differs string, bothWays bool) row {
	r := row{label: p.Phase.String(), about: phaseAbout[p.Phase]}
	if p.Phase.OfSession() {
		r.about = sessionAbout[p.Phase]
	}
	if bothWays && (p.Phase == stats.DataReady || p.Phase == stats.Command) {
		r.mark = activeMark
		noteActive(d)
	}
	r.cells = cells(append(quantity.Time.Row([]float64{numberOr(p.Base), numberOr(p.New)}), shiftTexts(p)...))
	for _, c := range r.cells {
		if c.text == unknown {
			d.note(unknown, notKnown)
		}
	}
	if p.Doubtful {
		noteDoubt(d)
		for i := range r.cells {
			if r.cells[i].text != unknown {
				r.cells[i].mark = doubtMark
			}
		}
	}
	switch {
	case p.Phase.String() == differs:
		r.tone = strong
		r.cells[2].tone = strong
	case p.Low != nil && p.High != nil && *p.Low <= 0 && *p.High >= 0:
		r.cells[2].tone, r.cells[3].tone = faint, faint
	}
	return r
}

func noteDoubt(d *document) {
	d.note(doubtMark, "operations that failed or did not finish could change this percentile, which is of those that were ok")
}

func noteActive(d *document) {
	d.note(activeMark, "a server that opens the active connection only after the transfer command (vsftpd and "+
		"ProFTPD do) has that command's time in data_ready and the connect's time in command: "+
		"go by startup and ttfb")
}

// shiftTexts returns a phase's shift and its interval, in one unit.
func shiftTexts(p *compare.PhaseShift) []string {
	values := []float64{numberOr(p.Shift), numberOr(p.Low), numberOr(p.High)}
	u := quantity.Time.Fit(largest(values))
	shift, low, high := signedUnits(u, values[0]), signedUnits(u, values[1]), signedUnits(u, values[2])
	if low == unknown || high == unknown {
		return []string{shift, unknown}
	}
	return []string{shift, strings.TrimSuffix(low, " "+u.Name) + " to " + high}
}

// largest returns the largest magnitude among the values that are numbers.
func largest(values []float64) (high float64) {
	for _, v := range values {
		if finite(v) {
			high = max(high, math.Abs(v))
		}
	}
	return high
}

// wireRows say what an operation costs on the wire: over a long path that is
// what decides.
func wireRows(d *document, o *compare.Operation) (rows []row) {
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
		c := cells(quantity.Number.Row(w.values[:]))
		c = append(c, cell{text: signedNumber(w.values[1]-w.values[0], "")}, cell{})
		for _, x := range c {
			if x.text == unknown {
				d.note(unknown, notKnown)
			}
		}
		rows = append(rows, row{label: w.label, cells: c})
	}
	if len(rows) > 0 {
		rows = append([]row{{label: "on the wire:"}}, rows...)
	}
	return rows
}
