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

// part returns the clients' medians and the ratios, each the median of those of a repetition.
func (r result) part(reps int) part {
	p := part{header: "| work | client | GiB/s | client CPU s/GiB | RSS MiB |\n|---|---|--:|--:|--:|"}
	if r.unit == operation {
		p.header = "| work | client | operations/s | client CPU µs/operation | RSS MiB |\n|---|---|--:|--:|--:|"
	}
	for _, c := range r.clients {
		p.rows = append(p.rows, r.row(c.name))
	}
	for _, f := range r.floors {
		p.judged = append(p.judged, r.judged(f, reps))
	}
	return p
}

// judged judges a floor by the median of the ratios, of which more than half must be there.
func (r result) judged(f floor, reps int) judgement {
	j := judgement{work: r.title, ours: f.ours, theirs: f.theirs, what: "CPU", floor: fmt.Sprintf("≤ %g", f.limit), ratio: "–", verdict: "below"}
	if f.what == speed {
		j.what, j.floor = "speed", fmt.Sprintf("≥ %g", f.limit)
	}
	ratios := r.ratios(f)
	if 2*len(ratios) <= reps {
		who := f.theirs
		if 2*len(r.of(f.ours, rateOf)) <= reps {
			who = f.ours
		}
		j.verdict = "no ratio: " + who + " failed"
		return j
	}
	m := median(ratios)
	j.ratio = fmt.Sprintf("%.2f", m)
	if f.what == speed && m >= f.limit || f.what == cpu && m <= f.limit {
		j.verdict, j.met = "ok", true
	}
	return j
}

func rateOf(f figures) float64 { return f.rate }

// row is one client's line.
func (r result) row(client string) string {
	note := ""
	rates := r.of(client, rateOf)
	if reason := r.failed[client]; reason != "" {
		note = fmt.Sprintf(" (%d of %d failed: %s)", r.tried[client]-len(rates), r.tried[client], strings.ReplaceAll(reason, "|", "/"))
	}
	if len(rates) == 0 {
		return fmt.Sprintf("| %s | %s%s | – | – | – |", r.title, client, note)
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
	return fmt.Sprintf("| %s | %s%s | %s | %s | %.1f |", r.title, client, note, rate, spent, rss)
}
