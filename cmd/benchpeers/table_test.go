//go:build benchpeers && linux

package benchpeers

import (
	"fmt"
	"slices"
	"strings"
)

// median of values, which are not none.
func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	return (v[(n-1)/2] + v[n/2]) / 2
}

// of returns one figure of each repetition in which the client did not fail.
func (r result) of(client string, figure func(figures) float64) []float64 {
	var all []float64
	for _, f := range r.figures[client] {
		if f != nil {
			all = append(all, figure(*f))
		}
	}
	return all
}

// ratios returns, for each repetition in which neither failed, ours to theirs.
func (r result) ratios(f floor) []float64 {
	var all []float64
	for i, ours := range r.figures[f.ours] {
		theirs := r.figures[f.theirs][i]
		if ours == nil || theirs == nil {
			continue
		}
		if f.what == speed {
			all = append(all, ours.rate/theirs.rate)
		} else {
			all = append(all, ours.cpu/theirs.cpu)
		}
	}
	return all
}

// verdict is a floor, judged.
type verdict struct {
	ratio string
	state string // ok, below, or why there is no ratio
	met   bool
}

// judged judges a floor by the median of the ratios, of which more than half must be there.
func (r result) judged(f floor, reps int) verdict {
	ratios := r.ratios(f)
	if 2*len(ratios) <= reps {
		who := f.theirs
		if len(r.of(f.ours, func(f figures) float64 { return f.rate })) <= len(ratios) {
			who = f.ours
		}
		return verdict{"–", fmt.Sprintf("no figure: %s failed", who), false}
	}
	m := median(ratios)
	v := verdict{ratio: fmt.Sprintf("%.2f", m), state: "below"}
	if f.what == speed && m >= f.limit || f.what == cpu && m <= f.limit {
		v.state, v.met = "ok", true
	}
	return v
}

// floors returns the table of all floors, and how many are missed.
func floors(all []result, reps int) (string, int) {
	var b strings.Builder
	missed := 0
	b.WriteString("| work | client | against | | ratio | floor | |\n|---|---|---|---|--:|--:|---|\n")
	for _, r := range all {
		for _, f := range r.floors {
			v := r.judged(f, reps)
			if !v.met {
				missed++
			}
			what, limit := "CPU", fmt.Sprintf("≤ %g", f.limit)
			if f.what == speed {
				what, limit = "speed", fmt.Sprintf("≥ %g", f.limit)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", r.title, f.ours, f.theirs, what, v.ratio, limit, v.state)
		}
	}
	return b.String(), missed
}

// table returns the medians of the kinds of work that are counted in u.
func table(all []result, u unit, reps int) string {
	var b strings.Builder
	for _, r := range all {
		if r.unit != u {
			continue
		}
		if b.Len() == 0 {
			if u == gib {
				b.WriteString("| work | client | GiB/s | client CPU s/GiB | RSS MiB |\n|---|---|--:|--:|--:|\n")
			} else {
				b.WriteString("| work | client | operations/s | client CPU µs/operation | RSS MiB |\n|---|---|--:|--:|--:|\n")
			}
		}
		for _, c := range r.clients {
			b.WriteString(r.row(c.name, reps))
		}
	}
	return b.String()
}

// row is one client's line.
func (r result) row(client string, reps int) string {
	note := ""
	rates := r.of(client, func(f figures) float64 { return f.rate })
	if reason := r.failed[client]; reason != "" {
		note = fmt.Sprintf(" (%d of %d failed: %s)", r.run[client]-len(rates), r.run[client], strings.ReplaceAll(reason, "|", "/"))
	}
	if len(rates) == 0 {
		return fmt.Sprintf("| %s | %s%s | – | – | – |\n", r.title, client, note)
	}
	spent := "–"
	if m := median(r.of(client, func(f figures) float64 { return f.cpu })); m > 0 {
		if spent = fmt.Sprintf("%.3f", m); r.unit == operation {
			spent = fmt.Sprintf("%.1f", m*1e6)
		}
	}
	rate := fmt.Sprintf("%.2f", median(rates))
	switch {
	case r.paced:
		rate = "–"
	case r.unit == operation:
		rate = fmt.Sprintf("%.0f", median(rates))
	}
	rss := median(r.of(client, func(f figures) float64 { return float64(f.rss) })) / (1 << 20)
	return fmt.Sprintf("| %s | %s%s | %s | %s | %.1f |\n", r.title, client, note, rate, spent, rss)
}
