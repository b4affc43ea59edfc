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

// of returns one figure of each repetition in which it is known.
func (r result) of(client string, figure func(figures) float64) []float64 {
	var all []float64
	for _, f := range r.figures[client] {
		if f == nil {
			continue
		}
		if v := figure(*f); v > 0 {
			all = append(all, v)
		}
	}
	return all
}

// ratios returns ours to theirs, for each repetition in which both are known.
func (r result) ratios(f floor) []float64 {
	var all []float64
	for i, ours := range r.figures[f.ours] {
		theirs := r.figures[f.theirs][i]
		if ours == nil || theirs == nil {
			continue
		}
		a, b := ours.cpu, theirs.cpu
		if f.what == speed {
			a, b = ours.rate, theirs.rate
		}
		if a > 0 && b > 0 {
			all = append(all, a/b)
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
	p.noise = r.noise()
	return p
}

// noise says how far the two clients that do the same were from each other: median and range.
func (r result) noise() string {
	if r.twins[0] == "" {
		return ""
	}
	text := r.title
	for i, what := range []measure{speed, cpu} {
		ratios := r.ratios(floor{ours: r.twins[0], theirs: r.twins[1], what: what})
		if len(ratios) == 0 {
			return ""
		}
		text += fmt.Sprintf(", %s %.2f (%.2f to %.2f)", []string{"speed", "CPU"}[i], median(ratios), slices.Min(ratios), slices.Max(ratios))
	}
	return text
}

// judged judges a floor by the median of the ratios, of which more than half must be there.
func (r result) judged(f floor, reps int) judgement {
	j := judgement{work: r.title, ours: f.ours, theirs: f.theirs, what: "CPU", floor: fmt.Sprintf("≤ %g", f.limit), ratio: "–", verdict: "below"}
	if f.what == speed {
		j.what, j.floor = "speed", fmt.Sprintf("≥ %g", f.limit)
	}
	ratios := r.ratios(f)
	if 2*len(ratios) <= reps {
		j.verdict = "no ratio: too noisy"
		for _, name := range []string{f.theirs, f.ours} {
			if r.failed[name] != "" {
				j.verdict = "no ratio: " + name + " failed"
			}
		}
		return j
	}
	m := median(ratios)
	j.ratio = fmt.Sprintf("%.2f", m)
	if f.what == speed && m >= f.limit || f.what == cpu && m <= f.limit {
		j.verdict, j.met = "ok", true
	}
	return j
}

// row is one client's line.
func (r result) row(client string) string {
	name := client
	if reason := r.failed[client]; reason != "" {
		done := 0
		for _, f := range r.figures[client] {
			if f != nil {
				done++
			}
		}
		name += fmt.Sprintf(" (%d of %d failed: %s)", r.tried[client]-done, r.tried[client], strings.ReplaceAll(reason, "|", "/"))
	}
	rateFormat, cpuFormat, cpuScale := "%.2f", "%.3f", 1.0
	if r.unit == operation {
		rateFormat, cpuFormat, cpuScale = "%.0f", "%.1f", 1e6
	}
	rate := cell(rateFormat, r.of(client, func(f figures) float64 { return f.rate }))
	if r.paced {
		rate = "–"
	}
	spent := cell(cpuFormat, r.of(client, func(f figures) float64 { return f.cpu * cpuScale }))
	rss := cell("%.1f", r.of(client, func(f figures) float64 { return float64(f.rss) / (1 << 20) }))
	return fmt.Sprintf("| %s | %s | %s | %s | %s |", r.title, name, rate, spent, rss)
}

// cell is the median of values, if there are any.
func cell(format string, values []float64) string {
	if len(values) == 0 {
		return "–"
	}
	return fmt.Sprintf(format, median(values))
}
